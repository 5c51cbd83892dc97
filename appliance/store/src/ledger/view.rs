//! Reading outside the lane.

use std::{ops::Range, sync::Arc};

use holdfast_base::{Error, Result};
use holdfast_hsm::DekHandle;
use rocksdb::Snapshot;

use super::{
    rocks::{Rocks, Visit, Walk},
    table::Table,
};

/// Reading, in a snapshot or in a transaction. `under` is the key that sealed the value.
pub trait Read {
    fn get(&self, table: Table, key: &[u8], under: &DekHandle) -> Result<Option<Vec<u8>>>;
    /// Calls `f(key, value)` in key order within `[range.start, range.end)` (or from the end with `reverse`) until it answers false.
    /// `under` is asked for the key that seals a row, since rows of one table may have different ones.
    fn scan(
        &self,
        table: Table,
        range: Range<Vec<u8>>,
        reverse: bool,
        under: &mut dyn FnMut(&[u8]) -> Result<DekHandle>,
        f: &mut Visit<'_>,
    ) -> Result<()>;
    /// Key of the ledger's own domain, for headers and what has no key of its own.
    fn ledger_key(&self) -> &DekHandle;
}

/// A consistent snapshot. Keep it for one request, not longer: it holds back compaction.
pub struct View {
    key: DekHandle,
    /// None: the ledger was closed when the view was taken.
    open: Option<Open>,
}

struct Open {
    // Before `rocks`: fields drop in this order, and a snapshot must go before its database.
    snapshot: Snapshot<'static>,
    rocks: Arc<Rocks>,
}

impl View {
    pub(super) fn new(key: DekHandle, rocks: Option<Arc<Rocks>>) -> Self {
        Self { key, open: rocks.map(Open::new) }
    }

    fn open(&self) -> Result<&Open> {
        self.open.as_ref().ok_or(Error::Sealed)
    }
}

impl Open {
    fn new(rocks: Arc<Rocks>) -> Self {
        let snapshot = rocks.db().snapshot();
        #[expect(unsafe_code, reason = "a snapshot that owns its database")]
        // SAFETY: the reference points into the Arc, whose content does not move, and `rocks` outlives `snapshot`
        // (drop order of the fields). The snapshot is never given out.
        let snapshot = unsafe { std::mem::transmute::<Snapshot<'_>, Snapshot<'static>>(snapshot) };
        Self { snapshot, rocks }
    }
}

impl Read for View {
    fn get(&self, table: Table, key: &[u8], under: &DekHandle) -> Result<Option<Vec<u8>>> {
        let open = self.open()?;
        open.rocks.place(table)?;
        open.rocks.get(Some(&open.snapshot), table.name, key, under)
    }

    fn scan(
        &self,
        table: Table,
        range: Range<Vec<u8>>,
        reverse: bool,
        under: &mut dyn FnMut(&[u8]) -> Result<DekHandle>,
        f: &mut Visit<'_>,
    ) -> Result<()> {
        let open = self.open()?;
        open.rocks.place(table)?;
        open.rocks.walk(Some(&open.snapshot), table.name, &[], Walk { range, reverse, under, f })
    }

    fn ledger_key(&self) -> &DekHandle {
        &self.key
    }
}
