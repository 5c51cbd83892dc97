//! Which of the witnesses tell the truth, and where the first entry is that does not.
//!
//! The signed root decides. The hash of a full bundle has three witnesses: its entries, its level-0 tile, and the tile
//! above. If one choice among them gives the signed root, that choice is what was written (SHA-256 has no collisions),
//! and whatever differs from it was changed. If none does, what can still be said is said, and no more.

use std::io;

use super::{
    classify::Beside,
    folder::Folder,
    hash::Hash,
    layout::Bundle,
    report::{Finding, Kind},
    scan::{Pruning, Scan, read_bundle, read_tile},
};
use crate::{entry::claimed_index, limits::TILE_WIDTH};

const WIDTH: u64 = TILE_WIDTH as u64;

/// What was written: hashes of all full bundles, and of the entries after them. None where a bundle was pruned together
/// with the tile above it.
struct Truth {
    full: Vec<Option<Hash>>,
    tail: Vec<Hash>,
}

/// What is wrong, and the minimum index of the log.
pub(super) struct Judgement {
    pub findings: Vec<Finding>,
    pub minimum: u64,
    /// The entry that states the minimum index.
    pub pruned_by: Option<u64>,
}

pub(super) fn judge(folder: &dyn Folder, scan: &Scan, root: &Hash, root_is_signed: bool) -> io::Result<Judgement> {
    let mut findings = Vec::new();
    let truth = truth(scan, root);
    match &truth {
        Some(truth) => compare(folder, scan, truth, &mut findings)?,
        None => guess(folder, scan, root_is_signed, &mut findings)?,
    }
    if let Some(index) = scan.litter {
        findings.push(Finding::at(index, Kind::Inserted, format!("bytes that are no entry lie after entry {index}")));
    }
    let mut stated = None;
    for pruning in &scan.prunings {
        let newer = stated.is_none_or(|stated: Pruning| stated.minimum < pruning.minimum);
        if newer && truth.as_ref().map_or(Ok(true), |truth| is_true(folder, scan, truth, pruning))? {
            stated = Some(*pruning);
        }
    }
    let (pruned_by, minimum) = stated.map_or((None, 0), |stated| (Some(stated.index), stated.minimum));
    if truth.is_some() {
        // What lies before the minimum index is no part of the log any more, there or not.
        findings.retain(|finding| finding.index.is_none_or(|index| index >= minimum));
    }
    if scan.front * WIDTH > minimum {
        let what = format!(
            "the entries {minimum} to {} are missing, and no entry of the log says that they were pruned",
            scan.front * WIDTH - 1
        );
        findings.push(Finding::at(minimum, Kind::Deleted, what));
    }
    Ok(Judgement { findings, minimum, pruned_by })
}

/// Is this entry the one that was written?
fn is_true(folder: &dyn Folder, scan: &Scan, truth: &Truth, pruning: &Pruning) -> io::Result<bool> {
    let (number, slot) = (pruning.index / WIDTH, usize::try_from(pruning.index % WIDTH).map_err(io::Error::other)?);
    let at = usize::try_from(number).map_err(io::Error::other)?;
    let (Some(seen), Some(right)) = (scan.full.get(at), truth.full.get(at)) else {
        return Ok(truth.tail.get(slot) == Some(&pruning.leaf));
    };
    if seen.entries.is_some() && seen.entries == *right {
        return Ok(true);
    }
    // Others of its bundle were changed: the tile knows it.
    let tile = if seen.tile == *right { read_tile(folder, 0, number, TILE_WIDTH)? } else { None };
    Ok(tile.is_some_and(|tile| tile.get(slot) == Some(&pruning.leaf)))
}

