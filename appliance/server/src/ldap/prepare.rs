//! Values in the one form in which they are compared (RFC 4518, as far as OpenLDAP does it).

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::schema::Rule;

/// Where in a value a piece of it stands: spaces at its ends count or do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    Whole,
    Initial,
    Any,
    Last,
}

/// The value as the rule compares it; none when it is no value of this kind at all.
pub fn text<'a>(rule: Rule, value: &'a str, piece: Piece) -> Option<Cow<'a, str>> {
    match rule {
        Rule::CaseIgnore => Some(spaces(folded(value, true), cut(piece))),
        Rule::CaseExact => Some(spaces(folded(value, false), cut(piece))),
        Rule::CaseIgnoreIa5 => value.is_ascii().then(|| spaces(folded(value, true), Cut::of(piece))),
        Rule::CaseExactIa5 => value.is_ascii().then(|| spaces(Cow::Borrowed(value), Cut::of(piece))),
        Rule::Telephone => value.bytes().all(is_printable).then(|| telephone(value)),
        Rule::Integer | Rule::Name | Rule::ObjectIdentifier | Rule::Time | Rule::Uuid | Rule::Boolean | Rule::Jpeg => {
            Some(Cow::Borrowed(value))
        }
    }
}

/// NFKC, and small letters where case is nothing.
fn folded(value: &str, ignore_case: bool) -> Cow<'_, str> {
    // Most values are plain letters or Han characters, which stay as they are.
    let plain = |c: char| matches!(c, ' '..='@' | '['..='~' | '\u{4e00}'..='\u{9fff}');
    if value.chars().all(plain) {
        return Cow::Borrowed(value);
    }
    if value.is_ascii() {
        return if ignore_case { Cow::Owned(value.to_ascii_lowercase()) } else { Cow::Borrowed(value) };
    }
    if ignore_case {
        return Cow::Owned(value.nfkc().flat_map(char::to_lowercase).nfkc().collect());
    }
    match is_nfkc_quick(value.chars()) {
        IsNormalized::Yes => Cow::Borrowed(value),
        _ => Cow::Owned(value.nfkc().collect()),
    }
}

/// Which spaces at its ends a piece keeps, and whether it may end up empty.
#[derive(Clone, Copy)]
struct Cut {
    first: bool,
    last: bool,
    whole: bool,
}

impl Cut {
    /// IA5 strings keep none, wherever they are cut.
    fn of(piece: Piece) -> Self {
        Self { first: false, last: false, whole: piece == Piece::Whole }
    }
}

/// A piece keeps one space where it was cut off.
fn cut(piece: Piece) -> Cut {
    let (first, last) = (matches!(piece, Piece::Any | Piece::Last), matches!(piece, Piece::Any | Piece::Initial));
    // Nothing but spaces is one space, but for the last piece, of which nothing is left: so slapd has it.
    Cut { first, last, whole: piece != Piece::Last }
}

/// One space for many, and none at the ends of a value but where it was cut off.
fn spaces(value: Cow<'_, str>, cut: Cut) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    let clean = !bytes.windows(2).any(|pair| pair == b"  ") && bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ');
    if clean {
        return value;
    }
    let mut out = String::with_capacity(value.len());
    let mut before = !cut.first;
    for c in value.chars() {
        if c != ' ' || !before {
            out.push(c);
        }
        before = c == ' ';
    }
    if !cut.last && out.ends_with(' ') {
        out.pop();
    }
    if out.is_empty() && cut.whole {
        out.push(' ');
    }
    Cow::Owned(out)
}

/// PrintableString (RFC 4517, section 3.3.29).
fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+,-./:=? ".contains(&byte)
}

fn telephone(value: &str) -> Cow<'_, str> {
    if !value.contains([' ', '-']) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(value.chars().filter(|c| !matches!(c, ' ' | '-')).collect())
}

