//! Where text is put: bounded, blanks collapsed, lines that a renderer broke joined again where the script has no blanks.

use super::Extracted;
use crate::{limits, words::is_dense};

/// What stands between what was written and what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    /// A break that means nothing between two Han characters and a blank otherwise.
    Soft,
    Blank,
    Line,
}

#[derive(Debug)]
pub(super) struct Sink {
    out: String,
    gap: Gap,
    truncated: bool,
}

impl Sink {
    pub(super) fn new() -> Self {
        Self { out: String::new(), gap: Gap::None, truncated: false }
    }

    /// As it is, lines and all.
    pub(super) fn verbatim(&mut self, text: &str) {
        text.chars().for_each(|c| self.put(c));
    }

    /// Blanks collapse; a line break in the source is soft.
    pub(super) fn flow(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' | '\r' => self.soft(),
                c if c.is_whitespace() && c != '\u{a0}' && c != '\u{3000}' => self.blank(),
                c => self.char(c),
            }
        }
    }

    pub(super) fn char(&mut self, c: char) {
        let between = match self.gap {
            Gap::None => None,
            Gap::Soft if self.out.chars().next_back().is_some_and(is_wide) && is_wide(c) => None,
            Gap::Soft | Gap::Blank => Some(' '),
            Gap::Line => Some('\n'),
        };
        self.gap = Gap::None;
        if let Some(between) = between
            && !self.out.is_empty()
        {
            self.put(between);
        }
        self.put(c);
    }

    pub(super) fn soft(&mut self) {
        self.gap = self.gap.max(Gap::Soft);
    }

    pub(super) fn blank(&mut self) {
        self.gap = self.gap.max(Gap::Blank);
    }

    pub(super) fn line(&mut self) {
        self.gap = Gap::Line;
    }

    /// The last character that was written, if nothing stands after it yet.
    pub(super) fn last(&self) -> Option<char> {
        self.out.chars().next_back()
    }

    pub(super) fn is_full(&self) -> bool {
        self.truncated
    }

    pub(super) fn finish(self) -> Extracted {
        Extracted { text: self.out, truncated: self.truncated }
    }

    fn put(&mut self, c: char) {
        if self.truncated || self.out.len() + c.len_utf8() > limits::TEXT_BYTES {
            self.truncated = true;
            return;
        }
        if c != '\0' && c != '\u{feff}' && c != '\u{fffd}' {
            self.out.push(c);
        }
    }
}

/// Characters of scripts without blanks, and their punctuation.
pub(super) fn is_wide(c: char) -> bool {
    is_dense(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '“' | '”' | '‘' | '’' | '…' | '—')
}
