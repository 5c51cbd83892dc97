//! The certificate: a C2SP signed note under the audit key of the HSM. `holdfast-audit verify-note` checks it.

use std::fmt::Write;

use holdfast_base::Timestamp;
use holdfast_hsm::{Epoch, KeyId, SecondToken};
use ring::digest::{Context, SHA256};

use super::rows::{Row, Subject};

/// First line of the text: no checkpoint begins with it.
const KIND: &str = "holdfast.box/shred/v1";

/// What it does not reach. An auditor reads this beside what it does.
const LIMITS: [&str; 5] = [
    "names of files and who was in a conversation are not under these keys: they are gone here, and an old copy of the stores has them",
    "entries of the audit log stay until their retention ends, with titles and file names in their sealed part",
    "bytes that another file also holds stay readable there (counted as kept)",
    "what people copied to their own devices is out of reach",
    "a copy of the HSM's own key of that epoch, made by the HSM's means, would open old copies: destroy it too",
];

/// The same, where it is about a person.
const PERSON_LIMIT: &str = "the directory's record of the person is not under these keys: older copies of the database have it until all data keys are renewed";

pub(super) struct Facts<'a> {
    pub(super) number: u64,
    pub(super) row: &'a Row,
    /// Who asked, by uid.
    pub(super) by: &'a str,
    pub(super) done_at: Timestamp,
    pub(super) keys: &'a [KeyId],
    /// The last epoch whose keyring held one of the keys. Its HSM key is destroyed.
    pub(super) epoch: Epoch,
    pub(super) serial: &'a str,
    pub(super) second: Option<&'a SecondToken>,
}

/// One fact a line, without empty lines.
pub(super) fn text(facts: &Facts<'_>) -> String {
    let Facts { number, row, by, done_at, keys, epoch, serial, second } = facts;
    let (kind, id) = match row.subject {
        Subject::Conversation(id) => ("conversation", id.to_string()),
        Subject::Node(id) => ("node", id.to_string()),
        Subject::Person(id) => ("person", id.to_string()),
    };
    let mut text = format!(
        "{KIND}\nnumber {number}\nsubject {kind} {id}\ncase {}\nasked {} by {by}\ndone {}\nmessages {}\nfiles {}\nkept {}\n\
         keys {}\nkeys-sha256 {}\nepoch-destroyed {}\ntoken {serial}\n",
        row.case,
        civil(row.asked_at),
        civil(*done_at),
        row.messages,
        row.files,
        row.kept,
        keys.len(),
        sha256(keys),
        epoch.0
    );
    if let Some(second) = second {
        let its = if second.is_current { "destroyed there, too".to_owned() } else { format!("still there: {}", second.epoch.0) };
        let _infallible = writeln!(text, "second-token {} epoch keys {its}", second.serial.trim());
    }
    if let Subject::Person(_) = row.subject {
        let _infallible = writeln!(text, "limit {PERSON_LIMIT}");
    }
    for limit in LIMITS {
        let _infallible = writeln!(text, "limit {limit}");
    }
    text
}

/// RFC 3339, UTC.
fn civil(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// Over the ids in ascending order, 16 bytes each.
fn sha256(keys: &[KeyId]) -> String {
    let mut sorted: Vec<[u8; 16]> = keys.iter().map(|key| key.0).collect();
    sorted.sort_unstable();
    let mut hash = Context::new(&SHA256);
    sorted.iter().for_each(|key| hash.update(key));
    hex::encode(hash.finish())
}
