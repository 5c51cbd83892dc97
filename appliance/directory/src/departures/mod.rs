//! Leaving: a day, a handover, fourteen days of grace, and what is left in the end.
//!
//! Always true: from the day of leaving on nobody signs in with the account; nobody is gone before each thing that they leave has
//! an heir or a reason why nobody gets it; whoever is gone is hidden everywhere and can be brought back until the grace is over;
//! of whoever is erased the row keeps number and uid and nothing else, and so the uid is never given out again.
//!
//! What people leave behind in other rooms (files, conversations), and the shredding of their space, the server sees to.

mod cancel;
mod depart;
mod erase;
mod handover;
mod leave;
mod list;
mod restore;
pub(crate) mod rows;

pub use cancel::cancel;
pub use depart::{depart, wait_for};
pub use erase::{begin_erasure, erase};
pub use handover::{Decision, begin, decide, decided, done, failed, hand_over_reports, heir_of, reports};
pub use leave::{Leaving, leave};
pub use list::{Pending, list, one, pending};
pub use restore::restore;
pub use rows::{Decided, HandoverKind};
