//! People, departments, the three administrators, sign-in and sessions.
//!
//! Always true: the whole directory stands in memory as one immutable [`Org`], swapped before the answer of a change goes
//! out; nobody holds two of the three roles, and the database itself refuses it; a session ends the moment its person's
//! epoch grows; passwords, mobiles, imports and ledger values are sealed. Whoever may act is a value ([`SystemAdmin`],
//! [`SecurityAdmin`], [`Auditor`], [`DirectoryKeeper`], [`AccountKeeper`]) that only this crate makes. Whoever is shown comes from a [`Sight`], which the rules of visibility make.
//!
//! Absent on purpose: HTTP, the LDAP codec (the server's), and any super-user.

pub mod app_passwords;
pub mod avatars;
pub mod bootstrap;
pub mod connectors;
mod creates;
mod cursor;
pub mod data_requests;
pub mod delegations;
pub mod departments;
pub mod departures;
mod directory;
mod effects;
pub mod enrolments;
pub mod import;
mod keys;
pub mod limits;
mod lockout;
pub mod may;
pub mod me;
mod org;
pub mod passkeys;
pub mod password;
pub mod people;
pub mod person_fields;
pub mod posts;
mod proof;
mod readable;
pub mod review;
pub mod roles;
mod rows;
pub mod second_factors;
pub mod session;
pub mod sign_in_policy;
mod subject;
pub mod tags;
pub mod terms;
#[cfg(test)]
mod tests;
mod text;
pub mod views;
pub mod visibility;

use holdfast_store::Table;

pub use cursor::Paging;
pub use directory::{Directory, Listener};
pub use org::{Contact, Ends, Org, OrgDepartment, OrgPerson, PersonRef, PersonState, Post, Role, Tag, TagMember};
pub use proof::{AccountKeeper, Administrator, Auditor, DirectoryKeeper, Reviewer, SecurityAdmin, SystemAdmin};
pub use subject::Subject;
pub use text::proposed_uid;
pub use visibility::{Seen, Sight};

/// The ledger tables of this crate.
pub fn tables() -> &'static [Table] {
    &[keys::SESSION, keys::LOCKOUT]
}
