//! Fonts: a string's bytes to characters with widths.

use std::{collections::HashMap, rc::Rc};

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{
    cmap::CMap,
    named::{self, Named},
};
use crate::limits;

/// Fonts of one document, each read once.
#[derive(Default)]
pub(super) struct Fonts {
    known: HashMap<ObjectId, Rc<Font>>,
}

pub(super) struct Font {
    to_unicode: Option<CMap>,
    coding: Coding,
    /// Widths by code (simple) or glyph number, in thousandths of the size.
    widths: HashMap<u32, f64>,
    usual_width: Option<f64>,
}

enum Coding {
    /// One byte; what each stands for.
    Simple(Vec<Option<String>>),
    Named(Named),
    /// A CMap inside the file.
    Own(CMap),
}

/// One code of a string.
pub(super) struct Glyph {
    /// Empty where nobody knows.
    pub(super) text: String,
    /// Thousandths of the size.
    pub(super) width: f64,
    /// A one-byte blank, which word spacing widens.
    pub(super) is_space: bool,
}

impl Fonts {
    pub(super) fn get(&mut self, document: &Document, font: &Object) -> Option<Rc<Font>> {
        let (id, object) = document.dereference(font).ok()?;
        let dictionary = object.as_dict().ok()?;
        let Some(id) = id else { return Some(Rc::new(Font::read(document, dictionary))) };
        let known = self.known.entry(id).or_insert_with(|| Rc::new(Font::read(document, dictionary)));
        Some(Rc::clone(known))
    }
}

impl Font {
    fn read(document: &Document, font: &Dictionary) -> Self {
        let to_unicode = font.get_deref(b"ToUnicode", document).ok().and_then(stream).map(|bytes| CMap::parse(&bytes));
        let to_unicode = to_unicode.filter(|map| !map.is_empty());
        if font.get_deref(b"Subtype", document).and_then(Object::as_name).is_ok_and(|subtype| subtype == b"Type0") {
            return Self::composite(document, font, to_unicode);
        }
        let (widths, usual_width) = simple_widths(document, font);
        Self { to_unicode, coding: Coding::Simple(simple_table(document, font)), widths, usual_width }
    }

    fn composite(document: &Document, font: &Dictionary, to_unicode: Option<CMap>) -> Self {
        let coding = match font.get_deref(b"Encoding", document) {
            Ok(Object::Name(name)) => Coding::Named(named::of_name(name).unwrap_or(Named::Identity)),
            Ok(object) => stream(object).map_or(Coding::Named(Named::Identity), |bytes| Coding::Own(CMap::parse(&bytes))),
            Err(_) => Coding::Named(Named::Identity),
        };
        let descendant =
            font.get_deref(b"DescendantFonts", document).and_then(Object::as_array).ok().and_then(|list| list.first());
        let descendant = descendant.and_then(|font| document.dereference(font).ok()).and_then(|(_, font)| font.as_dict().ok());
        let (widths, usual_width) = descendant.map_or_else(Default::default, |font| composite_widths(document, font));
        Self { to_unicode, coding, widths, usual_width }
    }

    /// Calls `each` for every code of `bytes`.
    pub(super) fn glyphs(&self, bytes: &[u8], each: &mut dyn FnMut(Glyph)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = self.length(rest).min(rest.len()).max(1);
            let (code, after) = rest.split_at(length);
            rest = after;
            each(Glyph { text: self.text(code), width: self.width(code), is_space: code == b" " });
        }
    }

    fn length(&self, bytes: &[u8]) -> usize {
        match &self.coding {
            Coding::Simple(_) => 1,
            Coding::Named(named) => named.length(bytes),
            Coding::Own(map) => map.length(bytes).unwrap_or(2),
        }
    }

    fn text(&self, code: &[u8]) -> String {
        if let Some(text) = self.to_unicode.as_ref().and_then(|map| map.text(code)) {
            return text;
        }
        match &self.coding {
            Coding::Simple(table) => code.first().and_then(|byte| table.get(usize::from(*byte))?.clone()).unwrap_or_default(),
            Coding::Named(named) => named.text(code).unwrap_or_default(),
            Coding::Own(map) => map.text(code).unwrap_or_default(),
        }
    }

    fn width(&self, code: &[u8]) -> f64 {
        let number = code.iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let (glyph, usual) = match &self.coding {
            Coding::Simple(_) => (Some(number), 500.0),
            Coding::Named(Named::Identity) => (Some(number), 1000.0),
            // Glyph numbers of these would need Adobe's tables.
            Coding::Named(named) => (None, named.usual_width(code)),
            Coding::Own(map) => (map.glyph(code), 1000.0),
        };
        let own = glyph.and_then(|glyph| self.widths.get(&glyph).copied());
        own.or(self.usual_width.filter(|_| glyph.is_some())).unwrap_or(usual)
    }
}

