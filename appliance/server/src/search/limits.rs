//! Bounds of what feeds search.

/// Changes that are taken from the ledger's log at once.
pub(super) const CHANGES: usize = 1_000;
/// Nodes of the drive that are looked at in one go while everything is fed again.
pub(super) const NODES: usize = 1_000;
/// How often the feeders look for themselves, should a wake-up be lost.
pub(super) const LOOK_SECONDS: u64 = 1;
/// How often the index's position is kept when no search made it commit.
pub(super) const KEEP_SECONDS: u64 = 20;
/// How long an index that is thrown away waits for the searches that still read it.
pub(super) const LET_GO_SECONDS: u64 = 2;
/// Wait after a failure before everything is fed again.
pub(super) const RETRY_SECONDS: u64 = 5;
/// Files that wait for their text.
pub(super) const WAITING_FILES: usize = 10_000_000;
/// Workers that read files at once.
pub(super) const WORKERS: usize = 2;
/// Share of the box's memory budget.
pub(super) const MEMORY_SHARE: u64 = 8;
/// How long a search waits for what is committed and not yet fed.
pub(super) const CATCH_UP_MILLISECONDS: u64 = 150;
/// Bytes of a file's text that are looked through for a snippet while somebody types.
pub(super) const TYPED_TEXT_BYTES: usize = 128 << 10;
/// So many names that have changed are fed one by one; more of them, all anew.
pub(super) const NAMES_ONE_BY_ONE: usize = 100;
