//! The drive against a real token, a real ledger and a real directory.

mod content;
mod crash;
mod fixture;
mod model;
mod renew;
mod rights;
mod shred;
mod uploads;
mod verbs;
