//! The one way in which a message gets its number: row, log, change log, staging, event.

use std::sync::{Arc, OnceLock};

use holdfast_base::{ClientId, CommitNo, PersonId, Result, Timestamp};
use holdfast_store::{LedgerTx, Slice, Tx};

use crate::{
    Im,
    content::{Content, body_place, data_key_of},
    found::Verb,
    keys,
    lane::Step,
    published::{Audience, Published, Recipients},
    rows::{BodyRow, EventWord, LogRow, Logged, MessageRow, Row},
    state::Snapshot,
    views::{Event, EventKind},
};

pub(crate) struct NewMessage {
    pub sender: PersonId,
    pub cid: Option<ClientId>,
    pub body: BodyRow,
    pub at: Timestamp,
}

/// Who comes in and who goes with a message.
#[derive(Default)]
pub(crate) struct Turnover {
    pub joined: Vec<PersonId>,
    pub left: Vec<PersonId>,
}

impl Im {
    /// Appends to the conversation as it stands in `now` (members and title already changed by the caller).
    pub(crate) fn append(
        &self,
        tx: &mut LedgerTx<'_>,
        mut now: Snapshot,
        new: NewMessage,
        people: Turnover,
    ) -> Result<Arc<Content>> {
        let (g, seq) = (tx.g().0, now.head_seq + 1);
        self.put_message(tx, &now, seq, &new)?;
        let (logged, kind) = kind_of(&new.body, seq);
        self.log(tx, &mut now, logged)?;
        tx.change(Slice::Im, now.id.0, seq, Verb::Written as u8);

        let NewMessage { sender, cid, body, at } = new;
        let content = Arc::new(Content { conversation: now.id, seq, g, at, sender, cid, body: Some(body), shredded: false });
        now.head_seq = seq;
        now.active_g = g;
        now.last = Arc::default();
        if content.is_short() {
            now.last = Arc::new(OnceLock::from(content.clone()));
        }
        let (id, members) = (now.id, now.members.clone());
        self.stage(tx, Step::Conversation { now: Arc::new(now), joined: people.joined, left: people.left });
        self.stage(tx, Step::Wrote { conversation: id, person: sender, seq });
        let message = Some(content.view(&self.inner.directory.org(), 0));
        let event = Event { message, ..Event::new(CommitNo(g), kind, id, tx.now()) };
        self.publish(tx, Recipients::Members(Audience { members, seq: Some(seq) }), event);
        Ok(content)
    }

    fn put_message(&self, tx: &mut LedgerTx<'_>, now: &Snapshot, seq: u64, new: &NewMessage) -> Result<()> {
        let key = now.newest_key();
        let (version, kind) = (0, new.body.kind());
        let place = body_place(now.id, seq, version, new.sender, kind);
        let sealed = self.data_key(data_key_of(now, key)?)?.seal(&place, &new.body.encode()?)?;
        let row = MessageRow {
            g: tx.g().0,
            at: new.at,
            sender: new.sender,
            cid: new.cid,
            kind,
            version,
            key,
            body: Some(sealed),
            recalled: None,
        };
        tx.put(keys::MESSAGE, &keys::message(now.id, seq), &row.encode()?, &self.inner.key)
    }

    /// A row of the conversation's log under this transaction's `g`; several of one transaction are told apart by `n`.
    pub(crate) fn log(&self, tx: &mut LedgerTx<'_>, now: &mut Snapshot, what: Logged) -> Result<()> {
        let g = tx.g().0;
        let n = if now.last_g == g { now.last_n + 1 } else { 0 };
        let row = LogRow { at: tx.now(), what };
        tx.put(keys::LOG, &keys::log(now.id, g, n), &row.encode()?, &self.inner.key)?;
        now.last_g = g;
        now.last_n = n;
        Ok(())
    }

    pub(crate) fn publish(&self, tx: &mut LedgerTx<'_>, to: Recipients, event: Event) {
        let published = Published { g: event.g, conversation: event.conversation, to, event: Arc::new(event) };
        self.stage(tx, Step::Publish(published));
    }
}

fn kind_of(body: &BodyRow, seq: u64) -> (Logged, EventKind) {
    match body {
        BodyRow::Text { .. } | BodyRow::File { .. } => (Logged::Message { seq }, EventKind::Message),
        BodyRow::Event { event: EventWord::Created | EventWord::Renamed, .. } => {
            (Logged::Conversation { seq: Some(seq) }, EventKind::Conversation)
        }
        BodyRow::Event { event: EventWord::Joined | EventWord::Left, .. } => (Logged::Members { seq }, EventKind::Members),
    }
}

impl Event {
    pub(crate) fn new(g: CommitNo, kind: EventKind, conversation: holdfast_base::ConversationId, at: Timestamp) -> Self {
        Self { g, kind, conversation, message: None, person: None, ranges: None, at, own: None }
    }
}
