//! What an enterprise wants to know of its people besides what every directory has: fields that the system administrator
//! defines, each with a kind, limits, who sees it and who may change it.
//!
//! Always true: a value stands in the one form of its kind; it lies sealed, whatever its sensitivity; who may see it is
//! [`sees`]'s to say, at every door. Absent on purpose: formulas, fields that depend on others, and making old values fit new
//! limits (a value is checked when somebody writes it).

mod create;
mod definition;
mod delete;
mod edit;
mod known;
mod own;
pub(crate) mod rows;
mod sight;
mod value;

use std::collections::BTreeMap;

pub use create::{NewPersonField, create};
pub use definition::{Editor, FieldId, FieldKind, PersonField, PersonFieldSettings, Sensitivity};
pub use delete::delete;
pub use edit::{PersonFieldChange, edit};
pub use known::list;
pub use own::{OwnFields, change_own};
pub use sight::sees;

pub(crate) use known::PersonFields;
pub(crate) use sight::shown;
pub(crate) use value::{onto, read_cell, written};

/// A person's values by field, each in the one form of its kind; a field without a value is not in it.
pub(crate) type Values = BTreeMap<FieldId, Vec<String>>;
