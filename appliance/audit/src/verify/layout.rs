//! Where things lie: the paths of C2SP tlog-tiles, and bundles of entries.

use std::ops::Range;

use super::hash::{Hash, leaf_hash};
use crate::limits::{BUNDLE_ENTRIES_READ, TILE_WIDTH};

pub const CHECKPOINT: &str = "checkpoint";
pub const KEYS: &str = "keys.json";

/// `tile/<level>/<index>`, with `.p/<width>` for a partial tile.
pub fn tile_path(level: u8, index: u64, width: usize) -> String {
    format!("tile/{level}/{}{}", index_path(index), partial(width))
}

/// `tile/entries/<index>`, with `.p/<width>` for a partial bundle.
pub fn bundle_path(index: u64, width: usize) -> String {
    format!("tile/entries/{}{}", index_path(index), partial(width))
}

fn partial(width: usize) -> String {
    if width == TILE_WIDTH { String::new() } else { format!(".p/{width}") }
}

/// Three digits for each path element, all but the last with an `x` before it: 1234067 is `x001/x234/067`.
fn index_path(index: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// A bundle of length-prefixed entries, as far as it can be read.
#[derive(Debug, Default)]
pub struct Bundle {
    bytes: Vec<u8>,
    entries: Vec<Range<usize>>,
    /// Bytes after the last entry that could be read.
    pub rest: usize,
}

impl Bundle {
    /// Never fails: stops at a length that cannot be right. No entry is empty.
    pub fn parse(bytes: Vec<u8>) -> Self {
        let mut entries = Vec::with_capacity(TILE_WIDTH);
        let mut at = 0;
        while entries.len() < BUNDLE_ENTRIES_READ {
            let Some(prefix) = bytes.get(at..at + 2) else { break };
            let len = usize::from(u16::from_be_bytes([prefix[0], prefix[1]]));
            if len == 0 || at + 2 + len > bytes.len() {
                break;
            }
            entries.push(at + 2..at + 2 + len);
            at += 2 + len;
        }
        let rest = bytes.len() - at;
        Self { bytes, entries, rest }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn entry(&self, at: usize) -> Option<&[u8]> {
        self.entries.get(at).map(|range| &self.bytes[range.clone()])
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.entries.iter().map(|range| &self.bytes[range.clone()])
    }

    /// The bytes of the first `entries`, with their prefixes: a partial bundle.
    pub fn prefix(&self, entries: usize) -> &[u8] {
        let end = match entries {
            0 => 0,
            n => self.entries.get(n - 1).map_or(self.bytes.len() - self.rest, |range| range.end),
        };
        &self.bytes[..end]
    }

    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn leaf_hashes(&self) -> Vec<Hash> {
        self.iter().map(leaf_hash).collect()
    }
}

/// Hashes of a tile file; None when its length is not a number of hashes.
pub fn tile_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let chunks = bytes.chunks_exact(32);
    if !chunks.remainder().is_empty() {
        return None;
    }
    chunks.map(|chunk| chunk.try_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(tile_path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile_path(1, 0, 17), "tile/1/000.p/17");
        assert_eq!(bundle_path(1_000, 256), "tile/entries/x001/000");
        assert_eq!(bundle_path(273, 112), "tile/entries/273.p/112");
    }

    #[test]
    fn a_bundle_stops_where_it_is_torn() {
        let whole = Bundle::parse(vec![0, 2, 7, 8, 0, 1, 9]);
        assert_eq!((whole.len(), whole.rest, whole.entry(1)), (2, 0, Some(&[9_u8][..])));
        assert_eq!(whole.prefix(1), [0, 2, 7, 8]);
        for torn in [&[0, 2, 7, 8, 0][..], &[0, 2, 7, 8, 0, 9, 1], &[0, 2, 7, 8, 0, 0, 0, 0]] {
            let bundle = Bundle::parse(torn.to_vec());
            assert_eq!((bundle.len(), bundle.rest), (1, torn.len() - 4));
        }
        assert_eq!(tile_hashes(&[0; 33]), None);
    }
}
