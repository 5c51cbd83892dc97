//! Every bound of this crate, in one place.

use std::time::Duration;

/// Bytes of one entry: its length travels as a u16.
pub const ENTRY_BYTES: usize = 65_535;
/// Bytes of one event before it is sealed; leaves room for header, commitment and tag.
pub const EVENT_BYTES: usize = 60 * 1024;
/// Bytes of one text among the details; longer ones are cut and marked.
pub const DETAIL_TEXT_BYTES: usize = 8 * 1024;
/// Items of one list among the details; longer ones are cut and marked.
pub const DETAIL_LIST_ITEMS: usize = 512;
/// Bytes of one item of a list.
pub const DETAIL_ITEM_BYTES: usize = 1024;
/// Details of one event.
pub const DETAILS: usize = 64;

/// Entries that share one fdatasync.
pub const BATCH_ENTRIES: usize = 4_096;
/// Orders that may wait for the sequencer.
pub const QUEUE_ORDERS: usize = 8_192;
/// How long a caller waits for the log before it refuses.
pub const DEADLINE: Duration = Duration::from_secs(2);
/// How long a full disk is taken for full before the next entry tries it again.
pub const RETRY_MILLISECONDS: u64 = 1_000;
/// A dirty log is signed this often.
pub const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// Checkpoints that are remembered with their time.
pub const CHECKPOINTS_KEPT: usize = 10;
/// Digests of ledger batches reach the log at least this often.
pub const DIGEST_EVERY: Duration = Duration::from_millis(500);
/// Digest rows merged into one entry.
pub const DIGESTS_MERGED: usize = 128;
/// Rows read from an outbox at once.
pub const DRAIN_ROWS: usize = 2_048;
/// Bundles at the end of the log that are always searched for entries of the outboxes after a start.
pub const DEDUPE_BUNDLES: u64 = 16;
/// Answers waiting for the log at one time; more are refused at once.
pub const WAITERS: usize = 65_536;

/// Entries of one delivery to a forwarder.
pub const FORWARD_BATCH: u64 = 4_096;
/// How often a forwarder looks for new entries.
pub const FORWARD_EVERY: Duration = Duration::from_secs(1);
/// Longest pause between two tries of a forwarder that does not get through.
pub const FORWARD_PAUSE: Duration = Duration::from_secs(30);
/// A cursor that moves is made durable this often; after a crash as much is sent again.
pub const CURSOR_EVERY: Duration = Duration::from_secs(1);
/// New entries after which a forwarder is given the newest checkpoint.
pub const WITNESS_EVERY: u64 = 256;
/// Bytes after which `audit.jsonl` is put aside.
pub const JSONL_BYTES: u64 = 64 * 1024 * 1024;
/// Files of `audit.jsonl` that are kept beside it: `.1` is the newest.
pub const JSONL_KEPT: u32 = 8;

/// Days that no setting goes below: the Cybersecurity Law asks for six months.
pub const RETENTION_FLOOR_DAYS: u32 = 184;
/// Days where nobody has set any: three years.
pub const RETENTION_DEFAULT_DAYS: u32 = 1_096;
/// Bytes of the file that says how far a pruning has come: 255 hashes for each of 8 levels.
pub const FRONT_BYTES: u64 = 256 * 1024;

/// Hashes of a full tile, entries of a full bundle (C2SP tlog-tiles: height 8).
pub const TILE_WIDTH: usize = 256;
/// Bytes of a full tile.
pub const TILE_BYTES: u64 = 32 * 256;
/// Bytes of a full bundle, at most.
pub const BUNDLE_BYTES: u64 = 256 * (2 + ENTRY_BYTES as u64);
/// Bytes of one line of an export: an entry, opened and sealed, and its proof.
pub const LINE_BYTES: u64 = 1024 * 1024;
/// Bytes of a checkpoint: 16 signatures, post-quantum ones too.
pub const CHECKPOINT_BYTES: u64 = 128 * 1024;
/// Bytes of the `keys.json` of an export.
pub const KEYS_BYTES: u64 = 512 * 1024 * 1024;
/// Entries of a malformed bundle that are looked at to say what was done.
pub const BUNDLE_ENTRIES_READ: usize = 1_024;
/// Missing files in a row after which a verifier looks for no more.
pub const ABSENT_FILES: u32 = 64;
/// Entries that `audit.jsonl` is given after a start, when a crash came before their lines.
pub const JSONL_CATCH_UP: u64 = 65_536;
/// Findings of one report; the first ones matter.
pub const FINDINGS: usize = 32;
/// Entries that a query reads in one answer before it hands out a cursor.
/// Bytes of what happens while the log is closed, and events of a box that has no log yet.
pub const DAYBOOK_BYTES: usize = 1024 * 1024;
pub const DAYBOOK_WAITING: usize = 256;
/// Changes of the signing key that a report names.
pub const KEY_CHANGES: usize = 32;
pub const QUERY_ENTRIES_READ: u64 = 262_144;
/// Actions that [`crate::AuditLog::actions`] remembers.
pub const ACTIONS: usize = 1_024;
/// Witnesses of one log.
pub const WITNESSES: usize = 16;
/// Bytes of what a witness hands back.
pub const COSIGNATURE_BYTES: usize = 16 * 1024;
/// Filters that one auditor keeps.
pub const SAVED_FILTERS: usize = 50;
/// Characters of the name of a saved filter.
pub const FILTER_NAME_CHARACTERS: usize = 60;
/// Entries that one export opens.
pub const EXPORT_KEYS: usize = 1_000_000;
/// Files of one export archive.
pub const ARCHIVE_FILES: usize = 4_000_000;
