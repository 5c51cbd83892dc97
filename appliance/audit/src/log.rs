//! The log as the house uses it.

use std::{
    fs::File,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, SendTimeoutError, Sender};
use holdfast_base::{EntryId, Error, Result, World};
use holdfast_store::{Db, Ledger, OutboxMark};
use parking_lot::{Mutex, RwLock};

use crate::{
    drain::Drain,
    entry::Header,
    event::{Draft, Event},
    forward::Progress,
    limits::{CHECKPOINT_EVERY, DEADLINE, RETRY_MILLISECONDS, TILE_WIDTH},
    seal::Sealer,
    sequencer::{Appended, Done, Order},
    settle::Settle,
    sign::Checkpoints,
    summary::Index,
    tree::Tree,
    verify::{Hash, folder::Dir, read_bundle},
};

pub struct AuditConfig {
    /// The folder `audit/`.
    pub dir: PathBuf,
    /// `audit.jsonl`: ids, actions and results only.
    pub jsonl: Option<PathBuf>,
    /// Name of the log in its checkpoints: no spaces, no plus.
    pub origin: String,
}

/// Where an event stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    pub index: u64,
}

/// Cheap to clone; all clones are the same log. [`AuditLog::close`] ends its threads.
#[derive(Clone)]
pub struct AuditLog {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) dir: PathBuf,
    pub(crate) origin: String,
    pub(crate) sealer: Sealer,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) tree: Mutex<Tree>,
    pub(crate) index: RwLock<Index>,
    pub(crate) settle: Settle,
    pub(crate) world: World,
    pub(crate) durable: AtomicU64,
    /// Entries before this one were pruned.
    pub(crate) minimum: AtomicU64,
    /// One pruning at a time.
    pub(crate) pruning: Mutex<()>,
    /// Held by whoever reads the log from its first entry to its last; pruning deletes when nobody does.
    pub(crate) whole: RwLock<()>,
    /// Writes that waited for the disk since the log was opened.
    pub(crate) fdatasyncs: AtomicU64,
    pub(crate) orders: Sender<Order>,
    pub(crate) closed: AtomicBool,
    /// What the disk holds is not known, or somebody changed it: nothing is appended until the log is opened again.
    pub(crate) stopped: AtomicBool,
    /// Milliseconds since boot of the last append that the disk refused; 0 once one has succeeded.
    pub(crate) refused_at: AtomicU64,
    /// The first of both.
    pub(crate) poisoned: AtomicBool,
    pub(crate) forwarders: Mutex<Vec<Arc<Progress>>>,
    /// Closed when the log is.
    pub(crate) stopping: Receiver<()>,
    /// Dropped to wake the threads that sleep.
    pub(crate) stop: Mutex<Option<Sender<()>>>,
    pub(crate) threads: Mutex<Vec<JoinHandle<()>>>,
    /// Held while the log is open, so that nobody else appends.
    pub(crate) lock: Mutex<Option<File>>,
}

impl AuditLog {
    /// Drains both outboxes (first thing after a start), then keeps draining from a thread of its own.
    pub fn attach(&self, db: &Db, ledger: &Ledger) -> Result<()> {
        self.attach_outboxes([db.outbox(), ledger.outbox()])
    }

    pub(crate) fn attach_outboxes(&self, outboxes: [Arc<dyn holdfast_store::Outbox>; 2]) -> Result<()> {
        let mut drain = Drain::new(self.shared.clone(), outboxes);
        let rung = drain.listen();
        drain.catch_up()?;
        self.shared.spawn("audit-drain", move || drain.run(&rung))
    }

    /// Can the log take entries? Asked before a change is begun, so that one that could not be audited is not made.
    pub fn ready(&self) -> Result<()> {
        if self.shared.is_closed() {
            return Err(Error::Sealed);
        }
        if self.shared.is_stopped() || self.shared.has_just_failed() { Err(Error::AuditUnavailable) } else { Ok(()) }
    }

    /// A disk error has ended appending: the process should end, and recover from what is on the disk.
    pub fn poisoned(&self) -> bool {
        self.shared.poisoned.load(Ordering::SeqCst)
    }

    /// Waits until the log has the entries of this commit durably; `AuditUnavailable` after 2 s.
    pub fn settle(&self, mark: &OutboxMark) -> Result<()> {
        self.shared.settle.wait(mark)
    }

    /// The same without holding a thread. `done` runs on a thread of the log: short, must not block.
    pub fn when_settled(&self, mark: &OutboxMark, done: Box<dyn FnOnce(Result<()>) + Send>) {
        self.shared.settle.when(mark, done);
    }

    /// For what has no row of its own (sign-in, download, search, export, auditor's reading): durable when it returns.
    pub fn append(&self, event: Event) -> Result<Receipt> {
        self.append_draft(self.shared.draft(event))
    }

    /// The same without holding a thread: refused at once where the queue is full. `done` runs on a thread of the log: short,
    /// must not block.
    pub fn append_then(&self, event: Event, done: impl FnOnce(Result<Receipt>) + Send + 'static) -> Result<()> {
        if self.shared.is_closed() {
            return Err(Error::Sealed);
        }
        let done = Box::new(move |appended: Appended| done(appended.receipt()));
        let order = Order::Append { drafts: vec![self.shared.draft(event)], done };
        self.shared.orders.try_send(order).map_err(|_| Error::AuditUnavailable)
    }

    pub(crate) fn append_draft(&self, draft: Draft) -> Result<Receipt> {
        let (answer, answered) = oneshot::channel();
        self.shared.order(vec![draft], Box::new(move |appended| drop(answer.send(appended))))?;
        answered.recv_timeout(DEADLINE).map_err(|_| Error::AuditUnavailable)?.receipt()
    }

