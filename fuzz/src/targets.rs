//! One function for each parser. What it returns does not matter: it must return.

use std::{cell::RefCell, collections::HashMap, io};

use holdfast_audit::{Body, Header, verify};
use holdfast_base::Timestamp;
use holdfast_search::{Query, extract, highlight, snippet};

/// Name and parser, as `fuzz/run.sh` lists them.
const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("extract-pdf", |data| extract_as("a.pdf", b"%PDF-1.7\n", data)),
    ("extract-office", |data| extract_as("a.docx", b"PK\x03\x04", data)),
    ("extract-html", |data| extract_as("a.html", b"", data)),
    ("extract-text", text),
    ("sheet", holdfast_directory::import::read_for_fuzzing),
    ("passkey", holdfast_directory::passkeys::read_for_fuzzing),
    ("dav-xml", holdfast_server::dav::read_for_fuzzing),
    ("query", query),
    ("frames", holdfast_server::realtime::read_for_fuzzing),
    ("audit", audit),
    ("hsm-frames", holdfast_hsm::fuzzing::frames),
    ("sealed", holdfast_hsm::fuzzing::sealed),
    ("shares", holdfast_hsm::fuzzing::shares),
    ("audit-proof", audit_proof),
    ("ldap-message", holdfast_server::ldap::fuzzing::message),
    ("ldap-filter", holdfast_server::ldap::fuzzing::filter),
    ("ldap-name", holdfast_server::ldap::fuzzing::name),
];

/// The one that the environment names.
#[expect(clippy::panic, reason = "nothing can be run without a target")]
pub fn chosen() -> fn(&[u8]) {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    match TARGETS.iter().find(|(known, _)| *known == name) {
        Some((_, target)) => *target,
        None => panic!("FUZZ_TARGET is one of {:?}", TARGETS.iter().map(|(name, _)| name).collect::<Vec<_>>()),
    }
}

/// With the first bytes that lead to this reader, and without.
fn extract_as(name: &str, magic: &[u8], data: &[u8]) {
    let _ = extract::extract_for_fuzzing(name, data);
    if !magic.is_empty() && !data.starts_with(magic) {
        let _ = extract::extract_for_fuzzing(name, &[magic, data].concat());
    }
}

fn text(data: &[u8]) {
    for name in ["a.txt", "a.md", "a.csv"] {
        let _ = extract::extract_for_fuzzing(name, data);
    }
}

fn query(data: &[u8]) {
    let typed = String::from_utf8_lossy(data);
    let (asked, over) = typed.split_once('\n').unwrap_or((&typed, &typed));
    let query = Query::parse(asked, Timestamp(1_795_305_600_000_000), 28_800);
    for [from, to] in highlight(over, &query) {
        assert!(from < to, "a range of nothing");
    }
    let _ = snippet(over, &query);
}

/// A log of which the fuzzer wrote every file.
struct Written<'a> {
    parts: Vec<&'a [u8]>,
    given: RefCell<HashMap<String, usize>>,
}

impl verify::folder::Folder for Written<'_> {
    fn read(&self, path: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let mut given = self.given.borrow_mut();
        let next = given.len();
        let at = *given.entry(path.to_owned()).or_insert(next);
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.parts.get(at).map(|part| part[..part.len().min(most)].to_vec()))
    }
}

fn audit(data: &[u8]) {
    if let Ok((_, _, rest)) = Header::split(data) {
        let _ = Body::decode(rest);
    }
    let _ = Body::decode(data);
    if let Ok(key) = String::from_utf8_lossy(data).parse::<verify::note::VKey>() {
        assert_eq!(key.to_string().parse().ok(), Some(key), "a key that is read is written the same");
    }
    let parts = data.split(|byte| *byte == 0xFF).collect();
    let folder = Written { parts, given: RefCell::default() };
    // Without a key nothing of it can ever be clean.
    if let Ok(report) = verify::verify_for_fuzzing(&folder) {
        assert_ne!(report.verdict, verify::Verdict::Clean);
    }
}

/// A proof of one entry. Without a key it is never clean.
fn audit_proof(data: &[u8]) {
    let report = verify::verify_proof(data, None, None);
    assert_ne!(report.exit_code(), 0);
}
