//! Read marks: intervals that only grow.

use std::sync::Arc;

use holdfast_base::{CommitNo, Error, PersonId, Result, Timestamp};
use holdfast_store::{LedgerTx, Tx};

use crate::{
    Im, Member,
    intervals::Intervals,
    keys,
    lane::Step,
    limits,
    published::{Audience, Recipients},
    rows::{Logged, OwnLogged, OwnRow, ReadLogRow, ReadRow, Row},
    state::Snapshot,
    views::{Event, EventKind},
};

impl Im {
    /// Marks inclusive ranges as read. What is read already, or older than the member's joining, changes nothing.
    pub fn mark_read(&self, tx: &mut LedgerTx<'_>, by: &Member, ranges: &[[u64; 2]]) -> Result<()> {
        let at = tx.now();
        self.mark_read_at(tx, by, ranges, at)
    }

    pub(crate) fn mark_read_at(&self, tx: &mut LedgerTx<'_>, by: &Member, ranges: &[[u64; 2]], at: Timestamp) -> Result<()> {
        let (now, window) = by.again(self, tx)?;
        check_ranges(ranges, now.head_seq)?;
        let mut intervals = (*self.lane_marks(tx, now.id, by.person())).clone();
        let mut gained = Vec::new();
        for &[from, to] in ranges {
            gained.extend(intervals.gain(from.max(window.joined_seq.max(1)), to));
        }
        if gained.is_empty() {
            return Ok(());
        }
        if intervals.len() > limits::READ_INTERVALS {
            return Err(Error::too_long("ranges", limits::READ_INTERVALS as u64));
        }
        self.keep_marks(tx, &now, by.person(), intervals, &gained, at)?;
        self.tell_marks(tx, (*now).clone(), by.person(), gained)
    }

    fn keep_marks(
        &self,
        tx: &mut LedgerTx<'_>,
        now: &Snapshot,
        person: PersonId,
        intervals: Intervals,
        gained: &[(u64, u64)],
        at: Timestamp,
    ) -> Result<()> {
        let g = tx.g().0;
        for &(from, to) in gained {
            let row = ReadLogRow { to, g, at };
            tx.put(keys::READ_LOG, &keys::read_log(now.id, person, from), &row.encode()?, &self.inner.key)?;
        }
        let row = ReadRow { intervals };
        tx.put(keys::READ, &keys::read(now.id, person), &row.encode()?, &self.inner.key)?;
        let intervals = Arc::new(row.intervals);
        self.stage(tx, Step::Marks { conversation: now.id, person, intervals });
        Ok(())
    }

    /// In small conversations everybody learns it; in large ones only the reader's own devices, since n readers times n
    /// receivers would drown the box.
    fn tell_marks(&self, tx: &mut LedgerTx<'_>, mut now: Snapshot, person: PersonId, ranges: Vec<(u64, u64)>) -> Result<()> {
        let (id, g, at) = (now.id, tx.g().0, tx.now());
        let event = Event {
            person: Some(person),
            ranges: Some(ranges.iter().map(|&(from, to)| [from, to]).collect()),
            ..Event::new(CommitNo(g), EventKind::Read, id, at)
        };
        if now.members.count() > limits::READ_EVENT_MEMBERS {
            let row = OwnRow { at, what: OwnLogged::Read { ranges } };
            tx.put(keys::OWN, &keys::own(person, g, id), &row.encode()?, &self.inner.key)?;
            self.publish(tx, Recipients::Person(person), event);
            return Ok(());
        }
        self.log(tx, &mut now, Logged::Read { person, ranges })?;
        let members = now.members.clone();
        self.stage(tx, Step::Conversation { now: Arc::new(now), joined: Vec::new(), left: Vec::new() });
        self.publish(tx, Recipients::Members(Audience { members, seq: None }), event);
        Ok(())
    }
}

fn check_ranges(ranges: &[[u64; 2]], head: u64) -> Result<()> {
    if ranges.len() > limits::READ_RANGES {
        return Err(Error::too_long("ranges", limits::READ_RANGES as u64));
    }
    for &[from, to] in ranges {
        if from == 0 || from > to {
            return Err(Error::invalid("ranges", "not-a-range"));
        }
        if to > head {
            return Err(Error::invalid("ranges", "beyond-head"));
        }
    }
    Ok(())
}