    /// Within a second, bounded queue: searches while typing. What finds the queue full is dropped and counted in the journal.
    pub fn append_soon(&self, event: Event) {
        let drafts = vec![self.shared.draft(event)];
        if self.shared.orders.try_send(Order::Append { drafts, done: Box::new(|_| ()) }).is_err() {
            tracing::warn!("an audit event that nobody waits for was dropped: the queue is full");
        }
    }

    /// Writes that waited for the disk since the log was opened.
    pub fn fdatasyncs(&self) -> u64 {
        self.shared.fdatasyncs.load(Ordering::Relaxed)
    }

    /// Ends the threads, appends what was ordered before, and signs it. Later calls answer `Sealed`.
    pub fn close(&self) {
        let shared = &self.shared;
        if shared.closed.swap(true, Ordering::SeqCst) {
            return;
        }
        shared.stop.lock().take();
        let _ = shared.orders.send(Order::Stop);
        shared.settle.close();
        let threads = std::mem::take(&mut *shared.threads.lock());
        for thread in threads {
            if thread.thread().id() != thread::current().id() && thread.join().is_err() {
                tracing::error!("a thread of the audit log panicked");
            }
        }
        if let Err(cause) = shared.checkpoints.sign(&shared.tree) {
            tracing::warn!(cause = &cause as &dyn std::error::Error, "sign the audit log at its close");
        }
        shared.lock.lock().take();
    }
}

impl Shared {
    /// Entries that are durable.
    pub(crate) fn durable(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    /// Bundles before this one were pruned.
    pub(crate) fn first_bundle(&self) -> u64 {
        self.minimum.load(Ordering::Acquire) / TILE_WIDTH as u64
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// The disk refused the last append: nobody begins what would be refused too. One a second finds out whether it still is.
    fn has_just_failed(&self) -> bool {
        let at = self.refused_at.load(Ordering::Relaxed);
        at > 0 && self.boot_milliseconds().saturating_sub(at) < RETRY_MILLISECONDS
    }

    pub(crate) fn note_disk(&self, refuses: bool) {
        self.refused_at.store(if refuses { self.boot_milliseconds() } else { 0 }, Ordering::Relaxed);
    }

    fn boot_milliseconds(&self) -> u64 {
        u64::try_from(self.world.clock.boot().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    pub(crate) fn stop_appending(&self, disk_error: bool) {
        self.poisoned.store(disk_error, Ordering::SeqCst);
        self.stopped.store(true, Ordering::SeqCst);
    }

    pub(crate) fn folder(&self) -> Dir {
        Dir(self.dir.clone())
    }

    pub(crate) fn draft(&self, event: Event) -> Draft {
        Draft::new(EntryId(self.world.uuid()), self.world.now(), event)
    }

    pub(crate) fn order(&self, drafts: Vec<Draft>, done: Done) -> Result<()> {
        if self.is_closed() {
            return Err(Error::Sealed);
        }
        match self.orders.send_timeout(Order::Append { drafts, done }, DEADLINE) {
            Ok(()) => Ok(()),
            Err(SendTimeoutError::Timeout(_) | SendTimeoutError::Disconnected(_)) => Err(Error::AuditUnavailable),
        }
    }

    /// The sequencer made these durable.
    pub(crate) fn appended<'a>(&self, entries: impl Iterator<Item = (&'a Header, Hash)>) {
        let (mut tree, mut index) = (self.tree.lock(), self.index.write());
        for (header, leaf) in entries {
            tree.push(leaf);
            index.add(header);
        }
        self.durable.store(tree.edge().size(), Ordering::Release);
    }

    pub(crate) fn sign_now_and_then(&self, stopped: &Receiver<()>) {
        let mut failing = false;
        // Nobody sends: the channel tells of the end by being closed.
        while stopped.recv_timeout(CHECKPOINT_EVERY) == Err(crossbeam_channel::RecvTimeoutError::Timeout) {
            match self.checkpoints.sign(&self.tree) {
                Ok(_) => failing = false,
                Err(cause) if !failing => {
                    failing = true;
                    tracing::warn!(cause = &cause as &dyn std::error::Error, "sign the audit log; tried again each second");
                }
                Err(_) => (),
            }
        }
    }

    /// Reads the older bundles back, newest first, while the log serves already.
    pub(crate) fn build_index(&self) {
        let begin = Instant::now();
        let folder = self.folder();
        let bundles = self.durable().div_ceil(TILE_WIDTH as u64);
        for number in (self.first_bundle()..bundles).rev() {
            if self.is_closed() {
                return;
            }
            let Ok(at) = usize::try_from(number) else { continue };
            // The last bundle may grow while it is read: then its summary comes from the lock's inside.
            let mut index = (number + 1 == bundles).then(|| self.index.write());
            let Ok(bundle) = read_bundle(&folder, number, TILE_WIDTH) else { continue };
            let headers: Vec<Header> = bundle.iter().filter_map(|entry| Some(Header::split(entry).ok()?.0)).collect();
            index.get_or_insert_with(|| self.index.write()).put(at, &headers);
        }
        if begin.elapsed() > Duration::from_secs(5) {
            tracing::info!(bundles, milliseconds = begin.elapsed().as_millis(), "the audit index is built");
        }
    }

    pub(crate) fn spawn(&self, name: &str, f: impl FnOnce() + Send + 'static) -> Result<()> {
        let thread =
            thread::Builder::new().name(name.to_owned()).spawn(f).map_err(Error::internal("start a thread of the audit log"))?;
        self.threads.lock().push(thread);
        Ok(())
    }
}
