//! What is to be shredded, and what may not be.

use holdfast_base::{ConversationId, NodeId, PersonId, Timestamp};
use holdfast_store::{Preset, Table};
use serde::{Deserialize, Serialize};

/// number → `Row`
pub(crate) const SHREDS: Table = Table { name: "shreds", preset: Preset::Random };
/// number → `HoldRow`
pub(crate) const HOLDS: Table = Table { name: "holds", preset: Preset::Random };

/// What a shredding or a hold is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// All that was written in it up to now, and its files.
    Conversation(ConversationId),
    /// A file with all its versions, or a folder with all below.
    Node(NodeId),
    /// The files of a person's own space.
    Person(PersonId),
}

/// How far it has come. Each step is one or more transactions, and begins again where the last one ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    Asked,
    Messages {
        next: u64,
        upto: u64,
    },
    Space,
    Files,
    Index,
    Keys,
    Done,
    /// A hold covered it when it was to begin.
    Held,
}

impl Stage {
    pub(super) fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Held)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) subject: Subject,
    pub(super) case: String,
    pub(super) by: PersonId,
    pub(super) asked_at: Timestamp,
    pub(super) stage: Stage,
    pub(super) messages: u64,
    pub(super) files: u64,
    /// Versions and chunks that another file also holds.
    pub(super) kept: u64,
    /// The signed note, and the entry of the audit log that names it.
    pub(super) certificate: Option<(String, u64)>,
    pub(super) keys: u64,
    pub(super) done_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct HoldRow {
    pub(super) subject: Subject,
    pub(super) case: String,
    pub(super) by: PersonId,
    pub(super) at: Timestamp,
    pub(super) lifted: Option<(PersonId, Timestamp)>,
}
