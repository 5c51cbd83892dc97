//! What search asks: which conversations a person may see, whether a hit may still be shown, and originals.

use holdfast_base::{ConversationId, Error, PersonId, Result, Timestamp};
use holdfast_store::Read;

use crate::{
    Im, keys,
    rows::{BodyRow, HistoryRow, MessageRow, Row},
    views::{Body, Message},
};

/// The verbs of this crate's rows in the change log. The object is the message's number, 0 for the conversation itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Verb {
    Written = 1,
    Recalled = 2,
    /// Made, renamed, or other people in it.
    Conversation = 3,
}

/// A message as it is indexed. `text` is what it says, or the name of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMessage {
    pub conversation: ConversationId,
    pub seq: u64,
    pub at: Timestamp,
    pub sender: PersonId,
    pub text: String,
}

impl Im {
    /// The conversations that the person is in.
    pub fn containers_of(&self, person: PersonId) -> Vec<ConversationId> {
        self.inner.state.read().lists.get(&person).map(|list| list.iter().copied().collect()).unwrap_or_default()
    }

    /// The first message of the conversation that the person may see; `None` for who is not in it.
    pub fn visible_from(&self, person: PersonId, conversation: ConversationId) -> Option<u64> {
        let state = self.inner.state.read();
        Some(state.rooms.get(&conversation)?.now.members.window(person)?.joined_seq.max(1))
    }

    pub fn visible(&self, person: PersonId, conversation: ConversationId, seq: u64) -> bool {
        let state = self.inner.state.read();
        state.rooms.get(&conversation).is_some_and(|room| {
            seq <= room.now.head_seq && room.now.members.window(person).is_some_and(|window| window.holds(seq))
        })
    }

    /// A group's title; `None` for a direct conversation, a group without one, or no such conversation.
    pub fn title(&self, conversation: ConversationId) -> Option<String> {
        self.snapshot(conversation)?.title.as_deref().map(str::to_owned)
    }

    /// The original of a text or file message; `None` for recalled ones, events and what does not exist.
    pub fn message_text(&self, read: &dyn Read, conversation: ConversationId, seq: u64) -> Result<Option<FoundMessage>> {
        let Some(now) = self.snapshot(conversation) else { return Ok(None) };
        let Some(content) = self.content(read, &now, seq)? else { return Ok(None) };
        Ok(match content.body {
            Some(BodyRow::Text { text } | BodyRow::File { name: text, .. }) => {
                Some(FoundMessage { conversation, seq, at: content.at, sender: content.sender, text })
            }
            _ => None,
        })
    }

    pub fn has_message(&self, conversation: ConversationId, seq: u64) -> bool {
        self.snapshot(conversation).is_some_and(|now| (1..=now.head_seq).contains(&seq))
    }

    /// What a message says and said before a recall, oldest first, for whoever was allowed to open it by two people. Recalled
    /// bodies stand in the history. `NotFound` where there is no such message; empty where it was shredded.
    pub fn bodies(&self, read: &dyn Read, conversation: ConversationId, seq: u64) -> Result<(Message, Vec<Body>)> {
        let now = self.snapshot(conversation).ok_or(Error::NotFound)?;
        let current = self.content(read, &now, seq)?.ok_or(Error::NotFound)?;
        let org = self.inner.directory.org();
        let mut bodies = Vec::new();
        let range = keys::histories(conversation, seq, seq.saturating_add(1));
        read.scan(keys::HISTORY, range, false, &mut |_| Ok(self.inner.key.clone()), &mut |_, value| {
            let was = self.open_message(&now, seq, HistoryRow::decode(&value)?.was)?.view(&org, 0);
            bodies.extend(was.body);
            Ok(true)
        })?;
        let message = current.view(&org, 0);
        bodies.extend(message.body.clone());
        Ok((message, bodies))
    }

    /// Every text and file message of the box in (conversation, number) order, after `after`, until `f` answers false. For
    /// rebuilding the index from originals.
    pub fn for_each_message(
        &self,
        read: &dyn Read,
        after: Option<(ConversationId, u64)>,
        f: &mut dyn FnMut(FoundMessage) -> Result<bool>,
    ) -> Result<()> {
        let mut range = keys::all();
        if let Some((conversation, seq)) = after {
            range.start = keys::message(conversation, seq.saturating_add(1));
        }
        read.scan(keys::MESSAGE, range, false, &mut |_| Ok(self.inner.key.clone()), &mut |key, value| {
            let (conversation, seq) = (ConversationId(keys::part(key, 0)), keys::part(key, 1));
            let Some(now) = self.snapshot(conversation) else { return Ok(true) };
            let content = self.open_message(&now, seq, MessageRow::decode(&value)?)?;
            let Some(BodyRow::Text { text } | BodyRow::File { name: text, .. }) = content.body else { return Ok(true) };
            f(FoundMessage { conversation, seq, at: content.at, sender: content.sender, text })
        })
    }
}