fn truth(scan: &Scan, root: &Hash) -> Option<Truth> {
    if scan.full.len() as u64 != scan.size / WIDTH {
        return None;
    }
    let pick = |of: fn(&super::scan::Witnesses) -> Option<Hash>| {
        let picked: Vec<Option<Hash>> = scan.full.iter().map(of).collect();
        // Only what lies before the front may be unknown.
        let known = picked.iter().skip(usize::try_from(scan.front).unwrap_or(usize::MAX)).all(Option::is_some);
        known.then_some(picked)
    };
    let choices: [fn(&super::scan::Witnesses) -> Option<Hash>; 6] = [
        |w| w.entries,
        |w| w.tile,
        |w| w.above,
        |w| if w.entries == w.above { w.entries } else { w.tile.or(w.above).or(w.entries) },
        |w| if w.entries == w.tile { w.entries } else { w.above.or(w.tile).or(w.entries) },
        |w| if w.tile == w.above { w.tile } else { w.entries.or(w.above).or(w.tile) },
    ];
    let tails = [Some(&scan.tail), scan.tail_tile.as_ref()];
    for full in choices.into_iter().filter_map(pick) {
        for tail in tails.into_iter().flatten().filter(|tail| tail.len() == scan.width()) {
            if scan.upper.root(&full, tail) == Some(*root) {
                return Some(Truth { full, tail: tail.clone() });
            }
        }
    }
    None
}

/// The truth is known: the first difference of the entries, and of each level of tiles.
fn compare(folder: &dyn Folder, scan: &Scan, truth: &Truth, findings: &mut Vec<Finding>) -> io::Result<()> {
    let bad_entries = scan.full.iter().zip(&truth.full).position(|(seen, hash)| seen.entries != *hash);
    let bad_tile = scan.full.iter().zip(&truth.full).position(|(seen, hash)| seen.tile != *hash);
    match (bad_entries, bad_tile) {
        (Some(number), Some(other)) if number == other => findings.push(rewritten_bundle(folder, scan, number as u64)?),
        (number, other) => {
            if let Some(number) = number {
                findings.extend(explain(folder, scan, number as u64)?);
            }
            if let Some(number) = other {
                findings.push(bad_level_0(folder, number as u64, TILE_WIDTH, None)?);
            }
        }
    }
    let number = truth.full.len() as u64;
    if bad_entries.is_none() && scan.tail != truth.tail {
        findings.extend(explain(folder, scan, number)?);
    }
    if bad_tile.is_none() && !truth.tail.is_empty() && scan.tail_tile.as_ref() != Some(&truth.tail) {
        findings.push(bad_level_0(folder, number, truth.tail.len(), Some(&truth.tail))?);
    }
    upper_levels(scan, &truth.full, findings);
    Ok(())
}

/// Tiles of level 1 and above against what they have to be, as far as that is known.
fn upper_levels(scan: &Scan, full: &[Option<Hash>], findings: &mut Vec<Finding>) {
    let mut right = full.to_vec();
    for level in 1_u8..8 {
        if right.is_empty() {
            return;
        }
        let wrong = |(at, right): (usize, &Option<Hash>)| right.is_some() && scan.upper.at(level, at) != *right;
        if let Some(at) = right.iter().enumerate().position(wrong) {
            let index = (at as u64) << (8 * u32::from(level));
            let what = format!("the tile of level {level} over the entries from {index} on is not theirs");
            findings.push(Finding::at(index, Kind::Tile, what));
        }
        right = scan.upper.above(level + 1, &right);
    }
}

/// The entries of this bundle are right and its tile is not.
fn bad_level_0(folder: &dyn Folder, number: u64, width: usize, right: Option<&[Hash]>) -> io::Result<Finding> {
    let start = number * WIDTH;
    let entries;
    let right = match right {
        Some(right) => right,
        None => {
            entries = read_bundle(folder, number, width)?.leaf_hashes();
            &entries
        }
    };
    let Some(stored) = read_tile(folder, 0, number, width)? else {
        return Ok(Finding::at(start, Kind::Tile, format!("the tile over the entries from {start} on is missing or malformed")));
    };
    let same = right.iter().zip(&stored).filter(|(a, b)| a == b).count();
    if same == 0 && width > 1 {
        return Ok(Finding::at(
            start,
            Kind::MixedLog,
            format!("the tile over the entries from {start} on belongs to another place or log"),
        ));
    }
    let index = start + right.iter().zip(&stored).take_while(|(a, b)| a == b).count() as u64;
    Ok(Finding::at(index, Kind::Tile, format!("the tile's hash of entry {index} is not that of the entry")))
}

