//! New data keys for what stands: what people wrote is sealed again under a key of its own making, in bounded steps, while they go
//! on writing. Nothing that anybody sees changes, so nobody is told. The old keys are retired in the step that seals the last row.

use std::sync::Arc;

use holdfast_base::{ConversationId, Error, Result};
use holdfast_store::{LedgerTx, Read};

use crate::{
    Im,
    content::{body_place, data_key_of},
    keys,
    lane::Step,
    limits,
    rows::{HistoryRow, MessageRow, Row},
    state::Snapshot,
};

/// How far sealing the messages of a conversation again has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resealed {
    /// Bodies that were sealed again in this step, those before a recall included.
    pub messages: u64,
    /// Where to go on; `None` at the end.
    pub next: Option<u64>,
}

impl Im {
    /// The conversation with the lowest number above this one.
    pub fn conversation_after(&self, id: ConversationId) -> Option<ConversationId> {
        self.inner.state.read().rooms.keys().copied().filter(|other| *other > id).min()
    }

    /// From here on everything new, and the title, is sealed under another key. The keys before still open what they sealed.
    pub fn begin_renewal(&self, tx: &mut LedgerTx<'_>, id: ConversationId) -> Result<()> {
        let mut now = (*self.lane_conversation(tx, id).ok_or(Error::NotFound)?).clone();
        now.keys = now.keys.iter().copied().chain([self.new_data_key()?.id()]).collect();
        now.title_key = now.newest_key();
        self.put_conversation(tx, &now)?;
        self.stage(tx, Step::Conversation { now: Arc::new(now), joined: Vec::new(), left: Vec::new() });
        Ok(())
    }

    /// Seals a bounded number of messages again, from number `from` on, under the newest key.
    pub fn renew_messages(&self, tx: &mut LedgerTx<'_>, id: ConversationId, from: u64) -> Result<Resealed> {
        let now = self.lane_conversation(tx, id).ok_or(Error::NotFound)?;
        let (mut rows, mut bytes): (Vec<(u64, MessageRow)>, usize) = (Vec::new(), 0);
        let key = self.inner.key.clone();
        tx.scan(keys::MESSAGE, keys::messages(id, from, u64::MAX), false, &mut |_| Ok(key.clone()), &mut |key, value| {
            bytes += value.len();
            rows.push((keys::part(key, 1), MessageRow::decode(&value)?));
            Ok(rows.len() < limits::RENEW_ROWS && bytes < limits::RENEW_BYTES)
        })?;
        let more = rows.len() >= limits::RENEW_ROWS || bytes >= limits::RENEW_BYTES;
        let next = rows.last().filter(|_| more).map(|(seq, _)| seq + 1);
        let mut messages = 0;
        for (seq, row) in rows {
            if let Some(row) = self.reseal(&now, seq, row)? {
                tx.put(keys::MESSAGE, &keys::message(id, seq), &row.encode()?, &key)?;
                messages += 1;
            }
        }
        messages += self.renew_history(tx, &now, from, next.unwrap_or(u64::MAX))?;
        if next.is_none() {
            self.retire_all_but_the_newest(tx, &now)?;
        }
        Ok(Resealed { messages, next })
    }

    /// What a recall or an edit replaced in messages with `from <= seq < to`.
    fn renew_history(&self, tx: &mut LedgerTx<'_>, now: &Snapshot, from: u64, to: u64) -> Result<u64> {
        let (key, mut rows): (_, Vec<(Vec<u8>, HistoryRow)>) = (self.inner.key.clone(), Vec::new());
        tx.scan(keys::HISTORY, keys::histories(now.id, from, to), false, &mut |_| Ok(key.clone()), &mut |key, value| {
            rows.push((key.to_vec(), HistoryRow::decode(&value)?));
            Ok(true)
        })?;
        let mut renewed = 0;
        for (place, row) in rows {
            let seq = keys::part(&place, 1);
            if let Some(was) = self.reseal(now, seq, row.was)? {
                tx.put(keys::HISTORY, &place, &HistoryRow { was, ..row }.encode()?, &key)?;
                renewed += 1;
            }
        }
        Ok(renewed)
    }

    /// `None`: there is nothing to seal, or it is under the newest key already, or its key was shredded.
    fn reseal(&self, now: &Snapshot, seq: u64, row: MessageRow) -> Result<Option<MessageRow>> {
        let newest = now.newest_key();
        let Some(sealed) = row.body.as_ref().filter(|_| row.key != newest) else { return Ok(None) };
        let place = body_place(now.id, seq, row.version, row.sender, row.kind);
        let plain = match self.data_key(data_key_of(now, row.key)?) {
            Ok(key) => key.open(&place, sealed)?,
            Err(Error::Gone) => return Ok(None),
            Err(other) => return Err(other),
        };
        let body = Some(self.data_key(data_key_of(now, newest)?)?.seal(&place, &plain)?);
        Ok(Some(MessageRow { body, key: newest, ..row }))
    }

    fn retire_all_but_the_newest(&self, tx: &mut LedgerTx<'_>, now: &Snapshot) -> Result<()> {
        now.keys.split_last().map_or(Ok(()), |(_, before)| self.retire_keys(tx, before, 0))
    }
}
