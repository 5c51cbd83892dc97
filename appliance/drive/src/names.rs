//! Names of files and folders: Unicode NFC, one component, nothing that a path or a terminal would take for something else.

use holdfast_base::{Error, Result};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::limits;

/// A name that keeps the rules: NFC, 1 to 255 bytes, no `/`, no NUL or other control character, nothing that turns the
/// reading direction, not `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    pub fn new(text: &str) -> Result<Self> {
        // Cheap bound first: normalising expands by a small factor only, but its input is a stranger's.
        if text.len() > limits::NAME_BYTES * 4 {
            return Err(Error::too_long("name", limits::NAME_BYTES as u64));
        }
        let name: String = if is_nfc(text) { text.to_owned() } else { text.nfc().collect() };
        if name.is_empty() {
            return Err(Error::invalid("name", "required"));
        }
        if name.len() > limits::NAME_BYTES {
            return Err(Error::too_long("name", limits::NAME_BYTES as u64));
        }
        if name == "." || name == ".." {
            return Err(Error::invalid("name", "reserved"));
        }
        if name.chars().any(|c| c == '/' || c.is_control() || turns_direction(c)) {
            return Err(Error::invalid("name", "forbidden-character"));
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }

    /// `report.pdf` → `report (2).pdf`: the n-th try for a free name beside the wanted one.
    pub(crate) fn numbered(&self, n: u32) -> Self {
        let (stem, extension) = match self.0.rfind('.') {
            Some(dot) if dot > 0 => self.0.split_at(dot),
            _ => (self.0.as_str(), ""),
        };
        let mark = format!(" ({n})");
        let mut room = limits::NAME_BYTES.saturating_sub(mark.len() + extension.len()).min(stem.len());
        while !stem.is_char_boundary(room) {
            room -= 1;
        }
        Self(format!("{}{mark}{extension}", &stem[..room]).nfc().collect())
    }
}

/// Embeddings, overrides and isolates would let `exe` be read as `pdf`. Plain marks of direction and joiners stay: they are
/// part of how Hebrew, Arabic and emoji are written.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_what_people_write_and_refuses_the_rest() {
        for good in ["a", "报告 2026.docx", "#%?&=+ ()", "😀.png", "...", "a\u{301}"] {
            assert!(Name::new(good).is_ok(), "{good:?}");
        }
        assert_eq!(Name::new("e\u{301}").map(Name::into_string).ok().as_deref(), Some("\u{e9}"));
        for bad in ["", ".", "..", "a/b", "a\0", "a\n", "\u{7f}", "report\u{202e}fdp.exe", &"x".repeat(256), &"文".repeat(86)] {
            assert!(Name::new(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_its_own_name_and_a_numbered_one_fits(text in "\\PC{1,90}", n in 2u32..2000) {
            if let Ok(name) = Name::new(&text) {
                prop_assert_eq!(Name::new(name.as_str()).ok(), Some(name.clone()));
                let next = name.numbered(n);
                prop_assert!(Name::new(next.as_str()).is_ok(), "{:?}", next);
                prop_assert_ne!(next, name);
            }
        }
    }
}
