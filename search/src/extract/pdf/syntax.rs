//! The small language of content streams and CMaps, read token by token. Whatever is broken is stepped over.

/// One token. Strings and names are unescaped.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    /// `[ ... ]`, flat: arrays inside arrays do not occur where we look.
    Array(Vec<Token>),
    Word(Vec<u8>),
}

pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    in_array: bool,
}

/// Tokens of one array; the rest is dropped.
const ARRAY_TOKENS: usize = 100_000;

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, in_array: false }
    }

    pub(super) fn token(&mut self) -> Option<Token> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            return Some(match byte {
                b if b.is_ascii_whitespace() || b == 0 => continue,
                b'%' => {
                    self.skip_until(|b| b == b'\n' || b == b'\r');
                    continue;
                }
                b'(' => Token::Text(self.literal()),
                b'<' if self.peek() == Some(b'<') => {
                    self.at += 1;
                    continue;
                }
                b'<' => Token::Text(self.hex()),
                b'>' | b'{' | b'}' | b')' => continue,
                b'/' => Token::Name(self.name()),
                // Flat, so that a million of them cost no stack.
                b'[' if self.in_array => continue,
                b'[' => self.array(),
                // Outside an array this one is lost; inside it is the end.
                b']' => Token::Word(vec![b']']),
                _ => {
                    self.at -= 1;
                    self.word()
                }
            });
        }
    }

    /// After `ID`: the bytes of an inline picture, up to `EI` between blanks.
    pub(super) fn skip_picture(&mut self) {
        while self.at + 2 < self.bytes.len() {
            let here = &self.bytes[self.at..];
            if here[0].is_ascii_whitespace() && here[1..].starts_with(b"EI") && here.get(3).is_none_or(u8::is_ascii_whitespace) {
                self.at += 3;
                return;
            }
            self.at += 1;
        }
        self.at = self.bytes.len();
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_until(&mut self, end: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(|b| !end(b)) {
            self.at += 1;
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let from = self.at;
        self.skip_until(|b| b.is_ascii_whitespace() || b == 0 || b"()<>[]{}/%".contains(&b));
        &self.bytes[from..self.at]
    }

    fn name(&mut self) -> Vec<u8> {
        let raw = self.regular();
        let mut out = Vec::with_capacity(raw.len());
        let mut at = 0;
        while at < raw.len() {
            let escaped = raw.get(at + 1..at + 3).and_then(|pair| Some(hex_digit(pair[0])? << 4 | hex_digit(pair[1])?));
            match (raw[at], escaped) {
                (b'#', Some(byte)) => {
                    out.push(byte);
                    at += 3;
                }
                (byte, _) => {
                    out.push(byte);
                    at += 1;
                }
            }
        }
        out
    }

    fn word(&mut self) -> Token {
        let word = self.regular();
        if word.is_empty() {
            self.at += 1;
            return Token::Word(Vec::new());
        }
        let number = word[0].is_ascii_digit() || b"+-.".contains(&word[0]);
        match std::str::from_utf8(word).ok().filter(|_| number).and_then(|text| text.parse::<f64>().ok()) {
            Some(number) if number.is_finite() => Token::Number(number),
            _ => Token::Word(word.to_vec()),
        }
    }

    fn array(&mut self) -> Token {
        let mut out = Vec::new();
        self.in_array = true;
        while let Some(token) = self.token() {
            match token {
                Token::Word(word) if word == b"]" => break,
                token if out.len() < ARRAY_TOKENS => out.push(token),
                _ => {}
            }
        }
        self.in_array = false;
        Token::Array(out)
    }

    fn hex(&mut self) -> Vec<u8> {
        let from = self.at;
        self.skip_until(|b| b == b'>');
        let digits: Vec<u8> = self.bytes[from..self.at].iter().filter_map(|b| hex_digit(*b)).collect();
        self.at += 1;
        digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut depth = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
            out.push(byte);
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\r' if self.peek() == Some(b'\n') => self.at += 1,
            b'\r' | b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                out.push(u8::try_from(code & 0xff).unwrap_or(0));
            }
            other => out.push(other),
        }
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_strings_names_numbers_and_arrays() {
        let mut scanner = Scanner::new(b"/F#31 12.5 Tf [(a\\(\\101\\\n) -250 <4E2D6>] TJ % end\n<</A 1>> BDC --3 ET");
        let mut all = Vec::new();
        while let Some(token) = scanner.token() {
            all.push(token);
        }
        let word = |text: &str| Token::Word(text.as_bytes().to_vec());
        let want = vec![
            Token::Name(b"F1".to_vec()),
            Token::Number(12.5),
            word("Tf"),
            Token::Array(vec![Token::Text(b"a(A".to_vec()), Token::Number(-250.0), Token::Text(vec![0x4e, 0x2d, 0x60])]),
            word("TJ"),
            Token::Name(b"A".to_vec()),
            Token::Number(1.0),
            word("BDC"),
            word("--3"),
            word("ET"),
        ];
        assert_eq!(all, want);
    }
}
