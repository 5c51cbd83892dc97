//! Text cut into runs: a stretch of dense script, or one word. Documents, queries and highlights share it.

use super::fold::{Folded, fold, is_dense};
use crate::limits;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Han, kana, Hangul: matched inside.
    Dense,
    /// Letters, digits, one emoji: matched whole.
    Word,
}

/// Folded characters in a row, each with its place in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub script: Script,
    pub chars: Vec<Folded>,
    /// A blank or the start of the text stands before it (not only punctuation).
    pub after_blank: bool,
}

impl Run {
    /// As it stands in a text that begins `by` bytes earlier.
    pub(super) fn moved(mut self, by: usize) -> Self {
        for folded in &mut self.chars {
            folded.from += by;
            folded.to += by;
        }
        self
    }

    pub fn text(&self) -> String {
        self.chars.iter().map(|folded| folded.char).collect()
    }
}

/// Cuts a text lazily, so that a long one is not held twice.
#[derive(Clone)]
pub struct Runs<I: Iterator<Item = Folded>> {
    folded: std::iter::Peekable<I>,
}

impl Runs<std::iter::Empty<Folded>> {
    pub fn of(text: &str) -> Runs<impl Iterator<Item = Folded> + Clone + '_> {
        Runs { folded: fold(text).peekable() }
    }
}

/// What a character is to the cutter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Dense,
    Word,
    /// A word by itself.
    Symbol,
    Blank,
    Other,
}

pub(super) fn kind(c: char) -> Kind {
    if c.is_ascii() {
        return match c {
            c if c.is_ascii_alphanumeric() => Kind::Word,
            c if c.is_ascii_whitespace() => Kind::Blank,
            _ => Kind::Other,
        };
    }
    if is_dense(c) {
        return Kind::Dense;
    }
    if matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}') && !matches!(c, '\u{1f3fb}'..='\u{1f3ff}') {
        return Kind::Symbol;
    }
    if c.is_alphanumeric() {
        return Kind::Word;
    }
    if c.is_whitespace() { Kind::Blank } else { Kind::Other }
}

impl<I: Iterator<Item = Folded>> Iterator for Runs<I> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let mut after_blank = false;
        let (first, script, alone) = loop {
            let folded = self.folded.next()?;
            after_blank |= folded.from == 0;
            match kind(folded.char) {
                Kind::Dense => break (folded, Script::Dense, false),
                Kind::Word => break (folded, Script::Word, false),
                Kind::Symbol => break (folded, Script::Word, true),
                Kind::Blank => after_blank = true,
                Kind::Other => {}
            }
        };
        let wanted = if script == Script::Dense { Kind::Dense } else { Kind::Word };
        let mut chars = vec![first];

        let most = match (alone, script) {
            (true, _) => 1,
            (false, Script::Dense) => usize::MAX,
            (false, Script::Word) => limits::WORD_CHARS,
        };
        while chars.len() < most {
            let Some(next) = self.folded.next_if(|folded| kind(folded.char) == wanted) else { break };
            chars.push(next);
        }
        Some(Run { script, chars, after_blank })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        Runs::of(text).map(|run| run.text()).collect()
    }

    #[test]
    fn cuts_words_and_dense_runs() {
        assert_eq!(cut("你好，World-2！a_b 👍👍"), ["你好", "world", "2", "a", "b", "👍", "👍"]);
        assert_eq!(cut("版本v2上线"), ["版本", "v2", "上线"]);
        assert_eq!(cut(""), Vec::<String>::new());
        assert_eq!(cut(&"x".repeat(130)).iter().map(String::len).collect::<Vec<_>>(), [64, 64, 2]);
    }
}
