//! BER as LDAP uses it (RFC 4511, section 5.1): definite lengths, one-byte tags. Reading borrows, writing appends.
//!
//! Our own, because what comes from strangers is read here: the derived decoders that are to be had (rasn-ldap,
//! ldap3_proto) build a tree of owned values for each message and follow nested filters by unbounded recursion.

/// Not BER, or not what stands in the protocol at this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

pub mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const OCTETS: u8 = 0x04;
    pub const ENUMERATED: u8 = 0x0a;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;

    /// `[n]` of a primitive, and of something that holds elements.
    pub const fn context(n: u8) -> u8 {
        0x80 | n
    }

    pub const fn constructed(n: u8) -> u8 {
        0xa0 | n
    }
}

/// How long the element at the head of `bytes` is, header included; `None` while too little is there to tell or hold it.
/// What would be longer than `most` is refused before it is waited for.
pub fn frame(bytes: &[u8], most: usize) -> Result<Option<usize>, Malformed> {
    let [tag, first, ..] = bytes else { return Ok(None) };
    if *tag != tag::SEQUENCE {
        return Err(Malformed);
    }
    let (header, length) = match first {
        0..=0x7f => (2, usize::from(*first)),
        0x81..=0x84 => {
            let octets = usize::from(first & 0x7f);
            let Some(length) = bytes.get(2..2 + octets) else { return Ok(None) };
            (2 + octets, length.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))
        }
        _ => return Err(Malformed),
    };
    if length > most.saturating_sub(header) {
        return Err(Malformed);
    }
    Ok(Some(header + length).filter(|whole| *whole <= bytes.len()))
}

/// Elements one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element, whatever it is.
    pub fn element(&mut self) -> Result<(u8, &'a [u8]), Malformed> {
        let [tag, first, rest @ ..] = self.rest else { return Err(Malformed) };
        if tag & 0x1f == 0x1f {
            return Err(Malformed);
        }
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x84 => {
                let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f)).ok_or(Malformed)?;
                (octets.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)), rest)
            }
            _ => return Err(Malformed),
        };
        let (value, rest) = rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok((*tag, value))
    }

    pub fn expect(&mut self, wanted: u8) -> Result<&'a [u8], Malformed> {
        let (tag, value) = self.element()?;
        if tag == wanted { Ok(value) } else { Err(Malformed) }
    }

    /// The next element if it has this tag.
    pub fn optional(&mut self, wanted: u8) -> Result<Option<&'a [u8]>, Malformed> {
        if self.rest.first() != Some(&wanted) {
            return Ok(None);
        }
        self.expect(wanted).map(Some)
    }

    pub fn sequence(&mut self) -> Result<Reader<'a>, Malformed> {
        self.expect(tag::SEQUENCE).map(Reader::new)
    }

    pub fn octets(&mut self) -> Result<&'a [u8], Malformed> {
        self.expect(tag::OCTETS)
    }

    pub fn integer(&mut self) -> Result<i32, Malformed> {
        integer(self.expect(tag::INTEGER)?)
    }

    pub fn enumerated(&mut self) -> Result<i32, Malformed> {
        integer(self.expect(tag::ENUMERATED)?)
    }

    pub fn boolean(&mut self) -> Result<bool, Malformed> {
        boolean(self.expect(tag::BOOLEAN)?)
    }

    pub fn end(&self) -> Result<(), Malformed> {
        if self.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}

/// Whatever LDAP counts fits into 31 bits.
pub fn integer(value: &[u8]) -> Result<i32, Malformed> {
    let (first, _) = value.split_first().ok_or(Malformed)?;
    if value.len() > 4 {
        return Err(Malformed);
    }
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    Ok(value.iter().fold(sign, |sum, octet| sum << 8 | i32::from(*octet)))
}

pub fn boolean(value: &[u8]) -> Result<bool, Malformed> {
    match value {
        [octet] => Ok(*octet != 0),
        _ => Err(Malformed),
    }
}

