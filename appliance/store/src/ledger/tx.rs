use std::{collections::BTreeMap, ops::Range};

use holdfast_base::{CommitNo, Error, Result, Timestamp, World};
use holdfast_hsm::DekHandle;

use super::{
    Read,
    meta::ChangeRow,
    overlay::{Overlay, Slot},
    rocks::{Rocks, Visit, Walk},
    table::{COUNTERS, Slice, Table},
    value,
};
use crate::{
    limits,
    outbox::{Hook, Pending, Tx},
};

/// Runs on the commit lane: sees every earlier commit and its own writes. Keep it short; no I/O but [`Read`].
pub struct LedgerTx<'a> {
    base: Base<'a>,
    effects: Effects,
}

/// What a transaction stands on.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    pub(super) rocks: &'a Rocks,
    pub(super) key: &'a DekHandle,
    pub(super) world: &'a World,
    pub(super) now: Timestamp,
    pub(super) g: CommitNo,
    /// Rows of earlier transactions of this batch.
    pub(super) batch: &'a Overlay,
    /// Counters as earlier transactions left them: of this batch, then of earlier ones.
    pub(super) counters: [&'a BTreeMap<&'static str, u64>; 2],
}

/// What a transaction wants; kept or dropped as a whole.
pub(super) struct Effects {
    pub(super) rows: Overlay,
    pub(super) counters: BTreeMap<&'static str, u64>,
    pub(super) changes: Vec<ChangeRow>,
    pub(super) queued: Vec<Pending>,
    pub(super) hooks: Vec<Hook>,
}

impl Effects {
    /// A transaction that changed nothing has no commit number.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.counters.is_empty() && self.changes.is_empty() && self.queued.is_empty()
    }
}

impl<'a> LedgerTx<'a> {
    pub(super) fn new(base: Base<'a>) -> Self {
        let effects = Effects {
            rows: Overlay::new(base.rocks.tables()),
            counters: BTreeMap::new(),
            changes: Vec::new(),
            queued: Vec::new(),
            hooks: Vec::new(),
        };
        Self { base, effects }
    }

    pub(super) fn into_effects(self) -> Effects {
        self.effects
    }

    /// The commit number this transaction will have.
    pub fn g(&self) -> CommitNo {
        self.base.g
    }

    /// Sealed under `under` when the batch is written. At most [`limits::VALUE_BYTES`].
    pub fn put(&mut self, table: Table, key: &[u8], value: &[u8], under: &DekHandle) -> Result<()> {
        if value.len() > limits::VALUE_BYTES {
            return Err(Error::TooLarge { limit: limits::VALUE_BYTES as u64 });
        }
        self.set(table, key, Slot::Put { plain: value.to_vec(), under: under.clone() })
    }

    pub fn delete(&mut self, table: Table, key: &[u8]) -> Result<()> {
        self.set(table, key, Slot::Deleted)
    }

    /// A row of the change log under this `g`.
    pub fn change(&mut self, slice: Slice, container: u64, object: u64, verb: u8) {
        self.effects.changes.push(ChangeRow { slice, container, object, verb });
    }

    /// The next value of a durable named counter, dense, from 1 (ids of conversations, spaces, nodes ...).
    /// A transaction that fails takes none.
    pub fn next_id(&mut self, counter: &'static str) -> Result<u64> {
        let known =
            std::iter::once(&self.effects.counters).chain(self.base.counters).find_map(|counters| counters.get(counter)).copied();
        let last = match known {
            Some(last) => last,
            None => self.stored_counter(counter)?,
        };
        let next = last.checked_add(1).ok_or(Error::broken("count further"))?;
        self.effects.counters.insert(counter, next);
        Ok(next)
    }

    fn stored_counter(&self, counter: &'static str) -> Result<u64> {
        let stored = self.base.rocks.get(None, COUNTERS, counter.as_bytes(), self.base.key)?;
        stored.map_or(Ok(0), |row| value::decode(&row))
    }

    fn set(&mut self, table: Table, key: &[u8], slot: Slot) -> Result<()> {
        if key.len() > limits::KEY_BYTES {
            return Err(Error::TooLarge { limit: limits::KEY_BYTES as u64 });
        }
        let place = self.base.rocks.place(table)?;
        self.effects.rows.set(place, key, slot);
        if self.effects.rows.bytes() > limits::TRANSACTION_BYTES {
            return Err(Error::TooLarge { limit: limits::TRANSACTION_BYTES as u64 });
        }
        Ok(())
    }
}

impl Tx for LedgerTx<'_> {
    fn now(&self) -> Timestamp {
        self.base.now
    }

    fn world(&self) -> &World {
        self.base.world
    }

    fn queue(&mut self, row: Pending) {
        self.effects.queued.push(row);
    }

    fn after_commit(&mut self, f: Box<dyn FnOnce() + Send>) {
        self.effects.hooks.push(f);
    }
}

impl Read for LedgerTx<'_> {
    fn get(&self, table: Table, key: &[u8], under: &DekHandle) -> Result<Option<Vec<u8>>> {
        let place = self.base.rocks.place(table)?;
        let waiting = self.effects.rows.get(place, key, under).or_else(|| self.base.batch.get(place, key, under));
        waiting.unwrap_or_else(|| self.base.rocks.get(None, table.name, key, under))
    }

    fn scan(
        &self,
        table: Table,
        range: Range<Vec<u8>>,
        reverse: bool,
        under: &mut dyn FnMut(&[u8]) -> Result<DekHandle>,
        f: &mut Visit<'_>,
    ) -> Result<()> {
        let place = self.base.rocks.place(table)?;
        let mut waiting: BTreeMap<&[u8], &Slot> = self.base.batch.within(place, &range).collect();
        waiting.extend(self.effects.rows.within(place, &range));
        let mut pending: Vec<_> = waiting.into_iter().collect();
        if reverse {
            pending.reverse();
        }
        self.base.rocks.walk(None, table.name, &pending, Walk { range, reverse, under, f })
    }

    fn ledger_key(&self) -> &DekHandle {
        self.base.key
    }
}
