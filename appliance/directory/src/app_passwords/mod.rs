//! App passwords: for WebDAV and for what a machine does by itself. 160 random bits, shown once, found by their HMAC, so no
//! slow hash is needed and nobody can lock them out. They die when their person is frozen.

mod create;
mod known;
mod list;
mod revoke;
mod rows;

pub use create::{NewAppPasswordRequest, create};
pub use known::resolve;
pub use list::list;
pub use revoke::revoke;

pub use crate::views::AppDoor;

pub(crate) use create::{Fresh, random_password};
pub(crate) use known::{AppPasswords, bare};
pub(crate) use list::{counted, ids};
pub(crate) use revoke::forget_all;
