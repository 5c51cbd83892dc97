//! Inclusion proofs (RFC 6962 section 2.1.1), built from tiles.

use std::io;

use super::{
    folder::Folder,
    hash::{Hash, node_hash, root_of, width_at},
    scan::read_tile,
};
use crate::limits::TILE_WIDTH;

/// The audit path of entry `index` in the tree of `size` entries, leaf side first. None when a tile is absent.
pub fn inclusion_proof(folder: &dyn Folder, index: u64, size: u64) -> io::Result<Option<Vec<Hash>>> {
    let mut path = Vec::new();
    let (mut start, mut end) = (0, size);
    // From the root down: the sibling of each step belongs to the path, the last one first.
    while end - start > 1 {
        let split = start + (end - start).next_power_of_two() / 2;
        let sibling = if index < split { (split, end) } else { (start, split) };
        let Some(hash) = subtree(folder, size, sibling.0, sibling.1)? else { return Ok(None) };
        path.push(hash);
        if index < split { end = split } else { start = split }
    }
    path.reverse();
    Ok(Some(path))
}

/// Root that an audit path leads to (RFC 9162 section 2.1.3.2). None when its length does not fit.
pub fn root_from_proof(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut node, mut last, mut root) = (index, size - 1, leaf);
    for hash in path {
        if last == 0 {
            return None;
        }
        if node % 2 == 1 || node == last {
            root = node_hash(hash, &root);
            while node.is_multiple_of(2) && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            root = node_hash(&root, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(root)
}

/// Root of the entries `[start, end)`, where `start` is a multiple of the next power of two of the length.
pub(super) fn subtree(folder: &dyn Folder, size: u64, start: u64, end: u64) -> io::Result<Option<Hash>> {
    let length = end - start;
    if !length.is_power_of_two() {
        let split = start + length.next_power_of_two() / 2;
        let (Some(left), Some(right)) = (subtree(folder, size, start, split)?, subtree(folder, size, split, end)?) else {
            return Ok(None);
        };
        return Ok(Some(node_hash(&left, &right)));
    }
    let height = length.trailing_zeros();
    let level = height / 8;
    let first = start >> (8 * level);
    let count = usize::try_from(length >> (8 * level)).map_err(io::Error::other)?;
    let number = first / TILE_WIDTH as u64;
    let in_level = size >> (8 * level);
    let width = if number == in_level / TILE_WIDTH as u64 { width_at(size, level) } else { TILE_WIDTH };
    let level = u8::try_from(level).map_err(io::Error::other)?;
    let Some(tile) = read_tile(folder, level, number, width)? else { return Ok(None) };
    let at = usize::try_from(first % TILE_WIDTH as u64).map_err(io::Error::other)?;
    Ok(tile.get(at..at + count).map(root_of))
}
