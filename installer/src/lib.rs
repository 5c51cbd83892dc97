//! What makes a machine a box: checks before anything is changed, the key ceremony, the authority that the certificate comes
//! from, the configuration, the units, the recovery kit, and the first three administrators, who get one-time codes. And what
//! brings a box back whose token is lost, or gives it a second one before.
//!
//! Always true: what exists is never replaced, except a certificate whose names no longer fit or that is about to expire,
//! and lines of the configuration that the answers decide; a set-up that was cut short at any instant is completed by the next
//! run, or that run says what is in the way; the PIN is never printed, a code and a share of the kit once, where the operator
//! asked for it.
//! Absent on purpose: passwords, default ones above all; upgrades; real HSMs' own preparation (their vendors' tools do that;
//! the ceremony takes the token as it is).

mod answers;
mod authority;
mod ceremony;
mod console;
mod error;
mod files;
mod fingerprint;
mod guided;
mod holdfast;
mod journal;
mod language;
mod names;
mod pin;
mod places;
pub mod preflight;
pub mod recovery;
pub mod second;
pub mod setup;
pub mod terminal;

pub use answers::{Answers, Token};
pub use authority::{Certificates, Renewal, renew};
pub use ceremony::{Ceremony, DOMAINS, Held, hold};
pub use error::SetupError;
pub use language::Language;
pub use places::Places;
