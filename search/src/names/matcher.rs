//! One typed word against one name: characters match characters, letters match a reading or the beginning of one.

use super::{
    Field,
    entry::{Form, Unit},
};
use crate::{limits, words::fold_str};

/// A word of a query, folded.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) chars: Vec<char>,
    pub(super) text: String,
}

/// The words of what was typed, or `None` where there is nothing to look for.
pub(super) fn words(typed: &str) -> Option<Vec<Word>> {
    let folded = fold_str(&typed.chars().take(limits::QUERY_CHARS).collect::<String>()).replace('ü', "v");
    let words: Vec<Word> = folded
        .split(|c: char| !(c.is_alphanumeric() || crate::words::is_dense(c)))
        .filter(|word| !word.is_empty())
        .take(limits::NAME_WORDS)
        .map(|word| word.chars().take(limits::NAME_WORD_CHARS).collect::<Vec<char>>())
        .map(|chars| Word { text: chars.iter().collect(), chars })
        .collect();
    (!words.is_empty()).then_some(words)
}

/// How a word was found in a name: units `first..last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) field: Field,
    pub(super) first: usize,
    pub(super) last: usize,
    /// Characters of the last unit that were typed, where it goes on; 0 where it was typed whole.
    pub(super) open: u32,
    pub(super) score: u32,
}

/// How well one unit took its part.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// Characters of the name typed as they are, and whole words.
    exact: u32,
    /// Whole syllables.
    whole: u32,
    /// Beginnings of syllables, and of words.
    part: u32,
    /// Single letters for syllables.
    letter: u32,
    /// Readings that are not the usual one.
    rare: u32,
    /// Characters typed of a word that goes on after the query's end.
    open: u32,
}

/// The best match of `word` that begins at unit `first` of `units`.
pub(super) fn at(units: &[Unit], first: usize, word: &Word, in_uid: bool) -> Option<Match> {
    let mut steps = limits::NAME_STEPS;
    let (end, tally) = best(units, first, &word.chars, Tally::default(), &mut steps)?;
    let latin = tally.whole + tally.part + tally.letter;
    let field = match (in_uid, latin) {
        (true, _) => Field::Uid,
        (_, 0) => Field::Name,
        _ if tally.whole == 0 && tally.part == 0 => Field::Initials,
        _ => Field::Pinyin,
    };
    Some(Match { field, first, last: end, open: tally.open, score: score(units, first, end, &tally, in_uid) })
}

/// Tries what takes most first, so the first way through is kept unless another scores better.
fn best(units: &[Unit], at: usize, rest: &[char], tally: Tally, steps: &mut u32) -> Option<(usize, Tally)> {
    if rest.is_empty() {
        return Some((at, tally));
    }
    *steps = steps.checked_sub(1)?;
    let unit = units.get(at)?;
    let mut found: Option<(usize, Tally)> = None;
    let mut take = |length: usize, tally: Tally, steps: &mut u32| {
        let way = best(units, at + 1, &rest[length..], tally, steps);
        if let Some(way) = way
            && found.as_ref().is_none_or(|old| weight(&way.1) > weight(&old.1))
        {
            found = Some(way);
        }
    };
    match &unit.form {
        Form::Dense { char, .. } if rest[0] == *char => take(1, Tally { exact: tally.exact + 1, ..tally }, steps),
        Form::Dense { readings, .. } => {
            for (number, reading) in readings.iter().enumerate() {
                let common = common(reading, rest);
                let rare = tally.rare + u32::from(number > 0);
                for length in (1..=common).rev() {
                    let next = match length {
                        _ if length == reading.len() => Tally { whole: tally.whole + 1, rare, ..tally },
                        1 => Tally { letter: tally.letter + 1, rare, ..tally },
                        _ => Tally { part: tally.part + 1, rare, ..tally },
                    };
                    take(length, next, steps);
                }
            }
        }
        Form::Word(word) => {
            let common = common(word, rest);
            let length = word.chars().count();
            if common == length {
                take(common, Tally { exact: tally.exact + 1, ..tally }, steps);
            } else if common > 0 && common == rest.len() {
                // The beginning of a word only where the query ends: `al` finds `alice`, `achen` does not find `alice chen`.
                take(common, Tally { open: u32::try_from(common).unwrap_or(0), ..tally }, steps);
            } else if common > 0 {
                take(1, Tally { letter: tally.letter + 1, ..tally }, steps);
            }
        }
    }
    found
}

fn common(text: &str, rest: &[char]) -> usize {
    text.chars().zip(rest).take_while(|(a, b)| a == *b).count()
}

fn weight(tally: &Tally) -> i64 {
    let count = i64::from;
    100 * count(tally.exact) + 60 * count(tally.whole) - 25 * count(tally.part) - 10 * count(tally.letter) - 5 * count(tally.rare)
}

/// Whole names and beginnings come first, then characters before pinyin before initials, then common readings.
fn score(units: &[Unit], first: usize, end: usize, tally: &Tally, in_uid: bool) -> u32 {
    let mut score = 1_000_u32;
    let whole_name = first == 0 && end == units.len() && tally.open == 0;
    score += match (whole_name, tally.letter + tally.part, tally.whole + tally.part) {
        (true, 0, _) => 400,
        // Every initial, and nothing but initials.
        (true, _, 0) => 250,
        _ => 0,
    };
    score += if first == 0 { 200 } else { 0 };
    score += match (tally.exact > 0, tally.letter > 0, tally.part > 0) {
        (true, false, false) => 200,
        (_, false, false) => 150,
        (_, false, true) => 120,
        _ => 60,
    };
    score = score.saturating_sub(30 * tally.rare + 10 * tally.letter);
    let length = u32::try_from(units.len()).unwrap_or(u32::MAX).min(40);
    score.saturating_sub(2 * length + u32::from(in_uid) * 40)
}
