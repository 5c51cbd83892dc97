//! Draining side of the ledger's outbox.

use std::sync::atomic::Ordering;

use holdfast_base::Result;

use super::{
    Ledger,
    meta::{self, OutboxRow},
    rocks::Walk,
    shared::Task,
    table::OUTBOX,
    value,
};
use crate::{
    limits,
    outbox::{Listener, Outbox, Pending, StoreName, Topic},
};

impl Outbox for Ledger {
    fn name(&self) -> StoreName {
        StoreName::Ledger
    }

    fn rows(&self, topic: Topic, after: u64, limit: usize) -> Result<Vec<(u64, Pending)>> {
        let shared = &self.shared;
        let rocks = shared.rocks()?;
        let after = after.max(shared.drained[topic.slot()].load(Ordering::Acquire));
        let limit = limit.min(limits::OUTBOX_PAGE);
        let mut found = Vec::new();
        let walk = Walk {
            range: meta::outbox_key(topic, after.saturating_add(1))..meta::outbox_key(topic, u64::MAX),
            reverse: false,
            under: &mut |_| Ok(shared.key.clone()),
            f: &mut |key, row| {
                let row: OutboxRow = value::decode(&row)?;
                found.push((meta::number(key), Pending { topic, id: row.entry, payload: row.payload }));
                Ok(found.len() < limit)
            },
        };
        if limit > 0 {
            rocks.walk(None, OUTBOX, &[], walk)?;
        }
        Ok(found)
    }

    fn done(&self, topic: Topic, upto: u64) -> Result<()> {
        let before = self.shared.drained[topic.slot()].fetch_max(upto, Ordering::AcqRel);
        if upto > before {
            self.ride_along(Task::Drained(topic, upto));
        }
        Ok(())
    }

    fn on_queued(&self, f: Listener<Topic>) {
        self.shared.on_queued.write().push(f);
    }
}
