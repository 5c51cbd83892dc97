//! Answers wait here until the log has the entries of their transaction.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use holdfast_base::{Error, Result};
use holdfast_store::{OutboxMark, StoreName};
use parking_lot::{Condvar, Mutex};

use crate::limits::{DEADLINE, WAITERS};

type Done = Box<dyn FnOnce(Result<()>) + Send>;

#[derive(Default)]
struct State {
    /// Outbox rows up to here are in the log, by store.
    reached: [u64; 2],
    waiters: [BTreeMap<(u64, u64), (Instant, Done)>; 2],
    next: u64,
    closed: bool,
}

#[derive(Default)]
pub(crate) struct Settle {
    state: Mutex<State>,
    changed: Condvar,
    /// Wakes the thread that watches deadlines. Later waiters have later deadlines, so only the first one matters.
    first: Condvar,
}

impl Settle {
    pub(crate) fn wait(&self, mark: &OutboxMark) -> Result<()> {
        let Some(row) = mark.audit else { return Ok(()) };
        let until = Instant::now() + DEADLINE;
        let mut state = self.state.lock();
        while state.reached[slot(mark.store)] < row {
            if state.closed || self.changed.wait_until(&mut state, until).timed_out() {
                return Err(Error::AuditUnavailable);
            }
        }
        Ok(())
    }

    pub(crate) fn when(&self, mark: &OutboxMark, done: Done) {
        let mut state = self.state.lock();
        let at = slot(mark.store);
        let settled = mark.audit.is_none_or(|row| state.reached[at] >= row);
        if settled || state.closed || state.waiters[at].len() >= WAITERS {
            drop(state);
            return done(if settled { Ok(()) } else { Err(Error::AuditUnavailable) });
        }
        state.next += 1;
        let key = (mark.audit.unwrap_or(0), state.next);
        let nobody = state.waiters.iter().all(BTreeMap::is_empty);
        state.waiters[at].insert(key, (Instant::now() + DEADLINE, done));
        drop(state);
        if nobody {
            self.first.notify_one();
        }
    }

    /// Rows of this store up to `row` are in the log.
    pub(crate) fn advance(&self, store: StoreName, row: u64) {
        let mut state = self.state.lock();
        let at = slot(store);
        state.reached[at] = state.reached[at].max(row);
        let later = state.waiters[at].split_off(&(row + 1, 0));
        let settled = std::mem::replace(&mut state.waiters[at], later);
        drop(state);
        self.changed.notify_all();
        for (_, done) in settled.into_values() {
            done(Ok(()));
        }
    }

    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        let left: Vec<_> = state.waiters.iter_mut().flat_map(std::mem::take).collect();
        drop(state);
        self.changed.notify_all();
        self.first.notify_all();
        for (_, (_, done)) in left {
            done(Err(Error::AuditUnavailable));
        }
    }

    /// Refuses those who have waited too long; runs on a thread of its own until [`Settle::close`].
    pub(crate) fn watch_deadlines(&self) {
        let mut state = self.state.lock();
        while !state.closed {
            let now = Instant::now();
            let mut late = Vec::new();
            for waiters in &mut state.waiters {
                late.extend(waiters.extract_if(.., |_, (until, _)| *until <= now).map(|(_, (_, done))| done));
            }
            if !late.is_empty() {
                parking_lot::MutexGuard::unlocked(&mut state, || {
                    for done in late {
                        done(Err(Error::AuditUnavailable));
                    }
                });
                continue;
            }
            let next = state.waiters.iter().flat_map(|waiters| waiters.values().map(|(until, _)| *until)).min();
            self.first.wait_until(&mut state, next.unwrap_or(now + Duration::from_secs(60)));
        }
    }
}

fn slot(store: StoreName) -> usize {
    match store {
        StoreName::Db => 0,
        StoreName::Ledger => 1,
    }
}
