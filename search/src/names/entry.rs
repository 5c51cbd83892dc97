//! A name taken apart for matching.

use super::{NameEntry, NameKey, NameKind, reading};
use crate::{
    limits,
    words::{Folded, Runs, Script, is_dense},
};

/// What is matched as one: a dense character with its readings, or a word.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) form: Form,
    /// UTF-16 code units of the original.
    pub(super) from: u32,
    pub(super) to: u32,
}

#[derive(Debug)]
pub(super) enum Form {
    Dense { char: char, readings: Vec<Box<str>> },
    Word(Box<str>),
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: NameKey,
    pub(super) name: Vec<Unit>,
    pub(super) uid: Vec<Unit>,
}

impl Entry {
    pub(super) fn new(from: &NameEntry) -> Self {
        let is_person = from.key.kind == NameKind::Person;
        Self {
            key: from.key,
            name: units(&from.name, is_person),
            uid: from.uid.as_deref().map_or_else(Vec::new, |uid| units(uid, false)),
        }
    }

    /// All first readings and words in a row, for typos. `None` where there is nothing to mistype.
    pub(super) fn spelled(&self) -> Option<String> {
        let mut out = String::new();
        for unit in &self.name {
            match &unit.form {
                Form::Dense { readings, .. } => out.push_str(readings.first()?),
                Form::Word(word) => out.push_str(word),
            }
        }
        (!out.is_empty()).then_some(out)
    }
}

fn units(text: &str, is_person: bool) -> Vec<Unit> {
    let mut wide = Wide { text, bytes: 0, units: 0 };
    let mut out: Vec<Unit> = Vec::new();
    for run in Runs::of(text) {
        if run.script == Script::Word {
            // `e1002` is found by `1002` too.
            for part in run.chars.chunk_by(|a, b| a.char.is_ascii_digit() == b.char.is_ascii_digit()) {
                let (from, to) = ends(part);
                let text: String = part.iter().map(|folded| folded.char).collect();
                out.push(Unit { form: Form::Word(text.into()), from: wide.at(from), to: wide.at(to) });
            }
            continue;
        }
        for folded in run.chars {
            let form = Form::Dense { char: folded.char, readings: Vec::new() };
            out.push(Unit { form, from: wide.at(folded.from), to: wide.at(folded.to) });
        }
    }
    out.truncate(limits::NAME_UNITS);
    read(&mut out, is_person);
    out
}

fn read(units: &mut [Unit], is_person: bool) {
    let chars: Vec<char> = units
        .iter()
        .map(|unit| match &unit.form {
            Form::Dense { char, .. } => *char,
            Form::Word(_) => ' ',
        })
        .collect();
    debug_assert!(chars.iter().all(|c| *c == ' ' || is_dense(*c)));
    for (unit, found) in units.iter_mut().zip(reading::readings(&chars, is_person)) {
        if let Form::Dense { readings, .. } = &mut unit.form {
            *readings = found.into_iter().map(String::into_boxed_str).collect();
        }
    }
}

fn ends(chars: &[Folded]) -> (usize, usize) {
    (chars.first().map_or(0, |first| first.from), chars.last().map_or(0, |last| last.to))
}

/// Byte offsets to UTF-16 ones. Offsets come almost in order; going back starts over.
struct Wide<'a> {
    text: &'a str,
    bytes: usize,
    units: u32,
}

impl Wide<'_> {
    fn at(&mut self, bytes: usize) -> u32 {
        if bytes < self.bytes {
            (self.bytes, self.units) = (0, 0);
        }
        let more = self.text[self.bytes..bytes].encode_utf16().count();
        self.bytes = bytes;
        self.units += u32::try_from(more).unwrap_or(0);
        self.units
    }
}
