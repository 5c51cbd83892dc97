//! What one round of the lane gathers, and how it becomes one write.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use crossbeam_channel::Sender;
use holdfast_base::{CommitNo, EntryId, Result};
use ring::digest::{SHA256, digest};
use rocksdb::WriteBatch;

use super::{
    digest::Digester,
    lane::Lane,
    meta::{self, CommitRow, Head, OutboxRow},
    overlay::{Overlay, Slot},
    rocks::Rocks,
    shared::Shared,
    sum::{Delta, Sum, Sums},
    table::{CHANGES, COUNTERS, META, OUTBOX},
    tx::{Base, Effects, LedgerTx},
    value,
    work::{Stamp, Work},
};
use crate::{
    limits,
    outbox::{Hook, OutboxMark, Pending, StoreName, Topic},
};

pub(super) struct Batch {
    rows: Overlay,
    pub(super) counters: BTreeMap<&'static str, u64>,
    commits: Vec<(u64, CommitRow)>,
    queued: Vec<(Topic, u64, Pending)>,
    pub(super) hooks: Vec<Hook>,
    /// None: it wrote nothing, or failed.
    pub(super) works: Vec<(Box<dyn Work>, Option<Stamp>)>,
    pub(super) topics: Vec<Topic>,
    pub(super) drained: [u64; 3],
    pub(super) advanced: BTreeMap<&'static str, u64>,
    pub(super) probes: Vec<Sender<Result<()>>>,
    /// The head as it will be; None until a transaction has committed.
    head: Option<Head>,
    first: u64,
    /// Rows that are replaced or deleted, and those that take their place.
    delta: Delta,
}

