//! What the auditor is told.

use serde::Serialize;
use utoipa::ToSchema;

use super::hash::Hash;
use crate::limits::FINDINGS;

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every entry under the signed root is the one that was written.
    Clean,
    Bad,
    /// Without a key of the auditor's own, or for entries that no signature covers.
    CannotTell,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = FindingKind)]
pub enum Kind {
    Edited,
    Deleted,
    Inserted,
    Reordered,
    Truncated,
    /// Entries and tiles agree with each other, and not with what was signed.
    Rewritten,
    /// The auditor's own checkpoint is newer than the log's.
    RolledBack,
    BadSignature,
    UnknownKey,
    /// Files of another log or another place.
    MixedLog,
    /// The entries are right, a tile of hashes is not.
    Tile,
    /// No signature covers these entries yet.
    Unsigned,
    /// The key of an opened entry does not open it.
    EntryKey,
    Unreadable,
}

impl Kind {
    /// The word that stands in the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Inserted => "inserted",
            Self::Reordered => "reordered",
            Self::Truncated => "truncated",
            Self::Rewritten => "rewritten",
            Self::RolledBack => "rolled-back",
            Self::BadSignature => "bad-signature",
            Self::UnknownKey => "unknown-key",
            Self::MixedLog => "mixed-log",
            Self::Tile => "tile",
            Self::Unsigned => "unsigned",
            Self::EntryKey => "entry-key",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One thing that is not as it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// The first entry that is concerned, where one can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    pub kind: Kind,
    /// One English sentence; ids and numbers only.
    pub what: String,
}

impl Finding {
    pub(super) fn at(index: u64, kind: Kind, what: impl Into<String>) -> Self {
        Self { index: Some(index), kind, what: what.into() }
    }

    pub(super) fn of_log(kind: Kind, what: impl Into<String>) -> Self {
        Self { index: None, kind, what: what.into() }
    }
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Report {
    pub verdict: Verdict,
    /// Entries under the checkpoint.
    pub size: u64,
    /// Root that the checkpoint states, base64.
    pub root: String,
    pub checked_entries: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_bad: Option<u64>,
    pub findings: Vec<Finding>,
    /// The key that was used, as given by the auditor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Entries after the checkpoint.
    pub unsigned_entries: u64,
    /// Entries of an export whose plaintext was proven to belong to its leaf.
    pub opened_entries: u64,
    /// Entries before this one were pruned, and a signed entry says so. 0: nothing was.
    pub minimum_index: u64,
    /// The entry that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pruned_by: Option<u64>,
    /// Entries that say that another key signs from there on: the token of the one before was lost. Empty while not clean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub key_changes: Vec<u64>,
    /// The earlier checkpoint ends before the minimum index: whether the log still contains it cannot be recomputed.
    pub since_pruned: bool,
}

impl Report {
    pub(super) fn new(size: u64, root: &Hash, key: Option<String>) -> Self {
        use base64::{Engine, engine::general_purpose::STANDARD};
        Self {
            verdict: Verdict::CannotTell,
            size,
            root: STANDARD.encode(root),
            checked_entries: 0,
            first_bad: None,
            findings: Vec::new(),
            key,
            unsigned_entries: 0,
            opened_entries: 0,
            minimum_index: 0,
            pruned_by: None,
            key_changes: Vec::new(),
            since_pruned: false,
        }
    }

    /// The caller knows that the box has signed the entries after this checkpoint since.
    #[must_use]
    pub fn accept_tail(mut self) -> Self {
        self.findings.retain(|finding| finding.kind != Kind::Unsigned);
        self.conclude()
    }

    pub(super) fn conclude(mut self) -> Self {
        self.findings.sort_by_key(|finding| finding.index.unwrap_or(u64::MAX));
        self.findings.dedup_by(|b, a| a.index.is_some() && a.index == b.index && a.kind == b.kind);
        self.findings.truncate(FINDINGS);
        self.first_bad = self.findings.iter().find_map(|finding| finding.index);
        let unsigned = self.findings.iter().filter(|finding| finding.kind == Kind::Unsigned).count();
        self.verdict = if self.key.is_none() {
            Verdict::CannotTell
        } else if self.findings.len() > unsigned {
            Verdict::Bad
        } else if unsigned > 0 || self.since_pruned {
            Verdict::CannotTell
        } else {
            Verdict::Clean
        };
        if self.findings.len() > unsigned {
            self.key_changes.clear();
        }
        self
    }

    /// 0 clean, 1 findings, 2 cannot tell.
    pub fn exit_code(&self) -> u8 {
        match self.verdict {
            Verdict::Clean => 0,
            Verdict::Bad => 1,
            Verdict::CannotTell => 2,
        }
    }

    /// The first line for a person.
    pub fn sentence(&self) -> String {
        match self.verdict {
            Verdict::Clean => {
                let mut text = format!("clean: {} entries, root {}", self.checked_entries, self.root);
                if let Some(by) = self.pruned_by {
                    let minimum = self.minimum_index;
                    text.push_str(&format!("; minimum index {minimum}: entry {by} says that those before it were pruned"));
                }
                for at in &self.key_changes {
                    text.push_str(&format!("; entry {at} says that another key signs from there on"));
                }
                text
            }
            Verdict::Bad => match self.findings.iter().find(|finding| finding.index.is_some()) {
                Some(Finding { index: Some(index), kind, what }) => {
                    format!("bad: first bad index {index}: {}: {what}", kind.word())
                }
                _ => match self.findings.first() {
                    Some(finding) => format!("bad: {}: {}", finding.kind.word(), finding.what),
                    None => "bad".to_owned(),
                },
            },
            Verdict::CannotTell if self.key.is_none() => {
                "cannot tell: no key was given, and a key from the log itself proves nothing; use --key".to_owned()
            }
            Verdict::CannotTell if self.since_pruned && self.findings.is_empty() => format!(
                "cannot tell: the earlier checkpoint ends before the minimum index {}; what remains agrees with its signature",
                self.minimum_index
            ),
            Verdict::CannotTell => match self.findings.first() {
                Some(finding) => format!("cannot tell: {}", finding.what),
                None => "cannot tell".to_owned(),
            },
        }
    }
}
