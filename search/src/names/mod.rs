//! People, departments and titles of conversations, found while a person types: by characters, pinyin, initials, sign-in name.
//!
//! A query for `王` `wang` `wangw` `ww` `wwei` `王wei` finds 王伟; every reading of a character counts, a surname's own first.
//! With nothing found, one wrong, missing, doubled or swapped letter of pinyin or Latin is forgiven. Matching begins at any
//! character of the name. Permission is the caller's question, asked before anything is counted.
//!
//! Readers never wait: they read a snapshot. A change builds a small index of what changed; the large one is built again after
//! [`limits::NAME_DELTA`] changes.

mod entry;
mod index;
mod matcher;
mod reading;
#[cfg(test)]
mod tests;
mod typo;

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap, HashSet},
    sync::Arc,
};

use arc_swap::ArcSwap;
use index::NameIndex;
use parking_lot::Mutex;

use crate::limits;

/// What a name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    Person,
    Department,
    Conversation,
}

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey {
    pub kind: NameKind,
    pub id: u64,
}

/// A name as it is fed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameEntry {
    pub key: NameKey,
    pub name: String,
    /// Sign-in name, where there is one.
    pub uid: Option<String>,
}

/// Which way a name was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Name,
    Pinyin,
    Initials,
    Uid,
}

impl Field {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Pinyin => "pinyin",
            Self::Initials => "initials",
            Self::Uid => "uid",
        }
    }
}

/// A name that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameHit {
    pub key: NameKey,
    pub field: Field,
    /// In UTF-16 code units: of the sign-in name where `field` is [`Field::Uid`], of the name otherwise.
    pub ranges: Vec<[u32; 2]>,
    /// Greater is better. Depends on the query and the name alone.
    pub score: u32,
}

/// The best names, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamesFound {
    pub hits: Vec<NameHit>,
    pub total: u64,
}

/// The engine. Share it behind an `Arc`.
#[derive(Default)]
pub struct Names {
    now: ArcSwap<Snapshot>,
    /// All names, and what changed since the large index was built. Held while a snapshot is made.
    all: Mutex<All>,
}

#[derive(Default)]
struct Snapshot {
    large: Arc<NameIndex>,
    /// Changed since: these count instead of what `large` says of the same key.
    small: NameIndex,
    changed: HashSet<NameKey>,
}

#[derive(Default)]
struct All {
    entries: BTreeMap<NameKey, NameEntry>,
    changed: HashSet<NameKey>,
}

impl Names {
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces every name of `kinds`.
    pub fn replace(&self, kinds: &[NameKind], entries: impl IntoIterator<Item = NameEntry>) {
        let mut all = self.all.lock();
        all.entries.retain(|key, _| !kinds.contains(&key.kind));
        all.entries.extend(entries.into_iter().map(|entry| (entry.key, entry)));
        self.rebuild(&mut all);
    }

    /// Adds or replaces one.
    pub fn put(&self, entry: NameEntry) {
        let mut all = self.all.lock();
        if all.entries.get(&entry.key) == Some(&entry) {
            return;
        }
        let key = entry.key;
        all.entries.insert(key, entry);
        self.note(&mut all, key);
    }

    pub fn remove(&self, key: NameKey) {
        let mut all = self.all.lock();
        if all.entries.remove(&key).is_some() {
            self.note(&mut all, key);
        }
    }

    /// Forgets every name.
    pub fn clear(&self) {
        let mut all = self.all.lock();
        all.entries.clear();
        self.rebuild(&mut all);
    }

    /// How many names there are, give or take those changed lately.
    pub fn len(&self) -> usize {
        let now = self.now.load();
        now.large.len() + now.small.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The best `limit` names after `skip`. `sees` is asked for every match and for nothing else.
    pub fn search(&self, typed: &str, sees: &dyn Fn(NameKey) -> bool, skip: usize, limit: usize) -> NamesFound {
        let Some(words) = matcher::words(typed) else { return NamesFound::default() };
        let now = self.now.load();
        let keep = skip.saturating_add(limit);
        let (mut total, mut best) = (0_u64, BinaryHeap::new());
        for forgiving in [false, true] {
            let mut take = |found: index::Found| {
                total += 1;
                if best.len() >= keep && best.peek().is_none_or(|Reverse(worst)| *worst >= Ranked(found)) {
                    return;
                }
                best.push(Reverse(Ranked(found)));
                if best.len() > keep {
                    best.pop();
                }
            };
            now.large.search(&words, forgiving, &mut |found| {
                if !now.changed.contains(&found.key) && sees(found.key) {
                    take(found);
                }
            });
            now.small.search(&words, forgiving, &mut |found| {
                if sees(found.key) {
                    take(found);
                }
            });
            if total > 0 {
                break;
            }
        }
        let best = best.into_sorted_vec().into_iter().skip(skip);
        let hits = best.map(|Reverse(Ranked(found))| now.explain(&words, &found)).collect();
        NamesFound { hits, total }
    }

    fn note(&self, all: &mut All, key: NameKey) {
        all.changed.insert(key);
        if all.changed.len() > limits::NAME_DELTA {
            self.rebuild(all);
            return;
        }
        let small = NameIndex::build(all.changed.iter().filter_map(|key| all.entries.get(key)));
        let large = Arc::clone(&self.now.load().large);
        self.now.store(Arc::new(Snapshot { large, small, changed: all.changed.clone() }));
    }

    fn rebuild(&self, all: &mut All) {
        all.changed.clear();
        let large = Arc::new(NameIndex::build(all.entries.values()));
        self.now.store(Arc::new(Snapshot { large, ..Snapshot::default() }));
    }
}

/// Greater is better: by score, then by the smaller key.
#[derive(PartialEq, Eq)]
struct Ranked(index::Found);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.score, Reverse(self.0.key)).cmp(&(other.0.score, Reverse(other.0.key)))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Snapshot {
    fn explain(&self, words: &[matcher::Word], found: &index::Found) -> NameHit {
        let index = if self.changed.contains(&found.key) { &self.small } else { self.large.as_ref() };
        index.explain(words, found)
    }
}
