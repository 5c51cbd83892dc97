//! An export as JSON Lines: the checkpoint, then entries, each with its sealed bytes, the key that opens them, and its proof.
//! What can be read in a line has to be what was sealed, and what was sealed has to be in the signed log.

use std::io::{self, BufRead, Read};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Verdict,
    hash::{Hash, leaf_hash},
    note::{Checkpoint, Signed, SignedCheckpoint, VKey},
    opened,
    proof::root_from_proof,
};
use crate::{limits::LINE_BYTES, query::Entry, sheets::as_json};

/// What the lines show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinesReport {
    pub verdict: Verdict,
    /// One English sentence.
    pub what: String,
    /// Entries under the checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Entries that were found to be what they say.
    pub checked: u64,
    /// The first line, counted from 1, that is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad_line: Option<u64>,
}

impl LinesReport {
    /// 0 clean, 1 findings, 2 cannot tell.
    pub fn exit_code(&self) -> u8 {
        match self.verdict {
            Verdict::Clean => 0,
            Verdict::Bad => 1,
            Verdict::CannotTell => 2,
        }
    }
}

#[derive(Deserialize)]
struct Head {
    checkpoint: String,
}

/// What proves a line.
#[derive(Deserialize)]
struct Proof {
    index: u64,
    entry: String,
    key: String,
    proof: Vec<String>,
}

/// Reads line by line. Fails only when they cannot be read.
pub fn verify_lines(mut from: impl BufRead, key: Option<&VKey>) -> io::Result<LinesReport> {
    let mut report = LinesReport { verdict: Verdict::Bad, what: String::new(), size: None, checked: 0, bad_line: Some(1) };
    let head = line(&mut from)?.and_then(|line| serde_json::from_str::<Head>(&line).ok());
    let Some(signed) = head.and_then(|head| SignedCheckpoint::parse(head.checkpoint.as_bytes()).ok()) else {
        report.what = "the first line holds no checkpoint".to_owned();
        return Ok(report);
    };
    report.size = Some(signed.checkpoint.size);
    if let Some(key) = key
        && (signed.check(key) != Signed::Good || signed.checkpoint.origin != key.name())
    {
        report.what = "the checkpoint is not signed by the auditor's key".to_owned();
        return Ok(report);
    }
    while let Some(line) = line(&mut from)? {
        if let Err(what) = judge(&line, &signed.checkpoint) {
            report.bad_line = Some(report.checked + 2);
            report.what = format!("line {}: {what}", report.checked + 2);
            return Ok(report);
        }
        report.checked += 1;
    }
    report.bad_line = None;
    let (checked, size) = (report.checked, signed.checkpoint.size);
    (report.verdict, report.what) = match key {
        Some(_) => (Verdict::Clean, format!("{checked} entries are what they say, and in the signed log of {size} entries")),
        None => (Verdict::CannotTell, "no key was given, and a key from the export itself proves nothing; use --key".to_owned()),
    };
    Ok(report)
}

fn judge(line: &str, checkpoint: &Checkpoint) -> Result<(), &'static str> {
    let told: Map<String, Value> = serde_json::from_str(line).map_err(|_| "not a JSON object")?;
    let proof: Proof = serde_json::from_str(line).map_err(|_| "its proof is missing")?;
    let entry = BASE64.decode(&proof.entry).map_err(|_| "its sealed bytes are not base64")?;
    let path = proof.proof.iter().map(|step| BASE64.decode(step).ok()?.try_into().ok());
    let path: Vec<Hash> = path.collect::<Option<_>>().ok_or("its proof holds what is no hash")?;
    let leaf = leaf_hash(&entry);
    if root_from_proof(leaf, proof.index, checkpoint.size, &path) != Some(checkpoint.root) {
        return Err("the proof does not lead to the root of the checkpoint");
    }
    let opened = opened::open(&checkpoint.origin, proof.index, &entry, &proof.key).ok_or("its key does not open it")?;
    let mut sealed = as_json(&Entry::of(opened.header, opened.body));
    sealed.insert("leaf".to_owned(), BASE64.encode(leaf).into());
    if sealed.iter().any(|(name, value)| told.get(name) != Some(value)) {
        return Err("what can be read is not what was sealed");
    }
    Ok(())
}

fn line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    from.take(LINE_BYTES).read_line(&mut line)?;
    Ok((!line.is_empty()).then_some(line))
}
