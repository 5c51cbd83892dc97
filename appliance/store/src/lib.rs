//! Sealed storage: the relational store (`Db`, SQLCipher through diesel) and the ordered ledger (`Ledger`, RocksDB).
//!
//! Always true:
//! - A transaction that was answered is on the disk; one that was not answered leaves nothing behind.
//! - Every value is sealed: SQLCipher seals pages, the ledger seals each value under the key that the slice hands in,
//!   bound to store, table and key. Keys of the ledger are ids and HMAC tokens only.
//! - One thread writes the ledger (the commit lane) and one connection writes the database. Whatever waits shares one
//!   batch and one fdatasync; there is no timer.
//! - An error of a write or a sync is final: the store acknowledges nothing more and says so
//!   ([`Db::poisoned`], [`Ledger::poisoned`]), so that the process ends and recovers from the log. A sync is never tried
//!   again, since the kernel answers the second one with a success that means nothing.
//! - Events, digests and jobs are queued in the transaction and leave through the outbox after its commit.
//!
//! Absent on purpose: transactions over both stores (the other follows by a [`Job`]), merge operators, writes without
//! the write-ahead log, SQL of slices (it lives in their `rows.rs`), keys in clear (they live in `holdfast-hsm`).

mod backup;
#[cfg(test)]
mod crash;
mod db;
mod disk;
#[cfg(test)]
mod faults;
mod job;
mod ledger;
pub mod limits;
mod outbox;
/// All diesel tables, one section per slice; migrations in `store/migrations/`.
pub mod schema;
mod scrub;
mod space;

pub use backup::{Backup, backup};
pub use db::{Db, DbCounters, DbTx};
pub use disk::read_from_disk;
pub use job::{Job, JobRunner, RunningJobs};
pub use ledger::{
    BatchDigest, Change, Ledger, LedgerCounters, LedgerOptions, LedgerState, LedgerTx, Preset, Read, Slice, Table, View, Visit,
};
pub use outbox::{Committed, Outbox, OutboxMark, Pending, StoreName, Topic, Tx};
pub use scrub::{Damage, Scrub};
