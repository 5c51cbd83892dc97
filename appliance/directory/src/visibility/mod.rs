//! Who sees whom: rules that hide people, restrict who looks, and mask fields; and what they come to for one person.
//!
//! Always true: a restriction wins over what is shown otherwise, and hiding over both. What several restrictions allow is
//! united. People are hidden and allowed per membership: whoever is hidden in one department and open in another is seen in
//! the other alone. Everybody sees oneself, and nobody who was erased. A rule or tag whose row does not authenticate shuts
//! the directory for everybody but the consoles.
//!
//! Decided: people with whom one shares a conversation, or a space of the drive, stay named there, as those who wrote and
//! changed what lies in it. They do not exist anywhere else: not by name, not by card, not for a new conversation.

mod class;
mod create;
mod delete;
mod edit;
mod explain;
mod list;
mod preview;
pub(crate) mod rows;
mod rule;
mod sight;

pub use create::{NewRule, create};
pub use delete::delete;
pub use edit::edit;
pub use explain::{Explanation, FieldExplained, MembershipExplained, Reason, Verdict, explain};
pub use list::{RuleNames, RuleView, list};
pub use preview::{RulePreview, as_seen_by, preview};
pub use rule::{Effect, Field, FieldMask, Rule, RuleSettings};
pub use sight::{Seen, Sight};

pub(crate) use class::{Class, Classes};
#[cfg(test)]
pub(crate) use explain::Case;
pub(crate) use rule::RuleBook;
