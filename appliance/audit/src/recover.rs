//! Opening the log: the signed part must be what was signed; what was appended after it is read back, and a torn end is
//! cut. Only bytes that no answer was given for can be torn, since an answer waits for fdatasync.
//!
//! What a former key signed, that of a token that was lost, is as good until the present key has signed once; the change is
//! an entry before that signature. Whoever holds that token could sign another log for the former key until then: only an
//! auditor's own checkpoint, or a witness, tells the two apart.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
};

use holdfast_base::Error;
use holdfast_store::read_from_disk;

use crate::{
    entry::Header,
    files,
    front::{Front, edge_of_tiles},
    hot::Hot,
    limits::{BATCH_ENTRIES, TILE_WIDTH},
    tree::Tree,
    verify::{
        first_bundle,
        folder::Dir,
        hash::{Edge, FullTile, leaf_hash, root_of, width_at},
        layout::{Bundle, CHECKPOINT, bundle_path, tile_path},
        note::{Checkpoint, Signed, SignedCheckpoint, VKey},
        read_bundle, read_checkpoint, read_tile,
    },
};

const WIDTH: u64 = TILE_WIDTH as u64;
/// Bundles that one batch may touch.
const BATCH_BUNDLES: u64 = BATCH_ENTRIES as u64 / WIDTH + 2;

#[derive(Debug, thiserror::Error)]
pub(crate) enum RecoverError {
    #[error("read the audit folder")]
    Read(#[from] io::Error),
    #[error("open the last audit entries")]
    Key(#[source] Error),
    #[error("there are entries but no checkpoint")]
    NoCheckpoint,
    #[error("the checkpoint is not signed by this box's audit key")]
    Signature,
    #[error("entries are missing: {found} of {signed}")]
    Missing { found: u64, signed: u64 },
    #[error("the entries up to {size} are not those that were signed; run holdfast-audit verify")]
    Tampered { size: u64 },
}

/// The end of the log as it was found.
pub(crate) struct Recovered {
    pub(crate) tree: Tree,
    pub(crate) hot: Option<Hot>,
    /// None: a new log.
    pub(crate) signed: Option<SignedCheckpoint>,
    /// The key that signed it, where that is one of before.
    pub(crate) former: Option<VKey>,
    /// Latest instant of the entries that were read.
    pub(crate) latest: i64,
    /// Bytes that were cut off the end.
    pub(crate) cut_bytes: u64,
    /// Tiles that were not those of the signed entries, and are now.
    pub(crate) mended_tiles: u64,
}

/// `authentic` is asked for entries that no checkpoint covers yet. It fails when it cannot know: then nothing is cut.
pub(crate) fn recover(
    dir: &Path,
    vkey: &VKey,
    former: &[VKey],
    authentic: &dyn Fn(&[u8]) -> Result<bool, Error>,
) -> Result<Recovered, RecoverError> {
    let folder = Dir(dir.to_owned());
    let Some(signed) = read_checkpoint(&folder)? else {
        // A log that has ever been opened has a checkpoint, of size 0 at first.
        if dir.join(CHECKPOINT).exists() || dir.join("tile").exists() {
            return Err(RecoverError::NoCheckpoint);
        }
        let tree = Tree::new(dir, Edge::default());
        return Ok(Recovered { tree, hot: None, signed: None, former: None, latest: 0, cut_bytes: 0, mended_tiles: 0 });
    };
    let former = match signed.check(vkey) {
        _ if signed.checkpoint.origin != vkey.name() => return Err(RecoverError::Signature),
        Signed::Good => None,
        Signed::Bad => return Err(RecoverError::Signature),
        Signed::Unknown => {
            let its = former.iter().find(|key| signed.check(key) == Signed::Good);
            Some(its.ok_or(RecoverError::Signature)?.clone())
        }
    };
    let bundles = signed.checkpoint.size / WIDTH;
    let front = first_bundle(&folder, signed.checkpoint.size)?;
    let mut found = match edge_at(&folder, bundles, front).and_then(|edge| replay(dir, &folder, &signed, edge, authentic)) {
        // A tile may have rotted. It is made from the entries, and they decide: their root is the signed one or it is not.
        Err(RecoverError::Tampered { .. }) => {
            let begin = beginning(dir, &folder, signed.checkpoint.size, front)?;
            let edge = edge_of_entries(&folder, begin.clone(), bundles, &mut |_| Ok(()))?;
            let mut found = replay(dir, &folder, &signed, edge, authentic)?;
            found.mended_tiles = mend(dir, &folder, begin, bundles)?;
            Ok(found)
        }
        other => other,
    }?;
    found.former = former;
    Ok(found)
}

/// Reads back what lies behind the last full bundle under the checkpoint.
struct Replay<'a> {
    dir: &'a Path,
    signed: &'a SignedCheckpoint,
    authentic: &'a dyn Fn(&[u8]) -> Result<bool, Error>,
    tree: Tree,
    checked: bool,
    latest: i64,
    cut_bytes: u64,
}

fn replay(
    dir: &Path,
    folder: &Dir,
    signed: &SignedCheckpoint,
    edge: Edge,
    authentic: &dyn Fn(&[u8]) -> Result<bool, Error>,
) -> Result<Recovered, RecoverError> {
    let mut replay = Replay { dir, signed, authentic, tree: Tree::new(dir, edge), checked: false, latest: 0, cut_bytes: 0 };
    replay.check()?;
    let mut hot = None;
    for number in signed.checkpoint.size / WIDTH.. {
        read_from_disk(&dir.join(bundle_path(number, TILE_WIDTH)))?;
        let bundle = read_bundle(folder, number, TILE_WIDTH)?;
        if bundle.is_empty() && bundle.rest == 0 {
            replay.complete()?;
            replay.cut_later(folder, number + 1)?;
            break;
        }
        let kept = replay.entries(number, &bundle)?;
        if kept < TILE_WIDTH {
            replay.complete()?;
            replay.cut(number, &bundle, kept)?;
            replay.cut_later(folder, number + 1)?;
            hot = Some(Hot::open(dir, number, kept, bundle.prefix(kept).len() as u64)?);
            break;
        }
    }
    replay.complete()?;
    let Replay { tree, latest, cut_bytes, .. } = replay;
    Ok(Recovered { tree, hot, signed: Some(signed.clone()), former: None, latest, cut_bytes, mended_tiles: 0 })
}

impl Replay<'_> {
    /// Entries of a bundle up to the first one that is torn; answers how many.
    fn entries(&mut self, number: u64, bundle: &Bundle) -> Result<usize, RecoverError> {
        let mut kept = 0;
        for (index, entry) in (number * WIDTH..).zip(bundle.iter().take(TILE_WIDTH)) {
            let header = Header::split(entry).ok().map(|(header, _, _)| header).filter(|header| header.index == index);
            let signed = index < self.signed.checkpoint.size;
            if !signed && (header.is_none() || !(self.authentic)(entry).map_err(RecoverError::Key)?) {
                break;
            }
            self.latest = self.latest.max(header.map_or(0, |header| header.at));
            self.tree.push(leaf_hash(entry));
            kept += 1;
            self.check()?;
        }
        Ok(kept)
    }

