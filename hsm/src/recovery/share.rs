//! One share as a line of text that is read aloud, printed and typed.
//!
//! ```text
//! HFR1-<number>-<needed>-<of>-<kit 13 letters>-<62 letters in groups of four or five>
//! ```
//! The letters are Crockford's base32, without I, L, O, U; small letters and blanks are as good. The last four of the 36
//! bytes behind the long part are a checksum over the whole line, so a slip of the finger is found at the share it is in.

use std::fmt;

use ring::digest;
use zeroize::{Zeroize, Zeroizing};

use super::shamir::{SECRET, Values};

const MARK: &str = "HFR1";
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP: usize = 5;
const CHECKSUM: usize = 4;

/// Names a kit: all shares of one kit bear it, and so does the keyring.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KitId(pub [u8; 8]);

impl fmt::Display for KitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&letters(&self.0))
    }
}

impl fmt::Debug for KitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// One part of a recovery kit. Wiped on drop; printed only by [`Share::line`].
#[derive(Clone)]
pub struct Share {
    pub kit: KitId,
    /// From 1.
    pub number: u8,
    /// So many give the key back.
    pub needed: u8,
    pub of: u8,
    pub(super) values: Values,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "share {} of {}, kit {}", self.number, self.of, self.kit)
    }
}

impl Share {
    /// What is printed for its keeper.
    pub fn line(&self) -> Zeroizing<String> {
        let mut body = Zeroizing::new(self.values.to_vec());
        body.extend_from_slice(&self.checksum());
        let text = Zeroizing::new(letters(&body));
        let mut line = Zeroizing::new(String::with_capacity(128));
        line.push_str(&self.head());
        for (at, letter) in text.chars().enumerate() {
            if at % GROUP == 0 {
                line.push('-');
            }
            line.push(letter);
        }
        line
    }

    /// `None` where it is mistyped, incomplete, or no share at all.
    pub fn parse(line: &str) -> Option<Self> {
        let mut clean = Zeroizing::new(line.to_ascii_uppercase());
        clean.retain(|letter| !letter.is_whitespace());
        let mut parts = clean.strip_prefix(MARK)?.strip_prefix('-')?.splitn(5, '-');
        let mut number = || parts.next()?.parse::<u8>().ok();
        let (number, needed, of) = (number()?, number()?, number()?);
        let kit = bytes(parts.next()?)?;
        let mut body = bytes(parts.next()?)?;
        let share = (body.len() == SECRET + CHECKSUM && number > 0 && number <= of && needed <= of).then(|| {
            let mut values = Zeroizing::new([0; SECRET]);
            values.copy_from_slice(&body[..SECRET]);
            Some(Self { kit: KitId(kit.as_slice().try_into().ok()?), number, needed, of, values })
        });
        let share = share.flatten().filter(|share| share.checksum() == body[SECRET..]);
        body.zeroize();
        share
    }

    /// What a mistyped line claims to be, for the message that sends its keeper back to the paper.
    pub(super) fn claimed_number(line: &str) -> Option<u8> {
        line.trim().to_ascii_uppercase().strip_prefix(MARK)?.strip_prefix('-')?.split('-').next()?.trim().parse().ok()
    }

    fn head(&self) -> String {
        format!("{MARK}-{}-{}-{}-{}", self.number, self.needed, self.of, self.kit)
    }

    fn checksum(&self) -> [u8; CHECKSUM] {
        let mut whole = digest::Context::new(&digest::SHA256);
        whole.update(self.head().as_bytes());
        whole.update(&*self.values);
        let whole = whole.finish();
        std::array::from_fn(|at| whole.as_ref()[at])
    }
}

fn letters(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0u32, 0);
    for byte in bytes {
        (held, bits) = (held << 8 | u32::from(*byte), bits + 8);
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(LETTERS[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(LETTERS[(held << (5 - bits)) as usize & 31]));
    }
    out
}

/// Undoes [`letters`]; dashes are skipped, and what is commonly misread is taken as it was meant.
fn bytes(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() * 5 / 8 + 1));
    let (mut held, mut bits) = (0u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'-') {
        let letter = match letter {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            letter => letter,
        };
        let value = LETTERS.iter().position(|known| *known == letter)? as u32;
        (held, bits) = (held << 5 | value, bits + 5);
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    // What is left over is padding, and shorter than a letter.
    (held == 0 && bits < 5).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share() -> Share {
        let values = Zeroizing::new(std::array::from_fn(|at| (at * 37) as u8));
        Share { kit: KitId([9, 8, 7, 6, 5, 4, 3, 2]), number: 2, needed: 3, of: 5, values }
    }

    #[test]
    fn a_line_comes_back_however_it_is_typed() {
        let line = share().line();
        assert_eq!(line.split('-').nth(1), Some("2"));
        for typed in [line.to_string(), line.to_lowercase(), format!("  {} \n", line.replace('-', " - "))] {
            let read = Share::parse(&typed).unwrap();
            assert_eq!((read.kit, read.number, read.needed, read.of), (share().kit, 2, 3, 5));
            assert_eq!(*read.values, *share().values);
        }
    }

    #[test]
    fn every_slip_of_one_letter_is_found() {
        let line = share().line();
        let mut slips = 0;
        for at in 0..line.len() {
            for letter in LETTERS {
                let mut typed = line.as_bytes().to_vec();
                if typed[at] == *letter || typed[at] == b'-' {
                    continue;
                }
                typed[at] = *letter;
                assert!(Share::parse(std::str::from_utf8(&typed).unwrap()).is_none(), "{at}");
                slips += 1;
            }
            assert!(Share::parse(&line[..at]).is_none(), "{at}");
        }
        assert!(slips > 2_000);
        let mut swapped = line.as_bytes().to_vec();
        let last = swapped.len() - 1;
        swapped.swap(last, last - 8);
        assert!(swapped == line.as_bytes() || Share::parse(std::str::from_utf8(&swapped).unwrap()).is_none());
        assert_eq!(Share::claimed_number(&line.replace("HFR1-2", "hfr1-4")), Some(4));
    }
}
