//! What the disk has, and not what the kernel remembers of it.
//!
//! After a failed sync the kernel may hold pages that it will never write: a process that started again would read them,
//! build on them, and lose them with the power. So logs are read from the disk itself.

use std::{fs::File, io, path::Path};

use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};

/// Writes what waits for this file, and drops what the kernel holds of it. A file that is not there is left so.
pub fn read_from_disk(path: &Path) -> io::Result<()> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    file.sync_data()?;
    Ok(posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?)
}
