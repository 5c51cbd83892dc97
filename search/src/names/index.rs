//! Many names, in lists by how they begin, so that a query looks at few of them.

use std::collections::HashMap;

use super::{
    Field, NameEntry, NameHit, NameKey,
    entry::{Entry, Form, Unit},
    matcher::{self, Match, Word},
    typo,
};

/// Where a word may begin: an entry's number, and a unit's.
type Spot = (u32, u8);
/// The first letters of what may be typed from a unit on, padded with zeros.
type Letters = [u8; LETTERS];
const LETTERS: usize = 3;

#[derive(Default)]
pub(super) struct NameIndex {
    entries: Vec<Entry>,
    /// Where a dense character stands.
    by_char: HashMap<char, Vec<Spot>>,
    /// What one typed character finds, with its score: these lists are long, and everybody begins with one.
    by_one: HashMap<char, Vec<(u32, u32)>>,
    /// Two and three letters, as readings, beginnings of readings and initials follow each other.
    by_letters: HashMap<Letters, Vec<Spot>>,
    /// Sign-in names from each of their words on, sorted.
    by_uid: Vec<(Box<str>, Spot)>,
    /// Names spelled out, by first letter, for typos.
    spelled: HashMap<u8, Vec<(Box<str>, u32)>>,
}

/// A match before it is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) key: NameKey,
    pub(super) score: u32,
    entry: u32,
    slip: bool,
}

impl NameIndex {
    pub(super) fn build<'a>(from: impl Iterator<Item = &'a NameEntry>) -> Self {
        let mut index = Self { entries: from.map(Entry::new).collect(), ..Self::default() };
        for (number, entry) in (0..).zip(&index.entries) {
            let mut seen = Vec::new();
            for at in 0..entry.name.len() {
                let spot = (number, u8::try_from(at).unwrap_or(u8::MAX));
                if let Form::Dense { char, .. } = entry.name[at].form {
                    index.by_char.entry(char).or_default().push(spot);
                }
                letters(&entry.name, at, [0; LETTERS], 0, &mut seen);
                seen.sort_unstable();
                seen.dedup();
                seen.drain(..).for_each(|letters| index.by_letters.entry(letters).or_default().push(spot));
            }
            for at in 0..entry.uid.len() {
                let tail: String = entry.uid[at..].iter().flat_map(spellings).collect();
                index.by_uid.push((tail.into(), (number, u8::try_from(at).unwrap_or(u8::MAX))));
            }
            for one in beginnings(entry) {
                if let Some(hit) = best_of(entry, &Word { chars: vec![one], text: one.to_string() }) {
                    index.by_one.entry(one).or_default().push((number, hit.score));
                }
            }
            if let Some(spelled) = entry.spelled()
                && let Some(first) = spelled.bytes().next()
            {
                index.spelled.entry(first).or_default().push((spelled.into(), number));
            }
        }
        index.by_uid.sort_unstable();
        index
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Calls `found` once for each name in which every word stands; `forgiving`: where one word of letters is mistyped.
    pub(super) fn search(&self, words: &[Word], forgiving: bool, found: &mut dyn FnMut(Found)) {
        // The longest word leaves the fewest names.
        let Some(longest) = words.iter().max_by_key(|word| word.text.len()) else { return };
        if forgiving {
            self.slips(words, longest, found);
            return;
        }
        let mut told = vec![0_u64; self.entries.len() / 64 + 1];
        if let [one] = longest.chars.as_slice() {
            for hit in self.by_one.get(one).map_or(&[][..], Vec::as_slice) {
                self.tell(Some(*hit), words, longest, &mut told, found);
            }
            return;
        }
        let mut last: Option<(u32, u32)> = None;
        for &(number, at) in self.spots(longest) {
            let Some(hit) =
                self.entries.get(number as usize).and_then(|entry| matcher::at(&entry.name, at.into(), longest, false))
            else {
                continue;
            };
            match &mut last {
                Some((before, best)) if *before == number => *best = hit.score.max(*best),
                before => {
                    self.tell(before.replace((number, hit.score)), words, longest, &mut told, found);
                }
            }
        }
        self.tell(last, words, longest, &mut told, found);
        let from = self.by_uid.partition_point(|(tail, _)| tail.as_ref() < longest.text.as_str());
        for (_, (number, at)) in self.by_uid[from..].iter().take_while(|(tail, _)| tail.starts_with(longest.text.as_str())) {
            let entry = self.entries.get(*number as usize);
            let hit = entry.and_then(|entry| matcher::at(&entry.uid, usize::from(*at), longest, true));
            self.tell(hit.map(|hit| (*number, hit.score)), words, longest, &mut told, found);
        }
    }

    fn tell(&self, hit: Option<(u32, u32)>, words: &[Word], done: &Word, told: &mut [u64], found: &mut dyn FnMut(Found)) {
        let Some((number, mut score)) = hit else { return };
        let (Some(entry), Some(slot)) = (self.entries.get(number as usize), told.get_mut(number as usize / 64)) else { return };
        if *slot & 1 << (number % 64) != 0 {
            return;
        }
        for word in words.iter().filter(|word| !std::ptr::eq(*word, done)) {
            let Some(hit) = best_of(entry, word) else { return };
            score = score.saturating_add(hit.score);
        }
        *slot |= 1 << (number % 64);
        let score = score / u32::try_from(words.len()).unwrap_or(1);
        found(Found { key: entry.key, score, entry: number, slip: false });
    }

    fn slips(&self, words: &[Word], longest: &Word, found: &mut dyn FnMut(Found)) {
        let [_] = words else { return };
        let typed = longest.text.as_bytes();
        if typed.len() < 4 || !typed.iter().all(u8::is_ascii_alphanumeric) {
            return;
        }
        let Some(list) = typed.first().and_then(|first| self.spelled.get(first)) else { return };
        for (spelled, number) in list {
            if spelled.len() + 1 >= typed.len()
                && typo::one_slip(typed, spelled.as_bytes())
                && let Some(entry) = self.entries.get(*number as usize)
            {
                let longer = u32::try_from(spelled.len().abs_diff(typed.len())).unwrap_or(0);
                found(Found { key: entry.key, score: 500_u32.saturating_sub(10 * longer), entry: *number, slip: true });
            }
        }
    }

    /// Says how a name was found, for the few that are shown.
    pub(super) fn explain(&self, words: &[Word], found: &Found) -> NameHit {
        let mut hit = NameHit { key: found.key, field: Field::Pinyin, ranges: Vec::new(), score: found.score };
        let Some(entry) = self.entries.get(found.entry as usize) else { return hit };
        if found.slip {
            hit.ranges.extend(range(&entry.name, 0, entry.name.len(), 0));
            return hit;
        }
        let matches: Vec<Match> = words.iter().filter_map(|word| best_of(entry, word)).collect();
        // One field for the whole hit: the name's own where any word stands in the name.
        let in_name = matches.iter().any(|m| m.field != Field::Uid);
        let shown = |m: &&Match| !in_name || m.field != Field::Uid;
        hit.field = matches.iter().filter(shown).map(|m| m.field).max().unwrap_or(Field::Name);
        let units = if in_name { &entry.name } else { &entry.uid };
        let mut ranges: Vec<[u32; 2]> =
            matches.iter().filter(shown).filter_map(|m| range(units, m.first, m.last, m.open)).collect();
        ranges.sort_unstable();
        ranges.dedup_by(|next, kept| {
            let joined = next[0] <= kept[1];
            kept[1] = if joined { kept[1].max(next[1]) } else { kept[1] };
            joined
        });
        hit.ranges = ranges;
        hit
    }

    fn spots(&self, word: &Word) -> &[Spot] {
        let bytes = word.text.as_bytes();
        let ascii = bytes.iter().take(LETTERS).take_while(|byte| byte.is_ascii()).count();
        let list = if ascii >= 2 {
            let mut letters = [0; LETTERS];
            letters[..ascii].copy_from_slice(&bytes[..ascii]);
            self.by_letters.get(&letters)
        } else {
            word.chars.first().and_then(|first| self.by_char.get(first))
        };
        list.map_or(&[], Vec::as_slice)
    }
}