    /// At the size of the checkpoint the root is that of the checkpoint.
    fn check(&mut self) -> Result<(), RecoverError> {
        let Checkpoint { size, root, .. } = &self.signed.checkpoint;
        if self.tree.edge().size() != *size {
            return Ok(());
        }
        self.checked = true;
        if self.tree.edge().root() == *root { Ok(()) } else { Err(RecoverError::Tampered { size: *size }) }
    }

    /// Nothing that was signed is missing.
    fn complete(&self) -> Result<(), RecoverError> {
        let (found, signed) = (self.tree.edge().size(), self.signed.checkpoint.size);
        if self.checked { Ok(()) } else { Err(RecoverError::Missing { found, signed }) }
    }

    /// Shortens the last bundle to its first `kept` entries. What is cut is kept beside the log, for whoever wants to know.
    fn cut(&mut self, number: u64, bundle: &Bundle, kept: usize) -> io::Result<()> {
        let (whole, start) = (bundle.bytes(), bundle.prefix(kept).len());
        if start == whole.len() {
            return Ok(());
        }
        let aside = self.dir.join(format!("cut/{}-{}", self.tree.edge().size(), self.latest));
        files::write(&aside, &whole[start..])?;
        files::sync(&aside)?;
        let file = OpenOptions::new().write(true).open(self.dir.join(bundle_path(number, TILE_WIDTH)))?;
        file.set_len(start as u64)?;
        file.sync_data()?;
        self.cut_bytes += (whole.len() - start) as u64;
        Ok(())
    }