/// Elements appended to one buffer. What holds others is begun and ended; its length is filled in at the end.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

/// Where an element was begun.
#[must_use]
pub struct Begun(usize);

impl Writer {
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    pub fn begin(&mut self, tag: u8) -> Begun {
        // Four octets of length are kept free: BER allows more than are needed, and nothing has to be moved.
        self.bytes.extend_from_slice(&[tag, 0x84, 0, 0, 0, 0]);
        Begun(self.bytes.len())
    }

    pub fn end(&mut self, begun: Begun) {
        let length = u32::try_from(self.bytes.len() - begun.0).unwrap_or(u32::MAX);
        self.bytes[begun.0 - 4..begun.0].copy_from_slice(&length.to_be_bytes());
    }

    /// Takes back what was written since.
    pub fn cancel(&mut self, begun: Begun) {
        self.bytes.truncate(begun.0 - 6);
    }

    pub fn primitive(&mut self, tag: u8, value: &[u8]) {
        self.bytes.push(tag);
        match value.len() {
            short @ 0..=0x7f => self.bytes.push(short.to_le_bytes()[0]),
            long => {
                self.bytes.push(0x84);
                self.bytes.extend_from_slice(&u32::try_from(long).unwrap_or(u32::MAX).to_be_bytes());
            }
        }
        self.bytes.extend_from_slice(value);
    }

    pub fn octets(&mut self, value: &[u8]) {
        self.primitive(tag::OCTETS, value);
    }

    pub fn integer(&mut self, value: i32) {
        self.number(tag::INTEGER, value);
    }

    pub fn enumerated(&mut self, value: i32) {
        self.number(tag::ENUMERATED, value);
    }

    fn number(&mut self, tag: u8, value: i32) {
        let octets = value.to_be_bytes();
        let spare = (0..3).take_while(|at| {
            i32::from(octets[*at].cast_signed() >> 7) == i32::from(octets[*at].cast_signed())
                && octets[*at] >> 7 == octets[*at + 1] >> 7
        });
        let spare = spare.count();
        self.primitive(tag, &octets[spare..]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(number in any::<i32>(), octets in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut writer = Writer::default();
            let outer = writer.begin(tag::SEQUENCE);
            writer.integer(number);
            writer.octets(&octets);
            writer.end(outer);
            let bytes = writer.bytes().to_vec();
            prop_assert_eq!(frame(&bytes, 1 << 20), Ok(Some(bytes.len())));
            prop_assert_eq!(frame(&bytes[..bytes.len() - 1], 1 << 20), Ok(None));
            let mut inside = Reader::new(&bytes).sequence().unwrap();
            prop_assert_eq!(inside.integer(), Ok(number));
            prop_assert_eq!(inside.octets(), Ok(octets.as_slice()));
            prop_assert!(inside.is_empty());
        }

        #[test]
        fn nothing_that_is_read_harms(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = frame(&bytes, 1 << 10);
            let mut reader = Reader::new(&bytes);
            while reader.element().is_ok() {}
        }
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        for (number, octets) in [
            (0, "020100"),
            (127, "02017f"),
            (128, "02020080"),
            (-1, "0201ff"),
            (-128, "020180"),
            (-129, "0202ff7f"),
            (65_536, "0203010000"),
        ] {
            let mut writer = Writer::default();
            writer.integer(number);
            assert_eq!(hex::encode(writer.bytes()), octets, "{number}");
        }
    }

    #[test]
    fn what_would_be_too_long_is_refused_before_it_is_there() {
        assert_eq!(frame(&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], 1 << 18), Err(Malformed));
        assert_eq!(frame(&[0x30, 0x80], 1 << 18), Err(Malformed));
        assert_eq!(frame(&[0x30, 0x85, 0, 0, 0, 0, 1], 1 << 18), Err(Malformed));
        assert_eq!(frame(b"GET / HTTP/1.1", 1 << 18), Err(Malformed));
        assert_eq!(frame(&[0x30, 0x82, 1], 1 << 18), Ok(None));
    }
}
