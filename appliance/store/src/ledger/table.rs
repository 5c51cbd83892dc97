//! Names that slices give: tables, and rows of the change log.

use holdfast_base::CommitNo;
use serde::{Deserialize, Serialize};

/// A column family. Values are sealed and bound to (store, table, key); keys are ids and HMAC tokens only.
/// Names do not begin with `store.`, and never change: they are bound to every value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Table {
    pub name: &'static str,
    pub preset: Preset,
}

/// How rows are written and read, for tuning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Written and read in key order: logs, messages.
    Sequential,
    /// Point reads of small values.
    Random,
    /// Large inline values: those of 4 KiB and more stand in blob files and are not rewritten by compaction.
    Blob,
}

/// One row of the change log: no contents, ids only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub g: CommitNo,
    pub slice: Slice,
    /// Conversation, space or other container, as in search.
    pub container: u64,
    pub object: u64,
    /// A number that the slice names.
    pub verb: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Slice {
    Im = 1,
    Drive = 2,
    Directory = 3,
}

pub(super) const META: &str = "store.meta";
pub(super) const CHANGES: &str = "store.changes";
pub(super) const OUTBOX: &str = "store.outbox";
pub(super) const COUNTERS: &str = "store.counters";

/// The ledger's own tables.
pub(super) const OWN: [Table; 4] = [
    Table { name: META, preset: Preset::Random },
    Table { name: CHANGES, preset: Preset::Sequential },
    Table { name: OUTBOX, preset: Preset::Sequential },
    Table { name: COUNTERS, preset: Preset::Random },
];
