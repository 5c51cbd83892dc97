//! A transaction on its way: the closure, its answer, and whom to tell.

use std::panic::{AssertUnwindSafe, catch_unwind};

use holdfast_base::{CommitNo, Error, Result};

use super::tx::LedgerTx;
use crate::outbox::{Committed, OutboxMark};

/// What became of a transaction whose batch is durable.
#[derive(Clone, Copy)]
pub(super) struct Stamp {
    pub(super) g: Option<CommitNo>,
    pub(super) mark: OutboxMark,
}

/// The same without types, for the queue.
pub(super) trait Work: Send {
    /// May go into the reserve of the disk.
    fn frees(&self) -> bool;
    /// Runs the closure and keeps its answer. False: it failed, and nothing of it may stay.
    fn run(&mut self, tx: &mut LedgerTx<'_>) -> bool;
    /// The closure's own answer becomes this failure.
    fn fail(&mut self, error: Error);
    /// Tells the caller. `batch` is an error when the batch did not become durable, or the closure never ran.
    fn finish(self: Box<Self>, batch: Result<Stamp>);
}

pub(super) struct Transaction<T, F, D: FnOnce(Result<Committed<T>>)> {
    frees: bool,
    f: Option<F>,
    answer: Option<Result<T>>,
    done: Option<D>,
}

impl<T, F, D: FnOnce(Result<Committed<T>>)> Transaction<T, F, D> {
    pub(super) fn new(f: F, done: D) -> Self {
        Self { frees: false, f: Some(f), answer: None, done: Some(done) }
    }

    pub(super) fn freeing(f: F, done: D) -> Self {
        Self { frees: true, f: Some(f), answer: None, done: Some(done) }
    }
}

impl<T, F, D> Work for Transaction<T, F, D>
where
    T: Send,
    F: FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send,
    D: FnOnce(Result<Committed<T>>) + Send,
{
    fn frees(&self) -> bool {
        self.frees
    }

    fn run(&mut self, tx: &mut LedgerTx<'_>) -> bool {
        let Some(f) = self.f.take() else { return false };
        let answer = catch_unwind(AssertUnwindSafe(|| f(tx)));
        let answer = answer.unwrap_or_else(|_| Err(Error::broken("finish a transaction: it panicked")));
        self.answer.insert(answer).is_ok()
    }

    fn fail(&mut self, error: Error) {
        self.answer = Some(Err(error));
    }

    fn finish(mut self: Box<Self>, batch: Result<Stamp>) {
        let Some(done) = self.done.take() else { return };
        done(batch.and_then(|stamp| {
            let value = self.answer.take().unwrap_or(Err(Error::broken("run a transaction")))?;
            Ok(Committed { value, mark: stamp.mark, g: stamp.g })
        }));
    }
}

impl<T, F, D: FnOnce(Result<Committed<T>>)> Drop for Transaction<T, F, D> {
    fn drop(&mut self) {
        // Lost with a dying lane: the caller must hear of it all the same.
        if let Some(done) = self.done.take() {
            done(Err(Error::broken("finish a transaction: the commit lane ended")));
        }
    }
}
