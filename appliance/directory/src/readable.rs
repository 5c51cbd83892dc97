//! Random bytes as a person reads them from a screen and types them: groups of four letters and digits that are not mistaken
//! for each other (Crockford's base 32).

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Five bytes become two groups; what is left over of the last five is not shown.
pub(crate) fn groups(random: &[u8]) -> Zeroizing<String> {
    let bare = spelled(random, LETTERS);
    let mut text = Zeroizing::new(String::with_capacity(random.len() * 2));
    for (at, letter) in bare.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

/// RFC 4648 base 32, as authenticator apps read a secret.
pub(crate) fn base32(random: &[u8]) -> Zeroizing<String> {
    spelled(random, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}

fn spelled(random: &[u8], alphabet: &[u8; 32]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(random.len() * 2));
    for bytes in random.chunks_exact(5) {
        let bits = bytes.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        (0..8).for_each(|at| text.push(char::from(alphabet[(bits >> (35 - 5 * at) & 31) as usize])));
    }
    text
}

/// What was typed, as the letters that were meant: without case, dashes and spaces, full-width letters as plain ones, and
/// I, L, O as the digits they look like. `None` when it is no such text of `length` letters.
pub(crate) fn typed(text: &str, length: usize) -> Option<Zeroizing<String>> {
    let mut letters = Zeroizing::new(String::with_capacity(length));
    for c in text.nfkc().filter(|c| c.is_alphanumeric()) {
        let letter = match c.to_ascii_lowercase() {
            'i' | 'l' => '1',
            'o' => '0',
            other => other,
        };
        let known = u8::try_from(letter).is_ok_and(|letter| LETTERS.contains(&letter));
        if !known || letters.len() == length {
            return None;
        }
        letters.push(letter);
    }
    Some(letters).filter(|letters| letters.len() == length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_shown_is_read_back_however_it_is_typed() {
        let shown = groups(&[0x08, 0x42, 0x10, 0x84, 0x21, 0xff, 0xff, 0xff, 0xff, 0x00]);
        assert_eq!(shown.as_str(), "1111-1111-zzzz-zzr0");
        for same in ["1111-1111-zzzz-zzr0", "IIll 1i1L ZZZZ ZZRO", "１１１１－１１１１－ｚｚｚｚ－ｚｚｒ０", " 11111111zzzzzzr0 "]
        {
            assert_eq!(typed(same, 16).unwrap().as_str(), "11111111zzzzzzr0", "{same}");
        }
        for other in ["", "1111-1111-zzzz-zzr", "1111-1111-zzzz-zzr00", "1111-1111-zzzz-zzru", "1111-1111-zzzz-zz令0"] {
            assert!(typed(other, 16).is_none(), "{other}");
        }
    }

    /// RFC 4648, section 10.
    #[test]
    fn a_secret_is_spelled_as_apps_read_it() {
        assert_eq!(base32(b"fooba").as_str(), "MZXW6YTB");
        assert_eq!(base32(&[0xff; 20]).as_str(), "7".repeat(32));
    }

    proptest! {
        #[test]
        fn every_code_is_read_back(random in any::<[u8; 10]>()) {
            let shown = groups(&random);
            let bare = shown.replace('-', "");
            let read = typed(&shown.to_uppercase(), 16).unwrap();
            prop_assert_eq!(read.as_str(), bare.as_str());
        }

        #[test]
        fn nothing_that_is_typed_harms(text in ".{0,80}") {
            let _ = typed(&text, 16);
        }
    }
}
