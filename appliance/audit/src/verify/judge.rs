//! Which of the witnesses tell the truth, and where the first entry is that does not.
//!
//! The signed root decides. The hash of a full bundle has three witnesses: its entries, its level-0 tile, and the tile
//! above. If one choice among them gives the signed root, that choice is what was written (SHA-256 has no collisions),
//! and whatever differs from it was changed. If none does, what can still be said is said, and no more.

use std::io;

use super::{
    classify::Beside,
    folder::Folder,
    hash::{Hash, empty_root, fold_right, root_of},
    layout::Bundle,
    report::{Finding, Kind},
    scan::{Scan, level_hashes, read_bundle, read_tile},
};
use crate::{entry::claimed_index, limits::TILE_WIDTH};

const WIDTH: u64 = TILE_WIDTH as u64;

/// What was written: hashes of all full bundles, and of the entries after them.
struct Truth {
    full: Vec<Hash>,
    tail: Vec<Hash>,
}

pub(super) fn judge(folder: &dyn Folder, scan: &Scan, root: &Hash, root_is_signed: bool) -> io::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    match truth(scan, root) {
        Some(truth) => compare(folder, scan, &truth, &mut findings)?,
        None => guess(folder, scan, root_is_signed, &mut findings)?,
    }
    if let Some(index) = scan.litter {
        findings.push(Finding::at(index, Kind::Inserted, format!("bytes that are no entry lie after entry {index}")));
    }
    Ok(findings)
}

fn truth(scan: &Scan, root: &Hash) -> Option<Truth> {
    if scan.full.len() as u64 != scan.size / WIDTH {
        return None;
    }
    let pick = |of: fn(&super::scan::Witnesses) -> Option<Hash>| scan.full.iter().map(of).collect::<Option<Vec<Hash>>>();
    let choices = [
        pick(|w| w.entries),
        pick(|w| w.tile),
        pick(|w| w.above),
        pick(|w| if w.entries == w.above { w.entries } else { w.tile.or(w.above).or(w.entries) }),
        pick(|w| if w.entries == w.tile { w.entries } else { w.above.or(w.tile).or(w.entries) }),
        pick(|w| if w.tile == w.above { w.tile } else { w.entries.or(w.above).or(w.tile) }),
    ];
    let tails = [Some(&scan.tail), scan.tail_tile.as_ref()];
    for full in choices.into_iter().flatten() {
        for tail in tails.into_iter().flatten().filter(|tail| tail.len() == scan.width()) {
            if fold_right(fold_right(None, tail), &full).unwrap_or_else(empty_root) == *root {
                return Some(Truth { full, tail: tail.clone() });
            }
        }
    }
    None
}

/// The truth is known: the first difference of the entries, and of each level of tiles.
fn compare(folder: &dyn Folder, scan: &Scan, truth: &Truth, findings: &mut Vec<Finding>) -> io::Result<()> {
    let bad_entries = scan.full.iter().zip(&truth.full).position(|(seen, hash)| seen.entries != Some(*hash));
    let bad_tile = scan.full.iter().zip(&truth.full).position(|(seen, hash)| seen.tile != Some(*hash));
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
    upper_levels(folder, scan.size, &truth.full, findings)
}

/// Tiles of level 1 and above against what they have to be.
fn upper_levels(folder: &dyn Folder, size: u64, full: &[Hash], findings: &mut Vec<Finding>) -> io::Result<()> {
    let mut right = full.to_vec();
    for level in 1_u8..8 {
        if right.is_empty() {
            return Ok(());
        }
        let stored = level_hashes(folder, size, level)?;
        if let Some(at) = right.iter().enumerate().position(|(at, right)| stored.get(at).copied().flatten() != Some(*right)) {
            let index = (at as u64) << (8 * u32::from(level));
            let what = format!("the tile of level {level} over the entries from {index} on is not theirs");
            findings.push(Finding::at(index, Kind::Tile, what));
        }
        right = right.chunks_exact(TILE_WIDTH).map(root_of).collect();
    }
    Ok(())
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
    let disagree = scan.full.iter().position(|seen| seen.entries.is_none() || seen.entries != seen.tile);
    let number = match disagree {
        Some(number) => Some(number as u64),
        None if scan.tail_tile.as_ref() != Some(&scan.tail) && scan.width() > 0 => Some(scan.full.len() as u64),
        None => None,
    };
    if let Some(number) = number {
        findings.extend(explain(folder, scan, number)?);
    }
    if let Some(number) =
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
