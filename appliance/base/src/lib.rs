//! What every room of the house shares: ids, instants, who acts, the closed set of errors, limits.
//!
//! Always true: nothing here does I/O except [`SystemWorld`], which is handed in once, by a binary.
//! Absent on purpose: anything that knows a table, a key, HTTP or a feature. There is no "common" crate.

mod actor;
mod error;
mod id;
pub mod limits;
mod page;
mod time;
mod world;

pub use actor::{Actor, Door, Source, Who};
pub use error::{Error, Rule};
pub use id::{
    ClientId, CommitNo, ConversationId, DelegationId, DepartmentId, EntryId, NodeId, ParseIdError, PersonId, RequestId, RuleId,
    Seq, SessionId, SpaceId, TagId,
};
pub use page::Page;
pub use time::{Clock, Timestamp};
pub use world::{Chance, FixedWorld, SystemWorld, World};

/// What slice functions answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;
