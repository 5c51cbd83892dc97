//! The commit lane: one thread, no timer. It takes what waits, runs it in order, writes one batch, syncs once, tells.

use std::{collections::BTreeMap, sync::Arc, sync::atomic::Ordering, time::Duration};

use crossbeam_channel::{Receiver, Sender};
use holdfast_base::{CommitNo, Error, Result};

use super::{
    batch::Batch,
    meta::Head,
    notifier::Notice,
    rocks::Rocks,
    shared::{Shared, Task, enter_own_thread, poison},
    sum::Sums,
    work::Work,
};
use crate::{
    limits,
    outbox::{Topic, call_out},
    space::Room,
};

pub(super) struct Lane {
    pub(super) rocks: Arc<Rocks>,
    pub(super) shared: Arc<Shared>,
    pub(super) tasks: Receiver<Task>,
    pub(super) notices: Sender<Notice>,
    pub(super) head: Head,
    /// Every counter that was used since the start.
    pub(super) counters: BTreeMap<&'static str, u64>,
    pub(super) sums: Sums,
    pub(super) trimmed_at: Duration,
}

/// Poisons the ledger if the lane ends in any way but the orderly one.
struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.poison();
            tracing::error!("the commit lane panicked: nothing is acknowledged any more");
        }
    }
}

impl Lane {
    pub(super) fn run(mut self) {
        enter_own_thread();
        let _guard = Guard(self.shared.clone());
        while let Ok(first) = self.tasks.recv() {
            match self.shared.check() {
                Ok(()) => self.batch(first),
                Err(refusal) => self.refuse(first, refusal),
            }
            self.trim_when_due();
        }
        self.shared.on_queued.write().clear();
        self.leave();
    }

    /// Everything that waits now, up to the limits of one batch.
    fn batch(&mut self, first: Task) {
        let mut batch = Batch::new(&self.rocks);
        let room = self.shared.space.room();
        let mut next = Some(first);
        while let Some(task) = next {
            match task {
                Task::Work(work) => self.take(&mut batch, work, room),
                Task::Probe(asker) => batch.probes.push(asker),
                Task::Drained(topic, upto) => batch.drained[topic.slot()] = batch.drained[topic.slot()].max(upto),
                Task::Advanced(reader, to) => drop(batch.advanced.insert(reader, to)),
            }
            next = if batch.is_full() { None } else { self.tasks.try_recv().ok() };
        }
        if room == Room::Nothing {
            self.put_off(&mut batch);
        }
        self.commit(batch);
    }

    /// What rides along is cumulative: the next one that finds room carries it.
    fn put_off(&self, batch: &mut Batch) {
        batch.drained = [0; 3];
        batch.advanced.clear();
        for asker in batch.probes.drain(..) {
            let _ = asker.send(Err(Error::QuotaExceeded));
        }
    }

    fn take(&mut self, batch: &mut Batch, mut work: Box<dyn Work>, room: Room) {
        let fits = room == Room::Everything || room == Room::Reserve && work.frees();
        let refusal = match self.shared.check() {
            Ok(()) if !fits => Error::QuotaExceeded,
            Ok(()) => return batch.run(self, work),
            Err(refusal) => refusal,
        };
        work.fail(refusal);
        batch.works.push((work, None));
    }

    fn commit(&mut self, mut batch: Batch) {
        let written = self.write(&mut batch);
        let works = std::mem::take(&mut batch.works);
        for asker in batch.probes.drain(..) {
            let _ = asker.send(if written.is_ok() { Ok(()) } else { Err(poison()) });
        }
        match written {
            Ok(head) => {
                batch.hooks.drain(..).for_each(|hook| call_out("after_commit", hook));
                self.announce(&batch.topics);
                let works = works.into_iter().map(|(work, stamp)| (work, Ok(stamp.unwrap_or(batch.nothing())))).collect();
                self.tell(Notice { works, head });
            }
            Err(error) => {
                let sealed = matches!(error, Error::Sealed);
                let refusal = || if sealed { Error::Sealed } else { Error::broken("write the ledger") };
                let mut works: Vec<_> = works.into_iter().map(|(work, _)| (work, Err(refusal()))).collect();
                if let Some((_, first)) = works.first_mut() {
                    *first = Err(error);
                }
                self.tell(Notice { works, head: None });
            }
        }
    }

