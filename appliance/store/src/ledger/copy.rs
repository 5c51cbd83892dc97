//! Going through the whole ledger: copies and scrubs.

use std::path::Path;

use holdfast_base::{CommitNo, Error, Result};
use rocksdb::{IteratorMode, ReadOptions, checkpoint::Checkpoint};

use super::{
    meta::{self, Head},
    rocks::Rocks,
    shared::Shared,
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
    before.map_or(Ok(CommitNo(0)), |row| Ok(CommitNo(value::decode::<Head>(&row)?.g)))
}

pub(super) fn scrub(shared: &Shared, pace: &mut dyn FnMut(u64) -> bool) -> Result<Scrub> {
    let rocks = shared.rocks()?;
    let mut scrub = Scrub { complete: true, ..Scrub::default() };
    for name in rocks.names() {
        match table(&rocks, shared, name, &mut scrub, pace) {
            Ok(true) => {}
            Ok(false) => {
                scrub.complete = false;
                return Ok(scrub);
            }
            Err(Error::Sealed) => return Err(Error::Sealed),
            Err(_) => scrub.note((*name).to_owned()),
        }
    }
    Ok(scrub)
}

fn table(
    rocks: &Rocks,
    shared: &Shared,
    name: &'static str,
    scrub: &mut Scrub,
    pace: &mut dyn FnMut(u64) -> bool,
) -> Result<bool> {
    let own = OWN.iter().any(|table| table.name == name);
    let mut once = ReadOptions::default();
    once.fill_cache(false);
    once.set_verify_checksums(true);
    let mut piece = 0;
    for row in rocks.db().iterator_cf_opt(rocks.family(name)?, once, IteratorMode::Start) {
        let (key, stored) = row.map_err(Error::internal("scrub the ledger"))?;
        if own {
            value::open(name, &key, &stored, &shared.key)?;
        }
        scrub.rows += 1;
        piece += (key.len() + stored.len()) as u64;
        if piece >= limits::SCRUB_PIECE_BYTES {
            scrub.bytes += piece;
            if !pace(std::mem::take(&mut piece)) {
                return Ok(false);
            }
            shared.check()?;
        }
    }
    scrub.bytes += piece;
    Ok(true)
}
