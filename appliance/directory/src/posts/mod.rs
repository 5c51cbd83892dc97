//! What people are in a department: a title for this one, its head, their place in its order.
//!
//! Always true: a department's list shows its heads first, then those who were put somewhere, then the others by name; who
//! leaves a department is nothing in it any more.

mod change;
mod order;
mod rows;

pub use change::{PostChange, change};
pub use order::reset_order;