/// What each byte of a simple font stands for: base encoding and differences by lopdf, `uni4E2D` names by ourselves.
fn simple_table(document: &Document, font: &Dictionary) -> Vec<Option<String>> {
    let mut bare = font.clone();
    bare.remove(b"ToUnicode");
    let mut table = vec![None; 256];
    if let Ok(encoding) = bare.get_font_encoding_with_limit(document, limits::CMAP_BYTES) {
        for (byte, slot) in (0..=255_u8).zip(&mut table) {
            *slot = Document::decode_text(&encoding, &[byte]).ok().filter(|text| !text.is_empty() && !text.contains('\u{fffd}'));
        }
    }
    let differences =
        font.get_deref(b"Encoding", document).and_then(Object::as_dict).and_then(|e| e.get_deref(b"Differences", document));
    let Ok(differences) = differences.and_then(Object::as_array) else { return table };
    let mut code = 0_usize;
    for item in differences {
        match item {
            Object::Integer(number) => code = usize::try_from(*number).unwrap_or(usize::MAX),
            Object::Name(name) => {
                if let (Some(slot), Some(text)) = (table.get_mut(code), by_name(name)) {
                    *slot = Some(text);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    table
}

/// Glyph names that lopdf's list lacks: by number, and ligatures of TeX fonts.
fn by_name(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    let stem = name.split('.').next()?;
    let ligature = match stem {
        "ff" => "ff",
        "fi" => "fi",
        "fl" => "fl",
        "ffi" => "ffi",
        "ffl" => "ffl",
        _ => "",
    };
    if !ligature.is_empty() {
        return Some(ligature.to_owned());
    }
    let digits = stem
        .strip_prefix("uni")
        .filter(|d| d.len() == 4)
        .or_else(|| stem.strip_prefix('u').filter(|d| (4..=6).contains(&d.len())))?;
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from)
}

fn simple_widths(document: &Document, font: &Dictionary) -> (HashMap<u32, f64>, Option<f64>) {
    let first =
        font.get_deref(b"FirstChar", document).and_then(Object::as_i64).ok().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    // Widths of a Type 3 font are in its own units.
    let matrix =
        font.get_deref(b"FontMatrix", document).and_then(Object::as_array).ok().and_then(|m| number(document, m.first()?));
    let scale = matrix.map_or(1.0, |unit| unit * 1000.0);
    let list = font.get_deref(b"Widths", document).and_then(Object::as_array).ok();
    let widths = list.into_iter().flatten().take(256).zip(first..);
    let widths = widths.filter_map(|(width, code)| Some((code, number(document, width)? * scale))).collect();
    let missing = font.get_deref(b"FontDescriptor", document).and_then(Object::as_dict).ok();
    let missing = missing.and_then(|d| number(document, d.get(b"MissingWidth").ok()?)).filter(|width| *width > 0.0);
    (widths, missing)
}

/// `W`: `first [w w w]` or `first last w`, by glyph number.
fn composite_widths(document: &Document, font: &Dictionary) -> (HashMap<u32, f64>, Option<f64>) {
    let usual = font.get(b"DW").ok().and_then(|width| number(document, width));
    let mut widths = HashMap::new();
    let list = font.get_deref(b"W", document).and_then(Object::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut at = 0;
    while let Some(first) = list.get(at).and_then(|first| glyph(document, first)) {
        let Some((_, second)) = list.get(at + 1).and_then(|second| document.dereference(second).ok()) else { break };
        if let Ok(several) = second.as_array() {
            let pairs = several.iter().zip(first..).take(limits::CMAP_CODES);
            widths.extend(pairs.filter_map(|(width, glyph)| Some((glyph, number(document, width)?))));
            at += 2;
            continue;
        }
        let (Some(last), Some(width)) = (glyph(document, second), list.get(at + 2).and_then(|w| number(document, w))) else {
            break;
        };
        let last = last.min(first.saturating_add(0xffff));
        if widths.len() < limits::CMAP_CODES {
            widths.extend((first..=last).map(|glyph| (glyph, width)));
        }
        at += 3;
    }
    (widths, usual)
}

fn glyph(document: &Document, object: &Object) -> Option<u32> {
    document.dereference(object).ok()?.1.as_i64().ok().and_then(|number| u32::try_from(number).ok())
}

fn number(document: &Document, object: &Object) -> Option<f64> {
    document.dereference(object).ok()?.1.as_float().ok().map(f64::from)
}

fn stream(object: &Object) -> Option<Vec<u8>> {
    object.as_stream().ok()?.decompressed_content_with_limit(limits::CMAP_BYTES).ok()
}