/// Entries and tile of one bundle are both wrong: the tile above knows that, and no more than that.
fn rewritten_bundle(folder: &dyn Folder, scan: &Scan, number: u64) -> io::Result<Finding> {
    let start = number * WIDTH;
    let end = start + WIDTH - 1;
    if let Some(finding) = explain(folder, scan, number)? {
        return Ok(finding);
    }
    if let Some(index) = scan.slip.filter(|index| (start..=end).contains(index)) {
        return Ok(Finding::at(
            index,
            Kind::Rewritten,
            format!("entry {index} claims another index, and its tile was rewritten to fit"),
        ));
    }
    let what = format!("one or more of the entries {start} to {end} were changed, and their tile was rewritten to fit");
    Ok(Finding::at(start, Kind::Rewritten, what))
}

/// No choice of witnesses gives the root.
fn guess(folder: &dyn Folder, scan: &Scan, root_is_signed: bool, findings: &mut Vec<Finding>) -> io::Result<()> {
    let front = usize::try_from(scan.front).unwrap_or(usize::MAX);
    let disagrees = |seen: &super::scan::Witnesses| seen.entries.is_none() || seen.entries != seen.tile;
    let disagree = scan.full.iter().skip(front).position(disagrees).map(|at| at + front);
    let number = match disagree {
        Some(number) => Some(number as u64),
        None if scan.tail_tile.as_ref() != Some(&scan.tail) && scan.width() > 0 => Some(scan.full.len() as u64),
        None => None,
    };
    if let Some(number) = number {
        findings.extend(explain(folder, scan, number)?);
    }
    if let Some(number) = scan.upper.unknown(scan.front) {
        let index = number * WIDTH;
        let what =
            format!("the tile over the pruned entries from {index} on is missing or malformed, and nothing can replace it");
        findings.push(Finding::at(index, Kind::Tile, what));
    } else if let Some(number) =
        scan.full.iter().position(|seen| seen.entries.is_some() && seen.entries == seen.tile && seen.tile != seen.above)
    {
        findings.push(rewritten_bundle(folder, scan, number as u64)?);
    }
    if let Some(index) = scan.missing.filter(|_| findings.is_empty()) {
        findings.push(Finding::at(index, Kind::Truncated, format!("the entries from {index} on are missing")));
    }
    if let Some(index) = scan.slip.filter(|_| findings.is_empty()) {
        findings.push(Finding::at(
            index,
            Kind::Rewritten,
            format!("entry {index} claims another index, and the tiles were rewritten to fit"),
        ));
    }
    if findings.is_empty() && root_is_signed {
        let what = format!(
            "entries and tiles agree with each other and not with the signed root: one or more of the {} entries were changed",
            scan.size
        );
        findings.push(Finding::of_log(Kind::Rewritten, what));
    }
    Ok(())
}

/// Lays the entries from a bundle on beside their tiles.
fn explain(folder: &dyn Folder, scan: &Scan, number: u64) -> io::Result<Option<Finding>> {
    let (mut entries, mut claims, mut tiles) = (Vec::new(), Vec::new(), Vec::new());
    let last = scan.size / WIDTH;
    let mut at_end = number + 4 > last;
    for next in number..(number + 4).min(last + 1) {
        let width = if next == last { scan.width() } else { TILE_WIDTH };
        let bundle: Bundle = if width > 0 { read_bundle(folder, next, width)? } else { Bundle::default() };
        claims.extend(bundle.iter().map(claimed_index));
        entries.extend(bundle.leaf_hashes());
        if width > 0 {
            match read_tile(folder, 0, next, width)? {
                Some(hashes) => tiles.extend(hashes),
                None => {
                    at_end = false;
                    break;
                }
            }
        }
        if next == number
            && let Some(finding) = torn(&bundle, number * WIDTH, width, next == last, &entries, &tiles)
        {
            return Ok(Some(finding));
        }
    }
    Ok(Beside { start: number * WIDTH, entries: &entries, claims: &claims, tiles: &tiles, at_end }.explain())
}

/// The bundle is right as far as it can be read, and cannot be read to its end.
fn torn(bundle: &Bundle, start: u64, width: usize, last: bool, entries: &[Hash], tiles: &[Hash]) -> Option<Finding> {
    if bundle.rest == 0 || bundle.len() >= width || !tiles.starts_with(entries) {
        return None;
    }
    let index = start + bundle.len() as u64;
    let kind = if last { Kind::Truncated } else { Kind::Edited };
    Some(Finding::at(index, kind, format!("the bundle cannot be read from entry {index} on: cut, or its length changed")))
}
