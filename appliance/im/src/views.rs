//! What people are shown: the shapes of API.md, "Conversations". Message numbers (`seq`) are JSON numbers, ids and `g` are strings.

use holdfast_base::{ClientId, CommitNo, ConversationId, NodeId, PersonId, Timestamp};
use holdfast_directory::PersonRef;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ConversationKind)]
pub enum Kind {
    Direct,
    Group,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Conversation {
    pub id: ConversationId,
    pub kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The other one of a direct conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<PersonRef>,
    /// How many are in it now.
    pub members: u64,
    /// Number of the newest message; 0 while there is none.
    pub head_seq: u64,
    /// Messages from this number on may be seen.
    pub joined_seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Message>,
    /// Messages after `joined_seq` that are neither read nor one's own.
    pub unread: u64,
    /// What this person has read: inclusive, ascending, disjoint.
    pub read: Vec<[u64; 2]>,
    pub muted: bool,
    pub pinned: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonRef>,
    pub created_at: Timestamp,
    /// The newest commit that touched it.
    pub g: CommitNo,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Message {
    /// `<conversation>-<seq>`
    #[schema(example = "17-42")]
    pub id: String,
    pub conversation: ConversationId,
    /// Dense in its conversation, from 1.
    pub seq: u64,
    pub g: CommitNo,
    pub at: Timestamp,
    pub sender: PersonRef,
    /// The client id that it was sent with; messages about members have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<ClientId>,
    /// Absent once recalled or shredded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub recalled: bool,
    /// Recalled by nobody: the security administrator had the conversation shredded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub shredded: bool,
    /// How many others have read it. In an event: 0, the read marks follow as events.
    pub reads: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[schema(as = MessageBody)]
pub enum Body {
    Text {
        text: String,
    },
    /// A file of the conversation's space in the drive.
    File {
        node: NodeId,
        name: String,
        size: u64,
        media: String,
    },
    /// Something that happened to the conversation. `people` names at most 50, `count` counts all.
    Event {
        event: EventWord,
        actor: PersonRef,
        people: Vec<PersonRef>,
        count: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ConversationEvent)]
pub enum EventWord {
    Created,
    Joined,
    Left,
    Renamed,
}

/// What a client may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum NewBody {
    Text {
        text: String,
    },
    File {
        node: NodeId,
        name: String,
        size: u64,
        /// `application/octet-stream` where it is not known.
        #[serde(default)]
        media: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MemberRole {
    Owner,
    Member,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConversationMember {
    pub person: PersonRef,
    pub role: MemberRole,
    pub joined_seq: u64,
    pub joined_at: Timestamp,
}

/// Who has read a message and who has not. The sender stands in neither list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readers {
    pub read: Vec<Reader>,
    pub unread: Vec<NonReader>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reader {
    pub person: PersonRef,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NonReader {
    pub person: PersonRef,
}

/// One thing that a device has to know, in the order of `g`. Whatever has a `message` adds or replaces that message.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ConversationChange)]
pub struct Event {
    pub g: CommitNo,
    pub kind: EventKind,
    pub conversation: ConversationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// Of a `read`: who read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Of a `read`: what was newly read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Vec<[u64; 2]>>,
    /// When it was committed.
    pub at: Timestamp,
    /// Of an `own`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnChange>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ConversationChangeKind)]
pub enum EventKind {
    /// A text or a file.
    Message,
    /// `message` is the tombstone.
    Recall,
    Read,
    /// Created or renamed; `message` says which (a direct conversation begins without one).
    Conversation,
    /// Somebody joined or left; `message` says who.
    Members,
    /// Only for this person's own devices.
    Own,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum OwnChange {
    Settings {
        muted: bool,
        pinned: bool,
    },
    /// This person is no longer in the conversation.
    Left,
}

/// One page of a catch-up.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SyncPage {
    pub items: Vec<Event>,
    /// The cursor to go on from.
    pub next: CommitNo,
    pub more: bool,
    /// The log does not reach back far enough, or there is too much: load the list of conversations anew, go on from `next`.
    pub reset: bool,
}

/// One page of messages, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct MessagePage {
    pub items: Vec<Message>,
    /// There are more in the direction that was asked for.
    pub more: bool,
}
