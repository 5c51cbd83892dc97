//! Handing over: a group of somebody who leaves gets another owner. And what one person wrote, for that person's copy.

use std::sync::Arc;

use holdfast_audit::{Event as AuditEvent, Object, record};
use holdfast_base::{Actor, CommitNo, ConversationId, Error, PersonId, Result, Timestamp};
use holdfast_store::{LedgerTx, Read, Slice, Tx};

use crate::{
    Im,
    append::{NewMessage, Turnover},
    found::Verb,
    keys,
    lane::Step,
    limits,
    published::{Audience, Recipients},
    rows::{BodyRow, EventWord, Logged, MemberRow, MessageRow, Row, Window},
    state::Snapshot,
    views::{Event, EventKind, Kind},
};

/// A group that somebody owns. Its title is its members' own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedGroup {
    pub id: ConversationId,
    pub members: usize,
    pub created_at: Timestamp,
}

/// One message as its sender wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMessage {
    pub conversation: ConversationId,
    pub seq: u64,
    pub at: Timestamp,
    /// A text, or the name of a file; absent once it was taken back or shredded.
    pub text: Option<String>,
}

impl Im {
    /// Groups that the person owns and that somebody else is in, by number.
    pub fn owned(&self, person: PersonId) -> Vec<OwnedGroup> {
        let state = self.inner.state.read();
        let mine = state.lists.get(&person).into_iter().flatten().filter_map(|id| state.rooms.get(id));
        let owned = mine.filter(|room| room.now.owner == Some(person) && room.now.members.count() > 1);
        let group = |room: &crate::state::Room| OwnedGroup {
            id: room.now.id,
            members: room.now.members.count(),
            created_at: room.now.created_at,
        };
        owned.map(group).collect()
    }

    /// The heir owns the group, and joins it first where needed. Nothing when `from` does not own it any more. The box is the actor.
    pub fn hand_over(&self, tx: &mut LedgerTx<'_>, by: &Actor, id: ConversationId, from: PersonId, to: PersonId) -> Result<()> {
        let now = self.lane_conversation(tx, id).ok_or(Error::NotFound)?;
        if now.kind == Kind::Direct || now.owner != Some(from) {
            return Ok(());
        }
        let mut next = (*now).clone();
        next.owner = Some(to);
        let joins = next.members.window(to).is_none();
        if joins {
            self.seat(tx, by, &mut next, to)?;
        }
        self.put_conversation(tx, &next)?;
        let entry = AuditEvent::new(by, "conversation.set-owner", Object::new("conversation", id));
        record(tx, entry.text("from", from.to_string()).text("to", to.to_string()));
        tx.change(Slice::Im, id.0, 0, Verb::Conversation as u8);
        if joins {
            let body = BodyRow::Event { event: EventWord::Joined, people: vec![to], count: 1, title: None };
            let new = NewMessage { sender: to, cid: None, body, at: tx.now() };
            return self.append(tx, next, new, Turnover { joined: vec![to], left: Vec::new() }).map(drop);
        }
        self.log(tx, &mut next, Logged::Conversation { seq: None })?;
        let members = next.members.clone();
        self.stage(tx, Step::Conversation { now: Arc::new(next), joined: Vec::new(), left: Vec::new() });
        let event = Event::new(CommitNo(tx.g().0), EventKind::Conversation, id, tx.now());
        self.publish(tx, Recipients::Members(Audience { members, seq: None }), event);
        Ok(())
    }

    fn seat(&self, tx: &mut LedgerTx<'_>, by: &Actor, next: &mut Snapshot, person: PersonId) -> Result<()> {
        if next.members.count() >= limits::GROUP_MEMBERS {
            return Err(Error::too_long("members", limits::GROUP_MEMBERS as u64));
        }
        let window = Window { joined_seq: next.head_seq + 1, joined_g: tx.g().0, joined_at: tx.now(), left: None };
        let mut members = (*next.members).clone();
        let mut row = members.row(person).cloned().unwrap_or(MemberRow { windows: Vec::new() });
        if row.windows.len() >= limits::WINDOWS {
            row.windows.remove(0);
        }
        row.windows.push(window);
        self.put_member(tx, next, &mut members, person, row)?;
        next.members = Arc::new(members);
        let entry = AuditEvent::new(by, "members.add", Object::new("conversation", next.id));
        record(tx, entry.list("members", vec![person.to_string()]));
        Ok(())
    }

    /// What the person wrote, room by room, the newest first, until `f` answers false.
    pub fn own_messages(&self, person: PersonId, f: &mut dyn FnMut(OwnMessage) -> Result<bool>) -> Result<()> {
        let rooms: Vec<(Arc<Snapshot>, Vec<u64>)> = {
            let state = self.inner.state.read();
            let wrote = |room: &crate::state::Room| Some((room.now.clone(), room.own.get(&person)?.iter().rev().collect()));
            state.rooms.values().filter_map(wrote).collect()
        };
        let view = self.inner.ledger.view();
        for (now, numbers) in rooms {
            for seq in numbers {
                let Some(bytes) = view.get(keys::MESSAGE, &keys::message(now.id, seq), &self.inner.key)? else { continue };
                let content = self.open_message(&now, seq, MessageRow::decode(&bytes)?)?;
                let text = match content.body {
                    Some(BodyRow::Text { text }) => Some(text),
                    Some(BodyRow::File { name, .. }) => Some(name),
                    // That somebody joined is no word of theirs.
                    Some(BodyRow::Event { .. }) => continue,
                    None => None,
                };
                if !f(OwnMessage { conversation: now.id, seq, at: content.at, text })? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
