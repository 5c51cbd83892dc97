//! CONTRACT SKELETON (the owner of `store` replaces bodies and splits modules; names and signatures below are what other crates use).
#![allow(clippy::unimplemented, unused_variables, missing_docs)]
use std::{ops::Range, path::Path, sync::Arc};
use diesel::SqliteConnection;
use holdfast_base::{CommitNo, EntryId, Result, Timestamp, World};
use holdfast_hsm::{DekHandle, SqlcipherKey};

/// All diesel tables, one section per slice; migrations in `store/migrations/`.
pub mod schema;

/// Which outbox a row goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// An encoded audit entry; the answer waits until the log has it.
    Audit,
    /// The digest of a ledger batch; written by the lane itself, drains within a second.
    Digest,
    /// An idempotent job for the other store or the process: `payload` = kind and ids.
    Job,
}
pub struct Pending { pub topic: Topic, pub id: EntryId, pub payload: Vec<u8> }
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreName { Db, Ledger }
/// The last outbox row of a transaction: wait for it with `AuditLog::settle`.
#[derive(Debug, Clone, Copy)]
pub struct OutboxMark { pub store: StoreName, pub audit: Option<u64> }
#[must_use = "an answer may go out only after AuditLog::settle(&committed.mark)"]
pub struct Committed<T> { pub value: T, pub mark: OutboxMark, /** ledger only */ pub g: Option<CommitNo> }

/// What a transaction of either store offers to a slice besides its rows.
pub trait Tx {
    fn now(&self) -> Timestamp;
    fn world(&self) -> &World;
    /// Queued in the transaction, drained after its commit.
    fn queue(&mut self, row: Pending);
    /// Runs after the commit is durable, in commit order, on the committing thread: short, must not fail.
    fn after_commit(&mut self, f: Box<dyn FnOnce() + Send>);
}
/// Draining side, used by audit and by the job runner.
pub trait Outbox: Send + Sync {
    fn name(&self) -> StoreName;
    /// Rows of a topic after `after`, oldest first.
    fn rows(&self, topic: Topic, after: u64, limit: usize) -> Result<Vec<(u64, Pending)>>;
    /// Drop rows up to and including `upto`.
    fn done(&self, topic: Topic, upto: u64) -> Result<()>;
    /// Called after each commit that queued rows (from the committing thread).
    fn on_queued(&self, f: Box<dyn Fn(Topic) + Send + Sync>);
}

#[derive(Clone)]
pub struct Db { inner: Arc<()> }
pub struct DbTx<'a> { conn: &'a mut SqliteConnection }
impl Db {
    pub fn open(path: &Path, key: SqlcipherKey, readers: u32, world: World) -> Result<Self> { unimplemented!() }
    pub fn read<T>(&self, f: impl FnOnce(&mut SqliteConnection) -> Result<T>) -> Result<T> { unimplemented!() }
    /// One writer at a time; BEGIN IMMEDIATE; an error rolls everything back.
    pub fn write<T>(&self, f: impl FnOnce(&mut DbTx<'_>) -> Result<T>) -> Result<Committed<T>> { unimplemented!() }
    pub fn outbox(&self) -> Arc<dyn Outbox> { unimplemented!() }
    /// Interrupts running statements, closes every connection within 2 s. Later calls answer Sealed.
    pub fn close(&self) { unimplemented!() }
}
impl DbTx<'_> { pub fn conn(&mut self) -> &mut SqliteConnection { self.conn } }
impl Tx for DbTx<'_> {
    fn now(&self) -> Timestamp { unimplemented!() }
    fn world(&self) -> &World { unimplemented!() }
    fn queue(&mut self, row: Pending) { unimplemented!() }
    fn after_commit(&mut self, f: Box<dyn FnOnce() + Send>) { unimplemented!() }
}

/// A column family. Values are sealed and bound to (store, table, key); keys are ids and HMAC tokens only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Table { pub name: &'static str, pub preset: Preset }
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset { Sequential, Random, /** large inline values: BlobDB */ Blob }

/// One row of the change log: no contents, ids only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change { pub g: CommitNo, pub slice: Slice, pub container: u64, pub object: u64, pub verb: u8 }
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Slice { Im = 1, Drive = 2, Directory = 3 }

#[derive(Clone)]
pub struct Ledger { inner: Arc<()> }
/// A consistent snapshot.
pub struct View { inner: () }
/// Runs on the commit lane: sees every earlier commit and its own writes. Keep it short; no I/O but `Read`.
pub struct LedgerTx<'a> { inner: &'a mut () }

