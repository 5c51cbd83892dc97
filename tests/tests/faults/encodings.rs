//! Every form in which a string may lie on a disk, and a search for all of them at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};

/// Shorter ones are found by accident.
const LEAST_BYTES: usize = 7;
/// Bytes that an inflated frame is read for.
const INFLATED_BYTES: u64 = 4 << 20;
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// One string in one form.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) string: usize,
    pub(super) encoding: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// All forms of a string, each once.
pub(super) fn forms(string: usize, text: &str) -> Vec<Form> {
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let escaped = |digits: fn(u16) -> String| text.encode_utf16().map(digits).collect::<String>().into_bytes();
    let percent = |digits: fn(u8) -> String| text.bytes().map(digits).collect::<String>().into_bytes();
    let mut all = vec![
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-8 in lower case", text.to_lowercase().into_bytes()),
        ("utf-16le", utf16(u16::to_le_bytes)),
        ("utf-16be", utf16(u16::to_be_bytes)),
        ("gb18030", encoding_rs::GB18030.encode(text).0.into_owned()),
        ("hex", hex::encode(text).into_bytes()),
        ("upper hex", hex::encode_upper(text).into_bytes()),
        ("json escapes", escaped(|unit| format!("\\u{unit:04x}"))),
        ("upper json escapes", escaped(|unit| format!("\\u{unit:04X}"))),
        ("percent", percent(|byte| format!("%{byte:02X}"))),
        ("lower percent", percent(|byte| format!("%{byte:02x}"))),
        ("backwards", text.bytes().rev().collect()),
    ];
    for (offset, name) in [(0, "base64"), (1, "base64 at 1"), (2, "base64 at 2")] {
        // What stands before shifts the letters; the ends, which depend on the neighbours, are left out.
        let shifted = [&b"\0\0"[..offset], text.as_bytes()].concat();
        let whole = shifted.len() / 3 * 3;
        let first = if offset == 0 { 0 } else { 4 };
        let letters = |alphabet: String| alphabet.as_bytes()[first.min(alphabet.len())..].to_vec();
        all.push((name, letters(BASE64_STANDARD_NO_PAD.encode(&shifted[..whole]))));
        all.push(("base64url", letters(BASE64_URL_SAFE_NO_PAD.encode(&shifted[..whole]))));
    }
    let mut seen = BTreeSet::new();
    all.into_iter()
        .filter(|(_, bytes)| bytes.len() >= LEAST_BYTES && seen.insert(bytes.clone()))
        .map(|(encoding, bytes)| Form { string, encoding, bytes })
        .collect()
}

/// Where something was found: file, form, offset.
pub(super) type Hit = (PathBuf, usize, usize);

pub(super) struct Scanner {
    pub(super) forms: Vec<Form>,
    automaton: AhoCorasick,
    pub(super) bytes: u64,
    pub(super) files: usize,
}

impl Scanner {
    pub(super) fn new(strings: &[String]) -> Self {
        let forms: Vec<Form> = strings.iter().enumerate().flat_map(|(at, text)| forms(at, text)).collect();
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::Standard).build(forms.iter().map(|form| &form.bytes)).unwrap();
        Self { forms, automaton, bytes: 0, files: 0 }
    }

    /// Every file below, its name too.
    pub(super) fn folder(&mut self, folder: &Path) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut todo = vec![folder.to_owned()];
        while let Some(next) = todo.pop() {
            let Ok(entries) = fs::read_dir(&next) else { continue };
            for entry in entries.map(|entry| entry.unwrap()) {
                let (path, kind) = (entry.path(), entry.file_type().unwrap());
                hits.extend(self.find(&path, path.file_name().unwrap().as_encoded_bytes()));
                match (kind.is_dir(), kind.is_file()) {
                    (true, _) => todo.push(path),
                    (_, true) => hits.extend(self.file(&path)),
                    // Sockets hold nothing.
                    _ => {}
                }
            }
        }
        hits
    }

    /// A file that goes away meanwhile is no finding: its successor is there.
    pub(super) fn file(&mut self, path: &Path) -> Vec<Hit> {
        let Ok(bytes) = fs::read(path) else { return Vec::new() };
        self.files += 1;
        self.bytes += bytes.len() as u64;
        let mut hits = self.find(path, &bytes);
        for frame in bytes.windows(ZSTD.len()).enumerate().filter(|(_, four)| *four == ZSTD).map(|(at, _)| at) {
            let mut plain = Vec::new();
            if let Ok(inflated) = zstd::Decoder::new(&bytes[frame..]) {
                // What is read before an error counts: a magic number may stand anywhere by accident.
                let _ = inflated.take(INFLATED_BYTES).read_to_end(&mut plain);
            }
            hits.extend(self.find(path, &plain));
        }
        hits
    }

    fn find(&self, path: &Path, bytes: &[u8]) -> Vec<Hit> {
        let found = self.automaton.find_overlapping_iter(bytes);
        found.map(|found| (path.to_owned(), found.pattern().as_usize(), found.start())).collect()
    }

    /// For people: which string in which form where.
    pub(super) fn report(&self, hits: &[Hit], strings: &[String]) -> String {
        let mut by_file: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
        for (path, form, offset) in hits {
            let form = &self.forms[*form];
            let line = format!("{:?} ({}) as {} at {offset}", strings[form.string], form.string, form.encoding);
            by_file.entry(path).or_default().push(line);
        }
        let lines = by_file.iter().map(|(path, lines)| {
            format!("{}: {} hits\n  {}", path.display(), lines.len(), lines[..lines.len().min(8)].join("\n  "))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
