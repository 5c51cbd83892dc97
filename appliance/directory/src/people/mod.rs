//! People: create, edit, freeze, set a password, look at, list.

mod among;
mod card;
mod create;
mod edit;
pub(crate) mod fields;
pub(crate) mod freeze;
mod list;
pub(crate) mod rows;
mod set_password;

pub use card::{card, view};
pub use create::{NewPerson, create};
pub use edit::{PersonChange, edit};
pub use freeze::{freeze, unfreeze};
pub use list::{Filter, list, list_cards};
pub use set_password::set_password;

pub(crate) use card::{cards, kept};
pub(crate) use create::insert;
pub(crate) use edit::{apply, write_change};
pub(crate) use set_password::store_password;

use serde::{Deserialize, Deserializer};

/// Tells `"x": null` (clear it) from a field that is not there (leave it).
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}