/// A whole number of any length, without what does not count; none when it is none.
pub fn integer(value: &str) -> Option<Cow<'_, str>> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let bare = digits.trim_start_matches('0');
    Some(match (bare.is_empty(), value.starts_with('-')) {
        (true, _) => Cow::Borrowed("0"),
        (false, true) => Cow::Owned(format!("-{bare}")),
        (false, false) => Cow::Borrowed(bare),
    })
}

/// GeneralizedTime (RFC 4517, section 3.3.13) in whole seconds of UTC: `YYYYMMDDHHMMSSZ`. What is finer than a second
/// does not count; none when it is no instant.
pub fn time(value: &str) -> Option<i64> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (date, rest) = value.split_at(digits);
    if !matches!(digits, 10 | 12 | 14) {
        return None;
    }
    let part = |from: usize, length: usize| date.get(from..from + length).map_or(Some(0), |text| text.parse::<i8>().ok());
    let year = date.get(..4)?.parse::<i16>().ok()?;
    let (minute, second) = (part(10, 2)?, part(12, 2)?);
    let time = jiff::civil::DateTime::new(year, part(4, 2)?, part(6, 2)?, part(8, 2)?, minute, second.min(59), 0).ok()?;
    let fraction = rest.strip_prefix(['.', ',']);
    let zone = match fraction {
        None => rest,
        Some(fraction) => {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if length == 0 {
                return None;
            }
            &fraction[length..]
        }
    };
    let at = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    Some(at - offset(zone)?)
}

/// `Z`, `+HH`, `-HHMM` in seconds.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !matches!(digits.len(), 2 | 4) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Some(0), |rest| rest.parse().ok())?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_width_and_spaces_do_not_count() {
        let whole = |value| text(Rule::CaseIgnore, value, Piece::Whole).unwrap().into_owned();
        assert_eq!(whole("  Zhang   SAN "), "zhang san");
        assert_eq!(whole("Ｌｉｎ\u{3000}Ｙ"), "lin y");
        assert_eq!(whole("张三"), "张三");
        assert_eq!(whole("   "), " ");
        let piece = |value, piece| text(Rule::CaseIgnore, value, piece).unwrap().into_owned();
        assert_eq!(
            (piece(" a ", Piece::Initial), piece(" a ", Piece::Any), piece(" a ", Piece::Last)),
            ("a ".into(), " a ".into(), " a".into())
        );
        assert_eq!(text(Rule::Telephone, "+86 10-6553", Piece::Whole).unwrap(), "+86106553");
        assert_eq!(
            (piece(" ", Piece::Initial), piece(" ", Piece::Any), piece(" ", Piece::Last)),
            (" ".into(), " ".into(), "".into())
        );
        assert_eq!(text(Rule::CaseIgnoreIa5, " A ", Piece::Any).unwrap(), "a");
        assert_eq!(text(Rule::CaseIgnoreIa5, "ü", Piece::Whole), None);
        assert_eq!(text(Rule::Telephone, "分机 7", Piece::Whole), None);
    }

    #[test]
    fn numbers_and_instants_have_one_form() {
        assert_eq!(integer("007").unwrap(), "7");
        assert_eq!(integer("-0").unwrap(), "0");
        assert!(integer("").is_none() && integer("+1").is_none() && integer("1x").is_none() && integer("-").is_none());
        let at = time("20261122210238Z").unwrap();
        for same in ["20261122210238.5Z", "20261122210238,0Z", "20261122220238+01", "20261122153238-0530"] {
            assert_eq!(time(same), Some(at), "{same}");
        }
        for wrong in ["", "2026", "20261122210238", "20261322210238Z", "20261122210238.Z", "20261122210238+25", "20261122210238z"]
        {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn the_form_of_a_form_is_itself(value in ".{0,20}") {
            for rule in [Rule::CaseIgnore, Rule::CaseExact] {
                let once = text(rule, &value, Piece::Whole).unwrap().into_owned();
                let again = text(rule, &once, Piece::Whole).unwrap().into_owned();
                prop_assert_eq!(&again, &once);
            }
            let _ = time(&value);
        }
    }
}
