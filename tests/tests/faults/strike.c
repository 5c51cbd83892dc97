/* Preloaded into the box: one system call that writes below its folder is struck.

   HOLDFAST_STRIKE is "FAMILY NUMBER ACTION": the NUMBERth call of the family, counted from the start of the process.
     families  write (write, pwrite, writev, pwritev), sync (fsync, fdatasync), name (rename, unlink, link),
               size (ftruncate, fallocate), open (open with O_CREAT, mkdir)
     actions   kill (before the call), killed (after it), eio, enospc (it is not made), short (half is written), none
   HOLDFAST_FOLDER is the folder; calls elsewhere are not counted.
   HOLDFAST_COUNTS is a file: one byte is appended to FILE.family for each counted call, when the action is none; FILE.struck is
   made when the blow has fallen. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum action { NONE, KILL, KILLED, FAIL_EIO, FAIL_ENOSPC, SHORT };
static const char *names[] = {"none", "kill", "killed", "eio", "enospc", "short"};
static char family[16];
static long number;
static enum action action;
static const char *folder, *counts;
static atomic_long seen;

__attribute__((constructor)) static void begin(void)
{
    const char *order = getenv("HOLDFAST_STRIKE");
    char word[16];
    folder = getenv("HOLDFAST_FOLDER");
    counts = getenv("HOLDFAST_COUNTS");
    if (!order || !folder || !counts || sscanf(order, "%15s %ld %15s", family, &number, word) != 3) {
        folder = NULL;
        return;
    }
    for (size_t at = 0; at < sizeof names / sizeof *names; at++)
        if (!strcmp(names[at], word))
            action = (enum action)at;
}

static void note(const char *suffix, const char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s.%s", counts, suffix);
    int file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file >= 0) {
        syscall(SYS_write, file, text, strlen(text));
        syscall(SYS_close, file);
    }
}

static enum action at_path(const char *of, const char *path)
{
    if (!folder || strncmp(path, folder, strlen(folder)))
        return NONE;
    if (action == NONE) {
        note(of, "x");
        return NONE;
    }
    if (strcmp(of, family) || atomic_fetch_add(&seen, 1) + 1 != number)
        return NONE;
    note("struck", path);
    if (action == KILL)
        kill(getpid(), SIGKILL);
    return action;
}

static enum action at(const char *of, int fd)
{
    char link[64], path[4096];
    if (!folder || fd < 0 || (action != NONE && strcmp(of, family)))
        return NONE;
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    errno = before;
    if (n <= 0)
        return NONE;
    path[n] = 0;
    return at_path(of, path);
}

static int failed(enum action now)
{
    if (now != FAIL_EIO && now != FAIL_ENOSPC)
        return 0;
    errno = now == FAIL_EIO ? EIO : ENOSPC;
    return 1;
}

static void end(enum action now)
{
    if (now == KILLED)
        kill(getpid(), SIGKILL);
}

#define STRUCK(of, fd, call)          \
    do {                              \
        enum action now = at(of, fd); \
        if (failed(now))              \
            return -1;                \
        long done = (call);           \
        end(now);                     \
        return done;                  \
    } while (0)

static size_t part(enum action now, size_t count) { return now == SHORT && count > 1 ? count / 2 : count; }

ssize_t write(int fd, const void *from, size_t count)
{
    enum action now = at("write", fd);
    if (failed(now))
        return -1;
    ssize_t done = syscall(SYS_write, fd, from, part(now, count));
    end(now);
    return done;
}

ssize_t pwrite64(int fd, const void *from, size_t count, off64_t offset)
{
    enum action now = at("write", fd);
    if (failed(now))
        return -1;
    ssize_t done = syscall(SYS_pwrite64, fd, from, part(now, count), offset);
    end(now);
    return done;
}

ssize_t pwrite(int fd, const void *from, size_t count, off_t offset) { return pwrite64(fd, from, count, offset); }

/* Half of several pieces is the first of them. */
ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    enum action now = at("write", fd);
    if (failed(now))
        return -1;
    ssize_t done = syscall(SYS_writev, fd, pieces, now == SHORT ? 1 : count);
    end(now);
    return done;
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t offset)
{
    enum action now = at("write", fd);
    if (failed(now))
        return -1;
    ssize_t done = syscall(SYS_pwritev, fd, pieces, now == SHORT ? 1 : count, (long)offset, 0L);
    end(now);
    return done;
}

ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t offset) { return pwritev64(fd, pieces, count, offset); }

int fsync(int fd) { STRUCK("sync", fd, syscall(SYS_fsync, fd)); }
int fdatasync(int fd) { STRUCK("sync", fd, syscall(SYS_fdatasync, fd)); }
int ftruncate64(int fd, off64_t to) { STRUCK("size", fd, syscall(SYS_ftruncate, fd, to)); }
int ftruncate(int fd, off_t to) { return ftruncate64(fd, to); }

int fallocate64(int fd, int mode, off64_t from, off64_t length) { STRUCK("size", fd, syscall(SYS_fallocate, fd, mode, from, length)); }
int fallocate(int fd, int mode, off_t from, off_t length) { return fallocate64(fd, mode, from, length); }

/* These answer the error itself. */
int posix_fallocate64(int fd, off64_t from, off64_t length) { return fallocate64(fd, 0, from, length) ? errno : 0; }
int posix_fallocate(int fd, off_t from, off_t length) { return posix_fallocate64(fd, from, length); }

#define NAMED(of, path, call)                \
    do {                                     \
        enum action now = at_path(of, path); \
        if (failed(now))                     \
            return -1;                       \
        int done = (int)(call);              \
        end(now);                            \
        return done;                         \
    } while (0)

int rename(const char *from, const char *to) { NAMED("name", to, syscall(SYS_rename, from, to)); }
int unlink(const char *path) { NAMED("name", path, syscall(SYS_unlink, path)); }
int link(const char *from, const char *to) { NAMED("name", to, syscall(SYS_link, from, to)); }
int mkdir(const char *path, mode_t mode) { NAMED("open", path, syscall(SYS_mkdir, path, mode)); }

static int opened(const char *path, int flags, mode_t mode)
{
    if (!(flags & O_CREAT))
        return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    NAMED("open", path, syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

#define OPEN(name)                             \
    int name(const char *path, int flags, ...) \
    {                                          \
        va_list more;                          \
        va_start(more, flags);                 \
        mode_t mode = va_arg(more, int);       \
        va_end(more);                          \
        return opened(path, flags, mode);      \
    }
OPEN(open)
OPEN(open64)
