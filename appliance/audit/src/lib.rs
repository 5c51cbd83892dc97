//! The tamper-evident log: who did what, where from, when, with what result.
//!
//! Always true:
//! - An entry that was acknowledged is on the disk. Indices are dense and never given twice.
//! - The tree over all entries is signed by the HSM once a second while entries come in; what was signed is never taken
//!   back, and a log whose signed part has changed does not open.
//! - Contents are sealed; every entry has a key of its own, so that an export opens exactly the entries it names. Whoever
//!   has only the files sees ids, times, actions, results and pseudonyms.
//! - Whatever verifies ([`verify`]) is pure: no HSM, no network, no key from the log itself.
//!
//! - What is older than the retention goes from the front, after a signed entry that says so; proofs of the rest stay valid.
//!
//! Absent on purpose: editing, deleting single entries, a way to write past the sequencer, and text search over contents.

mod daybook;
#[cfg(test)]
mod disk_tests;
mod drain;
mod entry;
mod event;
mod export;
mod files;
pub mod forward;
mod front;
mod hot;
mod jsonl;
mod keys;
pub mod limits;
mod log;
#[cfg(test)]
mod log_tests;
mod opening;
mod prune;
#[cfg(test)]
mod prune_tests;
mod query;
mod recover;
pub mod saved;
mod seal;
mod sequencer;
mod settle;
mod sheets;
mod sign;
#[cfg(test)]
mod succession_tests;
mod summary;
mod tree;
pub mod verify;
pub mod witnesses;

pub use daybook::Daybook;
pub use entry::{Body, Ending, Header, NotAnEnding, Party};
pub use event::{Detail, Event, Object, Outcome, record};
pub use export::Exported;
pub use keys::{AuditKeys, MonthlyKeys};
pub use log::{AuditConfig, AuditLog, Receipt};
pub use prune::{Pruned, Retention};
pub use query::{Entry, Filter, Page, Proven, Standing};
pub use sign::{CheckpointSigner, DatedCheckpoint};
