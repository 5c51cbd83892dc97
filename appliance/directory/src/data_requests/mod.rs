//! What people ask of their own data (个人信息保护法, articles 44 to 50): a copy, a correction, deletion, restriction.
//!
//! Always true: each has a number, a day by which it is answered, and an answer that its person can read; what a person asks and
//! what they are answered lies sealed; a copy is for its person alone, for seven days. Due days are counted from Monday to Friday:
//! the box knows no public holidays, so it is early rather than late.

mod answer;
mod ask;
mod copy;
mod due;
mod list;
mod rows;

pub use answer::{Answer, accept, refuse};
pub use ask::{NewDataRequest, ask, withdraw};
pub use copy::{expire_copies, fetch_copy, pending_copies, profile, store_copy};
pub use due::remind;
pub use list::{OfState, list, own};
pub use rows::{RequestField, RequestKind, RequestState};
