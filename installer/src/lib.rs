//! What happens to a box before it serves: the key ceremony, and the authority that its own certificate comes from.
//!
//! Always true: what exists is never replaced, except a certificate whose names no longer fit or that is about to
//! expire; a step that was cut short either goes on at the next call or says what is in the way; no secret is printed.
//! Absent on purpose: people (they are made through the directory, once the box is unsealed), upgrades, real HSMs' own
//! preparation (their vendors' tools do that; the ceremony takes the token as it is).

mod authority;
mod ceremony;
mod error;
mod files;
mod names;

pub use authority::{Certificates, Renewal, renew};
pub use ceremony::{Ceremony, DOMAINS, Held, hold};
pub use error::SetupError;
