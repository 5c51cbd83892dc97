//! Answers wait here until the log has the entries of their transaction.

use std::{collections::BTreeMap, time::Instant};

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
    /// The thread that watches deadlines waits for a first waiter. While there are some it looks by itself, so that not each
    /// one has to wake it.
    asleep: bool,
    closed: bool,
}

#[derive(Default)]
pub(crate) struct Settle {
    state: Mutex<State>,
    /// Wakes the thread that watches deadlines.
    first: Condvar,
}

impl Settle {
    /// Each waiter is woken once, for its own row: with a common bell, every batch would wake everybody who waits.
    pub(crate) fn wait(&self, mark: &OutboxMark) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        // Nobody may be left to hear it.
        self.when(mark, Box::new(move |settled| drop(answer.send(settled))));
        answered.recv().unwrap_or(Err(Error::AuditUnavailable))
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
        state.waiters[at].insert(key, (Instant::now() + DEADLINE, done));
        let asleep = std::mem::take(&mut state.asleep);
        drop(state);
        if asleep {
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
        for (_, done) in settled.into_values() {
            done(Ok(()));
        }
    }

    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        let left: Vec<_> = state.waiters.iter_mut().flat_map(std::mem::take).collect();
        drop(state);
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
            // Later waiters have later deadlines, and none is shorter than this pause.
            let next = state.waiters.iter().flat_map(|waiters| waiters.values().map(|(until, _)| *until)).min();
            let timed_out = self.first.wait_until(&mut state, next.unwrap_or(now + DEADLINE)).timed_out();
            if timed_out && next.is_none() && state.waiters.iter().all(BTreeMap::is_empty) && !state.closed {
                state.asleep = true;
                self.first.wait(&mut state);
            }
        }
    }
}

fn slot(store: StoreName) -> usize {
    match store {
        StoreName::Db => 0,
        StoreName::Ledger => 1,
    }
}
