//! Consistency proofs (RFC 6962 section 2.1.2): that a later tree begins with an earlier one.

use std::io;

use super::{
    folder::Folder,
    hash::{Hash, node_hash},
    proof::subtree,
};

/// Proof between the trees of `old` and `new` entries. None when a tile is absent, as where `old` was pruned.
pub fn consistency_proof(folder: &dyn Folder, old: u64, new: u64) -> io::Result<Option<Vec<Hash>>> {
    let mut path = Vec::new();
    if old == 0 || old >= new {
        return Ok(Some(path));
    }
    let (mut start, mut end, mut known) = (0, new, true);
    // SUBPROOF(m, D[n], b), from the root down.
    while old != end {
        let split = start + (end - start).next_power_of_two() / 2;
        let sibling = if old <= split { (split, end) } else { (start, split) };
        let Some(hash) = subtree(folder, new, sibling.0, sibling.1)? else { return Ok(None) };
        path.push(hash);
        if old <= split {
            end = split;
        } else {
            (start, known) = (split, false);
        }
    }
    if !known {
        let Some(hash) = subtree(folder, new, start, end)? else { return Ok(None) };
        path.push(hash);
    }
    path.reverse();
    Ok(Some(path))
}

/// Does the tree of `new` entries begin with that of `old` (RFC 9162 section 2.1.4.2)?
pub fn is_consistent(old: (u64, &Hash), new: (u64, &Hash), path: &[Hash]) -> bool {
    let ((old, old_root), (new, new_root)) = (old, new);
    if old == 0 || old == new {
        return path.is_empty() && (old == 0 || old_root == new_root);
    }
    if old > new {
        return false;
    }
    let mut steps = path.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { steps.next() };
    let Some(first) = first else { return false };
    let shift = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut left, mut right) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            left = node_hash(step, &left);
            right = node_hash(step, &right);
            while node.is_multiple_of(2) && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            right = node_hash(&right, step);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && left == *old_root && right == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::{
        folder::Dir,
        hash::{Edge, leaf_hash},
        testlog::{TestSigner, plain_entry, write_log},
    };

    #[test]
    fn every_tree_begins_with_every_earlier_one_and_with_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let entries: Vec<_> = (0..700).map(|index| plain_entry(index, 0)).collect();
        let mut roots = vec![super::super::hash::empty_root()];
        let mut edge = Edge::default();
        for entry in &entries {
            edge.push(leaf_hash(entry));
            roots.push(edge.root());
        }
        let root = |size: u64| &roots[usize::try_from(size).unwrap()];
        for new in [1, 2, 3, 255, 256, 257, 512, 513, 600, 700_u64] {
            let _ = std::fs::remove_dir_all(dir.path().join("tile"));
            write_log(dir.path(), &TestSigner::new("box"), &entries[..usize::try_from(new).unwrap()]);
            let folder = Dir(dir.path().to_owned());
            for old in 0..=new {
                let path = consistency_proof(&folder, old, new).unwrap().unwrap();
                assert!(is_consistent((old, root(old)), (new, root(new)), &path), "{old} to {new}");
                let wrong = [&path[..], &[[7; 32]]].concat();
                assert!(!is_consistent((old, root(old)), (new, root(new)), &wrong));
                if old > 0 && old < new {
                    assert!(!is_consistent((old, &[7; 32]), (new, root(new)), &path));
                    assert!(!is_consistent((old, root(old)), (new, &[7; 32]), &path));
                    assert!(!is_consistent((old, root(old)), (new, root(new)), &path[1..]), "{old} to {new}");
                }
            }
        }
        assert!(!is_consistent((5, root(5)), (4, root(4)), &[]));
    }
}
