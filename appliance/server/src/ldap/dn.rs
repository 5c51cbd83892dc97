//! Distinguished names as text (RFC 4514): read with all their escapes, written with those that are needed.

/// One `type=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// In lower case; a name or an OID.
    pub kind: String,
    pub value: Vec<u8>,
}

/// One step of a name; most have one assertion.
pub type Rdn = Vec<Assertion>;

/// From the entry itself up to the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dn {
    pub rdns: Vec<Rdn>,
}

/// No name, from this byte on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoName {
    pub offset: usize,
}

/// Steps of one name, and assertions of one step.
const RDNS: usize = 128;
const ASSERTIONS: usize = 16;

impl Dn {
    pub fn parse(text: &[u8]) -> Result<Self, NoName> {
        let mut at = Cursor { text, at: 0 };
        let mut dn = Self::default();
        at.spaces();
        if at.peek().is_none() {
            return Ok(dn);
        }
        loop {
            if dn.rdns.len() >= RDNS {
                return Err(at.here());
            }
            dn.rdns.push(at.rdn()?);
            match at.peek() {
                None => return Ok(dn),
                Some(b',') => at.at += 1,
                Some(_) => return Err(at.here()),
            }
        }
    }
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn here(&self) -> NoName {
        NoName { offset: self.at }
    }

    fn spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn rdn(&mut self) -> Result<Rdn, NoName> {
        let mut rdn = vec![self.assertion()?];
        while self.peek() == Some(b'+') {
            if rdn.len() >= ASSERTIONS {
                return Err(self.here());
            }
            self.at += 1;
            rdn.push(self.assertion()?);
        }
        Ok(rdn)
    }

    fn assertion(&mut self) -> Result<Assertion, NoName> {
        self.spaces();
        let kind = self.kind()?;
        self.spaces();
        if self.peek() != Some(b'=') {
            return Err(self.here());
        }
        self.at += 1;
        self.spaces();
        let value = if self.peek() == Some(b'#') { self.hexadecimal()? } else { self.string()? };
        Ok(Assertion { kind, value })
    }

    /// A name (`keystring`) or an OID (`numericoid`).
    fn kind(&mut self) -> Result<String, NoName> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') {
            self.at += 1;
        }
        let kind = &self.text[start..self.at];
        let numeric = kind.first().is_some_and(u8::is_ascii_digit);
        let right = match numeric {
            true => kind.iter().all(|b| b.is_ascii_digit() || *b == b'.') && !kind.ends_with(b"."),
            false => kind.first().is_some_and(u8::is_ascii_alphabetic) && !kind.contains(&b'.'),
        };
        if !right {
            return Err(NoName { offset: start });
        }
        Ok(String::from_utf8_lossy(kind).to_ascii_lowercase())
    }

    /// `#` and the BER of the value in hexadecimal digits: the octets inside are the value.
    fn hexadecimal(&mut self) -> Result<Vec<u8>, NoName> {
        let start = self.at;
        self.at += 1;
        let mut octets = Vec::new();
        while let Some(octet) = self.text.get(self.at..self.at + 2).and_then(pair) {
            octets.push(octet);
            self.at += 2;
        }
        self.spaces();
        let mut reader = super::ber::Reader::new(&octets);
        let value = reader.element().map(|(_, value)| value.to_vec()).map_err(|_| NoName { offset: start })?;
        reader.end().map_err(|_| NoName { offset: start })?;
        Ok(value)
    }

    fn string(&mut self) -> Result<Vec<u8>, NoName> {
        let mut value = Vec::new();
        // Spaces at the end belong to the value only when they are escaped.
        let mut kept = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b'+' => break,
                b'"' | b';' | b'<' | b'>' | 0 => return Err(self.here()),
                b'\\' => {
                    value.push(self.escaped()?);
                    kept = value.len();
                }
                _ => {
                    value.push(byte);
                    self.at += 1;
                    if byte != b' ' {
                        kept = value.len();
                    }
                }
            }
        }
        value.truncate(kept);
        Ok(value)
    }

    fn escaped(&mut self) -> Result<u8, NoName> {
        let refused = self.here();
        if let Some(octet) = self.text.get(self.at + 1..self.at + 3).and_then(pair) {
            self.at += 3;
            return Ok(octet);
        }
        match self.text.get(self.at + 1) {
            Some(special @ (b'"' | b'+' | b',' | b';' | b'<' | b'>' | b' ' | b'#' | b'=' | b'\\')) => {
                self.at += 2;
                Ok(*special)
            }
            _ => Err(refused),
        }
    }
}

fn pair(digits: &[u8]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match digits {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    }
}

/// A value as it stands in a name.
pub fn escape(value: &str, out: &mut String) {
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '#' if at == 0 => out.push_str("\\#"),
            ' ' if at == 0 || at == last => out.push_str("\\ "),
            '\0' => out.push_str("\\00"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(kind: &str, value: &str) -> Rdn {
        vec![Assertion { kind: kind.to_owned(), value: value.as_bytes().to_vec() }]
    }

    #[test]
    fn names_of_rfc_4514_are_read() {
        let read = |text: &str| Dn::parse(text.as_bytes()).map(|dn| dn.rdns);
        assert_eq!(read("UID=jsmith,DC=example,dc=net").unwrap(), [one("uid", "jsmith"), one("dc", "example"), one("dc", "net")]);
        assert_eq!(read("OU=Sales+CN=J.  Smith").unwrap()[0].len(), 2);
        assert_eq!(read("CN=James \\\"Jim\\\" Smith\\, III").unwrap(), [one("cn", "James \"Jim\" Smith, III")]);
        assert_eq!(read("CN=Before\\0dAfter").unwrap(), [one("cn", "Before\rAfter")]);
        assert_eq!(read("1.3.6.1.4.1.1466.0=#04024869").unwrap(), [one("1.3.6.1.4.1.1466.0", "Hi")]);
        assert_eq!(read("CN=Lu\\C4\\8Di\\C4\\87").unwrap(), [one("cn", "Lučić")]);
        assert_eq!(read(" cn = \\ a \\  , o=b").unwrap(), [one("cn", " a  "), one("o", "b")]);
        assert_eq!(read("cn=").unwrap(), [one("cn", "")]);
        assert_eq!(read("").unwrap(), Vec::<Rdn>::new());
    }

    #[test]
    fn what_is_no_name_is_refused_with_its_place() {
        for (text, offset) in [
            ("cn", 2),
            ("=a", 0),
            ("cn=a,", 5),
            ("cn=a;b", 4),
            ("cn=a\\", 4),
            ("cn=\\zz", 3),
            ("cn=#0", 3),
            ("1.=a", 0),
            ("c.n=a", 0),
            ("cn=a,,o=b", 5),
        ] {
            assert_eq!(Dn::parse(text.as_bytes()), Err(NoName { offset }), "{text}");
        }
        assert!(Dn::parse("cn=a,".repeat(500).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_back(value in "[ #,+\"\\\\<>;=a\u{4e00}\0]{0,12}") {
            let mut text = "cn=".to_owned();
            escape(&value, &mut text);
            text.push_str(",o=b");
            prop_assert_eq!(Dn::parse(text.as_bytes()).unwrap().rdns, vec![one("cn", &value), one("o", "b")]);
        }

        #[test]
        fn nothing_that_is_read_harms(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Dn::parse(&bytes);
        }
    }
}
