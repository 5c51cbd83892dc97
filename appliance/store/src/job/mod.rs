//! Idempotent work that follows a commit: in the other store, or in the process.

mod lane;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use holdfast_base::{EntryId, Error, Result};
use serde::{Deserialize, Serialize};

use self::lane::Lane;

use crate::{
    limits,
    outbox::{Outbox, Pending, Topic, Tx},
};

const VERSION: u8 = 1;

/// What is to be done, and to which ids; never contents. Payload of [`Topic::Job`].
///
/// A job may run twice, and after later ones (it waits for another attempt when it fails): it says *look at this
/// object again*, not *set this value*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// `noun.verb`: "department.members", "space.create".
    pub kind: String,
    /// Dense ids as they are, UUIDs as their 128 bits. At most [`limits::JOB_IDS`].
    pub ids: Vec<u128>,
}

impl Job {
    pub fn new(kind: &'static str) -> Self {
        Self { kind: kind.to_owned(), ids: Vec::new() }
    }

    #[must_use]
    pub fn id(mut self, id: impl Into<u128>) -> Self {
        self.ids.push(id.into());
        self
    }

    /// The dense id at this place.
    pub fn dense(&self, place: usize) -> Result<u64> {
        self.ids.get(place).and_then(|id| u64::try_from(*id).ok()).ok_or(Error::broken("read an id of a job"))
    }

    /// Queued in the transaction; runs after its commit.
    pub fn queue(&self, tx: &mut dyn Tx) -> Result<()> {
        if self.ids.len() > limits::JOB_IDS {
            return Err(Error::TooLarge { limit: limits::JOB_IDS as u64 });
        }
        let payload = postcard::to_extend(self, vec![VERSION]).map_err(Error::internal("encode a job"))?;
        let id = EntryId(tx.world().uuid());
        tx.queue(Pending { topic: Topic::Job, id, payload });
        Ok(())
    }

    pub fn decode(payload: &[u8]) -> Result<Self> {
        match payload.split_first() {
            Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(Error::internal("decode a job")),
            _ => Err(Error::broken("decode a job of this version")),
        }
    }
}

type Step = Box<dyn Fn(&Job) -> Result<()> + Send + Sync>;
type Steps = BTreeMap<&'static str, Step>;

/// Runs the jobs of both stores, each until it succeeds.
///
/// Register every kind, then [`JobRunner::start`]: it replays what a crash left before it returns, and goes on from a
/// thread of its own. A job of a kind that nobody registered waits, and is logged.
#[derive(Default)]
pub struct JobRunner {
    steps: Steps,
}

/// Stops the runner when dropped; what is left waits for the next start.
pub struct RunningJobs {
    stop: Arc<AtomicBool>,
    retrying: Arc<AtomicUsize>,
    wake: Sender<()>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl JobRunner {
    pub fn new() -> Self {
        Self::default()
    }

    /// `step` must be idempotent. It runs on the runner's thread and may write to both stores.
    #[must_use]
    pub fn on(mut self, kind: &'static str, step: impl Fn(&Job) -> Result<()> + Send + Sync + 'static) -> Self {
        self.steps.insert(kind, Box::new(step));
        self
    }

    /// Replays, then serves. A job that keeps failing does not hold back the start: it is retried afterwards.
    pub fn start(self, outboxes: Vec<Arc<dyn Outbox>>) -> Result<RunningJobs> {
        let (wake, woken) = bounded(1);
        for outbox in &outboxes {
            let wake = wake.clone();
            outbox.on_queued(Box::new(move |topic| {
                if topic == Topic::Job {
                    // Full: it is awake already.
                    let _ = wake.try_send(());
                }
            }));
        }
        let mut lanes: Vec<_> = outboxes.into_iter().map(Lane::new).collect();
        for _ in 0..limits::JOB_START_ATTEMPTS {
            lanes.iter_mut().try_for_each(|lane| lane.round(&self.steps, true))?;
        }
        let (stop, retrying) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let service = Service { steps: self.steps, lanes, woken, stop: stop.clone(), retrying: retrying.clone() };
        let thread = std::thread::Builder::new().name("jobs".to_owned()).spawn(move || service.run());
        let thread = Some(thread.map_err(Error::internal("start the job runner"))?);
        Ok(RunningJobs { stop, retrying, wake, thread })
    }
}

impl RunningJobs {
    /// Jobs that have failed and wait for another attempt.
    pub fn retrying(&self) -> usize {
        self.retrying.load(Ordering::Relaxed)
    }
}

impl Drop for RunningJobs {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        let _ = self.wake.try_send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Service {
    steps: Steps,
    lanes: Vec<Lane>,
    woken: Receiver<()>,
    stop: Arc<AtomicBool>,
    retrying: Arc<AtomicUsize>,
}

impl Service {
    fn run(mut self) {
        while !self.stop.load(Ordering::Acquire) {
            let mut pause = limits::JOB_PAUSE_MAX;
            for lane in &mut self.lanes {
                match lane.round(&self.steps, false) {
                    Ok(()) => pause = pause.min(lane.pause()),
                    Err(Error::Sealed) => return,
                    Err(error) => {
                        tracing::warn!(%error, "the job outbox could not be read");
                        pause = limits::JOB_PAUSE;
                    }
                }
            }
            self.retrying.store(self.lanes.iter().map(Lane::retrying).sum(), Ordering::Relaxed);
            if self.woken.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }
}
