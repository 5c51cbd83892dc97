//! Office files: zips of XML, read as streams. Only characters inside text elements count; no entity of the file's own is known.

use std::io::BufReader;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    Refusal,
    bounded::{Archive, Counted},
    sink::Sink,
};
use crate::limits;

/// Whose elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    /// docx, pptx, xlsx: text stands in `t`.
    Ooxml,
    /// odt, ods, odp: text stands in `p` and `h`.
    Odf,
}

pub(super) fn read(bytes: &[u8], sink: &mut Sink) -> Result<(), Refusal> {
    let mut archive = Archive::open(bytes)?;
    let mut parts: Vec<(Order, String, Family)> =
        archive.names().into_iter().filter_map(|name| part(&name).map(|(order, family)| (order, name, family))).collect();
    if parts.is_empty() {
        return Err(Refusal::Unsupported);
    }
    parts.sort();
    for (_, name, family) in parts {
        if sink.is_full() {
            break;
        }
        archive.entry(&name, |from| walk(from, family, sink))?;
        sink.line();
    }
    Ok(())
}

/// Where a part stands in the text: its kind, then its number.
type Order = (u8, u32);

fn part(name: &str) -> Option<(Order, Family)> {
    if name == "content.xml" {
        return Some(((0, 0), Family::Odf));
    }
    let stem = name.strip_suffix(".xml")?;
    let number = stem.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
    let folder_file = stem.rsplit_once('/')?;
    let kind = match (folder_file.0, folder_file.1.trim_end_matches(|c: char| c.is_ascii_digit())) {
        ("word", "document") => 0,
        ("word", "header") => 1,
        ("word", "footer") => 2,
        ("word", "footnotes" | "endnotes") => 3,
        ("word", "comments") => 4,
        ("ppt/slides", "slide") => 0,
        ("ppt/notesSlides", "notesSlide") => 1,
        ("xl", "sharedStrings") => 0,
        ("xl/worksheets", "sheet") => 1,
        _ => return None,
    };
    Some(((kind, number), Family::Ooxml))
}

fn walk(from: &mut Counted<'_>, family: Family, sink: &mut Sink) -> Result<(), Refusal> {
    let mut reader = Reader::from_reader(BufReader::new(from));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut state = State { family, depth: 0, text_depth: 0, skip_below: None };
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| Refusal::Malformed)? {
            Event::Start(tag) => state.open(&tag, sink)?,
            Event::Empty(tag) => empty(tag.local_name().as_ref(), sink),
            Event::End(tag) => state.close(tag.local_name().as_ref(), sink),
            Event::Text(text) if state.in_text() => sink.flow(&text),
            Event::CData(text) if state.in_text() => sink.flow(&text),
            Event::GeneralRef(name) if state.in_text() => character(&name, sink),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if sink.is_full() {
            return Ok(());
        }
    }
}

struct State {
    family: Family,
    depth: usize,
    /// Open elements whose characters count.
    text_depth: usize,
    /// Characters count again below this depth.
    skip_below: Option<usize>,
}

impl State {
    fn open(&mut self, tag: &BytesStart<'_>, sink: &mut Sink) -> Result<(), Refusal> {
        self.depth += 1;
        if self.depth > limits::XML_DEPTH {
            return Err(Refusal::Malformed);
        }
        let name = tag.local_name();
        let name = name.as_ref();
        self.text_depth += usize::from(self.is_text(name));
        // The older form of a drawing repeats its text; deleted text and phonetic guides are not what is read.
        if self.skip_below.is_none() && matches!(name, "Fallback" | "del" | "rPh" | "annotation-end") {
            self.skip_below = Some(self.depth);
        }
        if matches!(name, "p" | "h" | "si") {
            sink.line();
        }
        Ok(())
    }

    fn close(&mut self, name: &str, sink: &mut Sink) {
        self.text_depth = self.text_depth.saturating_sub(usize::from(self.is_text(name)));
        if self.skip_below == Some(self.depth) {
            self.skip_below = None;
        }
        self.depth = self.depth.saturating_sub(1);
        match name {
            "p" | "h" | "tr" | "table-row" | "si" => sink.line(),
            "tc" | "table-cell" | "is" => sink.blank(),
            _ => {}
        }
    }

    fn is_text(&self, name: &str) -> bool {
        match self.family {
            Family::Ooxml => name == "t",
            Family::Odf => matches!(name, "p" | "h"),
        }
    }

    fn in_text(&self) -> bool {
        self.text_depth > 0 && self.skip_below.is_none()
    }
}

fn empty(name: &str, sink: &mut Sink) {
    match name {
        "br" | "cr" | "line-break" | "p" => sink.line(),
        "tab" | "s" => sink.blank(),
        _ => {}
    }
}

/// `&amp;` and its kin, and numbers. Others would be the file's own and are left out.
fn character(name: &quick_xml::events::BytesRef<'_>, sink: &mut Sink) {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        sink.flow(c.encode_utf8(&mut [0; 4]));
        return;
    }
    let c = match name.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return,
    };
    sink.char(c);
}
