//! One pass over all entries: hashes of entries beside the hashes that the tiles hold. Memory grows by about 100 bytes
//! for each 256 entries.

use std::io;

use super::{
    folder::Folder,
    hash::{Hash, fold_right, root_of, width_at},
    layout::{Bundle, bundle_path, tile_hashes, tile_path},
};
use crate::{
    entry::claimed_index,
    limits::{ABSENT_FILES, BUNDLE_BYTES, TILE_BYTES, TILE_WIDTH},
};

/// Three witnesses of one full bundle: its entries, its tile, and the hash that the tile above holds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Witnesses {
    pub entries: Option<Hash>,
    pub tile: Option<Hash>,
    pub above: Option<Hash>,
}

#[derive(Debug, Default)]
pub(super) struct Scan {
    pub size: u64,
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
    let mut scan = Scan { size, ..Scan::default() };
    let above = level_hashes(folder, size, 1)?;
    let bundles = size / TILE_WIDTH as u64;
    let mut absent = 0;
    for number in 0..bundles {
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
        let tile = read_tile(folder, 0, number, TILE_WIDTH)?;
        let at = usize::try_from(number).map_err(io::Error::other)?;
        scan.full.push(Witnesses {
            entries: (leaves.len() == TILE_WIDTH && bundle.len() == TILE_WIDTH).then(|| root_of(&leaves)),
            tile: tile.map(|hashes| root_of(&hashes)),
            above: above.get(at).copied().flatten(),
        });
        note_earlier(&mut scan, earlier, number, &leaves);
    }
    scan_tail(folder, &mut scan, bundles, earlier)?;
    Ok(scan)
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
        if scan.slip.is_none() && claimed_index(entry) != Some(index) {
            scan.slip = Some(index);
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
    let below: Option<Vec<Hash>> =
        scan.full.iter().take(usize::try_from(number).unwrap_or(usize::MAX)).map(|pair| pair.entries).collect();
    scan.earlier_root = below.map(|below| fold_right(fold_right(None, leaves), &below).unwrap_or_else(super::hash::empty_root));
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

/// All stored hashes of a level, None where a tile is absent or malformed; shorter where nothing comes any more.
pub(super) fn level_hashes(folder: &dyn Folder, size: u64, level: u8) -> io::Result<Vec<Option<Hash>>> {
    let total = size >> (8 * u32::from(level));
    let mut hashes = Vec::new();
    let mut absent = 0;
    for number in 0..total.div_ceil(TILE_WIDTH as u64) {
        let rest = total - number * TILE_WIDTH as u64;
        let width = usize::try_from(rest).unwrap_or(usize::MAX).min(TILE_WIDTH);
        match read_tile(folder, level, number, width)? {
            Some(tile) => hashes.extend(tile.into_iter().map(Some)),
            None if absent >= ABSENT_FILES => break,
            None => {
                absent += 1;
                hashes.extend(std::iter::repeat_n(None, width));
            }
        }
    }
    Ok(hashes)
}
