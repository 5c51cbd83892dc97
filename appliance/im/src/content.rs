//! One message as it stands in the ledger, opened; and how it is shown.

use std::sync::Arc;

use holdfast_base::{ClientId, CommitNo, ConversationId, Error, PersonId, Result, Timestamp};
use holdfast_directory::Org;
use holdfast_hsm::Context;
use holdfast_store::Read;

use crate::{
    Im, keys, limits,
    rows::{BodyKind, BodyRow, EventWord, MessageRow, Row, SHREDDED},
    state::Snapshot,
    views,
};

/// An opened message.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub conversation: ConversationId,
    pub seq: u64,
    pub g: u64,
    pub at: Timestamp,
    pub sender: PersonId,
    pub cid: Option<ClientId>,
    /// Absent once recalled or shredded.
    pub body: Option<BodyRow>,
    pub shredded: bool,
}

impl Im {
    /// One message; `None` where there is no such number.
    pub(crate) fn content(&self, read: &dyn Read, of: &Snapshot, seq: u64) -> Result<Option<Content>> {
        match read.get(keys::MESSAGE, &keys::message(of.id, seq), &self.inner.key)? {
            Some(bytes) => self.open_message(of, seq, MessageRow::decode(&bytes)?).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn open_message(&self, of: &Snapshot, seq: u64, row: MessageRow) -> Result<Content> {
        let mut shredded = row.recalled.is_some_and(|recalled| recalled.by == SHREDDED);
        let body = match &row.body {
            Some(sealed) => match self.data_key(data_key_of(of, row.key)?) {
                Ok(key) => {
                    let place = body_place(of.id, seq, row.version, row.sender, row.kind);
                    Some(BodyRow::decode(&key.open(&place, sealed)?)?)
                }
                Err(Error::Gone) => {
                    shredded = true;
                    None
                }
                Err(other) => return Err(other),
            },
            None => None,
        };
        Ok(Content { conversation: of.id, seq, g: row.g, at: row.at, sender: row.sender, cid: row.cid, body, shredded })
    }

    /// The newest message, from memory once it has been asked for.
    pub(crate) fn last(&self, of: &Snapshot) -> Result<Option<Arc<Content>>> {
        if of.head_seq == 0 {
            return Ok(None);
        }
        if let Some(held) = of.last.get() {
            return Ok(Some(held.clone()));
        }
        let Some(found) = self.content(&self.inner.ledger.view(), of, of.head_seq)? else { return Ok(None) };
        let found = Arc::new(found);
        if found.is_short() {
            // A second asker may have been faster; both hold the same.
            let _ = of.last.set(found.clone());
        }
        Ok(Some(found))
    }
}

impl Content {
    pub(crate) fn view(&self, org: &Org, reads: u64) -> views::Message {
        let sender = org.reference(self.sender);
        views::Message {
            id: format!("{}-{}", self.conversation, self.seq),
            conversation: self.conversation,
            seq: self.seq,
            g: CommitNo(self.g),
            at: self.at,
            cid: self.cid,
            body: self.body.as_ref().map(|body| body.view(org, self.sender)),
            recalled: self.body.is_none(),
            shredded: self.shredded,
            reads,
            sender,
        }
    }

    /// Small enough to be held in memory for the list.
    pub(crate) fn is_short(&self) -> bool {
        match &self.body {
            Some(BodyRow::Text { text }) => text.len() <= limits::LAST_CHARS * 4,
            _ => true,
        }
    }
}

impl BodyRow {
    pub(crate) fn kind(&self) -> BodyKind {
        match self {
            Self::Text { .. } => BodyKind::Text,
            Self::File { .. } => BodyKind::File,
            Self::Event { .. } => BodyKind::Event,
        }
    }

    fn view(&self, org: &Org, actor: PersonId) -> views::Body {
        match self.clone() {
            Self::Text { text } => views::Body::Text { text },
            Self::File { node, name, size, media } => views::Body::File { node, name, size, media },
            Self::Event { event, people, count, title } => views::Body::Event {
                event: match event {
                    EventWord::Created => views::EventWord::Created,
                    EventWord::Joined => views::EventWord::Joined,
                    EventWord::Left => views::EventWord::Left,
                    EventWord::Renamed => views::EventWord::Renamed,
                },
                actor: org.reference(actor),
                people: people.into_iter().map(|person| org.reference(person)).collect(),
                count,
                title,
            },
        }
    }
}

/// Where a body belongs. A sealed body opens nowhere else, nor as another version or sender.
pub(crate) fn body_place(id: ConversationId, seq: u64, version: u32, sender: PersonId, kind: BodyKind) -> Context {
    let kind: &[u8] = match kind {
        BodyKind::Text => b"text",
        BodyKind::File => b"file",
        BodyKind::Event => b"event",
    };
    Context::new("im.body").u64(id.0).u64(seq).u64(u64::from(version)).u64(sender.0).bytes(kind)
}

/// Where a title belongs.
pub(crate) fn title_place(id: ConversationId, g: u64) -> Context {
    Context::new("im.title").u64(id.0).u64(g)
}

pub(crate) fn data_key_of(of: &Snapshot, index: u32) -> Result<holdfast_hsm::KeyId> {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    of.keys.get(index).copied().ok_or_else(|| Error::broken("find the data key of a message"))
}
