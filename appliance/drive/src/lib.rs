//! Files: spaces, a tree of nodes by id, versions, trash, quota, and the content behind them.
//!
//! Always true:
//! - Content first, row second. Bytes are chunked, hashed, compressed, sealed, appended to a pack and synced before the
//!   commit that names them. A crash leaves bytes that nobody refers to, never a name without bytes.
//! - A change checks rights, the expected etag, locks and quota inside its own transaction on the commit lane.
//! - Copies, versions, the trash and what is restored are pointers; no content is copied.
//! - A change below a folder changes the etag of that folder and of all its ancestors, in the same commit.
//! - Names and attributes lie sealed; keys are ids and HMAC tokens; a chunk has a random key of its own and a keyed id, so
//!   nobody can ask the disk whether a known file is here.
//! - A node that a person may not see is `NotFound`.
//!
//! Absent on purpose: HTTP and WebDAV (`server`), words to find files by (`search`; it reads the change log), who is a member of a
//! conversation (`im`; `server` composes). Not yet here: shares below the level of a space, destruction of the keys of what was
//! erased, time limits for the trash.

mod access;
mod compact;
mod content;
mod copy;
mod delete;
mod drive;
mod effects;
mod erase;
mod files;
mod garbage;
mod handover;
mod idem;
mod keys;
pub mod limits;
mod list;
mod lock;
mod move_;
mod names;
mod properties;
mod put;
mod records;
mod renew;
mod restore;
mod scrub;
mod shred;
mod spaces;
mod sweep;
mod tree;
mod upload;
mod versions;
mod views;

#[cfg(test)]
mod tests;

pub use access::{Expect, Match, Reader, Role, Trashed, Writer};
pub use content::{Content, Declared, Incoming, Received};
pub use drive::{Drive, DriveEvent, Verb};
pub use files::FileRef;
pub use handover::{ListedFile, OwnFiles};
pub use keys::tables;
pub use list::Sort;
pub use lock::NewLock;
pub use move_::Overwrite;
pub use names::Name;
pub use put::NewContent;
pub use records::{Entry, Kind, Lock, OnConflict, Owner, Property};
pub use renew::Resealed;
pub use scrub::{BadVersion, ScrubReport};
pub use shred::ShredStep;
pub use spaces::ConversationSpace;
pub use sweep::SweepReport;
pub use upload::{NewUpload, UploadWriter};
pub use views::{Node, NodeDetail, NodeKind, PathItem, Right, Space, SpaceKind, TrashItem, Upload, Version};
