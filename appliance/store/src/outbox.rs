//! What a transaction leaves behind for others, and how they drain it. Both stores have the same shape.

use holdfast_base::{CommitNo, EntryId, Result, Timestamp, World};

/// Which outbox a row goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// An encoded audit entry; the answer waits until the log has it.
    Audit,
    /// The digest of a ledger batch; written by the lane itself, drains within a second. See [`crate::BatchDigest`].
    Digest,
    /// An idempotent job for the other store or the process: kind and ids. See [`crate::Job`].
    Job,
}

impl Topic {
    pub(crate) const ALL: [Self; 3] = [Self::Audit, Self::Digest, Self::Job];

    /// The number on disk; never changes.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Audit => 1,
            Self::Digest => 2,
            Self::Job => 3,
        }
    }

    pub(crate) fn slot(self) -> usize {
        usize::from(self.code()) - 1
    }
}

/// A row on its way to an outbox. `id` lets a replay be recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub topic: Topic,
    pub id: EntryId,
    /// At most [`crate::limits::PAYLOAD_BYTES`].
    pub payload: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreName {
    Db,
    Ledger,
}

/// The last audit row of a transaction: wait for it with `AuditLog::settle`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxMark {
    pub store: StoreName,
    /// None: the transaction queued no audit row.
    pub audit: Option<u64>,
}

/// What a durable transaction answers.
#[derive(Debug)]
#[must_use = "an answer may go out only after AuditLog::settle(&committed.mark)"]
pub struct Committed<T> {
    pub value: T,
    pub mark: OutboxMark,
    /// Ledger only, and only when the transaction wrote something: a replayed request commits nothing.
    pub g: Option<CommitNo>,
}

/// What a transaction of either store offers to a slice besides its rows.
pub trait Tx {
    /// The instant of this transaction: the same at each call, never before an earlier transaction's.
    fn now(&self) -> Timestamp;
    fn world(&self) -> &World;
    /// Queued in the transaction, drained after its commit.
    fn queue(&mut self, row: Pending);
    /// Runs after the commit is durable, in commit order, on the committing thread: short, must not fail, must not write.
    fn after_commit(&mut self, f: Box<dyn FnOnce() + Send>);
}

/// Draining side, used by audit and by the job runner. One drainer for each topic.
pub trait Outbox: Send + Sync {
    fn name(&self) -> StoreName;
    /// Rows of a topic after `after`, oldest first; at most [`crate::limits::OUTBOX_PAGE`].
    fn rows(&self, topic: Topic, after: u64, limit: usize) -> Result<Vec<(u64, Pending)>>;
    /// Drop rows up to and including `upto`. They never come back in this process; after a crash a few may be
    /// seen again, since the deletion rides with a later commit instead of costing one of its own.
    fn done(&self, topic: Topic, upto: u64) -> Result<()>;
    /// Called after each commit that queued rows, from the committing thread: wake somebody and return.
    fn on_queued(&self, f: Box<dyn Fn(Topic) + Send + Sync>);
}

pub(crate) type Hook = Box<dyn FnOnce() + Send>;
pub(crate) type Listener<A> = Box<dyn Fn(A) + Send + Sync>;

/// Runs what others left with us. Their panic must not take a lane down.
pub(crate) fn call_out(what: &'static str, f: impl FnOnce()) {
    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err() {
        tracing::error!(what, "a callback panicked");
    }
}

/// Refuses what no drainer could take.
pub(crate) fn check_rows(rows: &[Pending]) -> Result<()> {
    use crate::limits::{PAYLOAD_BYTES, QUEUED_ROWS};
    if rows.len() > QUEUED_ROWS {
        return Err(holdfast_base::Error::TooLarge { limit: QUEUED_ROWS as u64 });
    }
    if rows.iter().any(|row| row.payload.len() > PAYLOAD_BYTES) {
        return Err(holdfast_base::Error::TooLarge { limit: PAYLOAD_BYTES as u64 });
    }
    Ok(())
}
