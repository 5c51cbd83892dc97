//! What is given for a time: an account, a membership, a role, a delegation, a freeze. Each ends by itself.
//!
//! Always true: from the instant of its end on it counts for nothing, since the snapshot leaves it out ([`crate::Org`]); the
//! box writes the end within a second and says so in the log; what ended while the box was sealed is written when it opens.

mod end;
pub(crate) mod rows;
mod set;

pub use end::end_due;
pub use set::{set_account_end, set_membership_end, terms};

use holdfast_audit::Event;
use holdfast_base::{Error, Result, Timestamp};

/// An end lies ahead.
pub(crate) fn check_ahead(until: Option<Timestamp>, now: Timestamp) -> Result<()> {
    if until.is_some_and(|until| until <= now) { Err(Error::invalid("until", "in-the-past")) } else { Ok(()) }
}

/// The event with the end, where there is one.
pub(crate) fn until(event: Event, until: Option<Timestamp>) -> Event {
    match until {
        Some(until) => event.number("until", until.0),
        None => event,
    }
}
