//! The three administrators. The database refuses two roles for one person, a grant by oneself or by anybody but a security
//! administrator, and taking the last holder's role; the slices say so first, in a way that can be read.

mod grant;
mod list;
mod revoke;
pub(crate) mod rows;

pub use grant::{NewGrant, grant};
pub use list::list;
pub use revoke::revoke;

pub(crate) use revoke::has_other_holder;
