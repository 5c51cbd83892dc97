//! Shredding: what people wrote in a conversation up to now goes for good, and its title with it. The rows are emptied here, in
//! bounded steps; what makes older copies of them worthless is that the data keys they were sealed under are retired and
//! destroyed. Who wrote when, and who was in it, stays: the conversation goes on, under a new key.

use std::sync::{Arc, OnceLock};

use holdfast_audit::{Event as AuditEvent, Object, record};
use holdfast_base::{Actor, CommitNo, ConversationId, Error, PersonId, Result};
use holdfast_hsm::{HsmError, KeyId};
use holdfast_store::{LedgerTx, Read, Slice, Tx};

use crate::{
    Im,
    found::Verb,
    keys,
    lane::Step,
    limits,
    published::{Audience, Recipients},
    rows::{Logged, MessageRow, RecalledRow, Row, SHREDDED},
    state::Snapshot,
    views::{Event, EventKind},
};

/// How far the emptying of a conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emptied {
    /// Messages that lost their body in this step.
    pub messages: u64,
    /// Where to go on; `None` at the end.
    pub next: Option<u64>,
}

impl Im {
    pub fn exists(&self, id: ConversationId) -> bool {
        self.snapshot(id).is_some()
    }

    /// Whether this person is or ever was in the conversation.
    pub fn was_in(&self, person: PersonId, id: ConversationId) -> bool {
        self.snapshot(id).is_some_and(|now| now.members.row(person).is_some())
    }

    /// From here on nothing is sealed under the keys that the conversation had; they are retired for `cause`. Answers the
    /// number of the last message that is to be emptied.
    pub fn begin_shred(&self, tx: &mut LedgerTx<'_>, by: &Actor, id: ConversationId, cause: u64) -> Result<u64> {
        let now = self.lane_conversation(tx, id).ok_or(Error::NotFound)?;
        self.retire_keys(tx, &now.keys, cause)?;
        let mut next = (*now).clone();
        // Rows name their key by its number, so the old ones keep their places.
        next.keys = now.keys.iter().copied().chain([self.new_data_key()?.id()]).collect();
        next.title = None;
        next.last = Arc::default();
        self.put_conversation(tx, &next)?;
        record(tx, AuditEvent::new(by, "conversation.shred", Object::new("conversation", id)).text("shred", cause.to_string()));
        self.log(tx, &mut next, Logged::Conversation { seq: None })?;
        tx.change(Slice::Im, id.0, 0, Verb::Conversation as u8);
        let (upto, members) = (next.head_seq, next.members.clone());
        self.stage(tx, Step::Conversation { now: Arc::new(next), joined: Vec::new(), left: Vec::new() });
        let event = Event::new(CommitNo(tx.g().0), EventKind::Conversation, id, tx.now());
        self.publish(tx, Recipients::Members(Audience { members, seq: None }), event);
        Ok(upto)
    }

    /// Empties a bounded number of messages of `from..=upto`, and what stood in them before a recall.
    pub fn shred_messages(&self, tx: &mut LedgerTx<'_>, id: ConversationId, from: u64, upto: u64) -> Result<Emptied> {
        let mut now = (*self.lane_conversation(tx, id).ok_or(Error::NotFound)?).clone();
        let mut rows: Vec<(u64, MessageRow)> = Vec::new();
        let key = self.inner.key.clone();
        tx.scan(keys::MESSAGE, keys::messages(id, from, upto), false, &mut |_| Ok(key.clone()), &mut |key, value| {
            rows.push((keys::part(key, 1), MessageRow::decode(&value)?));
            Ok(rows.len() < limits::SHRED_ROWS)
        })?;
        let next = match rows.last() {
            Some((seq, _)) if rows.len() == limits::SHRED_ROWS && *seq < upto => Some(seq + 1),
            _ => None,
        };
        let mut stale = Vec::new();
        let range = keys::histories(id, from, next.unwrap_or(upto.saturating_add(1)));
        tx.scan(keys::HISTORY, range, false, &mut |_| Ok(key.clone()), &mut |key, _| {
            stale.push(key.to_vec());
            Ok(true)
        })?;
        for key in stale {
            tx.delete(keys::HISTORY, &key)?;
        }
        let mut messages = 0;
        for (seq, row) in rows.into_iter().filter(|(_, row)| row.body.is_some()) {
            self.empty(tx, &mut now, seq, row)?;
            messages += 1;
        }
        self.stage(tx, Step::Conversation { now: Arc::new(now), joined: Vec::new(), left: Vec::new() });
        Ok(Emptied { messages, next })
    }

    /// Those of an earlier time may be gone already.
    pub(crate) fn retire_keys(&self, tx: &mut LedgerTx<'_>, keys: &[KeyId], cause: u64) -> Result<()> {
        for key in keys {
            if !matches!(self.inner.vault.key(*key), Err(HsmError::KeyMissing(_))) {
                tx.retire(*key, cause)?;
            }
        }
        Ok(())
    }

    fn empty(&self, tx: &mut LedgerTx<'_>, now: &mut Snapshot, seq: u64, row: MessageRow) -> Result<()> {
        let recalled = Some(RecalledRow { g: tx.g().0, at: tx.now(), by: SHREDDED });
        let row = MessageRow { body: None, recalled, ..row };
        tx.put(keys::MESSAGE, &keys::message(now.id, seq), &row.encode()?, &self.inner.key)?;
        self.log(tx, now, Logged::Recall { seq })?;
        tx.change(Slice::Im, now.id.0, seq, Verb::Recalled as u8);
        let tombstone = self.open_message(now, seq, row)?;
        let to = Audience { members: now.members.clone(), seq: Some(seq) };
        self.announce(tx, &tombstone, to);
        if seq == now.head_seq {
            now.last = Arc::new(OnceLock::from(Arc::new(tombstone)));
        }
        Ok(())
    }
}
