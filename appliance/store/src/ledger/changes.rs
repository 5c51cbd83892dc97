//! The change log: read by search, sync and audit; trimmed behind the slowest of them and after 30 days.

use std::sync::atomic::Ordering;

use holdfast_base::{CommitNo, Error, Result};
use rocksdb::WriteBatch;

use super::{
    Change,
    lane::Lane,
    meta::{self, CommitRow},
    rocks::{Rocks, Walk},
    shared::Shared,
    table::{CHANGES, META},
    value,
};
use crate::limits;

/// Changes with `g > after`: whole commits, as many as fit in `limit`, at least one.
pub(super) fn after(shared: &Shared, after: CommitNo, limit: usize) -> Result<Vec<Change>> {
    let rocks = shared.rocks()?;
    // A reader that is ahead has seen a ledger that was since restored to an earlier day.
    if after.0 < shared.trimmed.load(Ordering::Acquire) || after.0 > shared.head.load(Ordering::Acquire) {
        return Err(Error::Gone);
    }
    let limit = limit.clamp(1, limits::CHANGES_PAGE);
    let mut found = Vec::new();
    walk(&rocks, shared, after.0 + 1, &mut |g, row| {
        if !found.is_empty() && found.len() + row.changes.len() > limit {
            return Ok(false);
        }
        found.extend(row.changes.into_iter().map(|change| Change {
            g: CommitNo(g),
            slice: change.slice,
            container: change.container,
            object: change.object,
            verb: change.verb,
        }));
        Ok(found.len() < limit)
    })?;
    // Trimming may have overtaken the walk.
    if after.0 < shared.trimmed.load(Ordering::Acquire) { Err(Error::Gone) } else { Ok(found) }
}

fn walk(rocks: &Rocks, shared: &Shared, from: u64, f: &mut dyn FnMut(u64, CommitRow) -> Result<bool>) -> Result<()> {
    let range = from.to_be_bytes().to_vec()..u64::MAX.to_be_bytes().to_vec();
    let walk = Walk {
        range,
        reverse: false,
        under: &mut |_| Ok(shared.key.clone()),
        f: &mut |key, row| f(meta::number(key), value::decode(&row)?),
    };
    rocks.walk(None, CHANGES, &[], walk)
}

/// Removes what every reader has seen and no device may still ask for. Runs on the lane, a bounded piece at a time.
pub(super) fn trim(lane: &Lane) -> Result<()> {
    let shared = &lane.shared;
    let Some(seen) = shared.readers.lock().values().min().copied() else { return Ok(()) };
    let now = shared.world.now();
    let mut old = Vec::new();
    walk(&lane.rocks, shared, shared.trimmed.load(Ordering::Acquire) + 1, &mut |g, row| {
        let goes = g <= seen && now.since(row.at) > limits::CHANGES_KEPT;
        if goes {
            old.push(g);
        }
        Ok(goes && old.len() < limits::TRIM_COMMITS)
    })?;
    let Some(last) = old.last().copied() else { return Ok(()) };
    let mut batch = WriteBatch::default();
    let family = lane.rocks.family(CHANGES)?;
    old.iter().for_each(|g| batch.delete_cf(family, g.to_be_bytes()));
    let row = value::seal(META, meta::TRIMMED, &value::encode(&last)?, &shared.key)?;
    batch.put_cf(lane.rocks.family(META)?, meta::TRIMMED, row);
    // First the mark: a reader that starts now must not see half of it.
    shared.trimmed.store(last, Ordering::Release);
    lane.put(batch, false)
}
