//! A second factor beside the password: codes of an authenticator app (RFC 6238), and recovery codes for the day on which the
//! telephone is gone.
//!
//! Always true: a secret is sealed and shown once; it counts from the first right code on; a code is taken once; of recovery
//! codes only HMACs are kept, and each opens once. Whoever gives a second factor up loses the recovery codes with it.

mod check;
mod enrol;
mod list;
mod recovery;
mod remove;
mod reset;
pub(crate) mod rows;
mod totp;

use zeroize::Zeroizing;

pub use enrol::{begin, confirm};
pub use list::list;
pub use recovery::renew;
pub use remove::remove;
pub use reset::reset;

pub(crate) use check::{check, is_asked};
pub(crate) use remove::would_fall_short;

/// What somebody types besides the password.
pub enum SecondFactor {
    Totp(Zeroizing<String>),
    Recovery(Zeroizing<String>),
}

impl SecondFactor {
    /// A code of the app goes before a recovery code: that one is spent.
    pub fn given(totp: Option<String>, recovery_code: Option<String>) -> Option<Self> {
        let typed = |text: Option<String>| text.map(Zeroizing::new).filter(|text| !text.trim().is_empty());
        typed(totp).map(Self::Totp).or_else(|| typed(recovery_code).map(Self::Recovery))
    }
}
