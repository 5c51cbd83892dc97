//! CMaps that a file brings along: codes to characters (ToUnicode), the lengths of codes, and codes to glyph numbers (for widths).

use std::collections::HashMap;

use super::syntax::{Scanner, Token};
use crate::limits;

/// A code and its length in bytes.
type Code = (u8, u32);

#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Length, lowest and highest code.
    spaces: Vec<(u8, u32, u32)>,
    single: HashMap<Code, Vec<u16>>,
    /// Length, lowest, highest code, and what the lowest one stands for.
    ranges: Vec<(u8, u32, u32, Vec<u16>)>,
    /// Length, lowest, highest code, and the glyph number of the lowest.
    glyphs: Vec<(u8, u32, u32, u32)>,
}

impl CMap {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut scanner = Scanner::new(&bytes[..bytes.len().min(limits::CMAP_BYTES)]);
        let mut held: Vec<Token> = Vec::new();
        while let Some(token) = scanner.token() {
            let Token::Word(word) = &token else {
                if held.len() < limits::CMAP_CODES {
                    held.push(token);
                }
                continue;
            };
            match word.as_slice() {
                b"endcodespacerange" => held.chunks_exact(2).for_each(|pair| map.space(pair)),
                b"endbfchar" => held.chunks_exact(2).for_each(|pair| map.char(pair)),
                b"endbfrange" => held.chunks_exact(3).for_each(|three| map.range(three)),
                b"endcidrange" => held.chunks_exact(3).for_each(|three| map.glyphs(&three[0], &three[1], &three[2])),
                b"endcidchar" => held.chunks_exact(2).for_each(|pair| map.glyphs(&pair[0], &pair[0], &pair[1])),
                _ => {}
            }
            held.clear();
        }
        map.ranges.sort_by_key(|range| (range.0, range.1));
        map
    }

    pub(super) fn is_empty(&self) -> bool {
        self.single.is_empty() && self.ranges.is_empty()
    }

    /// Bytes of the code at the start of `bytes`, where this map says so.
    pub(super) fn length(&self, bytes: &[u8]) -> Option<usize> {
        let mut code = 0;
        for (number, byte) in bytes.iter().take(4).enumerate() {
            code = code << 8 | u32::from(*byte);
            let length = u8::try_from(number + 1).ok()?;
            if self.spaces.iter().any(|(l, low, high)| *l == length && in_box(code, *low, *high, length)) {
                return Some(number + 1);
            }
        }
        None
    }

    pub(super) fn text(&self, code: &[u8]) -> Option<String> {
        let code = code_of(code)?;
        if let Some(units) = self.single.get(&code) {
            return Some(String::from_utf16_lossy(units));
        }
        let after = self.ranges.partition_point(|range| (range.0, range.1) <= code);
        let (length, low, high, base) = self.ranges.get(after.checked_sub(1)?)?;
        if *length != code.0 || code.1 > *high {
            return None;
        }
        let mut units = base.clone();
        let last = units.last_mut()?;
        *last = last.wrapping_add(u16::try_from(code.1 - low).ok()?);
        Some(String::from_utf16_lossy(&units))
    }

    pub(super) fn glyph(&self, code: &[u8]) -> Option<u32> {
        let (length, code) = code_of(code)?;
        let range = self.glyphs.iter().find(|(l, low, high, _)| *l == length && (*low..=*high).contains(&code))?;
        range.3.checked_add(code - range.1)
    }

    fn space(&mut self, pair: &[Token]) {
        if let [Token::Text(low), Token::Text(high)] = pair
            && let (Some((length, low)), Some((_, high))) = (code_of(low), code_of(high))
        {
            self.spaces.push((length, low, high));
        }
    }

    fn char(&mut self, pair: &[Token]) {
        if let [Token::Text(code), Token::Text(text)] = pair
            && let Some(code) = code_of(code)
            && self.single.len() < limits::CMAP_CODES
        {
            self.single.insert(code, units(text));
        }
    }

    fn range(&mut self, three: &[Token]) {
        let [Token::Text(low), Token::Text(high), to] = three else { return };
        let (Some((length, low)), Some((_, high))) = (code_of(low), code_of(high)) else { return };
        match to {
            Token::Text(text) => self.ranges.push((length, low, high, units(text))),
            Token::Array(list) => {
                for (code, token) in (low..=high).zip(list) {
                    if let Token::Text(text) = token
                        && self.single.len() < limits::CMAP_CODES
                    {
                        self.single.insert((length, code), units(text));
                    }
                }
            }
            _ => {}
        }
    }

    fn glyphs(&mut self, low: &Token, high: &Token, to: &Token) {
        if let (Token::Text(low), Token::Text(high), Token::Number(to)) = (low, high, to)
            && let (Some((length, low)), Some((_, high))) = (code_of(low), code_of(high))
        {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
            self.glyphs.push((length, low, high, *to as u32));
        }
    }
}

/// Each byte of a code lies between the bytes of the ends of a space.
fn in_box(code: u32, low: u32, high: u32, length: u8) -> bool {
    (0..u32::from(length)).all(|byte| {
        let of = |code: u32| code >> (8 * byte) & 0xff;
        (of(low)..=of(high)).contains(&of(code))
    })
}

fn code_of(bytes: &[u8]) -> Option<Code> {
    let length = u8::try_from(bytes.len()).ok().filter(|length| (1..=4).contains(length))?;
    Some((length, bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte))))
}

fn units(bytes: &[u8]) -> Vec<u16> {
    if let [one] = bytes {
        return vec![u16::from(*one)];
    }
    bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_ranges_and_lengths() {
        let map = CMap::parse(
            b"/CMapName /x def 1 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange \
              2 beginbfchar <01> <4E2D> <8141> <D83DDE00> endbfchar 2 beginbfrange <10> <12> <0041> <20> <21> [<6587> <66F8>] endbfrange \
              1 begincidrange <8140> <8150> 77 endcidrange",
        );
        assert_eq!(map.text(&[1]).as_deref(), Some("中"));
        assert_eq!(map.text(&[0x81, 0x41]).as_deref(), Some("😀"));
        assert_eq!(map.text(&[0x12]).as_deref(), Some("C"));
        assert_eq!(map.text(&[0x21]).as_deref(), Some("書"));
        assert_eq!(map.text(&[0x13]), None);
        assert_eq!((map.length(&[0x41, 0x41]), map.length(&[0x81, 0x41]), map.length(&[0x81, 0x01])), (Some(1), Some(2), None));
        assert_eq!(map.glyph(&[0x81, 0x42]), Some(79));
    }
}