/// One write.
pub(super) struct Ready {
    pub(super) batch: WriteBatch,
    /// False when nobody waits for it: drained rows, positions of readers.
    pub(super) sync: bool,
    pub(super) head: Option<Head>,
    /// Those that change.
    pub(super) sums: Vec<(&'static str, Sum)>,
}

impl Batch {
    pub(super) fn new(rocks: &Rocks) -> Self {
        Self {
            rows: Overlay::new(rocks.tables()),
            counters: BTreeMap::new(),
            commits: Vec::new(),
            queued: Vec::new(),
            hooks: Vec::new(),
            works: Vec::new(),
            topics: Vec::new(),
            drained: [0; 3],
            advanced: BTreeMap::new(),
            probes: Vec::new(),
            head: None,
            first: 0,
            delta: Delta::default(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.works.len() >= limits::BATCH_TRANSACTIONS || self.rows.bytes() >= limits::BATCH_BYTES
    }

    /// Transactions that have a commit number.
    pub(super) fn committed(&self) -> u64 {
        self.works.iter().filter(|(_, stamp)| stamp.is_some()).count() as u64
    }

    /// For transactions that wrote nothing. They wait for the batch all the same, since they may have read what is in it.
    pub(super) fn nothing(&self) -> Stamp {
        Stamp { g: None, mark: OutboxMark { store: StoreName::Ledger, audit: None } }
    }

    pub(super) fn run(&mut self, lane: &Lane, mut work: Box<dyn Work>) {
        let mut head = self.head.clone().unwrap_or_else(|| lane.head.clone());
        head.at = lane.shared.world.now().max(head.at);
        head.g += 1;
        let mut tx = LedgerTx::new(Base {
            rocks: &lane.rocks,
            key: &lane.shared.key,
            world: &lane.shared.world,
            now: head.at,
            g: CommitNo(head.g),
            batch: &self.rows,
            counters: [&self.counters, &lane.counters],
        });
        let succeeded = work.run(&mut tx);
        let effects = tx.into_effects();
        let stamp = if succeeded { self.keep(&lane.rocks, head, effects, &mut work) } else { None };
        self.works.push((work, stamp));
    }

    fn keep(&mut self, rocks: &Rocks, mut head: Head, effects: Effects, work: &mut Box<dyn Work>) -> Option<Stamp> {
        // A row that cannot be read any more fails this transaction, not the batch.
        if let Err(refusal) = crate::outbox::check_rows(&effects.queued).and_then(|()| self.leave(rocks, &effects)) {
            work.fail(refusal);
            return None;
        }
        let nothing = effects.is_empty();
        self.hooks.extend(effects.hooks);
        if nothing {
            return None;
        }
        let mut audit = None;
        for row in effects.queued {
            let id = self.number(&mut head, row.topic);
            if row.topic == Topic::Audit {
                audit = Some(id);
            }
            self.queued.push((row.topic, id, row));
        }
        if !effects.changes.is_empty() {
            self.commits.push((head.g, CommitRow { at: head.at, changes: effects.changes }));
        }
        self.rows.absorb(effects.rows);
        self.counters.extend(effects.counters);
        if self.head.is_none() {
            self.first = head.g;
        }
        let g = Some(CommitNo(head.g));
        self.head = Some(head);
        Some(Stamp { g, mark: OutboxMark { store: StoreName::Ledger, audit } })
    }

    /// Counts what these effects take away from the disk, once for each row.
    fn leave(&mut self, rocks: &Rocks, effects: &Effects) -> Result<()> {
        let mut leaving = Delta::default();
        for (place, key, _) in effects.rows.rows().filter(|(place, key, _)| !self.rows.holds(*place, key)) {
            leaving.leaving(rocks, rocks.name(place), key)?;
        }
        for counter in effects.counters.keys().filter(|counter| !self.counters.contains_key(*counter)) {
            leaving.leaving(rocks, COUNTERS, counter.as_bytes())?;
        }
        self.delta.absorb(leaving);
        Ok(())
    }

    fn number(&mut self, head: &mut Head, topic: Topic) -> u64 {
        if !self.topics.contains(&topic) {
            self.topics.push(topic);
        }
        head.queued[topic.slot()] += 1;
        head.queued[topic.slot()]
    }

    /// None: there is nothing to write.
    pub(super) fn seal(&mut self, lane: &Lane) -> Result<Option<Ready>> {
        let (shared, before) = (&*lane.shared, &lane.head);
        let mut batch = Sealing::new(&lane.rocks, shared);
        batch.delta = std::mem::take(&mut self.delta);
        batch.drained(shared, self.drained)?;
        for (reader, to) in &self.advanced {
            batch.own(META, &meta::reader_key(reader), to)?;
        }
        let Some(mut head) = self.head.take() else {
            let sync = !self.probes.is_empty();
            if sync {
                batch.own(META, meta::HEAD, &stored(before, shared))?;
            }
            let ready = Ready { batch: batch.batch, sync, head: None, sums: Vec::new() };
            return Ok((!ready.batch.is_empty()).then_some(ready));
        };
        if head.reserved - head.g < limits::COMMIT_BLOCK / 2 {
            head.reserved += limits::COMMIT_BLOCK;
        }
        debug_assert!(before.reserved >= head.g);
        self.digest(&mut batch, &mut head)?;
        for (counter, value) in &self.counters {
            batch.counter(counter, value)?;
        }
        for (g, row) in &self.commits {
            batch.own(CHANGES, &g.to_be_bytes(), row)?;
        }
        for (topic, id, row) in std::mem::take(&mut self.queued) {
            batch.own(OUTBOX, &meta::outbox_key(topic, id), &OutboxRow { entry: row.id, payload: row.payload })?;
        }
        batch.own(META, meta::HEAD, &head)?;
        let sums = batch.sums(&lane.sums)?;
        Ok(Some(Ready { batch: batch.batch, sync: true, head: Some(head), sums }))
    }

    /// Seals the slices' rows and queues their digest.
    fn digest(&mut self, batch: &mut Sealing<'_>, head: &mut Head) -> Result<()> {
        let mut digester = Digester::new();
        for (place, key, slot) in self.rows.rows() {
            batch.row(batch.rocks.name(place), key, slot, &mut digester)?;
        }
        if digester.rows == 0 {
            return Ok(());
        }
        let payload = digester.finish(CommitNo(self.first), CommitNo(head.g)).encode()?;
        let id = self.number(head, Topic::Digest);
        let entry = EntryId(batch.shared.world.uuid());
        self.queued.push((Topic::Digest, id, Pending { topic: Topic::Digest, id: entry, payload }));
        Ok(())
    }
}

struct Sealing<'a> {
    rocks: &'a Rocks,
    shared: &'a Shared,
    batch: WriteBatch,
    delta: Delta,
}

impl<'a> Sealing<'a> {
    fn new(rocks: &'a Rocks, shared: &'a Shared) -> Self {
        Self { rocks, shared, batch: WriteBatch::default(), delta: Delta::default() }
    }