    /// Seals and writes the batch; nothing is visible to readers before it is durable.
    fn write(&mut self, batch: &mut Batch) -> Result<Option<CommitNo>> {
        let Some(ready) = batch.seal(self)? else { return Ok(None) };
        self.put(ready.batch, ready.sync)?;
        let counts = &self.shared.counts;
        let Some(head) = ready.head else { return Ok(None) };
        counts.batches.fetch_add(1, Ordering::Relaxed);
        counts.transactions.fetch_add(batch.committed(), Ordering::Relaxed);
        self.counters.append(&mut batch.counters);
        self.sums.extend(ready.sums);
        self.shared.world.clock.at_least(head.at);
        self.shared.head.store(head.g, Ordering::Release);
        let g = CommitNo(head.g);
        self.head = head;
        Ok(Some(g))
    }

    pub(super) fn put(&self, batch: rocksdb::WriteBatch, sync: bool) -> Result<()> {
        let (bytes, began) = (batch.size_in_bytes() as u64, std::time::Instant::now());
        if let Err(source) = self.rocks.write(batch, sync) {
            // Not again, ever: after a failed sync the kernel answers the next one with success.
            self.shared.poison();
            tracing::error!(%source, "a disk error ended the ledger: nothing is acknowledged any more");
            return Err(Error::internal("write the ledger")(source));
        }
        let counts = &self.shared.counts;
        counts.bytes.fetch_add(bytes, Ordering::Relaxed);
        if sync {
            let spent = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
            counts.fdatasyncs.fetch_add(1, Ordering::Relaxed);
            counts.sync_microseconds.fetch_add(spent, Ordering::Relaxed);
            counts.slowest_microseconds.fetch_max(spent, Ordering::Relaxed);
        }
        Ok(())
    }

    fn announce(&self, topics: &[Topic]) {
        for listener in self.shared.on_queued.read().iter() {
            topics.iter().for_each(|topic| call_out("on_queued", || listener(*topic)));
        }
    }

    fn tell(&self, notice: Notice) {
        if notice.works.is_empty() && notice.head.is_none() {
            return;
        }
        if let Err(lost) = self.notices.send(notice) {
            // The notifier has ended; works tell their callers when they are dropped.
            drop(lost);
        }
    }

    fn refuse(&self, task: Task, refusal: Error) {
        if let Task::Work(work) = task {
            let refusal = if matches!(refusal, Error::Sealed) { Error::Sealed } else { poison() };
            self.tell(Notice { works: vec![(work, Err(refusal))], head: None });
        }
    }

    /// Notes the orderly end, so that numbers go on without a gap.
    fn leave(&mut self) {
        if self.shared.poisoned.load(Ordering::Acquire) {
            return;
        }
        let head = Head { clean: true, reserved: self.head.g, ..self.head.clone() };
        let noted =
            super::batch::head_row(&self.rocks, &self.shared, &head, &Sums::new()).and_then(|batch| self.put(batch, true));
        if noted.is_err() {
            // Already sealed: the next start leaves a gap instead.
            tracing::info!("the ledger was closed without a note of its head");
        }
    }

    fn trim_when_due(&mut self) {
        let now = self.shared.world.clock.boot();
        let early = now.saturating_sub(self.trimmed_at) < limits::TRIM_EVERY;
        if early || self.shared.check().is_err() || self.shared.space.room() == Room::Nothing {
            return;
        }
        self.trimmed_at = now;
        if let Err(error) = super::changes::trim(self) {
            tracing::warn!(%error, "the change log was not trimmed");
        }
    }
}
