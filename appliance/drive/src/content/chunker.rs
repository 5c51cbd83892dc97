//! Where content is cut: FastCDC 2020 with a secret seed. The seed is a second line only; lengths are hidden in the packs.

use fastcdc::v2020::{Normalization, cut_gear, get_gear_with_seed, select_masks};
use holdfast_base::Result;
use holdfast_hsm::DekHandle;

use crate::limits::{CHUNK_AVERAGE, CHUNK_MAX, CHUNK_MIN};

pub(crate) struct Chunker {
    gear: Vec<u64>,
    gear_shifted: Vec<u64>,
}

impl Chunker {
    pub(crate) fn new(key: &DekHandle) -> Result<Self> {
        let blind = key.blind("drive.chunker", b"seed")?;
        let mut seed = [0; 8];
        seed.copy_from_slice(&blind[..8]);
        Ok(Self::seeded(u64::from_be_bytes(seed)))
    }

    fn seeded(seed: u64) -> Self {
        let (gear, gear_shifted) = get_gear_with_seed(seed);
        Self { gear: gear.into_owned(), gear_shifted: gear_shifted.into_owned() }
    }

    /// Length of the first chunk of `bytes`, or `None` while more bytes could move its end. `last`: nothing follows.
    /// The cuts do not depend on how the bytes arrived.
    pub(crate) fn cut(&self, bytes: &[u8], last: bool) -> Option<usize> {
        if bytes.is_empty() {
            return None;
        }
        let (strict, loose) = select_masks(CHUNK_AVERAGE, Normalization::Level3);
        let view = &bytes[..bytes.len().min(CHUNK_MAX)];
        let (_, cut) = cut_gear(
            view,
            CHUNK_MIN,
            CHUNK_AVERAGE,
            CHUNK_MAX,
            strict,
            loose,
            strict << 1,
            loose << 1,
            &self.gear,
            &self.gear_shifted,
        );
        // A cut before the end of what is here was found by the hash and stays; one at the end only says that bytes ran out.
        // The hash looks at pairs of bytes, so the last pair does not count as found.
        let found = cut + 2 <= view.len() || view.len() == CHUNK_MAX;
        (found || last).then_some(cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(len: usize, mut state: u64) -> Vec<u8> {
        let mut out = Vec::with_capacity(len + 8);
        while out.len() < len {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            out.extend_from_slice(&state.to_le_bytes());
        }
        out.truncate(len);
        out
    }

    fn cuts(chunker: &Chunker, bytes: &[u8], steps: &[usize]) -> Vec<usize> {
        let (mut cuts, mut start, mut end, mut step) = (Vec::new(), 0, 0, steps.iter().cycle());
        while end < bytes.len() {
            end = bytes.len().min(end + step.next().copied().unwrap_or(1));
            while let Some(len) = chunker.cut(&bytes[start..end], false) {
                cuts.push(len);
                start += len;
            }
        }
        while let Some(len) = chunker.cut(&bytes[start..], true) {
            cuts.push(len);
            start += len;
        }
        cuts
    }

    #[test]
    fn cuts_are_the_same_however_the_bytes_arrive_and_move_little_after_an_insertion() {
        let chunker = Chunker::seeded(7);
        let bytes = noise(12_000_001, 99);
        let whole = cuts(&chunker, &bytes, &[usize::MAX / 2]);
        assert_eq!(whole.iter().sum::<usize>(), bytes.len());
        assert!(whole.len() >= 6 && whole[..whole.len() - 1].iter().all(|len| (CHUNK_MIN..=CHUNK_MAX).contains(len)));
        assert_eq!(cuts(&chunker, &bytes, &[700_001, 3]), whole);
        assert_eq!(cuts(&chunker, &bytes, &[65_536]), whole);

        let mut edited = bytes;
        edited.splice(5_000_000..5_000_000, *b"inserted");
        let after = cuts(&chunker, &edited, &[usize::MAX / 2]);
        assert_eq!(after.last(), whole.last());
        assert_ne!(cuts(&Chunker::seeded(8), &edited, &[usize::MAX / 2]), after);
    }

    #[test]
    fn zeros_are_cut_at_the_maximum() {
        let chunker = Chunker::seeded(1);
        assert_eq!(chunker.cut(&vec![0; CHUNK_MAX + 5], false), Some(CHUNK_MAX));
        assert_eq!(chunker.cut(&vec![0; CHUNK_MAX - 1], false), None);
    }
}
