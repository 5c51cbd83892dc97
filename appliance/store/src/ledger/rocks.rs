//! The open RocksDB with its tables, and reading from it.

use std::{cmp::Ordering, collections::HashMap, ops::Range, path::Path};

use holdfast_base::{Error, Result};
use holdfast_hsm::{CryptoError, DekHandle};
use rocksdb::{ColumnFamily, DB, DBRawIterator, Options, ReadOptions, Snapshot, WriteBatch, WriteOptions};

use super::{
    LedgerOptions, options,
    overlay::{Row, Slot},
    table::{OWN, Table},
    value,
};

pub(super) struct Rocks {
    db: DB,
    /// Slices' tables first, then our own.
    names: Vec<&'static str>,
    places: HashMap<&'static str, usize>,
    slices: usize,
}

/// Takes a key and its value, answers whether to go on.
pub type Visit<'a> = dyn FnMut(&[u8], Vec<u8>) -> Result<bool> + 'a;

/// A range to walk, and the answers of the caller.
pub(super) struct Walk<'a> {
    pub(super) range: Range<Vec<u8>>,
    pub(super) reverse: bool,
    pub(super) under: &'a mut dyn FnMut(&[u8]) -> Result<DekHandle>,
    pub(super) f: &'a mut Visit<'a>,
}

impl Rocks {
    pub(super) fn open(folder: &Path, tables: &[Table], tuning: &LedgerOptions) -> Result<Self> {
        let mut all = tables.to_vec();
        all.extend(OWN);
        let names: Vec<_> = all.iter().map(|table| table.name).collect();
        let places: HashMap<_, _> = names.iter().enumerate().map(|(place, name)| (*name, place)).collect();
        if places.len() != names.len() || tables.iter().any(|table| table.name.starts_with("store.") || table.name == "default") {
            return Err(Error::broken("open the ledger: two tables have one name, or a name of the store's"));
        }
        // A table that no slice names any more must still be opened.
        let database = options::database(folder, tuning);
        let known = DB::list_cf(&Options::default(), folder).unwrap_or_default();
        let forgotten = known.iter().filter(|name| *name != "default" && !places.contains_key(name.as_str()));
        let mut families = options::tables(&all, tuning);
        families.extend(forgotten.map(|name| rocksdb::ColumnFamilyDescriptor::new(name, Options::default())));
        let db = DB::open_cf_descriptors(&database, folder, families).map_err(Error::internal("open the ledger"))?;
        Ok(Self { db, slices: tables.len(), names, places })
    }

    pub(super) fn db(&self) -> &DB {
        &self.db
    }

    pub(super) fn tables(&self) -> usize {
        self.slices
    }

    /// Whether a table is a slice's.
    pub(super) fn is_slices(&self, name: &str) -> bool {
        self.places.get(name).is_some_and(|place| *place < self.slices)
    }

    pub(super) fn name(&self, place: usize) -> &'static str {
        self.names[place]
    }

    pub(super) fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Where a slice's table stands.
    pub(super) fn place(&self, table: Table) -> Result<usize> {
        let place = self.places.get(table.name).copied().filter(|place| *place < self.slices);
        place.ok_or(Error::broken("use a table that the ledger was not opened with"))
    }

    pub(super) fn family(&self, name: &str) -> Result<&ColumnFamily> {
        self.db.cf_handle(name).ok_or(Error::broken("find a table of the ledger"))
    }

    pub(super) fn write(&self, batch: WriteBatch, sync: bool) -> Result<(), rocksdb::Error> {
        let mut options = WriteOptions::default();
        options.set_sync(sync);
        self.db.write_opt(batch, &options)
    }

    pub(super) fn get(&self, at: Option<&Snapshot<'_>>, name: &str, key: &[u8], under: &DekHandle) -> Result<Option<Vec<u8>>> {
        let family = self.family(name)?;
        let stored = match at {
            Some(snapshot) => snapshot.get_pinned_cf(family, key),
            None => self.db.get_pinned_cf(family, key),
        };
        let stored = stored.map_err(Error::internal("read the ledger"))?;
        stored.map(|stored| value::open(name, key, &stored, under)).transpose()
    }

    /// Walks the files and `pending` together; a pending row hides the stored one.
    pub(super) fn walk(&self, at: Option<&Snapshot<'_>>, name: &str, pending: &[Row<'_>], walk: Walk<'_>) -> Result<()> {
        if walk.range.start >= walk.range.end {
            return Ok(());
        }
        let mut stored = self.iterate(at, name, &walk.range, walk.reverse)?;
        let mut pending = pending.iter().peekable();
        loop {
            let order = match (pending.peek(), stored.key()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((waiting, _)), Some(key)) if walk.reverse => key.cmp(waiting),
                (Some((waiting, _)), Some(key)) => (*waiting).cmp(key),
            };
            let go_on = if order == Ordering::Greater {
                let (key, sealed) = stored.item().ok_or(Error::broken("read a row of the ledger"))?;
                let plain = value::open(name, key, sealed, &(walk.under)(key)?)?;
                (walk.f)(key, plain)?
            } else {
                pending.next().map_or(Ok(true), |(key, slot)| answer(key, slot, walk.under, walk.f))?
            };
            if !go_on {
                return Ok(());
            }
            if order != Ordering::Less {
                if walk.reverse { stored.prev() } else { stored.next() }
            }
        }
        stored.status().map_err(Error::internal("walk through the ledger"))
    }

    fn iterate(&self, at: Option<&Snapshot<'_>>, name: &str, range: &Range<Vec<u8>>, reverse: bool) -> Result<DBRawIterator<'_>> {
        let mut bounds = ReadOptions::default();
        bounds.set_iterate_lower_bound(range.start.as_slice());
        bounds.set_iterate_upper_bound(range.end.as_slice());
        if let Some(snapshot) = at {
            bounds.set_snapshot(snapshot);
        }
        let mut stored = self.db.raw_iterator_cf_opt(self.family(name)?, bounds);
        if reverse {
            stored.seek_to_last()
        } else {
            stored.seek_to_first()
        }
        Ok(stored)
    }
}

fn answer(key: &[u8], slot: &Slot, under: &mut dyn FnMut(&[u8]) -> Result<DekHandle>, f: &mut Visit<'_>) -> Result<bool> {
    match slot {
        Slot::Deleted => Ok(true),
        Slot::Put { plain, under: sealer } if under(key)?.id() == sealer.id() => f(key, plain.clone()),
        Slot::Put { .. } => Err(CryptoError::Integrity.into()),
    }
}
