//! Enrolment: a one-time code with which a person sets a password, so that nobody is ever told one.
//!
//! Always true: a code has 80 random bits, is shown once, and is kept only as its HMAC; a person has at most one; it dies
//! when it is redeemed, expires after three days, and dies as well when the person is frozen, gets a role or gets a password
//! in another way. Unknown, used and expired are one answer, and wrong guesses lock the address out, not the person.

mod code;
mod issue;
mod look;
mod redeem;
pub(crate) mod rows;

pub use code::Code;
pub use issue::issue;
pub use look::look;
pub use redeem::redeem;

pub(crate) use issue::create;
pub(crate) use rows::forget;
