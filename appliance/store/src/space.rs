//! A full disk is refused before it is met: a write that fails half-way would end the store.

use std::path::{Path, PathBuf};

use holdfast_base::{Error, Result};
use nix::sys::statvfs::statvfs;

use crate::limits;

/// The file system under one store.
pub(crate) struct Space {
    at: PathBuf,
}

/// What a disk still takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Room {
    Nothing,
    /// What gives space back, and the box's own bookkeeping.
    Reserve,
    Everything,
}

impl Space {
    pub(crate) fn under(at: &Path) -> Self {
        Self { at: at.to_owned() }
    }

    /// `QuotaExceeded` when only the reserve is left.
    pub(crate) fn check(&self) -> Result<()> {
        if self.room() == Room::Everything { Ok(()) } else { Err(Error::QuotaExceeded) }
    }

    /// A file system that does not tell is trusted.
    pub(crate) fn room(&self) -> Room {
        let Ok(disk) = statvfs(&self.at) else { return Room::Everything };
        let unit = disk.fragment_size();
        let (free, reserve) = (disk.blocks_available() * unit, limits::DISK_RESERVE_BYTES.min(disk.blocks() * unit / 50));
        if free >= reserve {
            return Room::Everything;
        }
        if free >= reserve / limits::DISK_RESERVE_FLOOR { Room::Reserve } else { Room::Nothing }
    }
}
