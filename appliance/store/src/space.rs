//! A full disk is refused before it is met: a write that fails half-way would end the store.

use std::path::{Path, PathBuf};

use holdfast_base::{Error, Result};
use nix::sys::statvfs::statvfs;

use crate::limits;

/// The file system under one store.
pub(crate) struct Space {
    at: PathBuf,
}

impl Space {
    pub(crate) fn under(at: &Path) -> Self {
        Self { at: at.to_owned() }
    }

    /// `Busy` when less than the reserve is left. A file system that does not tell is trusted.
    pub(crate) fn check(&self) -> Result<()> {
        let Ok(disk) = statvfs(&self.at) else { return Ok(()) };
        let unit = disk.fragment_size();
        let reserve = limits::DISK_RESERVE_BYTES.min(disk.blocks() * unit / 50);
        if disk.blocks_available() * unit < reserve {
            return Err(Error::Busy { retry_seconds: limits::FULL_RETRY_SECONDS });
        }
        Ok(())
    }
}