    fn row(&mut self, name: &'static str, key: &[u8], slot: &Slot, digester: &mut Digester) -> Result<()> {
        let family = self.rocks.family(name)?;
        match slot {
            Slot::Deleted => {
                digester.delete(name, key);
                self.batch.delete_cf(family, key);
            }
            Slot::Put { plain, under } => {
                let stored = value::seal(name, key, plain, under)?;
                self.delta.count(name, key, digester.put(name, key, &stored).as_ref());
                self.batch.put_cf(family, key, stored);
            }
        }
        Ok(())
    }

    fn counter(&mut self, counter: &str, value: &u64) -> Result<()> {
        let key = counter.as_bytes();
        let stored = value::seal(COUNTERS, key, &value::encode(value)?, &self.shared.key)?;
        self.delta.count(COUNTERS, key, digest(&SHA256, &stored).as_ref());
        self.batch.put_cf(self.rocks.family(COUNTERS)?, key, stored);
        Ok(())
    }

    fn sums(&mut self, before: &Sums) -> Result<Vec<(&'static str, Sum)>> {
        let sums = std::mem::take(&mut self.delta).onto(before, &self.shared.key)?;
        for (name, sum) in &sums {
            self.own(META, &meta::sum_key(name), sum)?;
        }
        Ok(sums)
    }

    fn own<T: serde::Serialize>(&mut self, name: &'static str, key: &[u8], row: &T) -> Result<()> {
        let stored = value::seal(name, key, &value::encode(row)?, &self.shared.key)?;
        self.batch.put_cf(self.rocks.family(name)?, key, stored);
        Ok(())
    }

    /// Numbers of a topic are dense, so no reading is needed to know the keys.
    fn drained(&mut self, shared: &Shared, drained: [u64; 3]) -> Result<()> {
        let family = self.rocks.family(OUTBOX)?;
        for topic in Topic::ALL {
            let deleted = &shared.deleted[topic.slot()];
            let (from, upto) = (deleted.load(Ordering::Acquire), drained[topic.slot()]);
            for id in from + 1..=upto {
                self.batch.delete_cf(family, meta::outbox_key(topic, id));
            }
            deleted.fetch_max(upto, Ordering::AcqRel);
        }
        Ok(())
    }
}

/// The head as it stands on the disk: after a crash numbers go on behind a gap, but the last commit is what it was.
fn stored(head: &Head, shared: &Shared) -> Head {
    Head { g: shared.head.load(Ordering::Acquire), ..head.clone() }
}

/// A batch of the head alone, with sums that were counted.
pub(super) fn head_row(rocks: &Rocks, shared: &Shared, head: &Head, sums: &Sums) -> Result<WriteBatch> {
    let mut sealing = Sealing::new(rocks, shared);
    sealing.own(META, meta::HEAD, head)?;
    for (name, sum) in sums {
        sealing.own(META, &meta::sum_key(name), sum)?;
    }
    Ok(sealing.batch)
}
