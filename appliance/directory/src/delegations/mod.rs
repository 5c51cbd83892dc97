//! Parts of the directory that somebody besides the system administrator keeps: departments with all below them, and powers.
//!
//! Always true: who holds one of the three roles holds none of these, and the database itself refuses it; only the system
//! administrator gives and takes them; what one of them allows is decided in [`crate::may`] alone; a row that does not
//! authenticate counts for nothing. One never changes: another scope is another delegation.

mod grant;
mod list;
mod revoke;
pub(crate) mod rows;

pub use grant::{NewDelegation, grant};
pub use list::list;
pub use revoke::revoke;

use holdfast_base::{DelegationId, DepartmentId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a delegate may do in the departments given to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// Makes people, changes their records, places them, freezes them.
    People,
    /// Makes departments below those given, renames, moves and deletes them.
    Departments,
    /// Passwords, enrolment codes, second factors, sessions.
    SignIn,
}

impl Power {
    pub const ALL: [Self; 3] = [Self::People, Self::Departments, Self::SignIn];
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    pub id: DelegationId,
    pub person: PersonId,
    /// Each with everything below it. One that is gone from the directory counts for nothing.
    pub departments: Vec<DepartmentId>,
    pub powers: Vec<Power>,
    pub granted_by: PersonId,
    pub granted_at: Timestamp,
    pub reason: String,
    pub until: Option<Timestamp>,
}
