//! Verbs and their refusals against real keys, a real ledger and a real directory.

mod fixture;
mod keeping;
mod model;
mod renew;
mod shred;
mod verbs;
