//! Rows that are not in RocksDB yet: those of one transaction, or those of the batch so far.
//! They stay in clear until the batch is sealed, so that a row which is written often is sealed once.

use std::{collections::BTreeMap, ops::Range};

use holdfast_base::Result;
use holdfast_hsm::{CryptoError, DekHandle};

pub(super) enum Slot {
    Put { plain: Vec<u8>, under: DekHandle },
    Deleted,
}

pub(super) type Row<'a> = (&'a [u8], &'a Slot);

/// One map for each table, in key order.
pub(super) struct Overlay {
    tables: Vec<BTreeMap<Vec<u8>, Slot>>,
    bytes: usize,
}

impl Overlay {
    pub(super) fn new(tables: usize) -> Self {
        Self { tables: std::iter::repeat_with(BTreeMap::new).take(tables).collect(), bytes: 0 }
    }

    /// Plaintext bytes taken so far; never shrinks.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables.iter().all(BTreeMap::is_empty)
    }

    pub(super) fn set(&mut self, place: usize, key: &[u8], slot: Slot) {
        self.bytes += key.len();
        if let Slot::Put { plain, .. } = &slot {
            self.bytes += plain.len();
        }
        self.tables[place].insert(key.to_vec(), slot);
    }

    /// A later transaction's rows hide this one's.
    pub(super) fn absorb(&mut self, later: Self) {
        self.bytes += later.bytes;
        for (mine, theirs) in self.tables.iter_mut().zip(later.tables) {
            mine.extend(theirs);
        }
    }

    pub(super) fn holds(&self, place: usize, key: &[u8]) -> bool {
        self.tables[place].contains_key(key)
    }

    /// `None`: not here. `Some(None)`: deleted here.
    pub(super) fn get(&self, place: usize, key: &[u8], under: &DekHandle) -> Option<Result<Option<Vec<u8>>>> {
        Some(match self.tables[place].get(key)? {
            Slot::Deleted => Ok(None),
            Slot::Put { plain, under: sealer } if under.id() == sealer.id() => Ok(Some(plain.clone())),
            // As if it were stored: the wrong key does not open it.
            Slot::Put { .. } => Err(CryptoError::Integrity.into()),
        })
    }

    pub(super) fn within<'a>(&'a self, place: usize, range: &Range<Vec<u8>>) -> impl Iterator<Item = Row<'a>> {
        // BTreeMap::range panics on a range that ends before it starts.
        let sound = range.start < range.end;
        let rows = sound.then(|| {
            self.tables[place].range::<[u8], _>((
                std::ops::Bound::Included(range.start.as_slice()),
                std::ops::Bound::Excluded(range.end.as_slice()),
            ))
        });
        rows.into_iter().flatten().map(|(key, slot)| (key.as_slice(), slot))
    }

    /// In the order of tables, then keys.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &[u8], &Slot)> {
        let tables = self.tables.iter().enumerate();
        tables.flat_map(|(place, rows)| rows.iter().map(move |(key, slot)| (place, key.as_slice(), slot)))
    }
}
