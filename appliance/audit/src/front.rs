//! Where a pruned log begins, and the file that says how far its pruning has come.
//!
//! The entry in the log decides what may be missing; the file only spares the search for it. Beside the minimum index it
//! holds the hashes over what was pruned, which nothing else could make again if a tile rotted.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    entry::claims,
    files,
    limits::{FRONT_BYTES, TILE_WIDTH},
    verify::{
        Hash,
        folder::{Dir, Folder},
        hash::{Edge, width_at},
        read_bundle, read_tile,
    },
};

const FILE: &str = "pruned";
const VERSION: u32 = 1;
const WIDTH: u64 = TILE_WIDTH as u64;

/// One pruning: begun, or done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Front {
    version: u32,
    pub(crate) minimum: u64,
    /// The minimum index before this pruning.
    pub(crate) from: u64,
    /// The entry that says so stands at this index or behind it; where it does not, the pruning never was.
    pub(crate) after: u64,
    /// Nothing is left to delete or to forget.
    pub(crate) done: bool,
    edge: Vec<Vec<String>>,
}

impl Front {
    pub(crate) fn new(edge: &Edge, from: u64, after: u64) -> Self {
        let edge_hex = edge.levels().iter().map(|row| row.iter().map(hex::encode).collect()).collect();
        Self { version: VERSION, minimum: edge.size(), from, after, done: false, edge: edge_hex }
    }

    /// None where nothing was ever pruned, or the file is no help.
    pub(crate) fn read(dir: &Path) -> io::Result<Option<Self>> {
        let Some(bytes) = Dir(dir.to_owned()).read(FILE, FRONT_BYTES)? else { return Ok(None) };
        Ok(serde_json::from_slice(&bytes).ok().filter(|front: &Self| front.version == VERSION && front.edge().is_some()))
    }

    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        files::replace(&dir.join(FILE), &serde_json::to_vec(self)?)
    }

    /// The right edge of the tree at the minimum index.
    pub(crate) fn edge(&self) -> Option<Edge> {
        let hash = |text: &String| hex::decode(text).ok()?.try_into().ok();
        let rows = self.edge.iter().map(|row| row.iter().map(hash).collect::<Option<Vec<Hash>>>());
        Edge::new(self.minimum, rows.collect::<Option<_>>()?).filter(|_| self.minimum.is_multiple_of(WIDTH))
    }
}

/// The edge at `minimum`, from the tiles of a log of `size` entries.
pub(crate) fn edge_of_tiles(folder: &Dir, size: u64, minimum: u64) -> io::Result<Option<Edge>> {
    let mut levels = Vec::new();
    for level in 0_u8..8 {
        let total = minimum >> (8 * u32::from(level));
        if total == 0 {
            break;
        }
        let width = width_at(minimum, u32::from(level));
        if width == 0 {
            levels.push(Vec::new());
            continue;
        }
        let number = total / WIDTH;
        let in_log = size >> (8 * u32::from(level));
        let there = if number == in_log / WIDTH { width_at(size, u32::from(level)) } else { TILE_WIDTH };
        let Some(mut row) = read_tile(folder, level, number, there)? else { return Ok(None) };
        row.truncate(width);
        levels.push(row);
    }
    Ok(Edge::new(minimum, levels))
}

/// The first entry at `after` or behind it, before `end`, that states at least this minimum index.
pub(crate) fn find_pruning(folder: &Dir, after: u64, end: u64, at_least: u64) -> io::Result<Option<(u64, u64)>> {
    for number in after / WIDTH..end.div_ceil(WIDTH) {
        for (index, entry) in (number * WIDTH..end).zip(read_bundle(folder, number, TILE_WIDTH)?.iter()) {
            let minimum = claims(entry).and_then(|claims| claims.minimum);
            if let Some(minimum) = minimum.filter(|minimum| index >= after && *minimum >= at_least && *minimum <= index) {
                return Ok(Some((index, minimum)));
            }
        }
    }
    Ok(None)
}
