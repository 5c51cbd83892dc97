//! The tiles above the full bundles, and the root over both. Of a pruned front they hold all that is left.

use std::io;

use super::{
    folder::Folder,
    hash::{Hash, empty_root, fold_right, root_of},
    scan::read_tile,
};
use crate::limits::{ABSENT_FILES, TILE_WIDTH};

/// Stored hashes by level, from level 1 on; None where a tile is absent or malformed.
#[derive(Debug, Default)]
pub(super) struct Upper {
    levels: Vec<Vec<Option<Hash>>>,
}

impl Upper {
    /// Tiles that cover nothing but bundles before `front` need not be there.
    pub(super) fn read(folder: &dyn Folder, size: u64, front: u64) -> io::Result<Self> {
        let mut levels = Vec::new();
        for level in 1_u8..8 {
            let total = size >> (8 * u32::from(level));
            if total == 0 {
                break;
            }
            levels.push(level_hashes(folder, total, level, front)?);
        }
        Ok(Self { levels })
    }

    pub(super) fn at(&self, level: u8, at: usize) -> Option<Hash> {
        self.levels.get(usize::from(level).checked_sub(1)?)?.get(at).copied().flatten()
    }

    /// The first bundle before `front` over which no tile has a hash.
    pub(super) fn unknown(&self, front: u64) -> Option<u64> {
        (0..front).find(|number| {
            let at = |level: u8| usize::try_from(number >> (8 * u32::from(level - 1))).unwrap_or(usize::MAX);
            (1..8).all(|level| self.at(level, at(level)).is_none())
        })
    }

    /// Root over full bundles and the leaves after them. Where bundles are not known, the hash above them stands in; None
    /// where there is none either.
    pub(super) fn root(&self, full: &[Option<Hash>], tail: &[Hash]) -> Option<Hash> {
        let mut right = fold_right(None, tail);
        let mut row = full.to_vec();
        for level in 2_u8.. {
            let rest: Vec<Hash> = row[row.len() / TILE_WIDTH * TILE_WIDTH..].iter().copied().collect::<Option<_>>()?;
            right = fold_right(right, &rest);
            row = self.above(level, &row);
            if row.is_empty() {
                break;
            }
        }
        Some(right.unwrap_or_else(empty_root))
    }

    /// The level above: made of the one below where that is whole, else as it is stored.
    pub(super) fn above(&self, level: u8, below: &[Option<Hash>]) -> Vec<Option<Hash>> {
        let made = |group: &[Option<Hash>]| Some(root_of(&group.iter().copied().collect::<Option<Vec<Hash>>>()?));
        below.chunks_exact(TILE_WIDTH).enumerate().map(|(at, group)| made(group).or_else(|| self.at(level, at))).collect()
    }
}

fn level_hashes(folder: &dyn Folder, total: u64, level: u8, front: u64) -> io::Result<Vec<Option<Hash>>> {
    let mut hashes = Vec::new();
    let mut absent = 0;
    for number in 0..total.div_ceil(TILE_WIDTH as u64) {
        let rest = total - number * TILE_WIDTH as u64;
        let width = usize::try_from(rest).unwrap_or(usize::MAX).min(TILE_WIDTH);
        let pruned = (number + 1) << (8 * u32::from(level)) <= front;
        match read_tile(folder, level, number, width)? {
            Some(tile) => hashes.extend(tile.into_iter().map(Some)),
            None if absent >= ABSENT_FILES => break,
            None => {
                absent += u32::from(!pruned);
                hashes.extend(std::iter::repeat_n(None, width));
            }
        }
    }
    Ok(hashes)
}
