//! One entry with its proof, in one file: C2SP tlog-proof. `extra` holds the bytes of the sealed entry, so that whoever has
//! the file needs nothing else but the key that she carries.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::Serialize;

use super::{
    Verdict,
    hash::{Hash, leaf_hash},
    note::{Signed, SignedCheckpoint, VKey},
    proof::root_from_proof,
};
use crate::entry::Header;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// Hashes of a proof: a tree of 2^63 entries.
const STEPS: usize = 63;

/// The file, conventionally `.tlog-proof`.
pub fn write_proof(entry: &[u8], index: u64, path: &[Hash], checkpoint: &str) -> String {
    let mut text = format!("{FIRST_LINE}\nextra {}\nindex {index}\n", BASE64.encode(entry));
    for step in path {
        text.push_str(&BASE64.encode(step));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(checkpoint);
    text
}

/// What a proof shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProofReport {
    pub verdict: Verdict,
    /// One English sentence.
    pub what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// Entries under the checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Microseconds UTC, as the entry says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

impl ProofReport {
    fn new(verdict: Verdict, what: impl Into<String>) -> Self {
        Self { verdict, what: what.into(), index: None, size: None, at: None, action: None }
    }

    /// 0 clean, 1 findings, 2 cannot tell.
    pub fn exit_code(&self) -> u8 {
        match self.verdict {
            Verdict::Clean => 0,
            Verdict::Bad => 1,
            Verdict::CannotTell => 2,
        }
    }
}

struct Proof<'a> {
    entry: Vec<u8>,
    index: u64,
    path: Vec<Hash>,
    checkpoint: &'a str,
}

/// Is this entry in the log that the key signs? `entry`: its bytes, where the file does not hold them.
pub fn verify_proof(proof: &[u8], entry: Option<&[u8]>, key: Option<&VKey>) -> ProofReport {
    let Some(proof) = std::str::from_utf8(proof).ok().and_then(parse) else {
        return ProofReport::new(Verdict::Bad, "not a tlog-proof");
    };
    let Some(signed) = SignedCheckpoint::parse(proof.checkpoint.as_bytes()).ok() else {
        return ProofReport::new(Verdict::Bad, "the checkpoint of the proof is none");
    };
    let entry = entry.unwrap_or(&proof.entry);
    let (index, size) = (proof.index, signed.checkpoint.size);
    let mut report = ProofReport { index: Some(index), size: Some(size), ..ProofReport::new(Verdict::Bad, "") };
    if root_from_proof(leaf_hash(entry), index, size, &proof.path) != Some(signed.checkpoint.root) {
        report.what = format!("the proof does not lead from the entry at {index} to the root of the checkpoint");
        return report;
    }
    let Ok((header, _, _)) = Header::split(entry) else {
        report.what = "what is proven is no entry".to_owned();
        return report;
    };
    if header.index != index {
        report.what = format!("the entry says of itself that it is number {}", header.index);
        return report;
    }
    (report.at, report.action) = (Some(header.at), Some(header.action));
    let Some(key) = key else {
        report.verdict = Verdict::CannotTell;
        report.what = "no key was given, and a key from the proof itself proves nothing; use --key".to_owned();
        return report;
    };
    if signed.check(key) != Signed::Good || signed.checkpoint.origin != key.name() {
        report.what = "the checkpoint of the proof is not signed by the auditor's key".to_owned();
        return report;
    }
    report.verdict = Verdict::Clean;
    report.what = format!("entry {index} is in the signed log of {size} entries");
    report
}

fn parse(text: &str) -> Option<Proof<'_>> {
    let mut rest = text.strip_prefix(FIRST_LINE)?.strip_prefix('\n')?;
    let mut line = || {
        let (line, after) = rest.split_once('\n')?;
        rest = after;
        Some(line)
    };
    let mut next = line()?;
    let mut entry = Vec::new();
    if let Some(extra) = next.strip_prefix("extra ") {
        entry = BASE64.decode(extra).ok()?;
        next = line()?;
    }
    let digits = next.strip_prefix("index ")?;
    let index: u64 = digits.parse().ok().filter(|index: &u64| index.to_string() == digits)?;
    let mut path = Vec::new();
    loop {
        match line()? {
            "" => break,
            step if path.len() < STEPS => path.push(BASE64.decode(step).ok()?.try_into().ok()?),
            _ => return None,
        }
    }
    Some(Proof { entry, index, path, checkpoint: rest })
}
