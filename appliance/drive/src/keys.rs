//! Tables and keys of the ledger: ids, inverted instants, HMAC tokens. Nothing readable.

use std::ops::Range;

use holdfast_base::{NodeId, PersonId, SpaceId, Timestamp};
use holdfast_store::{Preset, Table};

use crate::{
    records::{Garbage, Owner, Place},
    shred::Shreds,
};

/// HMAC of (parent, NFC name).
pub(crate) type Token = [u8; 16];

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $preset:ident;)+) => {
        $($(#[$doc])* pub(crate) const $name: Table = Table { name: $text, preset: Preset::$preset };)+
        const ALL: &[Table] = &[$($name),+];
    };
}

tables! {
    /// node → Place
    NODE = "drive.node", Random;
    /// parent, token → Entry
    CHILD = "drive.child", Random;
    /// space, !instant, node → Trashed
    TRASH = "drive.trash", Random;
    /// node, !version → Version
    VERSION = "drive.version", Random;
    /// content → Content
    CONTENT = "drive.content", Random;
    /// content, page → Page
    PAGE = "drive.page", Random;
    /// content → bytes
    INLINE = "drive.inline", Blob;
    /// keyed id → Chunk
    CHUNK = "drive.chunk", Random;
    /// pack → Pack
    PACK = "drive.pack", Random;
    /// upload → Upload
    UPLOAD = "drive.upload", Random;
    /// person, space → Announced
    ANNOUNCED = "drive.announced", Random;
    /// upload → bytes behind the last cut
    TAIL = "drive.tail", Blob;
    /// space → Space
    SPACE = "drive.space", Random;
    /// kind, owner → space
    OWNED = "drive.owned", Random;
    /// cause, kind, object → Shreds
    SHRED = "drive.shred", Random;
    /// person, client id → Idem
    IDEM = "drive.idem", Random;
    /// due, kind, object → Garbage
    GARBAGE = "drive.garbage", Sequential;
    /// node → dead properties
    PROPERTY = "drive.property", Random;
    /// node → locks
    LOCK = "drive.lock", Random;
}

/// The ledger tables of this crate.
pub fn tables() -> &'static [Table] {
    ALL
}

/// Names of the durable counters.
pub(crate) const NEXT_NODE: &str = "drive.node";
pub(crate) const NEXT_SPACE: &str = "drive.space";
pub(crate) const NEXT_CONTENT: &str = "drive.content";
pub(crate) const NEXT_PACK: &str = "drive.pack";
pub(crate) const NEXT_UPLOAD: &str = "drive.upload";

pub(crate) fn id(id: u64) -> [u8; 8] {
    id.to_be_bytes()
}

fn pair(a: u64, b: u64) -> Vec<u8> {
    [a.to_be_bytes(), b.to_be_bytes()].concat()
}

pub(crate) fn child(parent: NodeId, token: Token) -> Vec<u8> {
    [&parent.to_be_bytes()[..], &token].concat()
}

/// Where the entry of a node that is not in the trash stands. Roots have parent 0, detached trees the highest one;
/// neither is ever a node.
pub(crate) fn entry(node: NodeId, place: Place) -> Option<Vec<u8>> {
    match place {
        Place::Root { space } => Some([[0; 8], [0; 8], space.to_be_bytes()].concat()),
        Place::Child { parent, token } => Some(child(parent, token)),
        Place::Detached => Some([[0xff; 8], [0; 8], node.to_be_bytes()].concat()),
        Place::Trash { .. } => None,
    }
}

pub(crate) fn trash(space: SpaceId, at: Timestamp, node: NodeId) -> Vec<u8> {
    [space.to_be_bytes(), (!at.0.cast_unsigned()).to_be_bytes(), node.to_be_bytes()].concat()
}

/// Newest first in key order.
pub(crate) fn version(node: NodeId, version: u64) -> Vec<u8> {
    pair(node.0, !version)
}

pub(crate) fn page(content: u64, page: usize) -> Vec<u8> {
    pair(content, page as u64)
}

pub(crate) fn owned(owner: Owner) -> Vec<u8> {
    let (kind, id) = match owner {
        Owner::Person(id) => (1, id.0),
        Owner::Department(id) => (2, id.0),
        Owner::Conversation(id) => (3, id.0),
    };
    [&[kind], &id.to_be_bytes()[..]].concat()
}

pub(crate) fn announced(person: PersonId, space: SpaceId) -> Vec<u8> {
    pair(person.0, space.0)
}

pub(crate) fn idem(person: PersonId, cid: [u8; 16]) -> Vec<u8> {
    [&person.to_be_bytes()[..], &cid].concat()
}

pub(crate) fn shred(cause: u64, work: Shreds) -> Vec<u8> {
    let (kind, object) = match work {
        Shreds::Tree(node) => (1, node.0),
        Shreds::Content(content) => (2, content),
    };
    [&cause.to_be_bytes()[..], &[kind], &object.to_be_bytes()].concat()
}

pub(crate) fn garbage(due: Timestamp, what: &Garbage) -> Vec<u8> {
    let mut key = due.0.cast_unsigned().to_be_bytes().to_vec();
    match what {
        Garbage::Tree(node) => key.extend([&[1], &node.to_be_bytes()[..]].concat()),
        Garbage::Content(content) => key.extend([&[2], &content.to_be_bytes()[..]].concat()),
        Garbage::Chunk(chunk) => key.extend([&[3], &chunk.0[..]].concat()),
        Garbage::Upload(upload) => key.extend([&[4], &upload.to_be_bytes()[..]].concat()),
        Garbage::Idem(person, cid) => key.extend([&[5], &idem(*person, *cid)[..]].concat()),
    }
    key
}

/// All keys that begin with `prefix` (which is never all 0xff).
pub(crate) fn under(prefix: &[u8]) -> Range<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < 0xff {
            end.push(last + 1);
            break;
        }
    }
    prefix.to_vec()..end
}

/// The id that a key begins with.
pub(crate) fn first(key: &[u8]) -> u64 {
    key.first_chunk().map_or(0, |id| u64::from_be_bytes(*id))
}

/// All keys of a table.
pub(crate) fn everything() -> Range<Vec<u8>> {
    Vec::new()..vec![0xff; 48]
}
