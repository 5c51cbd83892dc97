//! RFC 6962 section 2.1 over SHA-256, and the right edge of a growing tree.

use ring::digest::{Context, SHA256, digest};

use crate::limits::TILE_WIDTH;

/// A SHA-256 Merkle hash.
pub type Hash = [u8; 32];

/// Root of the tree without leaves.
pub fn empty_root() -> Hash {
    array(digest(&SHA256, b""))
}

pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    context.update(entry);
    array(context.finish())
}

pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[1]);
    context.update(left);
    context.update(right);
    array(context.finish())
}

/// Root of a list of subtree hashes of one height.
pub fn root_of(hashes: &[Hash]) -> Hash {
    fold_right(None, hashes).unwrap_or_else(empty_root)
}

/// Puts perfect subtrees to the left of `right`: one step of the walk from the smallest subtree to the largest.
pub fn fold_right(right: Option<Hash>, hashes: &[Hash]) -> Option<Hash> {
    let mut right = right;
    let mut end = hashes.len();
    while end > 0 {
        // The lowest set bit is the width of the rightmost perfect subtree.
        let width = end & end.wrapping_neg();
        let left = perfect(&hashes[end - width..end]);
        right = Some(match right {
            Some(right) => node_hash(&left, &right),
            None => left,
        });
        end -= width;
    }
    right
}

fn perfect(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    row.first().copied().unwrap_or_else(empty_root)
}

fn array(digest: ring::digest::Digest) -> Hash {
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    out
}

/// The right edge of a tree: for each level the hashes of its last, partial tile. All that is needed to append and to sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

/// A tile that has become full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullTile {
    pub level: u8,
    pub index: u64,
    pub hashes: Vec<Hash>,
}

impl Edge {
    /// An edge read back: `levels[l]` holds exactly `(size >> 8l) mod 256` hashes.
    pub fn new(size: u64, levels: Vec<Vec<Hash>>) -> Option<Self> {
        let fits = levels.iter().zip(0_u32..).all(|(row, level)| row.len() == width_at(size, level));
        let rest = levels.len() >= 8 || size >> (8 * levels.len()) == 0;
        (fits && rest).then_some(Self { size, levels })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn levels(&self) -> &[Vec<Hash>] {
        &self.levels
    }

    /// Appends a leaf and answers the tiles that it completes, lowest level first.
    pub fn push(&mut self, leaf: Hash) -> Vec<FullTile> {
        let mut full = Vec::new();
        let mut hash = leaf;
        self.size += 1;
        for level in 0_u8..8 {
            let at = usize::from(level);
            if self.levels.len() == at {
                self.levels.push(Vec::with_capacity(TILE_WIDTH));
            }
            self.levels[at].push(hash);
            if self.levels[at].len() < TILE_WIDTH {
                break;
            }
            let hashes = std::mem::take(&mut self.levels[at]);
            hash = root_of(&hashes);
            full.push(FullTile { level, index: (self.size >> (8 * (u32::from(level) + 1))) - 1, hashes });
        }
        full
    }

    pub fn root(&self) -> Hash {
        self.levels.iter().fold(None, |right, row| fold_right(right, row)).unwrap_or_else(empty_root)
    }
}

/// Hashes of the last, partial tile of a level; zero where that level ends with a full tile or does not exist.
pub fn width_at(size: u64, level: u32) -> usize {
    if level >= 8 {
        return 0;
    }
    usize::try_from((size >> (8 * level)) & 0xff).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The recursion of RFC 6962, word for word.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                node_hash(&mth(&many[..split]), &mth(&many[split..]))
            }
        }
    }

    #[test]
    fn the_edge_has_the_root_of_rfc_6962_at_every_size() {
        let mut edge = Edge::default();
        let mut leaves = Vec::new();
        assert_eq!(edge.root(), empty_root());
        for i in 0..70_000_u32 {
            let leaf = leaf_hash(&i.to_be_bytes());
            let full = edge.push(leaf);
            leaves.push(leaf);
            assert_eq!(full.is_empty(), (i + 1) % 256 != 0);
            if i < 600 || i.is_multiple_of(4_999) || i == 65_535 || i == 65_536 {
                assert_eq!(edge.root(), mth(&leaves), "size {}", i + 1);
            }
        }
        let again = Edge::new(edge.size(), edge.levels().to_vec());
        assert_eq!(again.as_ref(), Some(&edge));
        assert_eq!(Edge::new(edge.size() + 1, edge.levels().to_vec()), None);
    }

    #[test]
    fn known_answers_of_rfc_6962() {
        assert_eq!(hex::encode(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex::encode(leaf_hash(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }
}
