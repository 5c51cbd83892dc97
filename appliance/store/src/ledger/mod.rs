//! The ordered ledger: RocksDB behind one commit lane. Values are sealed, keys are ids.

mod batch;
mod changes;
mod copy;
mod digest;
mod lane;
mod meta;
mod notifier;
mod open;
mod options;
mod outbox;
mod overlay;
mod retired;
mod rocks;
mod shared;
mod sum;
mod table;
#[cfg(test)]
mod tests;
mod tx;
mod value;
mod view;
mod work;

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use crossbeam_channel::{TrySendError, bounded};
use holdfast_base::{CommitNo, Error, Result, World};
use holdfast_hsm::DekHandle;

use self::{
    shared::{Shared, Task},
    work::{Transaction, Work},
};
use crate::{
    limits,
    outbox::{Committed, Outbox},
    scrub::Scrub,
};

pub(crate) use self::shared::on_own_thread;
pub use self::{
    digest::BatchDigest,
    options::LedgerOptions,
    rocks::Visit,
    shared::LedgerCounters,
    sum::LedgerState,
    table::{Change, Preset, Slice, Table},
    tx::LedgerTx,
    view::{Read, View},
};

/// Cheap to clone; all clones are the same ledger.
#[derive(Clone)]
pub struct Ledger {
    shared: Arc<Shared>,
}

impl Ledger {
    /// Opens or creates the ledger in the folder `path`, with these tables.
    pub fn open(path: &Path, tables: &[Table], key: DekHandle, world: World) -> Result<Self> {
        Self::open_with(path, tables, key, world, &LedgerOptions::default())
    }

    /// The same with a share of the memory budget.
    pub fn open_with(path: &Path, tables: &[Table], key: DekHandle, world: World, options: &LedgerOptions) -> Result<Self> {
        let tables = [tables, &[retired::RETIRED]].concat();
        open::open(path, &tables, key, world, options).map(|shared| Self { shared })
    }

    /// A snapshot of what is durable now. Taken of a closed ledger, each reading answers `Sealed`.
    pub fn view(&self) -> View {
        View::new(self.shared.key.clone(), self.shared.rocks.read().clone())
    }

    /// Queues `f` for the lane and waits until its batch is durable. All waiting transactions share one batch and one
    /// fdatasync. A closure that fails or panics leaves nothing behind; its error comes back. `Busy` when the queue is full,
    /// `QuotaExceeded` when the disk is.
    /// Not from `done`, `after_commit` or a listener: it would wait for itself, so it is refused.
    pub fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Committed<T>> {
        self.wait(|to| Box::new(Transaction::new(f, move |committed| drop(to.send(committed)))))
    }

    /// The same for what gives space back, or what the box needs to start: it may use the reserve of a full disk.
    pub fn write_freeing<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Committed<T>> {
        self.wait(|to| Box::new(Transaction::freeing(f, move |committed| drop(to.send(committed)))))
    }

    fn wait<T>(&self, work: impl FnOnce(oneshot::Sender<Result<Committed<T>>>) -> Box<dyn Work>) -> Result<Committed<T>> {
        if on_own_thread() {
            return Err(Error::broken("wait for the ledger on one of its own threads"));
        }
        let (to, answer) = oneshot::channel();
        self.hand_over(work(to));
        answer.recv().unwrap_or_else(|_| Err(Error::broken("hear of a transaction")))
    }

