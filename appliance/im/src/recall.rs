//! Taking back one's own message. A tombstone stays; the sealed original goes to the history for auditors.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use holdfast_audit::{Event as AuditEvent, Object, record};
use holdfast_base::{ClientId, CommitNo, Error, Result};
use holdfast_store::{LedgerTx, Read, Slice, Tx};

use crate::{
    Im, Member,
    content::Content,
    found::Verb,
    idem::{Answered, Attempt},
    keys,
    lane::Step,
    limits,
    published::{Audience, Recipients},
    rows::{BodyKind, HistoryRow, Logged, MessageRow, RecalledRow, Row},
    state::Snapshot,
    views::{Event, EventKind, Message},
};

impl Im {
    /// Own messages of the last 24 hours. Again: the same tombstone.
    pub fn recall(&self, tx: &mut LedgerTx<'_>, by: &Member, seq: u64, cid: Option<ClientId>) -> Result<Message> {
        let (now, window) = by.again(self, tx)?;
        if !window.holds(seq) {
            return Err(Error::NotFound);
        }
        let found = tx.get(keys::MESSAGE, &keys::message(now.id, seq), &self.inner.key)?.ok_or(Error::NotFound)?;
        let row = MessageRow::decode(&found)?;
        if row.sender != by.person() {
            return Err(Error::Forbidden);
        }
        if row.kind == BodyKind::Event {
            return Err(Error::conflict("not-recallable"));
        }
        if let Some(cid) = cid {
            let attempt = Attempt::new(by.person(), cid, "recall", &(now.id, seq))?;
            if attempt.answered(self, tx)?.is_none() {
                attempt.remember(self, tx, Answered { conversation: now.id, seq })?;
            }
        }
        if row.recalled.is_none() {
            if tx.now().since(row.at) > Duration::from_secs(limits::RECALL_SECONDS) {
                return Err(Error::conflict("recall-too-late"));
            }
            return self.bury(tx, by, &now, seq, row);
        }
        let reads = self.reads_of(now.id, seq, row.sender);
        Ok(self.open_message(&now, seq, row)?.view(&self.inner.directory.org(), reads))
    }

    fn bury(&self, tx: &mut LedgerTx<'_>, by: &Member, now: &Snapshot, seq: u64, row: MessageRow) -> Result<Message> {
        let (g, at, person) = (tx.g().0, tx.now(), by.person());
        let grave = MessageRow { body: None, recalled: Some(RecalledRow { g, at, by: person }), ..row.clone() };
        let tombstone = self.open_message(now, seq, grave.clone())?;
        let kept = HistoryRow { was: row, at, by: person };
        tx.put(keys::HISTORY, &keys::history(now.id, seq, g), &kept.encode()?, &self.inner.key)?;
        tx.put(keys::MESSAGE, &keys::message(now.id, seq), &grave.encode()?, &self.inner.key)?;

        let mut next = now.clone();
        self.log(tx, &mut next, Logged::Recall { seq })?;
        tx.change(Slice::Im, now.id.0, seq, Verb::Recalled as u8);
        let message = format!("{}-{seq}", now.id);
        record(tx, AuditEvent::new(by.actor(), "message.recall", Object::new("message", message)));
        if seq == next.head_seq {
            next.last = Arc::new(OnceLock::from(Arc::new(tombstone.clone())));
        }
        let members = next.members.clone();
        self.stage(tx, Step::Conversation { now: Arc::new(next), joined: Vec::new(), left: Vec::new() });
        self.announce(tx, &tombstone, Audience { members, seq: Some(seq) });
        Ok(tombstone.view(&self.inner.directory.org(), self.reads_of(now.id, seq, person)))
    }

    pub(crate) fn announce(&self, tx: &mut LedgerTx<'_>, tombstone: &Content, to: Audience) {
        let message = Some(tombstone.view(&self.inner.directory.org(), 0));
        let event = Event::new(CommitNo(tx.g().0), EventKind::Recall, tombstone.conversation, tx.now());
        self.publish(tx, Recipients::Members(to), Event { message, ..event });
    }
}
