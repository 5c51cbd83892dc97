//! What is forgotten in time: log rows that no device needs any more, and old client ids.

use std::{ops::Range, time::Duration};

use holdfast_base::{ConversationId, PersonId, Result, Timestamp};
use holdfast_store::{LedgerTx, Read, Table};

use crate::{
    Im, keys,
    lane::Step,
    limits,
    rows::{FloorRow, LogRow, OwnRow, Row},
};

impl Im {
    /// Forgets what is due; called once a day or so. Answers how many rows went. A device that was away for longer than
    /// 30 days gets a `reset`.
    pub fn sweep(&self) -> Result<usize> {
        let now = self.inner.world.now();
        let days = Duration::from_secs(limits::LOG_DAYS * 86_400);
        let cutoff = Timestamp(now.0.saturating_sub(i64::try_from(days.as_micros()).unwrap_or(i64::MAX)));
        let floor = self.newest_before(cutoff)?;
        let mut gone = 0;
        if floor > self.inner.state.read().floor {
            // The floor first: a crash in between leaves rows too many, never a gap that nobody knows of.
            self.raise_floor(floor)?;
            gone += self.trim_logs(floor)?;
        }
        let stale = keys::idem_partition(now).saturating_sub(1);
        gone += self.remove(keys::IDEM, &keys::idem_before(stale))?;
        Ok(gone)
    }

    /// The highest `g` of a log row from before `cutoff`.
    fn newest_before(&self, cutoff: Timestamp) -> Result<u64> {
        let view = self.inner.ledger.view();
        let mut newest = 0;
        let mut under = |_: &[u8]| Ok(self.inner.key.clone());
        for id in self.ids() {
            let range = keys::log_between(id, self.floor(), u64::MAX);
            view.scan(keys::LOG, range, false, &mut under, &mut |key, value| {
                let old = LogRow::decode(&value)?.at < cutoff;
                if old {
                    newest = newest.max(keys::part(key, 1));
                }
                Ok(old)
            })?;
        }
        view.scan(keys::OWN, keys::all(), false, &mut under, &mut |key, value| {
            if OwnRow::decode(&value)?.at < cutoff {
                newest = newest.max(keys::part(key, 1));
            }
            Ok(true)
        })?;
        Ok(newest)
    }

    fn raise_floor(&self, g: u64) -> Result<()> {
        let im = self.clone();
        let written = self.inner.ledger.write(move |tx| {
            tx.put(keys::META, keys::FLOOR, &FloorRow { g }.encode()?, &im.inner.key)?;
            im.stage(tx, Step::Floor { g });
            Ok(())
        })?;
        // Nothing of this is audited, so there is no entry to wait for.
        let () = written.value;
        Ok(())
    }

    fn trim_logs(&self, floor: u64) -> Result<usize> {
        let mut gone = 0;
        for id in self.ids() {
            gone += self.remove(keys::LOG, &keys::log_between(id, 0, floor))?;
        }
        let mut people: Vec<PersonId> = self.inner.state.read().lists.keys().copied().collect();
        people.sort_unstable();
        for person in people {
            gone += self.remove(keys::OWN, &keys::own_between(person, 0, floor))?;
        }
        Ok(gone)
    }

    /// Removes in bounded transactions what lies in `range`.
    fn remove(&self, table: Table, range: &Range<Vec<u8>>) -> Result<usize> {
        let ledger = &self.inner.ledger;
        let mut gone = 0;
        loop {
            let found = self.some_keys(&ledger.view(), table, range.clone())?;
            if found.is_empty() {
                return Ok(gone);
            }
            gone += found.len();
            let written =
                ledger.write_freeing(move |tx: &mut LedgerTx<'_>| found.iter().try_for_each(|key| tx.delete(table, key)))?;
            let () = written.value;
        }
    }

    fn some_keys(&self, read: &dyn Read, table: Table, range: Range<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
        let mut found = Vec::new();
        read.scan(table, range, false, &mut |_| Ok(self.inner.key.clone()), &mut |key, _| {
            found.push(key.to_vec());
            Ok(found.len() < limits::SWEEP_ROWS)
        })?;
        Ok(found)
    }

    fn ids(&self) -> Vec<ConversationId> {
        self.inner.state.read().rooms.keys().copied().collect()
    }

    fn floor(&self) -> u64 {
        self.inner.state.read().floor
    }
}
