use std::cell::Cell;

use diesel::SqliteConnection;
use holdfast_base::{Error, Result, Timestamp, World};

use super::outbox::Queue;
use crate::outbox::{Pending, Tx};

/// A transaction of the relational store.
pub struct DbTx<'a> {
    conn: &'a mut SqliteConnection,
    world: &'a World,
    now: Timestamp,
    queue: Queue,
}

impl<'a> DbTx<'a> {
    pub(super) fn new(conn: &'a mut SqliteConnection, world: &'a World) -> Self {
        Self { conn, world, now: world.now(), queue: Queue::default() }
    }

    pub(super) fn into_parts(self) -> (Timestamp, Queue) {
        (self.now, self.queue)
    }

    /// For the `rows.rs` of a slice.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        self.conn
    }
}

impl Tx for DbTx<'_> {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn world(&self) -> &World {
        self.world
    }

    fn queue(&mut self, row: Pending) {
        self.queue.pending.push(row);
    }

    fn after_commit(&mut self, f: Box<dyn FnOnce() + Send>) {
        self.queue.hooks.push(f);
    }
}

thread_local! {
    static IS_WRITING: Cell<bool> = const { Cell::new(false) };
}

/// This thread is inside [`super::Db::write`]: a second one would wait for itself for ever.
pub(super) struct Writing;

impl Writing {
    pub(super) fn enter() -> Result<Self> {
        if crate::ledger::on_own_thread() {
            return Err(Error::broken("write the database on a thread of the ledger"));
        }
        if IS_WRITING.replace(true) {
            return Err(Error::broken("write the database inside a transaction of the database"));
        }
        Ok(Self)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        IS_WRITING.set(false);
    }
}
