//! RFC 6238 with HMAC-SHA1, six digits, steps of 30 seconds: what every authenticator app has.

use holdfast_base::Timestamp;
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

use crate::limits::{TOTP_STEP_SECONDS, TOTP_STEPS_OFF};

const DIGITS: usize = 6;

/// The step within the tolerance, and after `last`, of which `typed` is the code. Spaces are for the eye.
pub(super) fn step_of(secret: &[u8], typed: &str, now: Timestamp, last: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let now = now.milliseconds().div_euclid(1_000 * TOTP_STEP_SECONDS);
    let steps = (now - TOTP_STEPS_OFF..=now + TOTP_STEPS_OFF).filter(|step| *step > last);
    // Every step is computed: the time says nothing about which one it was.
    steps.fold(None, |found, step| if same(&code(secret, step), &digits) { Some(step) } else { found })
}

fn same(a: &str, b: &str) -> bool {
    let differing = a.bytes().zip(b.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b));
    std::hint::black_box(differing) == 0
}

/// RFC 4226, section 5.3.
fn code(secret: &[u8], step: i64) -> String {
    let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[tag.len() - 1] & 0xf);
    let cut = tag[offset..offset + 4].iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:0DIGITS$}", cut % 1_000_000)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000)
    }

    /// RFC 6238, appendix B: the SHA1 column, its last six digits.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of(SECRET, digits, at(seconds), -1), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_once_and_within_a_step() {
        assert_eq!(step_of(SECRET, "287 082", at(59), -1), Some(1));
        assert_eq!(step_of(SECRET, "287082", at(59), 1), None, "taken before");
        assert_eq!(step_of(SECRET, "287082", at(89), 0), Some(1), "a clock that is 30 s behind");
        assert_eq!(step_of(SECRET, "287082", at(90), 0), None);
        for not_a_code in ["", "28708", "2870820", "28708a", "２８７０８２"] {
            assert_eq!(step_of(SECRET, not_a_code, at(59), -1), None, "{not_a_code}");
        }
    }

    proptest! {
        #[test]
        fn whatever_was_taken_is_not_taken_again(seconds in 0i64..4_000_000_000, off in -40i64..40) {
            let step = seconds / 30;
            let digits = code(SECRET, step);
            let taken = step_of(SECRET, &digits, at(seconds), -1).unwrap();
            prop_assert_eq!(step_of(SECRET, &digits, at(seconds + off), taken).filter(|next| *next <= taken), None);
        }

        #[test]
        fn nothing_that_is_typed_harms(typed in ".{0,80}", seconds in 0i64..4_000_000_000) {
            let _ = step_of(SECRET, &typed, at(seconds), 0);
        }
    }
}