/// Reading, in a snapshot or in a transaction. `under` is the key that sealed the value.
pub trait Read {
    fn get(&self, table: Table, key: &[u8], under: &DekHandle) -> Result<Option<Vec<u8>>>;
    /// Calls `f(key, value)` in key order within `[range.start, range.end)` (or from the end with `reverse`) until it answers false.
    /// `under` is asked for the key that seals a row, since rows of one table may have different ones.
    fn scan(&self, table: Table, range: Range<Vec<u8>>, reverse: bool, under: &mut dyn FnMut(&[u8]) -> Result<DekHandle>,
        f: &mut dyn FnMut(&[u8], Vec<u8>) -> Result<bool>) -> Result<()>;
    /// Key of the ledger's own domain, for headers and what has no key of its own.
    fn ledger_key(&self) -> &DekHandle;
}
impl Ledger {
    pub fn open(path: &Path, tables: &[Table], key: DekHandle, world: World) -> Result<Self> { unimplemented!() }
    pub fn view(&self) -> View { unimplemented!() }
    /// Queues `f` for the lane and waits until its batch is durable. All waiting transactions share one batch and one fdatasync.
    pub fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static) -> Result<Committed<T>> { unimplemented!() }
    /// The same without holding a thread: `done` runs on the lane's notifier once durable, in commit order.
    pub fn submit<T: Send + 'static>(&self, f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<Committed<T>>) + Send + 'static) { unimplemented!() }
    pub fn head(&self) -> CommitNo { unimplemented!() }
    /// Changes with `g > after`, at most `limit`, whole commits only. `Gone` when they were trimmed.
    pub fn changes(&self, after: CommitNo, limit: usize) -> Result<Vec<Change>> { unimplemented!() }
    /// Durable position of a named reader ("search", ...): the log is not trimmed past it.
    pub fn reader_position(&self, reader: &'static str) -> Result<CommitNo> { unimplemented!() }
    pub fn advance_reader(&self, reader: &'static str, to: CommitNo) -> Result<()> { unimplemented!() }
    /// Called after each durable batch with the new head.
    pub fn on_commit(&self, f: Box<dyn Fn(CommitNo) + Send + Sync>) { unimplemented!() }
    pub fn outbox(&self) -> Arc<dyn Outbox> { unimplemented!() }
    /// fdatasyncs and batches so far, for /metrics and benches.
    pub fn counters(&self) -> LedgerCounters { unimplemented!() }
    pub fn close(&self) { unimplemented!() }
}
#[derive(Debug, Clone, Copy, Default)]
pub struct LedgerCounters { pub batches: u64, pub transactions: u64, pub bytes: u64 }
impl LedgerTx<'_> {
    /// The commit number this transaction will have.
    pub fn g(&self) -> CommitNo { unimplemented!() }
    pub fn put(&mut self, table: Table, key: &[u8], value: &[u8], under: &DekHandle) -> Result<()> { unimplemented!() }
    pub fn delete(&mut self, table: Table, key: &[u8]) -> Result<()> { unimplemented!() }
    /// A row of the change log under this `g`.
    pub fn change(&mut self, slice: Slice, container: u64, object: u64, verb: u8) { unimplemented!() }
    /// The next value of a durable named counter, dense, from 1 (ids of conversations, spaces, nodes ...).
    pub fn next_id(&mut self, counter: &'static str) -> Result<u64> { unimplemented!() }
}
impl Tx for LedgerTx<'_> {
    fn now(&self) -> Timestamp { unimplemented!() }
    fn world(&self) -> &World { unimplemented!() }
    fn queue(&mut self, row: Pending) { unimplemented!() }
    fn after_commit(&mut self, f: Box<dyn FnOnce() + Send>) { unimplemented!() }
}
impl Read for LedgerTx<'_> {
    fn get(&self, table: Table, key: &[u8], under: &DekHandle) -> Result<Option<Vec<u8>>> { unimplemented!() }
    fn scan(&self, table: Table, range: Range<Vec<u8>>, reverse: bool, under: &mut dyn FnMut(&[u8]) -> Result<DekHandle>, f: &mut dyn FnMut(&[u8], Vec<u8>) -> Result<bool>) -> Result<()> { unimplemented!() }
    fn ledger_key(&self) -> &DekHandle { unimplemented!() }
}
impl Read for View {
    fn get(&self, table: Table, key: &[u8], under: &DekHandle) -> Result<Option<Vec<u8>>> { unimplemented!() }
    fn scan(&self, table: Table, range: Range<Vec<u8>>, reverse: bool, under: &mut dyn FnMut(&[u8]) -> Result<DekHandle>, f: &mut dyn FnMut(&[u8], Vec<u8>) -> Result<bool>) -> Result<()> { unimplemented!() }
    fn ledger_key(&self) -> &DekHandle { unimplemented!() }
}
