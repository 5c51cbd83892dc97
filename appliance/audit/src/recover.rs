//! Opening the log: the signed part must be what was signed; what was appended after it is read back, and a torn end is
//! cut. Only bytes that no answer was given for can be torn, since an answer waits for fdatasync.

use std::{fs::OpenOptions, io, path::Path};

use crate::{
    entry::Header,
    hot::Hot,
    limits::TILE_WIDTH,
    tree::Tree,
    verify::{
        Hash, folder::Dir,
        hash::{Edge, leaf_hash, root_of},
        layout::{Bundle, bundle_path},
        note::{Signed, SignedCheckpoint, VKey},
        read_bundle, read_checkpoint, read_tile,
    },
};

const WIDTH: u64 = TILE_WIDTH as u64;

#[derive(Debug, thiserror::Error)]
pub(crate) enum RecoverError {
    #[error("read the audit folder")]
    Read(#[from] io::Error),
    #[error("there are entries but no checkpoint")]
    NoCheckpoint,
    #[error("the checkpoint is not signed by this box's audit key")]
    Signature,
    #[error("entries are missing: {found} of {signed}")]
    Missing { found: u64, signed: u64 },
    #[error("the entries up to {size} are not those that were signed; run holdfast-audit verify")]
    Tampered { size: u64 },
    #[error("bundle {after} follows one that is not full")]
    Gap { after: u64 },
}

/// The end of the log as it was found.
pub(crate) struct Recovered {
    pub(crate) tree: Tree,
    pub(crate) hot: Option<Hot>,
    /// None: a new log.
    pub(crate) signed: Option<SignedCheckpoint>,
    /// Latest instant of the entries that were read.
    pub(crate) latest: i64,
    /// Bytes that were cut off the end.
    pub(crate) cut_bytes: u64,
}

/// `authentic(index, entry)` opens an entry that no checkpoint covers yet.
pub(crate) fn recover(
    dir: &Path,
    vkey: &VKey,
    authentic: &dyn Fn(u64, &[u8]) -> bool,
) -> Result<Recovered, RecoverError> {
    let folder = Dir(dir.to_owned());
    let first = read_bundle(&folder, 0, TILE_WIDTH)?;
    let Some(signed) = read_checkpoint(&folder)? else {
        if !first.is_empty() || dir.join(crate::verify::layout::CHECKPOINT).exists() {
            return Err(RecoverError::NoCheckpoint);
        }
        return Ok(Recovered { tree: Tree::new(dir, Edge::default()), hot: None, signed: None, latest: 0, cut_bytes: 0 });
    };
    if signed.check(vkey) != Signed::Good || signed.checkpoint.origin != vkey.name() {
        return Err(RecoverError::Signature);
    }
    replay(dir, &folder, signed, authentic)
}

fn replay(
    dir: &Path,
    folder: &Dir,
    signed: SignedCheckpoint,
    authentic: &dyn Fn(u64, &[u8]) -> bool,
) -> Result<Recovered, RecoverError> {
    let (size, root) = (signed.checkpoint.size, signed.checkpoint.root);
    let mut tree = Tree::new(dir, edge_at(folder, size / WIDTH)?);
    let mut checked = false;
    let mut check = |tree: &Tree, root: &Hash| {
        if tree.edge().size() != size {
            return Ok(());
        }
        checked = true;
        if tree.edge().root() == *root { Ok(()) } else { Err(RecoverError::Tampered { size }) }
    };
    check(&tree, &root)?;
    let (mut hot, mut latest, mut cut_bytes) = (None, 0, 0);
    for number in size / WIDTH.. {
        let bundle = read_bundle(folder, number, TILE_WIDTH)?;
        if bundle.is_empty() && bundle.rest == 0 {
            break;
        }
        let mut kept = 0;
        for (index, entry) in (number * WIDTH..).zip(bundle.iter().take(TILE_WIDTH)) {
            let at = Header::split(entry).ok().filter(|(header, _, _)| header.index == index).map(|(header, _, _)| header.at);
            if index >= size && (at.is_none() || !authentic(index, entry)) {
                break;
            }
            latest = latest.max(at.unwrap_or(0));
            tree.push(leaf_hash(entry));
            kept += 1;
            check(&tree, &root)?;
        }
        cut_bytes += cut(dir, number, &bundle, kept)?;
        if kept < TILE_WIDTH {
            if !read_bundle(folder, number + 1, TILE_WIDTH)?.is_empty() {
                return Err(RecoverError::Gap { after: number });
            }
            hot = Some(Hot::open(dir, number, kept, bundle.prefix(kept).len() as u64)?);
            break;
        }
    }
    let found = tree.edge().size();
    if !checked || found < size {
        return Err(RecoverError::Missing { found, signed: size });
    }
    Ok(Recovered { tree, hot, signed: Some(signed), latest, cut_bytes })
}

/// Shortens a bundle to its first `kept` entries; answers how many bytes went.
fn cut(dir: &Path, number: u64, bundle: &Bundle, kept: usize) -> io::Result<u64> {
    let (len, whole) = (bundle.prefix(kept).len() as u64, bundle.prefix(bundle.len()).len() as u64 + bundle.rest as u64);
    if len == whole {
        return Ok(0);
    }
    let file = OpenOptions::new().write(true).open(dir.join(bundle_path(number, TILE_WIDTH)))?;
    file.set_len(len)?;
    file.sync_data()?;
    Ok(whole - len)
}

/// The edge of the first `bundles` full bundles, from the full tiles below each level.
fn edge_at(folder: &Dir, bundles: u64) -> Result<Edge, RecoverError> {
    let size = bundles * WIDTH;
    let mut levels = vec![Vec::new()];
    for level in 1_u8..8 {
        let total = size >> (8 * u32::from(level));
        if total == 0 {
            break;
        }
        let mut row = Vec::new();
        for number in total - total % WIDTH..total {
            let tile = read_tile(folder, level - 1, number, TILE_WIDTH)?.ok_or(RecoverError::Tampered { size })?;
            row.push(root_of(&tile));
        }
        levels.push(row);
    }
    Edge::new(size, levels).ok_or(RecoverError::Tampered { size })
}
