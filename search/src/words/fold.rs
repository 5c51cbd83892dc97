//! One character at a time: compatibility forms (full width, ligatures), case, marks over letters, traditional to simplified.

use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A folded character and the bytes of the original that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    pub char: char,
    pub from: usize,
    pub to: usize,
}

/// Folds `text`. A character may become several (`㍿`, `ﬁ`) or none (a combining mark); all of them bear its offsets.
pub fn fold(text: &str) -> impl Iterator<Item = Folded> + Clone + '_ {
    text.char_indices().flat_map(|(from, original)| {
        let to = from + original.len_utf8();
        Spread::of(original).map(move |char| Folded { char, from, to })
    })
}

/// What one character folds to.
pub(super) fn folded(c: char) -> impl Iterator<Item = char> {
    Spread::of(c)
}

/// The same for nearly all characters, which fold to one; `None` for the others.
pub(super) fn plain(c: char) -> Option<char> {
    match c {
        c if c.is_ascii() => Some(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => Some(simplify(c)),
        COMMON_FIRST..=COMMON_LAST => COMMON.get((u32::from(c) - u32::from(COMMON_FIRST)) as usize).copied().flatten(),
        WIDE_FIRST..=WIDE_LAST => WIDE.get((u32::from(c) - u32::from(WIDE_FIRST)) as usize).copied().flatten(),
        c => is_plain_dense(c).then(|| simplify(c)),
    }
}

/// Letters with marks, other alphabets, punctuation, kana: worked out once, since Chinese punctuation is everywhere.
static COMMON: LazyLock<Vec<Option<char>>> = LazyLock::new(|| (COMMON_FIRST..=COMMON_LAST).map(single).collect());
const COMMON_FIRST: char = '\u{80}';
const COMMON_LAST: char = '\u{33ff}';
/// Full width and half width forms.
static WIDE: LazyLock<Vec<Option<char>>> = LazyLock::new(|| (WIDE_FIRST..=WIDE_LAST).map(single).collect());
const WIDE_FIRST: char = '\u{ff00}';
const WIDE_LAST: char = '\u{ffef}';

/// The one character that another folds to.
fn single(c: char) -> Option<char> {
    let mut all = Spread::worked_out(c);
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// The folded text alone.
pub fn fold_str(text: &str) -> String {
    fold(text).map(|folded| folded.char).collect()
}

/// Han, kana and Hangul: scripts that are matched by bigrams.
pub fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The characters that one character folds to.
#[derive(Clone)]
enum Spread {
    One(Option<char>),
    Several(std::vec::IntoIter<char>),
}

impl Spread {
    fn of(c: char) -> Self {
        plain(c).map_or_else(|| Self::worked_out(c), |plain| Self::One(Some(plain)))
    }

    fn worked_out(c: char) -> Self {
        if is_plain_dense(c) {
            return Self::One(Some(simplify(c)));
        }
        if is_combining_mark(c) {
            return Self::One(None);
        }
        let mut out: Vec<char> = Vec::with_capacity(4);
        for composed in std::iter::once(c).nfkc() {
            if is_dense(composed) {
                out.push(simplify(composed));
                continue;
            }
            // Marks over Latin, Greek and Cyrillic letters go; kana and Hangul, which NFKD would take apart, were kept above.
            let bare = std::iter::once(composed).nfkd().filter(|c| !is_combining_mark(*c));
            out.extend(bare.flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)));
        }
        Self::Several(out.into_iter())
    }
}

impl Iterator for Spread {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::One(c) => c.take(),
            Self::Several(rest) => rest.next(),
        }
    }
}

/// Dense, and its own compatibility form.
fn is_plain_dense(c: char) -> bool {
    is_dense(c) && !matches!(c, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' | '\u{309f}' | '\u{30ff}')
}

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// Pairs of OpenCC's table; see the file's first lines.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = (FIRST..=LAST).map(|code| char::from_u32(code).unwrap_or('\u{fffd}')).collect();
    for line in include_str!("simplified.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut chars = line.chars();
        while let (Some(traditional), Some(simplified)) = (chars.next(), chars.next()) {
            if let Some(slot) = slot(traditional).and_then(|slot| table.get_mut(slot)) {
                *slot = simplified;
            }
        }
    }
    table
});

fn simplify(c: char) -> char {
    slot(c).and_then(|slot| SIMPLIFIED.get(slot)).copied().unwrap_or(c)
}

fn slot(c: char) -> Option<usize> {
    let code = u32::from(c);
    (FIRST..=LAST).contains(&code).then(|| (code - FIRST) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_width_case_marks_and_traditional_characters() {
        assert_eq!(fold_str("ＡＢＣ　Ｗｉｆｉ"), "abc wifi");
        assert_eq!(fold_str("Café Cafe\u{301} Straße İ"), "cafe cafe straße i");
        assert_eq!(fold_str("資料庫與網絡"), "资料库与网络");
        assert_eq!(fold_str("㍿ﬁ①ｶﾞ한が"), "株式会社fi1カ한が");
        assert_eq!(fold_str("\u{f900}豈"), "岂岂");
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for c in (0..0x30000_u32).filter_map(char::from_u32) {
            let once: String = fold_str(&c.to_string());
            assert_eq!(fold_str(&once), once, "{c:?} {:x}", u32::from(c));
        }
    }
}
