//! What lies in the ledger: one format byte, then postcard of these structs. Every value is sealed by `store`.

use holdfast_base::{ConversationId, DepartmentId, Error, NodeId, PersonId, Result, SpaceId, Timestamp};
use holdfast_hsm::KeyId;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::keys::Token;

const FORMAT: u8 = 1;

pub(crate) fn encode<T: Serialize>(record: &T) -> Result<Vec<u8>> {
    postcard::to_extend(record, vec![FORMAT]).map_err(Error::internal("encode a drive record"))
}

pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match bytes.split_first() {
        Some((&FORMAT, rest)) => postcard::from_bytes(rest).map_err(Error::internal("decode a drive record")),
        _ => Err(Error::broken("decode a drive record of another format")),
    }
}

/// Whose a space is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Owner {
    Person(PersonId),
    Department(DepartmentId),
    Conversation(ConversationId),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Space {
    pub owner: Owner,
    pub root: NodeId,
    /// None: the limit of its kind.
    pub quota_bytes: Option<u64>,
    /// Logical bytes of what lies in the trash, and of the older versions there.
    pub trash_bytes: u64,
    pub trash_history_bytes: u64,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Folder,
    File,
}

/// Where the entry of a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Place {
    Root {
        space: SpaceId,
    },
    Child {
        parent: NodeId,
        token: Token,
    },
    Trash {
        space: SpaceId,
        at: Timestamp,
    },
    /// Erased; the sweeper takes it apart.
    Detached,
}

/// All that a listing shows of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: NodeId,
    pub kind: Kind,
    pub name: String,
    /// File: bytes of the current version. Folder: of all files below.
    pub size: u64,
    /// Bytes of older versions, here and below.
    pub history: u64,
    /// Drawn anew by each commit that changes the content, here or (folder) anywhere below: the etag.
    pub stamp: u64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub changed_by: Option<PersonId>,
    /// File: the current version, from 1. Folder: 0.
    pub version: u64,
    pub media: Option<String>,
    pub sha256: Option<[u8; 32]>,
    /// Folder: direct entries.
    pub children: u32,
    /// Folder: levels below, never less than there are.
    pub height: u16,
    /// Dead properties stand in their own table.
    pub properties: bool,
}

impl Entry {
    /// Strong, without quotes. The node's id is in it, so no two nodes share one.
    pub fn etag(&self) -> String {
        format!("{:x}-{:016x}", self.id.0, self.stamp)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    pub version: u64,
    pub content: u64,
    pub size: u64,
    pub sha256: [u8; 32],
    pub author: Option<PersonId>,
    pub at: Timestamp,
    pub changed_at: Timestamp,
    pub media: Option<String>,
    pub stamp: u64,
}

/// Bytes of one or more versions; copies and restored versions point to the same one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Content {
    /// Seals the pages or the inline bytes.
    pub key: KeyId,
    pub size: u64,
    /// Versions that point here. 0 while an upload is building it.
    pub refs: u64,
    /// While it is being built: the last sign of life.
    pub touched_at: Timestamp,
    pub body: Body,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Body {
    Inline {
        zstd: bool,
    },
    /// `starts[n]` is the offset in the file at which page n begins.
    Chunks {
        starts: Vec<u64>,
    },
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Page {
    pub chunks: Vec<ChunkRef>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChunkRef {
    pub id: ChunkId,
    pub len: u32,
}

/// HMAC of the chunk's SHA-256: without the key nobody can ask whether a known file is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ChunkId(pub [u8; 32]);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chunk {
    pub pack: u64,
    /// Of the record in the pack, header included.
    pub offset: u64,
    /// Bytes of the chunk, and of what is sealed (less when compressed).
    pub len: u32,
    pub stored: u32,
    pub zstd: bool,
    /// The chunk's own random key.
    pub key: KeyId,
    pub refs: u64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Pack {
    /// Everything before it is durable; what lies behind is cut at the next start.
    pub committed: u64,
    /// Bytes of records that chunks point to.
    pub live: u64,
    /// Since when nothing is appended any more. An upload that was under way then may still commit records in it.
    pub full_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Trashed {
    pub entry: Entry,
    pub parent: NodeId,
    /// Names from the space's root to the old parent, for the eye.
    pub from: Vec<String>,
    pub at: Timestamp,
    pub by: Option<PersonId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnConflict {
    /// The name is a file: a new version of it.
    Version,
    /// Keep both: `name (2)`.
    Rename,
    Refuse,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub owner: PersonId,
    /// Where its bytes are reserved.
    pub space: SpaceId,
    pub parent: NodeId,
    pub name: String,
    pub size: u64,
    pub media: Option<String>,
    pub changed_at: Option<Timestamp>,
    pub on_conflict: OnConflict,
    pub expires_at: Timestamp,
    pub key: KeyId,
    /// The content under construction, once it has a full page.
    pub content: Option<u64>,
    /// Chunks behind the last full page; counted in their rows.
    pub chunks: Vec<ChunkRef>,
    /// Durable bytes, those of the uncut tail included.
    pub offset: u64,
    pub tail: u32,
    /// Committed: the node, so that a repeated commit has the same answer.
    pub node: Option<NodeId>,
}

/// What a person's open uploads into a space have announced: they may not hold more than could ever fit.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Announced {
    pub uploads: u64,
    pub bytes: u64,
}

/// Something that the sweeper looks at once it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Garbage {
    Tree(NodeId),
    Content(u64),
    Chunk(ChunkId),
    Upload(u64),
    Idem(PersonId, [u8; 16]),
}

/// What a client id did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Idem {
    /// Of the verb and its arguments.
    pub digest: [u8; 16],
    pub object: u64,
}

/// A dead property of RFC 4918: kept as it came, never read by us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    pub namespace: String,
    pub name: String,
    pub lang: Option<String>,
    /// The inner XML, serialised.
    pub xml: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// `urn:uuid:...`
    pub token: String,
    pub shared: bool,
    /// Holds for everything below, too.
    pub deep: bool,
    pub by: PersonId,
    /// The `DAV:owner` element as it came.
    pub owner: String,
    pub expires_at: Timestamp,
    pub seconds: u64,
}
