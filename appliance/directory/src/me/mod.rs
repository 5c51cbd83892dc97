//! What a person sees and changes of the own account.

mod password;
mod preferences;
mod rows;
mod view;

pub use password::{PasswordChange, change_password, record_refusal};
pub use preferences::{PreferenceChange, change_preferences};
pub use view::view;

pub(crate) use password::is_current;
