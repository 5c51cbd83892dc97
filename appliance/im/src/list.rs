//! The list of a person's conversations, from memory.

use std::sync::Arc;

use holdfast_base::{Actor, CommitNo, ConversationId, Error, PersonId, Result, limits::PAGE_ITEMS};
use holdfast_directory::Org;

use crate::{
    Im, Member,
    rows::SettingsRow,
    state::Snapshot,
    views::{Conversation, Kind},
};

#[derive(Debug, Clone, PartialEq)]
pub struct ConversationPage {
    pub items: Vec<Conversation>,
    /// Where the next page begins: give it back as `after`.
    pub next: Option<(CommitNo, ConversationId)>,
}

/// What a row of the list needs, copied out under one short lock.
struct Row {
    now: Arc<Snapshot>,
    unread: u64,
    read: Vec<[u64; 2]>,
    settings: SettingsRow,
    joined_seq: u64,
}

impl Im {
    /// Those that the person is in, the most recently written first.
    pub fn conversations(&self, by: &Actor, after: Option<(CommitNo, ConversationId)>, limit: usize) -> Result<ConversationPage> {
        let person = self.active(by)?;
        let limit = limit.clamp(1, PAGE_ITEMS);
        let mut order = self.order(person);
        order.sort_unstable_by(|a, b| b.cmp(a));
        let start = match after {
            Some((g, id)) => order.partition_point(|&at| at >= (g.0, id)),
            None => 0,
        };
        let page = &order[start..order.len().min(start + limit)];
        let next = match page.last() {
            Some(&(g, id)) if start + page.len() < order.len() => Some((CommitNo(g), id)),
            _ => None,
        };
        let org = self.inner.directory.org();
        let rows: Vec<Row> = page.iter().filter_map(|&(_, id)| self.row(person, id)).collect();
        let items = rows.into_iter().map(|row| self.show(&org, person, row)).collect::<Result<_>>()?;
        Ok(ConversationPage { items, next })
    }

    pub fn conversation(&self, by: &Member) -> Result<Conversation> {
        let row = self.row(by.person(), by.conversation()).ok_or(Error::NotFound)?;
        self.show(&self.inner.directory.org(), by.person(), row)
    }

    fn order(&self, person: PersonId) -> Vec<(u64, ConversationId)> {
        let state = self.inner.state.read();
        let Some(list) = state.lists.get(&person) else { return Vec::new() };
        list.iter().filter_map(|id| Some((state.rooms.get(id)?.now.active_g, *id))).collect()
    }

    fn row(&self, person: PersonId, id: ConversationId) -> Option<Row> {
        let state = self.inner.state.read();
        let room = state.rooms.get(&id)?;
        let joined_seq = room.now.members.window(person)?.joined_seq;
        let read = match room.marks.get(&person) {
            Some(marks) => marks.within(joined_seq.max(1), room.now.head_seq).map(|(from, to)| [from, to]).collect(),
            None => Vec::new(),
        };
        let settings = state.settings.get(&(person, id)).copied().unwrap_or_default();
        Some(Row { now: room.now.clone(), unread: room.unread(person), read, settings, joined_seq })
    }

    fn show(&self, org: &Org, person: PersonId, row: Row) -> Result<Conversation> {
        let Row { now, unread, read, settings, joined_seq } = row;
        let last = self.last(&now)?.map(|last| last.view(org, self.reads_of(now.id, last.seq, last.sender)));
        let peer = match now.kind {
            Kind::Direct => now.members.present().map(|(one, _)| one).find(|&one| one != person),
            Kind::Group => None,
        };
        Ok(Conversation {
            id: now.id,
            kind: now.kind,
            title: now.title.as_deref().map(str::to_owned),
            peer: peer.map(|peer| org.reference(peer)),
            members: now.members.count() as u64,
            head_seq: now.head_seq,
            joined_seq,
            last,
            unread,
            read,
            muted: settings.muted,
            pinned: settings.pinned,
            owner: now.owner.map(|owner| org.reference(owner)),
            created_at: now.created_at,
            g: CommitNo(now.last_g),
        })
    }
}