    /// The same without holding a thread: `done` runs on the lane's notifier once durable, in commit order; keep it
    /// short. A refusal (`Busy`, `Sealed`) calls it at once, on this thread.
    pub fn submit<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<Committed<T>>) + Send + 'static,
    ) {
        self.hand_over(Box::new(Transaction::new(f, done)));
    }

    /// The same for what gives space back.
    pub fn submit_freeing<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<Committed<T>>) + Send + 'static,
    ) {
        self.hand_over(Box::new(Transaction::freeing(f, done)));
    }

    fn hand_over(&self, work: Box<dyn Work>) {
        if let Err((work, refusal)) = self.queue(work) {
            work.finish(Err(refusal));
        }
    }

    fn queue(&self, work: Box<dyn Work>) -> Result<(), (Box<dyn Work>, Error)> {
        if let Err(refusal) = self.shared.check() {
            return Err((work, refusal));
        }
        let tasks = self.shared.tasks.read();
        let Some(tasks) = tasks.as_ref() else { return Err((work, Error::Sealed)) };
        let (task, refusal) = match tasks.try_send(Task::Work(work)) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Full(task)) => (task, Error::Busy { retry_seconds: limits::RETRY_SECONDS }),
            Err(TrySendError::Disconnected(task)) => (task, shared::poison()),
        };
        match task {
            Task::Work(work) => Err((work, refusal)),
            Task::Drained(..) | Task::Advanced(..) | Task::Probe(_) => Ok(()),
        }
    }

    /// For what may be lost in a crash and is only late when the queue is full.
    fn ride_along(&self, task: Task) {
        if let Some(tasks) = self.shared.tasks.read().as_ref() {
            // Full: the next one carries this one's number and more.
            let _ = tasks.try_send(task);
        }
    }

    /// The last durable commit.
    pub fn head(&self) -> CommitNo {
        CommitNo(self.shared.head.load(Ordering::Acquire))
    }

    /// Changes with `g > after`, at most `limit` (one commit may exceed it), whole commits only.
    /// `Gone` when they were trimmed, or when `after` is a number that this ledger has not reached.
    pub fn changes(&self, after: CommitNo, limit: usize) -> Result<Vec<Change>> {
        changes::after(&self.shared, after, limit)
    }

    /// Durable position of a named reader ("search", ...): the log is not trimmed past it. Asking registers the name, at 0.
    pub fn reader_position(&self, reader: &'static str) -> Result<CommitNo> {
        self.shared.rocks()?;
        Ok(CommitNo(*self.shared.readers.lock().entry(reader.to_owned()).or_insert(0)))
    }

    /// Moves a reader on; never back. After a crash it may be found a little behind, never ahead.
    pub fn advance_reader(&self, reader: &'static str, to: CommitNo) -> Result<()> {
        self.shared.check()?;
        let mut readers = self.shared.readers.lock();
        let position = readers.entry(reader.to_owned()).or_insert(0);
        if to.0 > *position {
            *position = to.0;
            self.ride_along(Task::Advanced(reader, to.0));
        }
        Ok(())
    }

    /// Called after each durable batch with the new head, on the notifier, after the batch's `done`s.
    pub fn on_commit(&self, f: Box<dyn Fn(CommitNo) + Send + Sync>) {
        self.shared.on_commit.write().push(f);
    }

    pub fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::new(self.clone())
    }

    /// fdatasyncs and batches so far, for /metrics and benches.
    pub fn counters(&self) -> LedgerCounters {
        self.shared.counters()
    }

    /// Writes and syncs a row of its own and answers how long that took, for readiness. Not a commit.
    pub fn probe(&self) -> Result<Duration> {
        let (began, (to, answer)) = (Instant::now(), bounded(1));
        self.shared.check()?;
        self.ride_along(Task::Probe(to));
        answer.recv_timeout(limits::PROBE_WAIT).map_err(|_| Error::Busy { retry_seconds: limits::RETRY_SECONDS })??;
        Ok(began.elapsed())
    }

    /// A copy as of now in a folder that does not exist yet; see [`crate::backup`].
    pub(crate) fn copy_to(&self, folder: &Path) -> Result<CommitNo> {
        copy::checkpoint(&self.shared, folder)
    }

    /// Reads every row of every table past the cache: block checksums of all, seals of the store's own rows.
    /// `pace` hears of each piece of [`limits::SCRUB_PIECE_BYTES`] and answers whether to go on; it may sleep.
    pub fn scrub(&self, pace: &mut dyn FnMut(u64) -> bool) -> Result<Scrub> {
        copy::scrub(&self.shared, pace)
    }

    /// What the ledger is known by now: see [`LedgerState`].
    pub fn state(&self) -> Result<LedgerState> {
        let rocks = self.shared.rocks()?;
        sum::state(&rocks, &self.shared.key)
    }

    /// A disk error has ended this ledger: the process should end and recover from the log.
    pub fn poisoned(&self) -> bool {
        self.shared.poisoned.load(Ordering::Acquire)
    }

    /// Lets the batch that is being written finish, answers `Sealed` to the rest, and closes the files within 2 s.
    /// A view that somebody still holds keeps them open until it is dropped.
    pub fn close(&self) {
        let began = Instant::now();
        self.shared.closed.store(true, Ordering::Release);
        // The lane ends when it has refused what waits.
        drop(self.shared.tasks.write().take());
        let Some(rocks) = self.shared.rocks.write().take() else { return };
        while Arc::strong_count(&rocks) > 1 && began.elapsed() < limits::CLOSE_WAIT {
            std::thread::sleep(Duration::from_millis(2));
        }
        if Arc::strong_count(&rocks) > 1 {
            tracing::warn!("the ledger is still being read; its files close with the last view");
        }
    }
}
