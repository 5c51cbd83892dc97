//! How far a renewal has come.

use holdfast_base::{ConversationId, PersonId, Timestamp};
use holdfast_store::{Preset, Table};
use serde::{Deserialize, Serialize};

/// number → `Row`
pub(crate) const RENEWALS: Table = Table { name: "renewals", preset: Preset::Random };

/// What is sealed again at present. Each stage goes on behind what it did last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    /// Behind this conversation; within it from `next` on, where it is begun.
    Messages {
        conversation: ConversationId,
        next: Option<u64>,
    },
    Contents {
        after: u64,
    },
    Chunks {
        after: Option<[u8; 32]>,
    },
    Index,
    Database,
    Keys,
    Done,
}

impl Stage {
    pub(super) const FIRST: Self = Self::Messages { conversation: ConversationId(0), next: None };
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) by: PersonId,
    pub(super) reason: String,
    pub(super) asked_at: Timestamp,
    pub(super) stage: Stage,
    pub(super) conversations: u64,
    pub(super) messages: u64,
    pub(super) contents: u64,
    pub(super) chunks: u64,
    /// Of contents and chunks, as they lie on the disk.
    pub(super) bytes: u64,
    /// Contents and chunks that somebody was still writing, or that were about to be swept.
    pub(super) left: u64,
    /// Data keys that were destroyed at the end.
    pub(super) keys: u64,
    pub(super) done_at: Option<Timestamp>,
}
