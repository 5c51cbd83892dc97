//! Going through the whole ledger: copies and scrubs.

use std::path::Path;

use holdfast_base::{CommitNo, Error, Result};
use rocksdb::{IteratorMode, ReadOptions, Snapshot, checkpoint::Checkpoint};

use super::{
    meta,
    rocks::Rocks,
    shared::Shared,
    sum::{self, Counting, Sum},
    table::{META, OWN},
    value,
};
use crate::{limits, scrub::Scrub};

/// Hard links where the file system allows it, copies elsewhere. Answers the last commit that is in it.
pub(super) fn checkpoint(shared: &Shared, folder: &Path) -> Result<CommitNo> {
    let rocks = shared.rocks()?;
    let checkpoint = Checkpoint::new(rocks.db()).map_err(Error::internal("copy the ledger"))?;
    let before = rocks.get(None, META, meta::HEAD, &shared.key)?;
    checkpoint.create_checkpoint(folder).map_err(Error::internal("copy the ledger"))?;
    // Commits that came while it was made may be in it or not; this one is.
    before.map_or(Ok(CommitNo(0)), |row| Ok(CommitNo(meta::head(&row)?.g)))
}

pub(super) fn scrub(shared: &Shared, pace: &mut dyn FnMut(u64) -> bool) -> Result<Scrub> {
    let rocks = shared.rocks()?;
    // One moment for all tables, or rows and sums would not belong together.
    let snapshot = rocks.db().snapshot();
    let sums = sum::stored(&rocks, Some(&snapshot), &shared.key);
    let mut walk =
        Scrubbing { rocks: &rocks, shared, snapshot: &snapshot, scrub: Scrub { complete: true, ..Scrub::default() }, pace };
    let sums = match sums {
        Err(Error::Sealed) => return Err(Error::Sealed),
        Err(damage) => {
            walk.scrub.note(META, told(&damage));
            None
        }
        Ok(sums) => Some(sums),
    };
    for name in rocks.names() {
        let expected = sums.as_ref().map(|sums| sums.get(name).copied().unwrap_or_default());
        match walk.table(name, expected) {
            Ok(true) => {}
            Ok(false) => {
                walk.scrub.complete = false;
                break;
            }
            Err(Error::Sealed) => return Err(Error::Sealed),
            Err(damage) => walk.scrub.note(name, told(&damage)),
        }
    }
    Ok(walk.scrub)
}

struct Scrubbing<'a> {
    rocks: &'a Rocks,
    shared: &'a Shared,
    snapshot: &'a Snapshot<'a>,
    scrub: Scrub,
    pace: &'a mut dyn FnMut(u64) -> bool,
}

impl Scrubbing<'_> {
    /// Whether it came to the end.
    fn table(&mut self, name: &'static str, expected: Option<Sum>) -> Result<bool> {
        let own = OWN.iter().any(|table| table.name == name);
        let mut counting = Counting::new(&self.shared.key);
        let mut once = ReadOptions::default();
        once.fill_cache(false);
        once.set_verify_checksums(true);
        once.set_snapshot(self.snapshot);
        let mut piece = 0;
        for row in self.rocks.db().iterator_cf_opt(self.rocks.family(name)?, once, IteratorMode::Start) {
            let (key, stored) = row.map_err(Error::internal("scrub the ledger"))?;
            if own {
                value::open(name, &key, &stored, &self.shared.key)?;
            }
            counting.row(name, &key, &stored)?;
            self.scrub.rows += 1;
            piece += (key.len() + stored.len()) as u64;
            if piece >= limits::SCRUB_PIECE_BYTES {
                self.scrub.bytes += piece;
                if !(self.pace)(std::mem::take(&mut piece)) {
                    return Ok(false);
                }
                self.shared.check()?;
            }
        }
        self.scrub.bytes += piece;
        let found = counting.finish()?;
        if sum::is_summed(self.rocks, name) && expected.is_some_and(|expected| expected != found) {
            self.scrub.note(name, "a row is altered, missing, added, or older than it should be");
        }
        Ok(true)
    }
}

/// RocksDB's own words name the file.
fn told(damage: &Error) -> String {
    std::error::Error::source(damage).map_or_else(|| damage.to_string(), ToString::to_string)
}
