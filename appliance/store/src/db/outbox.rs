//! Both ends of the relational outbox.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::{QueryResult, SqliteConnection};
use holdfast_base::{Error, Result};

use super::{Db, rows};
use crate::{
    limits,
    outbox::{Hook, Listener, Outbox, Pending, StoreName, Topic},
};

/// What one transaction leaves behind.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) pending: Vec<Pending>,
    pub(super) hooks: Vec<Hook>,
    /// Topics that got rows, each once.
    pub(super) topics: Vec<Topic>,
    /// The last audit row.
    pub(super) audit: Option<u64>,
}

impl Queue {
    pub(super) fn insert(&mut self, conn: &mut SqliteConnection) -> QueryResult<()> {
        for row in std::mem::take(&mut self.pending) {
            let id = rows::insert(conn, &row)?.unsigned_abs();
            if row.topic == Topic::Audit {
                self.audit = Some(id);
            }
            if !self.topics.contains(&row.topic) {
                self.topics.push(row.topic);
            }
        }
        Ok(())
    }
}

/// Up to where each topic is drained. The deletion itself rides with the next transaction.
#[derive(Default)]
pub(super) struct Drained {
    upto: [AtomicU64; 3],
    deleted: [AtomicU64; 3],
}

impl Drained {
    pub(super) fn delete(&self, conn: &mut SqliteConnection) -> QueryResult<()> {
        for topic in Topic::ALL {
            let upto = self.upto[topic.slot()].load(Ordering::Acquire);
            if upto > self.deleted[topic.slot()].load(Ordering::Acquire) {
                rows::drop_upto(conn, topic, signed(upto))?;
                // A rollback after this leaves rows for the next start to see again, which is harmless.
                self.deleted[topic.slot()].store(upto, Ordering::Release);
            }
        }
        Ok(())
    }
}

impl Outbox for Db {
    fn name(&self) -> StoreName {
        StoreName::Db
    }

    fn rows(&self, topic: Topic, after: u64, limit: usize) -> Result<Vec<(u64, Pending)>> {
        let after = after.max(self.inner.drained.upto[topic.slot()].load(Ordering::Acquire));
        let limit = i64::try_from(limit.min(limits::OUTBOX_PAGE)).unwrap_or(i64::MAX);
        self.read(|conn| {
            rows::page(conn, topic, signed(after), limit).map_err(Error::internal("read the outbox of the database"))
        })
    }

    fn done(&self, topic: Topic, upto: u64) -> Result<()> {
        self.inner.drained.upto[topic.slot()].fetch_max(upto, Ordering::AcqRel);
        Ok(())
    }

    fn on_queued(&self, f: Listener<Topic>) {
        self.inner.listeners.write().push(f);
    }
}

fn signed(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}
