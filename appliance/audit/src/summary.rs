//! What each bundle contains, in half a kilobyte: time range and a Bloom filter over action, actor and object. A query
//! skips the bundles that cannot hold an answer. Two bytes of memory for each entry.

use std::collections::BTreeSet;

use crate::{
    entry::Header,
    limits::{ACTIONS, TILE_WIDTH},
};

const WORDS: usize = 64;

#[derive(Debug, Clone)]
pub(crate) struct Summary {
    pub(crate) first: i64,
    pub(crate) last: i64,
    bloom: [u64; WORDS],
}

/// A value that a filter asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Token<'a> {
    Action(&'a str),
    Actor([u8; 8]),
    Object([u8; 8]),
}

impl Summary {
    fn new() -> Self {
        Self { first: i64::MAX, last: i64::MIN, bloom: [0; WORDS] }
    }

    pub(crate) fn add(&mut self, header: &Header) {
        self.first = self.first.min(header.at);
        self.last = self.last.max(header.at);
        for token in [Token::Action(&header.action), Token::Actor(header.actor), Token::Object(header.object)] {
            for bit in bits(token) {
                self.bloom[bit / 64] |= 1 << (bit % 64);
            }
        }
    }

    /// False: certainly not there.
    pub(crate) fn may_hold(&self, token: Token<'_>) -> bool {
        bits(token).into_iter().all(|bit| self.bloom[bit / 64] & (1 << (bit % 64)) != 0)
    }
}

fn bits(token: Token<'_>) -> [usize; 2] {
    let hash = match token {
        // FNV-1a: a word of a closed set needs no better.
        Token::Action(word) => {
            word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
        }
        Token::Actor(token) => u64::from_be_bytes(token),
        Token::Object(token) => u64::from_be_bytes(token).rotate_left(17),
    };
    let bit = |shift: u32| usize::try_from((hash >> shift) % (WORDS as u64 * 64)).unwrap_or(0);
    [bit(0), bit(29)]
}

/// Summaries by bundle number; the older ones come in while the log serves already.
#[derive(Debug, Default)]
pub(crate) struct Index {
    bundles: Vec<Option<Box<Summary>>>,
    actions: BTreeSet<String>,
}

impl Index {
    pub(crate) fn new(bundles: usize) -> Self {
        Self { bundles: vec![None; bundles], actions: BTreeSet::new() }
    }

    /// An entry that was just appended.
    pub(crate) fn add(&mut self, header: &Header) {
        let Ok(number) = usize::try_from(header.index / TILE_WIDTH as u64) else { return };
        if self.bundles.len() <= number {
            self.bundles.resize_with(number + 1, || None);
        }
        // The first entry begins a summary; one in the middle belongs to a bundle that is read as a whole elsewhere.
        if self.bundles[number].is_none() && header.index.is_multiple_of(TILE_WIDTH as u64) {
            self.bundles[number] = Some(Box::new(Summary::new()));
        }
        if let Some(summary) = &mut self.bundles[number] {
            summary.add(header);
        }
        self.note_action(&header.action);
    }

    /// All entries of a bundle, read back.
    pub(crate) fn put(&mut self, number: usize, headers: &[Header]) {
        let mut summary = Summary::new();
        for header in headers {
            summary.add(header);
            self.note_action(&header.action);
        }
        if let Some(slot) = self.bundles.get_mut(number) {
            *slot = Some(Box::new(summary));
        }
    }

    pub(crate) fn summary(&self, number: usize) -> Option<Summary> {
        self.bundles.get(number)?.as_deref().cloned()
    }

    /// Actions seen so far, sorted.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.actions.iter().cloned().collect()
    }

    fn note_action(&mut self, action: &str) {
        if self.actions.len() < ACTIONS && !self.actions.contains(action) {
            self.actions.insert(action.to_owned());
        }
    }
}
