//! Index files on the disk, sealed in authenticated blocks that open one by one.
//!
//! Always true: nothing readable reaches the disk; a file opens only under its own name, whole blocks only, at its true length;
//! a file is written once. What does not authenticate is an I/O error, never a wrong answer.
//! Absent on purpose: keys (they stay behind [`BlockSealer`]), fsync, and a defence against the replay of a whole older folder.
//! The index is derived: after a power cut it opens or is fed again, and an older folder is brought forward from the change log
//! like any index that has been away.

mod cache;
mod directory;
mod scrub;
#[cfg(test)]
mod tests;

use std::{io, ops::Range};

pub(crate) use directory::SealedDirectory;
pub use scrub::{IndexScrub, scrub};

/// Reads sealed bytes of a file from an offset into a buffer, all of it.
pub type ReadAt<'a> = dyn FnMut(u64, &mut [u8]) -> io::Result<()> + 'a;

/// Seals the files of an index. Implemented by the caller over its keys; no key bytes cross.
///
/// `place` is index and file name, and is bound into every block.
pub trait BlockSealer: Send + Sync + 'static {
    /// Clear bytes of one block: reads are best aligned to it.
    fn block_bytes(&self) -> usize;

    /// A whole file, sealed.
    fn seal(&self, place: &str, plain: &[u8]) -> io::Result<Vec<u8>>;

    /// How many clear bytes a sealed file of this size holds; `None` when no file has it.
    fn plain_len(&self, sealed_len: u64) -> Option<u64>;

    /// Clear bytes `range` of a file of `plain_len` clear bytes.
    fn open(&self, place: &str, plain_len: u64, range: Range<u64>, read_at: &mut ReadAt<'_>) -> io::Result<Vec<u8>>;
}