    /// Bundles after the end: they were under way together with what is torn, so nobody was answered for them either.
    fn cut_later(&mut self, folder: &Dir, first: u64) -> io::Result<()> {
        for number in first..first + BATCH_BUNDLES {
            let path = self.dir.join(bundle_path(number, TILE_WIDTH));
            if !path.exists() {
                continue;
            }
            let bundle = read_bundle(folder, number, TILE_WIDTH)?;
            let aside = self.dir.join(format!("cut/{}-{}-{number}", self.tree.edge().size(), self.latest));
            files::write(&aside, bundle.bytes())?;
            files::sync(&aside)?;
            fs::remove_file(&path)?;
            files::sync_parent(&path)?;
            self.cut_bytes += bundle.bytes().len() as u64;
        }
        Ok(())
    }
}

/// The edge before the first entries that are there: what is known of a pruned front.
fn beginning(dir: &Path, folder: &Dir, size: u64, front: u64) -> Result<Edge, RecoverError> {
    match Front::read(dir)?.filter(|known| known.minimum >= front * WIDTH).and_then(|known| known.edge()) {
        Some(edge) => Ok(edge),
        None if front == 0 => Ok(Edge::default()),
        None => edge_of_tiles(folder, size, front * WIDTH)?.ok_or(RecoverError::Tampered { size }),
    }
}

/// The edge of the first `bundles` full bundles, from the full tiles below each level. Those below which everything was pruned
/// are known to the tile above.
fn edge_at(folder: &Dir, bundles: u64, front: u64) -> Result<Edge, RecoverError> {
    let size = bundles * WIDTH;
    let mut levels = vec![Vec::new()];
    for level in 1_u8..8 {
        let total = size >> (8 * u32::from(level));
        if total == 0 {
            break;
        }
        let mut row = Vec::new();
        let begin = total - total % WIDTH;
        let pruned = (front >> (8 * u32::from(level - 1))).clamp(begin, total);
        if pruned > begin {
            let kept = read_tile(folder, level, total / WIDTH, width_at(total, 0))?.ok_or(RecoverError::Tampered { size })?;
            row.extend(kept.into_iter().take(usize::try_from(pruned - begin).unwrap_or(usize::MAX)));
        }
        for number in pruned..total {
            let tile = read_tile(folder, level - 1, number, TILE_WIDTH)?.ok_or(RecoverError::Tampered { size })?;
            row.push(root_of(&tile));
        }
        levels.push(row);
    }
    Edge::new(size, levels).ok_or(RecoverError::Tampered { size })
}

/// The same edge, from the entries themselves: as slow as the log is long.
fn edge_of_entries(
    folder: &Dir,
    begin: Edge,
    bundles: u64,
    full: &mut dyn FnMut(FullTile) -> Result<(), RecoverError>,
) -> Result<Edge, RecoverError> {
    let mut edge = begin;
    for number in edge.size() / WIDTH..bundles {
        let bundle = read_bundle(folder, number, TILE_WIDTH)?;
        if bundle.len() != TILE_WIDTH {
            return Err(RecoverError::Missing { found: edge.size() + bundle.len() as u64, signed: bundles * WIDTH });
        }
        for leaf in bundle.leaf_hashes() {
            edge.push(leaf).into_iter().try_for_each(&mut *full)?;
        }
    }
    Ok(edge)
}

/// Writes the tiles that are not those of the entries. Only called when the entries are the signed ones.
fn mend(dir: &Path, folder: &Dir, begin: Edge, bundles: u64) -> Result<u64, RecoverError> {
    let mut mended = 0;
    let edge = edge_of_entries(folder, begin, bundles, &mut |tile| {
        if read_tile(folder, tile.level, tile.index, TILE_WIDTH)?.as_ref() != Some(&tile.hashes) {
            let path = dir.join(tile_path(tile.level, tile.index, TILE_WIDTH));
            files::write(&path, &tile.hashes.concat())?;
            files::sync(&path)?;
            mended += 1;
        }
        Ok(())
    })?;
    // The partial ones are written with the next checkpoint, and what was mended is an entry that brings one.
    for (level, row) in (0_u8..).zip(edge.levels()).filter(|(_, row)| !row.is_empty()) {
        let number = edge.size() >> (8 * (u32::from(level) + 1));
        mended += u64::from(read_tile(folder, level, number, row.len())?.as_ref() != Some(row));
    }
    Ok(mended)
}
