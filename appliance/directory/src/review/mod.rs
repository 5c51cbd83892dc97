//! Who holds what: roles, delegations, connectors, app passwords, and what other rooms add. Looked through from time to time by a
//! security administrator, who says so; read by auditors too.
//!
//! Always true: it is computed from what decides, at the moment it is asked for; a row that counts for nothing is not in it.
//! Absent on purpose: labels of app passwords and titles of groups, which are their owners' own.

mod held;
mod mark;
mod rows;
mod sheet;

pub use held::{Holding, HoldingKind, held};
pub use mark::{NewReview, Review, last, mark};
pub use sheet::sheet;
