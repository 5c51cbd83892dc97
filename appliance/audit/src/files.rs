//! Files of the log: modes, atomic replacement, durable folders.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

const FILE_MODE: u32 = 0o640;
const DIR_MODE: u32 = 0o750;

/// Creates a folder and those above it; each new name is durable.
pub(crate) fn make_dir(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_dir(parent)?;
    }
    match DirBuilder::new().mode(DIR_MODE).create(path) {
        Err(there) if there.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(other) => Err(other),
        Ok(()) => sync_parent(path),
    }
}

/// A file to append to and to read; created when absent, its name durable.
pub(crate) fn open_to_append(path: &Path) -> io::Result<File> {
    let there = path.exists();
    let file = open_unsynced(path)?;
    if !there {
        sync_parent(path)?;
    }
    Ok(file)
}

/// The same; a new name is durable only after [`sync_parent`].
pub(crate) fn open_unsynced(path: &Path) -> io::Result<File> {
    if let Some(parent) = path.parent() {
        make_dir(parent)?;
    }
    OpenOptions::new().read(true).append(true).create(true).mode(FILE_MODE).open(path)
}

/// Writes a file that can be made again from others; durable only after [`sync`].
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        make_dir(parent)?;
    }
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).open(path)?;
    file.write_all(bytes)
}

pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_data()?;
    sync_parent(path)
}

/// Either the old content or the new one, also after a power cut.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).open(&new)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&new, path)?;
    sync_parent(path)
}

pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => sync_dir(parent),
        None => Ok(()),
    }
}
