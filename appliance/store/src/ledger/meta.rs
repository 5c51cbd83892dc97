//! The ledger's own rows: the head, positions of readers, counters, the change log and the outbox.

use holdfast_base::{EntryId, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::{table::Slice, value};
use crate::outbox::Topic;

/// Key of [`Head`] in `store.meta`.
pub(super) const HEAD: &[u8] = b"head";
/// Key of the last trimmed commit number in `store.meta`.
pub(super) const TRIMMED: &[u8] = b"trimmed";
/// Keys of the sums of tables in `store.meta`: this, then the table's name.
pub(super) const SUM: &[u8] = b"sum/";
/// Keys of readers in `store.meta`: this, then the name.
pub(super) const READER: &[u8] = b"reader/";

/// Written with every batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The last commit.
    pub(super) g: u64,
    /// Numbers up to here may have been on their way to the disk: after a crash none of them is given again.
    pub(super) reserved: u64,
    /// The last row of each topic.
    pub(super) queued: [u64; 3],
    pub(super) at: Timestamp,
    /// The ledger was closed in order: `g + 1` may be given.
    pub(super) clean: bool,
    /// The sums of tables are kept; a ledger from before them is counted once, when it is opened.
    pub(super) summed: bool,
}

/// As it was written before there were sums.
#[derive(Deserialize)]
struct Unsummed {
    g: u64,
    reserved: u64,
    queued: [u64; 3],
    at: Timestamp,
    clean: bool,
}

pub(super) fn head(row: &[u8]) -> Result<Head> {
    value::decode(row).or_else(|_| {
        let Unsummed { g, reserved, queued, at, clean } = value::decode(row)?;
        Ok(Head { g, reserved, queued, at, clean, summed: false })
    })
}

pub(super) fn sum_key(table: &str) -> Vec<u8> {
    [SUM, table.as_bytes()].concat()
}

/// One row of `store.changes`, under its `g`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CommitRow {
    pub(super) at: Timestamp,
    pub(super) changes: Vec<ChangeRow>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ChangeRow {
    pub(super) slice: Slice,
    pub(super) container: u64,
    pub(super) object: u64,
    pub(super) verb: u8,
}

/// One row of `store.outbox`, under topic and number.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OutboxRow {
    pub(super) entry: EntryId,
    pub(super) payload: Vec<u8>,
}

pub(super) fn outbox_key(topic: Topic, id: u64) -> Vec<u8> {
    let mut key = vec![topic.code()];
    key.extend_from_slice(&id.to_be_bytes());
    key
}

pub(super) fn reader_key(name: &str) -> Vec<u8> {
    [READER, name.as_bytes()].concat()
}

/// The big-endian number at the end of a key.
pub(super) fn number(key: &[u8]) -> u64 {
    key.last_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
