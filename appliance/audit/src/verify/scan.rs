//! One pass over all entries: hashes of entries beside the hashes that the tiles hold. Memory grows by about 100 bytes
//! for each 256 entries.

use std::io;

use super::{
    folder::Folder,
    hash::{Hash, root_of, width_at},
    layout::{Bundle, bundle_path, tile_hashes, tile_path},
    upper::Upper,
};
use crate::{
    entry::{Claims, claims},
    limits::{ABSENT_FILES, BUNDLE_BYTES, KEY_CHANGES, TILE_BYTES, TILE_WIDTH},
};

/// Three witnesses of one full bundle: its entries, its tile, and the hash that the tile above holds. Where the bundle is
/// before the front, the tile above speaks for all three, or nobody does.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Witnesses {
    pub entries: Option<Hash>,
    pub tile: Option<Hash>,
    pub above: Option<Hash>,
}

/// An entry that states a minimum index, not yet proven.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pruning {
    /// The index that it claims.
    pub index: u64,
    pub leaf: Hash,
    pub minimum: u64,
}

#[derive(Debug, Default)]
pub(super) struct Scan {
    pub size: u64,
    /// Bundles before this one are not there: pruned, or cut off.
    pub front: u64,
    /// Entries that say what was pruned.
    pub prunings: Vec<Pruning>,
    /// Entries that say that another key signs from now on. Not yet proven.
    pub key_changes: Vec<u64>,
    /// Hashes above the full bundles.
    pub upper: Upper,
    /// Full bundles, in order.
    pub full: Vec<Witnesses>,
    /// Leaf hashes of the last, partial bundle; as many as there are, at most its width.
    pub tail: Vec<Hash>,
    pub tail_tile: Option<Vec<Hash>>,
    pub checked: u64,
    /// The first index for which there is no entry.
    pub missing: Option<u64>,
    /// The first entry whose header claims another index.
    pub slip: Option<u64>,
    /// The first index after which bytes lie that are no entry.
    pub litter: Option<u64>,
    /// Entries after the signed size.
    pub unsigned: u64,
    /// The last bundle lies in a file of exactly its width, which nothing may be added to.
    pub tail_is_final: bool,
    /// Root of the entries at the size that was asked for.
    pub earlier_root: Option<Hash>,
}

impl Scan {
    pub(super) fn width(&self) -> usize {
        width_at(self.size, 0)
    }
}

pub(super) fn scan(folder: &dyn Folder, size: u64, earlier: Option<u64>) -> io::Result<Scan> {
    let bundles = size / TILE_WIDTH as u64;
    let front = first_bundle(folder, size)?;
    let mut scan = Scan { size, front, upper: Upper::read(folder, size, front)?, ..Scan::default() };
    let mut absent = 0;
    for number in 0..bundles {
        let at = usize::try_from(number).map_err(io::Error::other)?;
        let above = scan.upper.at(1, at);
        if number < front {
            scan.full.push(Witnesses { entries: above, tile: above, above });
            note_earlier(&mut scan, earlier, number, &[]);
            continue;
        }
        let bundle = read_bundle(folder, number, TILE_WIDTH)?;
        // A changed checkpoint may state any size: what is not there is not looked for without end.
        absent = if bundle.is_empty() { absent + 1 } else { 0 };
        if absent > ABSENT_FILES {
            return Ok(scan);
        }
        let leaves = note_bundle(&mut scan, number, TILE_WIDTH, &bundle);
        if bundle.rest > 0 && bundle.len() >= TILE_WIDTH {
            scan.litter.get_or_insert((number + 1) * TILE_WIDTH as u64 - 1);
        }
        let entries = (leaves.len() == TILE_WIDTH && bundle.len() == TILE_WIDTH).then(|| root_of(&leaves));
        let tile = read_tile(folder, 0, number, TILE_WIDTH)?;
        // Of the same hashes the root is the same, and most tiles are right.
        let tile = tile.map(|hashes| entries.filter(|_| hashes == leaves).unwrap_or_else(|| root_of(&hashes)));
        scan.full.push(Witnesses { entries, tile, above });
        note_earlier(&mut scan, earlier, number, &leaves);
    }
    scan_tail(folder, &mut scan, bundles, earlier)?;
    Ok(scan)
}

/// The first bundle that is there. What is missing behind it is looked for one by one; what is missing before it is a front
/// that was pruned or cut, and may be long.
pub(crate) fn first_bundle(folder: &dyn Folder, size: u64) -> io::Result<u64> {
    let there = |number: u64| -> io::Result<bool> {
        let width = if number == size / TILE_WIDTH as u64 { width_at(size, 0) } else { TILE_WIDTH };
        Ok(folder.read(&bundle_path(number, width), 1)?.is_some() || folder.read(&bundle_path(number, TILE_WIDTH), 1)?.is_some())
    };
    let (mut low, last) = (0, size.div_ceil(TILE_WIDTH as u64).saturating_sub(1));
    if there(0)? {
        return Ok(0);
    }
    // The last bundle is there, unless somebody took it away too.
    let mut high = last;
    while !there(high)? {
        if high == 0 || last - high >= u64::from(ABSENT_FILES) {
            return Ok(0);
        }
        high -= 1;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if there(middle)? { high = middle } else { low = middle }
    }
    Ok(high)
}

