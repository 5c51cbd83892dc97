//! The last bundle: entries are appended in place, and one fdatasync makes all that were waiting for it durable.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::{files, limits::TILE_WIDTH, verify::layout::bundle_path};

pub(crate) struct Hot {
    file: File,
    path: PathBuf,
    place: (u64, u64),
    len: u64,
    entries: usize,
    /// Written and not yet durable: bytes and entries.
    pending: (u64, usize),
    /// Its name is not durable yet.
    fresh: bool,
}

/// Why entries are not durable.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppendError {
    /// The file is as it was before; the next append may succeed (disk full).
    #[error("append to the audit log")]
    Undone(#[source] io::Error),
    /// What the disk holds is not known: nothing is appended any more until the log is opened again.
    #[error("make the audit log durable")]
    Unknown(#[source] io::Error),
    /// Somebody removed, replaced or changed the file under the box.
    #[error("the last bundle of the audit log is not the file that was opened")]
    Replaced,
}

impl AppendError {
    /// Nothing is appended any more until the log is opened again.
    pub(crate) fn stops(&self) -> bool {
        !matches!(self, Self::Undone(_))
    }
}

impl Hot {
    /// Opens the bundle that holds `entries` entries in `len` bytes, or begins it.
    pub(crate) fn open(dir: &Path, number: u64, entries: usize, len: u64) -> io::Result<Self> {
        let path = dir.join(bundle_path(number, TILE_WIDTH));
        let fresh = !path.exists();
        let file = files::open_unsynced(&path)?;
        let found = file.metadata()?;
        if found.len() != len {
            return Err(io::Error::other("the last bundle has another length than was read"));
        }
        Ok(Self { file, path, place: (found.dev(), found.ino()), len, entries, pending: (0, 0), fresh })
    }

    /// Entries that still fit.
    pub(crate) fn room(&self) -> usize {
        TILE_WIDTH - self.entries - self.pending.1
    }

    /// Appends `bytes`, which are `entries` entries with their lengths. They are durable after [`Hot::sync`].
    pub(crate) fn write(&mut self, bytes: &[u8], entries: usize) -> Result<(), AppendError> {
        // Also before: nothing is written into a file that nobody will find.
        if !self.is_in_place() {
            return Err(AppendError::Replaced);
        }
        if let Err(cause) = self.file.write_all(bytes) {
            // A disk that has become read-only has taken nothing and cannot be cut either.
            let untouched = self.file.metadata().is_ok_and(|found| found.len() == self.len);
            return Err(match untouched || self.file.set_len(self.len).is_ok() {
                true => AppendError::Undone(cause),
                false => AppendError::Unknown(cause),
            });
        }
        self.pending = (bytes.len() as u64, entries);
        Ok(())
    }

    /// What was written is durable when it returns.
    pub(crate) fn sync(&mut self) -> Result<(), AppendError> {
        // A failed fdatasync may have dropped the pages and would succeed when tried again.
        self.file.sync_data().map_err(AppendError::Unknown)?;
        if std::mem::take(&mut self.fresh) {
            files::sync_parent(&self.path).map_err(AppendError::Unknown)?;
        }
        let (bytes, entries) = std::mem::take(&mut self.pending);
        self.len += bytes;
        self.entries += entries;
        if self.is_in_place() { Ok(()) } else { Err(AppendError::Replaced) }
    }

    /// Does the name still belong to the file that is written, and has nobody else written it? A file that was unlinked has no
    /// name left. A second name beside it is a backup's business.
    fn is_in_place(&self) -> bool {
        let ours = self.file.metadata().is_ok_and(|found| found.nlink() > 0 && found.len() == self.len);
        ours && fs::symlink_metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == self.place)
    }
}
