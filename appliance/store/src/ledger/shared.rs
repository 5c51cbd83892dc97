//! What the lane, the notifier and every clone of the ledger know together.

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use crossbeam_channel::Sender;
use holdfast_base::{CommitNo, Error, Result, World};
use holdfast_hsm::DekHandle;
use parking_lot::{Mutex, RwLock};

use super::{rocks::Rocks, work::Work};
use crate::{
    limits,
    outbox::{Listener, Topic},
    space::Space,
};

pub(super) struct Shared {
    pub(super) world: World,
    pub(super) key: DekHandle,
    /// None once closed.
    pub(super) rocks: RwLock<Option<Arc<Rocks>>>,
    /// None once closed.
    pub(super) tasks: RwLock<Option<Sender<Task>>>,
    pub(super) closed: AtomicBool,
    pub(super) poisoned: AtomicBool,
    pub(super) head: AtomicU64,
    /// The last commit whose changes are gone.
    pub(super) trimmed: AtomicU64,
    /// Up to where each topic is drained.
    pub(super) drained: [AtomicU64; 3],
    /// Up to where drained rows are deleted.
    pub(super) deleted: [AtomicU64; 3],
    pub(super) readers: Mutex<BTreeMap<String, u64>>,
    pub(super) counts: Counts,
    pub(super) on_queued: RwLock<Vec<Listener<Topic>>>,
    pub(super) on_commit: RwLock<Vec<Listener<CommitNo>>>,
    pub(super) space: Space,
}

/// What waits for the lane.
pub(super) enum Task {
    Work(Box<dyn Work>),
    /// Rows of this topic up to this number are drained: delete them. Rides along, costs no sync.
    Drained(Topic, u64),
    /// This reader has come so far. Rides along too.
    Advanced(&'static str, u64),
    /// Write and sync something, to see that the disk takes it.
    Probe(Sender<Result<()>>),
}

#[derive(Default)]
pub(super) struct Counts {
    pub(super) batches: AtomicU64,
    pub(super) transactions: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) fdatasyncs: AtomicU64,
    pub(super) sync_microseconds: AtomicU64,
    pub(super) slowest_microseconds: AtomicU64,
}

/// Totals since the ledger was opened, for /metrics and benches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LedgerCounters {
    /// Batches written for transactions.
    pub batches: u64,
    /// Transactions that committed something.
    pub transactions: u64,
    /// Bytes given to the write-ahead log.
    pub bytes: u64,
    /// Writes that waited for the disk: one for each batch, and a few at open and close.
    pub fdatasyncs: u64,
    /// Microseconds in write and sync, over all of them.
    pub sync_microseconds: u64,
    /// The slowest of them.
    pub slowest_microseconds: u64,
    /// Transactions waiting for the lane now.
    pub waiting: u64,
}

impl Shared {
    pub(super) fn rocks(&self) -> Result<Arc<Rocks>> {
        self.rocks.read().clone().ok_or(Error::Sealed)
    }

    /// Whether anything may still be written.
    pub(super) fn check(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Sealed);
        }
        if self.poisoned.load(Ordering::Acquire) {
            return Err(poison());
        }
        Ok(())
    }

    pub(super) fn poison(&self) {
        self.poisoned.store(true, Ordering::Release);
    }

    pub(super) fn counters(&self) -> LedgerCounters {
        let counts = &self.counts;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        LedgerCounters {
            batches: read(&counts.batches),
            transactions: read(&counts.transactions),
            bytes: read(&counts.bytes),
            fdatasyncs: read(&counts.fdatasyncs),
            sync_microseconds: read(&counts.sync_microseconds),
            slowest_microseconds: read(&counts.slowest_microseconds),
            waiting: self.tasks.read().as_ref().map_or(0, |tasks| tasks.len() as u64),
        }
    }
}

/// An earlier disk error ended the ledger; it was logged then. The process ends and starts anew, so that trying again helps.
pub(super) fn poison() -> Error {
    Error::Busy { retry_seconds: limits::RETRY_SECONDS }
}

thread_local! {
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// Marks the lane and the notifier: whoever waited for a commit there would wait for itself.
pub(super) fn enter_own_thread() {
    OURS.set(true);
}

pub(crate) fn on_own_thread() -> bool {
    OURS.get()
}
