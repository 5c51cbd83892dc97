//! Reading a conversation page by page.

use std::collections::HashMap;

use holdfast_base::{Error, PersonId, Result, limits::PAGE_ITEMS};
use holdfast_store::Read;

use crate::{
    Im, Member,
    content::Content,
    keys,
    rows::{MessageRow, Row},
    views::{Message, MessagePage},
};

/// Which messages: the newest, those before a number, or those after one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Newest,
    Before(u64),
    After(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageRange {
    pub direction: Direction,
    /// At most [`PAGE_ITEMS`].
    pub limit: usize,
}

impl Im {
    /// Ascending; nothing from before the member's joining.
    pub fn page(&self, by: &Member, ask: MessageRange) -> Result<MessagePage> {
        let now = by.snapshot();
        let (first, head) = (by.window().joined_seq.max(1), now.head_seq);
        let count = ask.limit.clamp(1, PAGE_ITEMS) as u64;
        let (from, to, more) = match ask.direction {
            Direction::Newest | Direction::Before(_) => {
                let to = match ask.direction {
                    Direction::Before(seq) => head.min(seq.saturating_sub(1)),
                    _ => head,
                };
                let from = first.max((to + 1).saturating_sub(count));
                (from, to, from > first && from <= to)
            }
            Direction::After(seq) => {
                let from = first.max(seq.saturating_add(1));
                let to = head.min(from.saturating_add(count - 1));
                (from, to, to < head && from <= to)
            }
        };
        let items = if from > to { Vec::new() } else { self.messages(by, from, to)? };
        Ok(MessagePage { items, more })
    }

    /// One message that the member may see.
    pub fn message(&self, by: &Member, seq: u64) -> Result<Message> {
        if !by.sees(seq) {
            return Err(Error::NotFound);
        }
        self.messages(by, seq, seq)?.pop().ok_or(Error::NotFound)
    }

    fn messages(&self, by: &Member, from: u64, to: u64) -> Result<Vec<Message>> {
        let now = by.snapshot();
        let mut found: Vec<Content> = Vec::new();
        let view = self.inner.ledger.view();
        let range = keys::messages(now.id, from, to);
        view.scan(keys::MESSAGE, range, false, &mut |_| Ok(self.inner.key.clone()), &mut |key, value| {
            found.push(self.open_message(now, keys::part(key, 1), MessageRow::decode(&value)?)?);
            Ok(true)
        })?;
        let senders: HashMap<u64, PersonId> = found.iter().map(|content| (content.seq, content.sender)).collect();
        let reads = {
            let state = self.inner.state.read();
            let room = state.rooms.get(&now.id).ok_or(Error::NotFound)?;
            room.reads(from, to, |seq| senders.get(&seq).copied())
        };
        let org = self.inner.directory.org();
        let reads_of = |seq: u64| usize::try_from(seq - from).ok().and_then(|n| reads.get(n)).copied().unwrap_or(0);
        Ok(found.iter().map(|content| content.view(&org, reads_of(content.seq))).collect())
    }
}
