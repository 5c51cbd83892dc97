//! What was done to the entries from the first one that differs: two sequences of hashes laid beside each other.

use std::collections::HashSet;

use super::{
    hash::Hash,
    report::{Finding, Kind},
};

/// Hashes that must agree after a shift before it is called one.
const AGREE: usize = 4;

/// The entries as they lie there, the tile hashes as they were written; both from index `start` on.
pub(super) struct Beside<'a> {
    pub start: u64,
    pub entries: &'a [Hash],
    /// Index that each entry claims in its header.
    pub claims: &'a [Option<u64>],
    pub tiles: &'a [Hash],
    /// Both sequences end where the log ends.
    pub at_end: bool,
}

impl Beside<'_> {
    /// None when nothing differs.
    pub(super) fn explain(&self) -> Option<Finding> {
        let at = self.entries.iter().zip(self.tiles).take_while(|(a, b)| a == b).count();
        if at == self.tiles.len() && (at == self.entries.len() || !self.at_end) {
            return None;
        }
        let index = self.start + at as u64;
        let (entries, tiles) = (&self.entries[at..], &self.tiles[at..]);
        Some(
            ended(index, entries, tiles, self.at_end)
                .or_else(|| self.foreign(at, index))
                .or_else(|| reordered(index, entries, tiles))
                .or_else(|| shifted(index, entries, tiles, self.at_end))
                .unwrap_or_else(|| self.replaced(at, index)),
        )
    }

    /// Not one entry of the bundle is one of this place.
    fn foreign(&self, at: usize, index: u64) -> Option<Finding> {
        if at > 0 || self.entries.len() < 2 {
            return None;
        }
        let bundle = &self.entries[..self.entries.len().min(256)];
        let known: HashSet<&Hash> = self.tiles.iter().collect();
        if bundle.iter().any(|hash| known.contains(hash)) || bundle.len() == 1 {
            return None;
        }
        let in_place = (self.start..).zip(self.claims).take(bundle.len()).all(|(index, claim)| *claim == Some(index));
        if in_place {
            return Some(Finding::at(
                index,
                Kind::MixedLog,
                format!("none of the entries from {index} on was written to this log"),
            ));
        }
        let claim = self.claims.first().copied().flatten()?;
        Some(Finding::at(
            index,
            Kind::Reordered,
            format!("the entries from {claim} on stand in the place of those from {index} on"),
        ))
    }

    fn replaced(&self, at: usize, index: u64) -> Finding {
        match self.claims.get(at).copied().flatten() {
            Some(claim) if claim != index => {
                Finding::at(index, Kind::Reordered, format!("entry {claim} stands in the place of entry {index}"))
            }
            _ => Finding::at(index, Kind::Edited, format!("entry {index} is not the one that was written")),
        }
    }
}

fn ended(index: u64, entries: &[Hash], tiles: &[Hash], at_end: bool) -> Option<Finding> {
    if entries.is_empty() {
        let what = format!("the entries from {index} on are missing");
        return Some(Finding::at(index, Kind::Truncated, what));
    }
    (tiles.is_empty() && at_end)
        .then(|| Finding::at(index, Kind::Inserted, format!("{} entries were added at the end", entries.len())))
}

/// The same entries within the smallest window, in another order.
fn reordered(index: u64, entries: &[Hash], tiles: &[Hash]) -> Option<Finding> {
    let (mut only_entries, mut only_tiles) = (HashSet::new(), HashSet::new());
    for (width, (entry, tile)) in (1_usize..).zip(entries.iter().zip(tiles)) {
        if entry != tile {
            if !only_tiles.remove(entry) {
                only_entries.insert(entry);
            }
            if !only_entries.remove(tile) {
                only_tiles.insert(tile);
            }
        }
        if only_entries.is_empty() && only_tiles.is_empty() {
            let what = format!("the entries {index} to {} stand in another order", index + width as u64 - 1);
            return Some(Finding::at(index, Kind::Reordered, what));
        }
    }
    None
}

/// Some entries are gone or added, and what follows is as it was.
fn shifted(index: u64, entries: &[Hash], tiles: &[Hash], at_end: bool) -> Option<Finding> {
    for by in 1..entries.len().max(tiles.len()).min(512) {
        if follows(entries, tiles.get(by..), at_end) {
            let what =
                if by == 1 { format!("entry {index} is missing") } else { format!("{by} entries from {index} on are missing") };
            return Some(Finding::at(index, Kind::Deleted, what));
        }
        if follows(tiles, entries.get(by..), at_end) {
            let what =
                if by == 1 { format!("an entry was put in at {index}") } else { format!("{by} entries were put in at {index}") };
            return Some(Finding::at(index, Kind::Inserted, what));
        }
    }
    None
}

/// Do both go on alike? At the end of the log they have to end together.
fn follows(one: &[Hash], other: Option<&[Hash]>, at_end: bool) -> bool {
    let Some(other) = other.filter(|other| !other.is_empty()) else { return false };
    let enough = AGREE.min(one.len()).min(other.len());
    let short = enough < AGREE;
    one[..enough] == other[..enough] && (!short || (at_end && one.len() == other.len()))
}
