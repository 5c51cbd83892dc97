use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, lchown},
    path::Path,
};

/// A folder that only its owner enters.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Replaces the file as a whole; durable when it returns.
pub(crate) fn write(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&fresh)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// The whole file system under a folder: also what a package and other tools wrote there, and nobody synced.
pub(crate) fn make_durable(folder: &Path) -> io::Result<()> {
    Ok(nix::unistd::syncfs(File::open(folder)?)?)
}

/// True when it was there.
pub(crate) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives a folder and all that is in it to somebody; links are not followed. True when something changed.
pub(crate) fn give(path: &Path, (user, group): (u32, u32)) -> io::Result<bool> {
    let meta = fs::symlink_metadata(path)?;
    let mut changed = meta.uid() != user || meta.gid() != group;
    if changed {
        lchown(path, Some(user), Some(group))?;
    }
    if meta.is_dir() {
        for entry in fs::read_dir(path)? {
            changed |= give(&entry?.path(), (user, group))?;
        }
    }
    Ok(changed)
}
