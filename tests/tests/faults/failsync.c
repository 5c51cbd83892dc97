/* Preloaded into the box: one sync fails with EIO, as a disk does that lost a page. The pages are not written then, and
   the next sync of the same file answers success, as Linux does.

   HOLDFAST_FAULT names a file. While it exists, the first sync of a path that contains the file's text fails, and the
   file is removed: that is how the test learns that it happened. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int struck(int fd)
{
    const char *order = getenv("HOLDFAST_FAULT");
    char wanted[256], link[64], path[4096];
    if (!order)
        return 0;
    int told = syscall(SYS_openat, AT_FDCWD, order, O_RDONLY | O_CLOEXEC, 0);
    if (told < 0)
        return 0;
    ssize_t n = read(told, wanted, sizeof wanted - 1);
    close(told);
    if (n <= 0)
        return 0;
    wanted[n] = 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    if (n <= 0)
        return 0;
    path[n] = 0;
    /* Only one of several threads removes it. */
    return strstr(path, wanted) && unlink(order) == 0;
}

static int fail(void)
{
    errno = EIO;
    return -1;
}

int fsync(int fd)
{
    int before = errno;
    if (struck(fd))
        return fail();
    errno = before;
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    int before = errno;
    if (struck(fd))
        return fail();
    errno = before;
    return (int)syscall(SYS_fdatasync, fd);
}
