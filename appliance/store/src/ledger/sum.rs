//! What each table is known by, so that a row that is older than it should be, missing or added is noticed.
//!
//! A value is bound to its place, but an older value of the same place opens as well as the newest. So each batch carries,
//! sealed, for every table it touches the sum of all rows that the table then holds: the XOR over
//! `HMAC(ledger's key, SHA-256(stored value) · name · 0 · key)`. Whoever has the disk but no key can neither read it nor make
//! rows that keep it. [`super::Ledger::state`] is what the audit log keeps of it, [`super::Ledger::scrub`] counts anew.
//!
//! Always true: tables of slices and the named counters are summed, from the first batch on; the sums ride in the batch that
//! they sum. Absent on purpose: the change log, the outbox and positions of readers, which are drained without a wait for
//! the disk, and whose contents stand in the audit log.

use std::collections::BTreeMap;

use holdfast_base::{CommitNo, Error, Result};
use holdfast_hsm::DekHandle;
use ring::digest::{Context, SHA256, digest};
use rocksdb::{IteratorMode, Snapshot};

use super::{
    meta,
    rocks::{Rocks, Walk},
    table::{COUNTERS, META},
    value,
};

const LABEL: &str = "ledger-rows";
/// Rows that are summed at once.
const ROWS_AT_ONCE: usize = 1_024;

pub(super) type Sum = [u8; 32];
/// By table; one that is absent holds nothing.
pub(super) type Sums = BTreeMap<&'static str, Sum>;

/// What the ledger is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerState {
    /// The last commit.
    pub g: CommitNo,
    /// Over the sums of all tables. Two ledgers of one box that hold different rows differ in it.
    pub sha256: [u8; 32],
}

/// Rows that come or go; one that does both counts for nothing.
#[derive(Default)]
pub(super) struct Delta(BTreeMap<&'static str, Vec<Vec<u8>>>);

impl Delta {
    pub(super) fn count(&mut self, name: &'static str, key: &[u8], stored_sha256: &[u8]) {
        self.0.entry(name).or_default().push(item(name, key, stored_sha256));
    }

    pub(super) fn absorb(&mut self, other: Self) {
        other.0.into_iter().for_each(|(name, items)| self.0.entry(name).or_default().extend(items));
    }

    /// The row that a batch is about to replace or to delete, if there is one.
    pub(super) fn leaving(&mut self, rocks: &Rocks, name: &'static str, key: &[u8]) -> Result<()> {
        let stored = rocks.db().get_pinned_cf(rocks.family(name)?, key).map_err(Error::internal("read the ledger"))?;
        if let Some(stored) = stored {
            self.count(name, key, digest(&SHA256, &stored).as_ref());
        }
        Ok(())
    }

    /// The sums that change, as they will be.
    pub(super) fn onto(self, sums: &Sums, key: &DekHandle) -> Result<Vec<(&'static str, Sum)>> {
        let added = self.0.into_iter().map(|(name, items)| {
            let change = key.sum(LABEL, &mut items.into_iter())?;
            Ok((name, xor(sums.get(name).copied().unwrap_or_default(), change)))
        });
        added.collect()
    }
}

fn item(name: &str, key: &[u8], stored_sha256: &[u8]) -> Vec<u8> {
    [stored_sha256, name.as_bytes(), &[0], key].concat()
}

fn xor(mut one: Sum, other: Sum) -> Sum {
    one.iter_mut().zip(other).for_each(|(byte, other)| *byte ^= other);
    one
}

/// Whether a table is summed.
pub(super) fn is_summed(rocks: &Rocks, name: &str) -> bool {
    name == COUNTERS || rocks.is_slices(name)
}

/// Counts rows one by one, as a walk hands them out.
pub(super) struct Counting<'a> {
    key: &'a DekHandle,
    waiting: Vec<Vec<u8>>,
    sum: Sum,
}

impl<'a> Counting<'a> {
    pub(super) fn new(key: &'a DekHandle) -> Self {
        Self { key, waiting: Vec::new(), sum: Sum::default() }
    }

    pub(super) fn row(&mut self, name: &str, key: &[u8], stored: &[u8]) -> Result<()> {
        self.waiting.push(item(name, key, digest(&SHA256, stored).as_ref()));
        if self.waiting.len() < ROWS_AT_ONCE { Ok(()) } else { self.add() }
    }

    pub(super) fn finish(mut self) -> Result<Sum> {
        self.add()?;
        Ok(self.sum)
    }

    fn add(&mut self) -> Result<()> {
        self.sum = xor(self.sum, self.key.sum(LABEL, &mut self.waiting.drain(..))?);
        Ok(())
    }
}

/// The sums as they are written down.
pub(super) fn stored(rocks: &Rocks, at: Option<&Snapshot<'_>>, key: &DekHandle) -> Result<Sums> {
    let mut found = Sums::new();
    let mut end = meta::SUM.to_vec();
    end.push(u8::MAX);
    let walk = Walk {
        range: meta::SUM.to_vec()..end,
        reverse: false,
        under: &mut |_| Ok(key.clone()),
        f: &mut |row, plain| {
            let name = row.strip_prefix(meta::SUM).unwrap_or_default();
            // That of a table which no slice names any more stays where it is.
            if let Some(name) = rocks.names().iter().find(|known| known.as_bytes() == name) {
                found.insert(name, value::decode(&plain)?);
            }
            Ok(true)
        },
    };
    rocks.walk(at, META, &[], walk)?;
    Ok(found)
}

/// Counts everything: for a ledger from before there were sums.
pub(super) fn count(rocks: &Rocks, key: &DekHandle) -> Result<Sums> {
    let summed = rocks.names().iter().filter(|name| is_summed(rocks, name));
    let sums = summed.map(|name| {
        let mut counting = Counting::new(key);
        for row in rocks.db().iterator_cf(rocks.family(name)?, IteratorMode::Start) {
            let (row, stored) = row.map_err(Error::internal("read the ledger"))?;
            counting.row(name, &row, &stored)?;
        }
        Ok((*name, counting.finish()?))
    });
    sums.collect()
}

/// What the audit log keeps.
pub(super) fn state(rocks: &Rocks, key: &DekHandle) -> Result<LedgerState> {
    let snapshot = rocks.db().snapshot();
    let head =
        rocks.get(Some(&snapshot), META, meta::HEAD, key)?.map_or_else(|| Ok(meta::Head::default()), |row| meta::head(&row))?;
    let mut hash = Context::new(&SHA256);
    for (name, sum) in stored(rocks, Some(&snapshot), key)? {
        // An empty table sums up to nothing, whether it was ever written or not.
        if sum != Sum::default() {
            hash.update(name.as_bytes());
            hash.update(&[0]);
            hash.update(&sum);
        }
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(hash.finish().as_ref());
    Ok(LedgerState { g: CommitNo(head.g), sha256 })
}
