//! Bytes to upload: they do not compress, and no two chunks are alike, so that nothing is saved by knowing them already.

use ring::rand::{SecureRandom, SystemRandom};

use crate::Outcome;

/// Random bytes that are repeated, each time with other stamps. Longer than many chunks.
const BASE_BYTES: usize = 16 << 20;
/// Every so many bytes stands a stamp: several in the smallest chunk.
const STAMP_EVERY: usize = 32 * 1024;

pub struct Content {
    base: Vec<u8>,
    at: usize,
    stamp: u128,
}

impl Content {
    pub fn new() -> Outcome<Self> {
        Self::of(BASE_BYTES)
    }

    /// For files of one block.
    pub fn small() -> Outcome<Self> {
        Self::of(STAMP_EVERY)
    }

    fn of(bytes: usize) -> Outcome<Self> {
        let random = SystemRandom::new();
        let mut base = vec![0; bytes];
        random.fill(&mut base).map_err(|_| "no random bytes")?;
        let mut first = [0; 16];
        random.fill(&mut first).map_err(|_| "no random bytes")?;
        Ok(Self { base, at: 0, stamp: u128::from_be_bytes(first) })
    }

    pub fn fill(&mut self, mut out: &mut [u8]) {
        while !out.is_empty() {
            let block = out.len().min(STAMP_EVERY);
            if self.at + block > self.base.len() {
                self.at = 0;
            }
            let (now, later) = out.split_at_mut(block);
            now.copy_from_slice(&self.base[self.at..self.at + block]);
            self.stamp = self.stamp.wrapping_add(1);
            for (byte, stamp) in now.iter_mut().zip(self.stamp.to_le_bytes()) {
                *byte = stamp;
            }
            self.at += block;
            out = later;
        }
    }
}
