//! Every bound of this crate, in one place.

use std::time::Duration;

/// Transactions that may wait for the commit lane; one more is answered `Busy`.
pub const QUEUE_TRANSACTIONS: usize = 16_384;
/// Transactions of one batch.
pub const BATCH_TRANSACTIONS: usize = 4_096;
/// Plaintext bytes after which a batch takes no further transaction.
pub const BATCH_BYTES: usize = 16 << 20;
/// Plaintext bytes of keys and values that one ledger transaction may write.
pub const TRANSACTION_BYTES: usize = 32 << 20;
/// Bytes of one key of the ledger.
pub const KEY_BYTES: usize = 1_024;
/// Bytes of one value of the ledger, before sealing.
pub const VALUE_BYTES: usize = 4 << 20;
/// Bytes of one outbox payload.
pub const PAYLOAD_BYTES: usize = 1 << 20;
/// Rows that one transaction may queue in the outbox.
pub const QUEUED_ROWS: usize = 4_096;
/// Rows that one call of `Outbox::rows` answers at most.
pub const OUTBOX_PAGE: usize = 4_096;
/// Changes that one call of `Ledger::changes` answers, unless a single commit has more.
pub const CHANGES_PAGE: usize = 10_000;
/// Commit numbers reserved ahead, durably.
pub const COMMIT_BLOCK: u64 = 1 << 20;
/// Batches whose answers may wait for the notifier; the lane pauses when there are more.
pub const NOTICES: usize = 256;
/// How long the change log keeps rows for devices that were away.
pub const CHANGES_KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);
/// How often the lane looks for changes to trim, on the boot clock.
pub const TRIM_EVERY: Duration = Duration::from_secs(10);
/// Commits that one look trims at most.
pub const TRIM_COMMITS: usize = 512;
/// How long a probe waits for the lane.
pub const PROBE_WAIT: Duration = Duration::from_secs(5);
/// Hint for a caller that was told `Busy`.
pub const RETRY_SECONDS: u64 = 1;
/// How long a reader waits for a free connection.
pub const READER_WAIT: Duration = Duration::from_secs(5);
/// How long SQLite waits for a lock that another process holds.
pub const LOCK_WAIT_MILLISECONDS: u32 = 5_000;
/// Connections that read at once.
pub const READERS: u32 = 64;
/// Closing takes no longer than this.
pub const CLOSE_WAIT: Duration = Duration::from_secs(2);
/// Bytes to which the write-ahead file of the relational store is cut after a checkpoint.
pub const JOURNAL_BYTES: u64 = 64 << 20;
/// Page cache of each connection of the relational store.
pub const CONNECTION_CACHE_KIB: u32 = 8_192;
/// Free bytes below which nothing new is taken, so that the log can still be written and compaction can still run.
/// On small disks a fiftieth of the disk, where that is less.
pub const DISK_RESERVE_BYTES: u64 = 256 << 20;
/// Below this part of the reserve nothing at all is written.
pub const DISK_RESERVE_FLOOR: u64 = 4;
/// Pages of the relational store that are copied at once: 4 MiB.
pub const COPIED_PAGES: i32 = 1_024;
/// A scrub reports after this many bytes.
pub const SCRUB_PIECE_BYTES: u64 = 4 << 20;
/// Findings that one scrub lists.
pub const SCRUB_FINDINGS: usize = 100;
/// Ids of one job.
pub const JOB_IDS: usize = 1_024;
/// Jobs that wait for another attempt while later ones go on.
pub const JOBS_RETRYING: usize = 256;
/// The first pause after a failed job; it doubles up to [`JOB_PAUSE_MAX`].
pub const JOB_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause between two attempts.
pub const JOB_PAUSE_MAX: Duration = Duration::from_secs(300);
/// Attempts of one job while the box starts; what still fails is retried afterwards.
pub const JOB_START_ATTEMPTS: u32 = 3;
