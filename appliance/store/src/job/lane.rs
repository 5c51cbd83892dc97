//! The jobs of one store, in order; those that fail wait aside while later ones go on.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use holdfast_base::{Error, Result};

use super::{Job, Steps};
use crate::{
    limits,
    outbox::{Outbox, Topic},
};

const PAGE: usize = 64;

pub(super) struct Lane {
    outbox: Arc<dyn Outbox>,
    /// Every row up to here was run, or waits in `retries`.
    read: u64,
    retries: BTreeMap<u64, Retry>,
}

struct Retry {
    payload: Vec<u8>,
    pause: Duration,
    due: Instant,
}

impl Lane {
    pub(super) fn new(outbox: Arc<dyn Outbox>) -> Self {
        Self { outbox, read: 0, retries: BTreeMap::new() }
    }

    pub(super) fn retrying(&self) -> usize {
        self.retries.len()
    }

    /// How long nothing needs doing, unless somebody queues.
    pub(super) fn pause(&self) -> Duration {
        let due = self.retries.values().map(|retry| retry.due).min();
        due.map_or(limits::JOB_PAUSE_MAX, |due| due.saturating_duration_since(Instant::now()))
    }

    /// Runs what waits. With `all` also what is not due yet.
    pub(super) fn round(&mut self, steps: &Steps, all: bool) -> Result<()> {
        self.retry(steps, all);
        // Too many failing at once: no further reading until some succeed, so that memory stays bounded.
        while self.retries.len() < limits::JOBS_RETRYING {
            let rows = self.outbox.rows(Topic::Job, self.read, PAGE)?;
            let Some((last, _)) = rows.last() else { break };
            self.read = *last;
            for (id, row) in rows {
                if let Err(error) = attempt(steps, &row.payload) {
                    tracing::warn!(store = ?self.outbox.name(), job = id, %error, "a job failed; it will be tried again");
                    let retry = Retry { payload: row.payload, pause: limits::JOB_PAUSE, due: Instant::now() + limits::JOB_PAUSE };
                    self.retries.insert(id, retry);
                }
            }
        }
        self.outbox.done(Topic::Job, self.retries.keys().next().map_or(self.read, |first| first - 1))
    }

    fn retry(&mut self, steps: &Steps, all: bool) {
        let now = Instant::now();
        self.retries.retain(|id, retry| {
            if !all && retry.due > now {
                return true;
            }
            let Err(error) = attempt(steps, &retry.payload) else { return false };
            retry.pause = (retry.pause * 2).min(limits::JOB_PAUSE_MAX);
            retry.due = Instant::now() + retry.pause;
            tracing::debug!(job = id, %error, "a job failed again");
            true
        });
    }
}

fn attempt(steps: &Steps, payload: &[u8]) -> Result<()> {
    let job = Job::decode(payload)?;
    let step = steps.get(job.kind.as_str()).ok_or(Error::broken("find the step of a job of this kind"))?;
    catch_unwind(AssertUnwindSafe(|| step(&job))).unwrap_or_else(|_| Err(Error::broken("finish a job: it panicked")))
}
