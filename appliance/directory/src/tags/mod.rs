//! Tags: named sets of people, for rules, for programs (as groups at the LDAP door), and to look at.
//!
//! A tag either names its members (people, departments with everything below, other tags), some of them until an instant, or
//! has a rule. Nobody sees the tags themselves but administrators, and programs by their connectors.

mod create;
mod delete;
mod edit;
mod end;
mod list;
mod members;
mod preview;
pub(crate) mod rows;
mod rule;

pub use create::{NewTag, create};
pub use delete::delete;
pub use edit::{TagChange, edit};
pub use end::sweep;
pub use list::{MemberView, TagView, list, members, people, view};
pub use members::{NewMember, put_member, take_member};
pub use preview::{TagAsk, TagPreview, preview};
pub use rule::{Condition, Of, TagRule, Test};
