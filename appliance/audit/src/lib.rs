//! CONTRACT SKELETON (the owner of `audit` replaces bodies and splits modules; names and signatures below are what other crates use).
#![allow(clippy::unimplemented, unused_variables, missing_docs)]
use std::{path::PathBuf, sync::Arc};
use holdfast_base::{Actor, Result, Timestamp, World};
use holdfast_hsm::{DekHandle, Vault};
use holdfast_store::{Db, Ledger, OutboxMark, Tx};

/// What was acted on: the kind is an office noun ("person", "conversation", "node", "session", "role", "token"), the id its wire form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object { pub kind: &'static str, pub id: String }
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome { Success, /** the error's code */ Refused(&'static str), Failed(&'static str) }
/// Details are sealed; they never reach `audit.jsonl` or the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail { Text(String), Number(i64), List(Vec<String>) }
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub actor: Actor,
    /// `noun.verb`, the same words as slice and translation key: "person.freeze", "session.open", "message.recall".
    pub action: &'static str,
    pub object: Object,
    pub outcome: Outcome,
    pub details: Vec<(&'static str, Detail)>,
}
impl Event {
    pub fn new(actor: &Actor, action: &'static str, object: Object) -> Self { Self { actor: actor.clone(), action, object, outcome: Outcome::Success, details: Vec::new() } }
    pub fn refused(mut self, code: &'static str) -> Self { self.outcome = Outcome::Refused(code); self }
    pub fn text(mut self, key: &'static str, value: impl Into<String>) -> Self { self.details.push((key, Detail::Text(value.into()))); self }
    pub fn number(mut self, key: &'static str, value: i64) -> Self { self.details.push((key, Detail::Number(value))); self }
    pub fn list(mut self, key: &'static str, value: Vec<String>) -> Self { self.details.push((key, Detail::List(value))); self }
}
impl Object { pub fn new(kind: &'static str, id: impl ToString) -> Self { Self { kind, id: id.to_string() } } }

/// In the slice, in the transaction of the change.
pub fn record(tx: &mut dyn Tx, event: Event) { unimplemented!() }

pub struct AuditConfig { pub dir: PathBuf, /** audit.jsonl: ids, actions, results only */ pub jsonl: Option<PathBuf>, pub origin: String }
#[derive(Debug, Clone, Copy)]
pub struct Receipt { pub index: u64 }
#[derive(Clone)]
pub struct AuditLog { inner: Arc<()> }
impl AuditLog {
    pub fn open(config: AuditConfig, key: DekHandle, vault: Vault, world: World) -> Result<Self> { unimplemented!() }
    /// Drain both outboxes (first thing after a start), then keep draining from a thread of its own.
    pub fn attach(&self, db: &Db, ledger: &Ledger) -> Result<()> { unimplemented!() }
    /// Waits until the log has the entries of this commit durably; `AuditUnavailable` after 2 s.
    pub fn settle(&self, mark: &OutboxMark) -> Result<()> { unimplemented!() }
    /// The same without holding a thread.
    pub fn when_settled(&self, mark: &OutboxMark, done: Box<dyn FnOnce(Result<()>) + Send>) { unimplemented!() }
    /// For what has no row of its own (sign-in, download, search, export, auditor's reading): durable when it returns.
    pub fn append(&self, event: Event) -> Result<Receipt> { unimplemented!() }
    /// Within a second, bounded queue: searches while typing.
    pub fn append_soon(&self, event: Event) { unimplemented!() }
    pub fn close(&self) { unimplemented!() }
    // the owner adds: checkpoint(), entry(index), query(filter), export(filter), verify(), actions(), vkey()
}