fn scan_tail(folder: &dyn Folder, scan: &mut Scan, number: u64, earlier: Option<u64>) -> io::Result<()> {
    let width = scan.width();
    let bundle = read_bundle(folder, number, width)?;
    if width > 0 {
        scan.tail_is_final = folder.read(&bundle_path(number, width), 1)?.is_some();
        let leaves = note_bundle(scan, number, width, &bundle);
        note_earlier(scan, earlier, number, &leaves);
        scan.tail = leaves;
        scan.tail_tile = read_tile(folder, 0, number, width)?;
    } else {
        note_earlier(scan, earlier, number, &[]);
    }
    // The last bundle of a running box grows behind the checkpoint, and so may further ones.
    scan.unsigned = (bundle.len() as u64).saturating_sub(width as u64);
    if bundle.rest > 0 && bundle.len() >= width {
        scan.unsigned = scan.unsigned.max(1);
    }
    if scan.unsigned > 0 {
        for next in number + 1.. {
            let more = read_bundle(folder, next, TILE_WIDTH)?.len() as u64;
            if more == 0 {
                break;
            }
            scan.unsigned += more;
        }
    }
    Ok(())
}

/// Leaf hashes of at most `width` entries; remembers what is missing or out of place.
fn note_bundle(scan: &mut Scan, number: u64, width: usize, bundle: &Bundle) -> Vec<Hash> {
    let start = number * TILE_WIDTH as u64;
    if bundle.len() < width && scan.missing.is_none() {
        scan.missing = Some(start + bundle.len() as u64);
    }
    for (index, entry) in (start..).zip(bundle.iter().take(width)) {
        let claims = claims(entry);
        if scan.slip.is_none() && claims.map(|claims| claims.index) != Some(index) {
            scan.slip = Some(index);
        }
        if claims.is_some_and(|claims| claims.changes_key) && scan.key_changes.len() < KEY_CHANGES {
            scan.key_changes.push(index);
        }
        // Nobody prunes himself or what comes after him.
        if let Some(Claims { index, minimum: Some(minimum), .. }) = claims.filter(|claims| claims.minimum <= Some(claims.index)) {
            scan.prunings.push(Pruning { index, leaf: super::hash::leaf_hash(entry), minimum });
        }
    }
    scan.checked += bundle.len().min(width) as u64;
    bundle.iter().take(width).map(super::hash::leaf_hash).collect()
}

fn note_earlier(scan: &mut Scan, earlier: Option<u64>, number: u64, leaves: &[Hash]) {
    let Some(size) = earlier else { return };
    if size / TILE_WIDTH as u64 != number {
        return;
    }
    let Some(leaves) = leaves.get(..width_at(size, 0)) else { return };
    let below: Vec<_> =
        scan.full.iter().take(usize::try_from(number).unwrap_or(usize::MAX)).map(|witnesses| witnesses.entries).collect();
    scan.earlier_root = scan.upper.root(&below, leaves);
}

/// A bundle; a partial one may also be the beginning of a full one, since a log may drop partial ones. Empty when absent.
pub(crate) fn read_bundle(folder: &dyn Folder, number: u64, width: usize) -> io::Result<Bundle> {
    if width > 0
        && width < TILE_WIDTH
        && let Some(bytes) = folder.read(&bundle_path(number, width), BUNDLE_BYTES * 4)?
    {
        return Ok(Bundle::parse(bytes));
    }
    Ok(Bundle::parse(folder.read(&bundle_path(number, TILE_WIDTH), BUNDLE_BYTES * 4)?.unwrap_or_default()))
}

/// A tile of exactly `width` hashes, or the beginning of the full one; None when absent or of another length.
pub(crate) fn read_tile(folder: &dyn Folder, level: u8, number: u64, width: usize) -> io::Result<Option<Vec<Hash>>> {
    let read = |width| folder.read(&tile_path(level, number, width), TILE_BYTES + 1);
    if width < TILE_WIDTH
        && let Some(bytes) = read(width)?
    {
        return Ok(tile_hashes(&bytes).filter(|hashes| hashes.len() == width));
    }
    let full = read(TILE_WIDTH)?.and_then(|bytes| tile_hashes(&bytes)).filter(|hashes| hashes.len() == TILE_WIDTH);
    Ok(full.map(|mut hashes| {
        hashes.truncate(width);
        hashes
    }))
}