fn best_of(entry: &Entry, word: &Word) -> Option<Match> {
    let ways = [(&entry.name, false), (&entry.uid, true)];
    let all =
        ways.into_iter().flat_map(|(units, in_uid)| (0..units.len()).filter_map(move |at| matcher::at(units, at, word, in_uid)));
    // The first of equals: name before sign-in name, beginning before middle.
    all.fold(None, |best: Option<Match>, next| match best {
        Some(best) if best.score >= next.score => Some(best),
        _ => Some(next),
    })
}

fn range(units: &[Unit], first: usize, last: usize, open: u32) -> Option<[u32; 2]> {
    let end = units.get(last.checked_sub(1)?)?;
    let to = if open > 0 { end.to.min(end.from + open) } else { end.to };
    Some([units.get(first)?.from, to])
}

/// Every character that typing may begin with.
fn beginnings(entry: &Entry) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    for unit in entry.name.iter().chain(&entry.uid) {
        out.extend(spellings(unit).filter_map(|text| text.chars().next()));
        if let Form::Dense { char, .. } = unit.form {
            out.push(char);
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Every way that typing may begin at this unit: two letters, and three.
fn letters(units: &[Unit], at: usize, so_far: Letters, length: usize, out: &mut Vec<Letters>) {
    if length >= 2 {
        out.push(so_far);
    }
    let Some(unit) = units.get(at).filter(|_| length < LETTERS) else { return };
    let mut parts: Vec<&[u8]> = Vec::new();
    for text in spellings(unit).map(str::as_bytes).filter(|text| text.is_ascii()) {
        parts.extend((1..=text.len().min(LETTERS - length)).map(|end| &text[..end]));
    }
    parts.sort_unstable();
    parts.dedup();
    for part in parts {
        let mut next = so_far;
        next[length..length + part.len()].copy_from_slice(part);
        letters(units, at + 1, next, length + part.len(), out);
    }
}

fn spellings(unit: &Unit) -> impl Iterator<Item = &str> {
    let (readings, word) = match &unit.form {
        Form::Dense { readings, .. } => (readings.as_slice(), None),
        Form::Word(word) => (&[][..], Some(word.as_ref())),
    };
    readings.iter().map(AsRef::as_ref).chain(word)
}
