//! Who is in a group: listing, bringing in, removing, leaving. Each change is a message in the same dense numbering.

use std::sync::Arc;

use holdfast_audit::{Event as AuditEvent, Object, record};
use holdfast_base::{ClientId, CommitNo, Error, PersonId, Result, limits::PAGE_ITEMS};
use holdfast_directory::Sight;
use holdfast_store::{LedgerTx, Slice, Tx};

use crate::{
    Im, Member,
    append::{NewMessage, Turnover},
    create::{check_reachable, resolve, unknown},
    found::Verb,
    idem::{Answered, Attempt},
    keys,
    lane::Step,
    limits,
    published::Recipients,
    rows::{BodyRow, EventWord, Left, MemberRow, OwnLogged, OwnRow, Row, SettingsRow, Window},
    state::{Members, Snapshot},
    views::{ConversationMember, Event, EventKind, Kind, MemberRole, OwnChange},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPage {
    pub items: Vec<ConversationMember>,
    /// Where the next page begins: give it back as `after`.
    pub next: Option<(CommitNo, PersonId)>,
}

impl Im {
    /// Who is in the conversation now, in the order of joining; the page after `after`, which the page before answered.
    pub fn members(&self, by: &Member, after: Option<(CommitNo, PersonId)>, limit: usize) -> MemberPage {
        let (org, now) = (self.inner.directory.org(), by.snapshot());
        let place = |(person, window): &(PersonId, Window)| (CommitNo(window.joined_g), *person);
        let mut present: Vec<(PersonId, Window)> = now.members.present().map(|(person, window)| (person, *window)).collect();
        present.sort_by_key(place);
        let start = after.map_or(0, |after| present.partition_point(|one| place(one) <= after));
        let page = &present[start..present.len().min(start + limit.clamp(1, PAGE_ITEMS))];
        let view = |&(person, window): &(PersonId, Window)| ConversationMember {
            person: org.reference(person),
            role: if now.owner == Some(person) { MemberRole::Owner } else { MemberRole::Member },
            joined_seq: window.joined_seq,
            joined_at: window.joined_at,
        };
        let next = page.last().map(place).filter(|_| start + page.len() < present.len());
        MemberPage { items: page.iter().map(view).collect(), next }
    }

    /// Every member may bring people in. Who is in it already stays as they are.
    pub fn add_members(&self, tx: &mut LedgerTx<'_>, by: &Member, cid: Option<ClientId>, uids: &[String]) -> Result<()> {
        let (now, _) = by.again(self, tx)?;
        refuse_direct(&now)?;
        if uids.is_empty() {
            return Err(Error::invalid("members", "empty"));
        }
        let org = self.inner.directory.org();
        let asked: Vec<PersonId> = resolve(&org, uids, "members")?.into_iter().collect();
        let sight = Sight::of(&org, by.person());
        // Who is in it already is named there to everybody in it.
        if asked.iter().any(|&person| !sight.sees(person) && now.members.window(person).is_none()) {
            return Err(unknown("members"));
        }
        let attempt = cid.map(|cid| Attempt::new(by.person(), cid, "members.add", &(now.id, &asked))).transpose()?;
        if let Some(attempt) = &attempt {
            if attempt.answered(self, tx)?.is_some() {
                return Ok(());
            }
            attempt.remember(self, tx, Answered { conversation: now.id, seq: 0 })?;
        }
        let new: Vec<PersonId> = asked.into_iter().filter(|&person| now.members.window(person).is_none()).collect();
        if new.is_empty() {
            return Ok(());
        }
        check_reachable(&org, &new)?;
        if now.members.count() + new.len() > limits::GROUP_MEMBERS {
            return Err(Error::too_long("members", limits::GROUP_MEMBERS as u64));
        }
        self.bring_in(tx, by, (*now).clone(), new)
    }

    fn bring_in(&self, tx: &mut LedgerTx<'_>, by: &Member, mut now: Snapshot, new: Vec<PersonId>) -> Result<()> {
        let window = Window { joined_seq: now.head_seq + 1, joined_g: tx.g().0, joined_at: tx.now(), left: None };
        let mut members = (*now.members).clone();
        for &person in &new {
            let mut row = members.row(person).cloned().unwrap_or(MemberRow { windows: Vec::new() });
            if row.windows.len() >= limits::WINDOWS {
                row.windows.remove(0);
            }
            row.windows.push(window);
            self.put_member(tx, &now, &mut members, person, row)?;
        }
        now.members = Arc::new(members);
        let ids = new.iter().map(ToString::to_string).collect();
        let entry = AuditEvent::new(by.actor(), "members.add", Object::new("conversation", now.id)).list("members", ids);
        record(tx, entry);
        tx.change(Slice::Im, now.id.0, 0, Verb::Conversation as u8);
        let message = about(by, EventWord::Joined, &new, tx);
        self.append(tx, now, message, Turnover { joined: new, left: Vec::new() })?;
        Ok(())
    }

    /// Leaving is for everybody, removing others for the owner. Answers nothing new when the person is not in it.
    pub fn remove_member(&self, tx: &mut LedgerTx<'_>, by: &Member, uid: &str) -> Result<()> {
        let (now, _) = by.again(self, tx)?;
        refuse_direct(&now)?;
        let person = self.inner.directory.org().by_uid(uid).map(|person| person.id).ok_or(Error::NotFound)?;
        let window = *now.members.window(person).ok_or(Error::NotFound)?;
        if person != by.person() && now.owner != Some(by.person()) {
            return Err(Error::Forbidden);
        }
        self.take_out(tx, by, (*now).clone(), person, window)
    }

    fn take_out(&self, tx: &mut LedgerTx<'_>, by: &Member, mut now: Snapshot, person: PersonId, window: Window) -> Result<()> {
        let (id, g, at) = (now.id, tx.g().0, tx.now());
        let mut members = (*now.members).clone();
        let mut row = members.row(person).cloned().unwrap_or(MemberRow { windows: Vec::new() });
        row.windows.pop();
        row.windows.push(Window { left: Some(Left { seq: now.head_seq + 1, at }), ..window });
        self.put_member(tx, &now, &mut members, person, row)?;
        if now.owner == Some(person) {
            now.owner = heir(&members);
            now.members = Arc::new(members);
            self.put_conversation(tx, &now)?;
        } else {
            now.members = Arc::new(members);
        }
        let entry = AuditEvent::new(by.actor(), "members.remove", Object::new("conversation", id));
        record(tx, entry.list("members", vec![person.to_string()]));
        tx.change(Slice::Im, id.0, 0, Verb::Conversation as u8);
        // Whoever comes back begins anew.
        tx.delete(keys::SETTINGS, &keys::settings(person, id))?;
        self.stage(tx, Step::Settings { person, conversation: id, settings: SettingsRow::default() });
        let row = OwnRow { at, what: OwnLogged::Left };
        tx.put(keys::OWN, &keys::own(person, g, id), &row.encode()?, &self.inner.key)?;
        let message = about(by, EventWord::Left, &[person], tx);
        self.append(tx, now, message, Turnover { joined: Vec::new(), left: vec![person] })?;
        let event = Event { own: Some(OwnChange::Left), ..Event::new(CommitNo(g), EventKind::Own, id, at) };
        self.publish(tx, Recipients::Person(person), event);
        Ok(())
    }

    pub(crate) fn put_member(
        &self,
        tx: &mut LedgerTx<'_>,
        now: &Snapshot,
        members: &mut Members,
        person: PersonId,
        row: MemberRow,
    ) -> Result<()> {
        tx.put(keys::MEMBER, &keys::member(now.id, person), &row.encode()?, &self.inner.key)?;
        members.put(person, row);
        Ok(())
    }
}

/// Who has been in the group longest takes it over.
fn heir(members: &Members) -> Option<PersonId> {
    members.present().min_by_key(|(person, window)| (window.joined_g, *person)).map(|(person, _)| person)
}

fn about(by: &Member, event: EventWord, people: &[PersonId], tx: &LedgerTx<'_>) -> NewMessage {
    let body = BodyRow::Event {
        event,
        people: people.iter().copied().take(limits::EVENT_PEOPLE).collect(),
        count: u32::try_from(people.len()).unwrap_or(u32::MAX),
        title: None,
    };
    NewMessage { sender: by.person(), cid: None, body, at: tx.now() }
}

fn refuse_direct(now: &Snapshot) -> Result<()> {
    if now.kind == Kind::Direct { Err(Error::conflict("direct-conversation")) } else { Ok(()) }
}
