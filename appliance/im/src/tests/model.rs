//! "State fetched afresh equals old state plus events", over random histories of several people and devices.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_base::{ClientId, CommitNo, ConversationId, PersonId};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::fixture::Office;
use crate::{
    Direction, MessageRange, SettingsChange,
    views::{Body, Event, EventKind, EventWord, Message, OwnChange},
};

const PEOPLE: usize = 4;

#[derive(Debug, Clone)]
enum Act {
    Group { by: usize, others: Vec<usize> },
    Direct { by: usize, peer: usize },
    Send { by: usize, at: usize },
    Retry { nth: usize },
    Read { by: usize, at: usize, from: u64, span: u64 },
    Add { by: usize, at: usize, who: usize },
    Remove { by: usize, at: usize, who: usize },
    Rename { by: usize, at: usize, title: u8 },
    Recall { by: usize, at: usize, back: u64 },
    Set { by: usize, at: usize, muted: bool },
    Sync { device: usize, limit: usize },
    Restart,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (person, at) = (0..PEOPLE, 0..6usize);
    let act = prop_oneof![
        2 => (person.clone(), prop::collection::vec(person.clone(), 1..3)).prop_map(|(by, others)| Act::Group { by, others }),
        2 => (person.clone(), person.clone()).prop_map(|(by, peer)| Act::Direct { by, peer }),
        12 => (person.clone(), at.clone()).prop_map(|(by, at)| Act::Send { by, at }),
        2 => (0..50usize).prop_map(|nth| Act::Retry { nth }),
        8 => (person.clone(), at.clone(), 1..20u64, 0..6u64).prop_map(|(by, at, from, span)| Act::Read { by, at, from, span }),
        3 => (person.clone(), at.clone(), person.clone()).prop_map(|(by, at, who)| Act::Add { by, at, who }),
        3 => (person.clone(), at.clone(), person.clone()).prop_map(|(by, at, who)| Act::Remove { by, at, who }),
        1 => (person.clone(), at.clone(), 0..4u8).prop_map(|(by, at, title)| Act::Rename { by, at, title }),
        2 => (person.clone(), at.clone(), 0..4u64).prop_map(|(by, at, back)| Act::Recall { by, at, back }),
        1 => (person, at, any::<bool>()).prop_map(|(by, at, muted)| Act::Set { by, at, muted }),
        8 => (0..PEOPLE * 2, 1..5usize).prop_map(|(device, limit)| Act::Sync { device, limit }),
        1 => Just(Act::Restart),
    ];
    prop::collection::vec(act, 1..60)
}

/// What a client holds. It knows nothing but events, and the title that it fetches when it meets a conversation.
#[derive(Debug, Clone, PartialEq, Default)]
struct Held {
    joined_seq: u64,
    title: Option<String>,
    muted: bool,
    messages: BTreeMap<u64, Message>,
    read: BTreeSet<u64>,
    readers: BTreeMap<PersonId, BTreeSet<u64>>,
}

#[derive(Debug)]
struct Device {
    person: usize,
    cursor: CommitNo,
    held: BTreeMap<ConversationId, Held>,
}

impl Device {
    fn catch_up(&mut self, office: &Office, limit: usize) {
        loop {
            let page = office.im.sync(&office.actor(self.person), self.cursor, limit).unwrap();
            assert!(!page.reset && page.next >= self.cursor);
            for event in &page.items {
                assert!(event.g > self.cursor && event.g <= page.next, "an event lies outside its page");
                self.apply(office, event);
            }
            self.cursor = page.next;
            if !page.more {
                return;
            }
        }
    }

    fn apply(&mut self, office: &Office, event: &Event) {
        let (me, id) = (office.people[self.person], event.conversation);
        if event.own == Some(OwnChange::Left) {
            self.held.remove(&id);
            return;
        }
        let held = self.held.entry(id).or_insert_with(|| Held {
            // A direct conversation begins without a message.
            joined_seq: event.message.as_ref().map_or(0, |message| message.seq),
            ..Held::default()
        });
        if let Some(OwnChange::Settings { muted, .. }) = event.own {
            held.muted = muted;
        }
        if let (EventKind::Read, Some(person), Some(ranges)) = (event.kind, event.person, &event.ranges) {
            let seqs = ranges.iter().flat_map(|&[from, to]| from..=to);
            if person == me { held.read.extend(seqs) } else { held.readers.entry(person).or_default().extend(seqs) }
        }
        let Some(message) = &event.message else { return };
        if let Some(Body::Event { event, title, .. }) = &message.body {
            match event {
                EventWord::Created | EventWord::Renamed => held.title = title.clone(),
                EventWord::Joined if message.seq == held.joined_seq => {
                    held.title = office.member(self.person, id).ok().and_then(|_| office.im.title(id));
                }
                _ => {}
            }
        }
        held.messages.insert(message.seq, message.clone());
    }

    /// What this device shows equals what the box answers to a new one.
    fn agrees(&self, office: &Office) {
        let (me, actor) = (office.people[self.person], office.actor(self.person));
        let fresh = office.im.conversations(&actor, None, 200).unwrap().items;
        let ids: BTreeSet<ConversationId> = fresh.iter().map(|conversation| conversation.id).collect();
        assert_eq!(ids, self.held.keys().copied().collect(), "conversations of person {}", self.person);
        for conversation in fresh {
            let held = &self.held[&conversation.id];
            let member = office.member(self.person, conversation.id).unwrap();
            let range = MessageRange { direction: Direction::After(0), limit: 200 };
            let messages = office.im.page(&member, range).unwrap().items;
            let shown = held.messages.values().map(|message| held.with_reads(message, me)).collect::<Vec<_>>();
            assert_eq!(shown, messages);
            assert_eq!(held.title, conversation.title);
            assert_eq!((held.joined_seq, held.muted), (conversation.joined_seq, conversation.muted));
            assert_eq!(conversation.head_seq, messages.last().map_or(0, |message| message.seq));
            assert_eq!(conversation.last.as_ref(), messages.last());
            let unread = |message: &&Message| {
                message.seq > held.joined_seq && message.sender.id != me && !held.read.contains(&message.seq)
            };
            assert_eq!(conversation.unread, held.messages.values().filter(unread).count() as u64, "unread never drifts");
            let read: BTreeSet<u64> = conversation.read.iter().flat_map(|&[from, to]| from..=to).collect();
            let window = held.joined_seq.max(1)..;
            assert_eq!(read, held.read.iter().copied().filter(|seq| window.contains(seq)).collect::<BTreeSet<_>>());
        }
    }
}

impl Held {
    fn with_reads(&self, message: &Message, me: PersonId) -> Message {
        let own = me != message.sender.id && self.read.contains(&message.seq);
        let others = self.readers.iter().filter(|(person, seqs)| **person != message.sender.id && seqs.contains(&message.seq));
        Message { reads: others.count() as u64 + u64::from(own), ..message.clone() }
    }
}

/// What has happened so far.
#[derive(Default)]
struct History {
    conversations: Vec<ConversationId>,
    sends: Vec<(usize, ConversationId, ClientId, u64)>,
}

impl History {
    fn at(&self, nth: usize) -> Option<ConversationId> {
        (!self.conversations.is_empty()).then(|| self.conversations[nth % self.conversations.len()])
    }

    /// Refusals are part of the game: they must change nothing, which the comparison afterwards shows.
    fn act(&mut self, office: &mut Office, devices: &mut [Device], act: Act) {
        match act {
            Act::Group { by, others } if others.iter().any(|&other| other != by) => {
                let id = office.group(by, &others);
                self.conversations.push(id);
            }
            Act::Direct { by, peer } if by != peer => {
                let id = office.direct(by, peer);
                if !self.conversations.contains(&id) {
                    self.conversations.push(id);
                }
            }
            Act::Sync { device, limit } => devices[device].catch_up(office, limit),
            Act::Restart => office.reopen(),
            Act::Retry { nth } if !self.sends.is_empty() => {
                let (by, at, cid, seq) = self.sends[nth % self.sends.len()];
                if let Ok(again) = office.send(by, at, cid, &cid.to_string()) {
                    assert_eq!(again.seq, seq, "a retry answers the first");
                }
            }
            other => {
                if let Some(act) = self.place(&other) {
                    self.change(office, &other, act);
                }
            }
        }
    }

    fn place(&self, act: &Act) -> Option<ConversationId> {
        match act {
            Act::Send { at, .. }
            | Act::Read { at, .. }
            | Act::Add { at, .. }
            | Act::Remove { at, .. }
            | Act::Rename { at, .. }
            | Act::Recall { at, .. }
            | Act::Set { at, .. } => self.at(*at),
            _ => None,
        }
    }

    fn change(&mut self, office: &Office, act: &Act, id: ConversationId) {
        match *act {
            Act::Send { by, .. } => {
                let cid = office.cid();
                if let Ok(sent) = office.send(by, id, cid, &cid.to_string()) {
                    self.sends.push((by, id, cid, sent.seq));
                }
            }
            Act::Read { by, from, span, .. } => drop(office.read(by, id, &[[from, from + span]])),
            Act::Add { by, who, .. } => {
                let Ok(member) = office.member(by, id) else { return };
                let uids = vec![office.uid(who)];
                drop(office.write(move |im, tx| im.add_members(tx, &member, None, &uids)));
            }
            Act::Remove { by, who, .. } => {
                let Ok(member) = office.member(by, id) else { return };
                let uid = office.uid(who);
                drop(office.write(move |im, tx| im.remove_member(tx, &member, &uid)));
            }
            Act::Rename { by, title, .. } => {
                let Ok(Ok(owner)) = office.member(by, id).map(crate::Member::owner) else { return };
                let title = if title == 0 { String::new() } else { format!("名{title}") };
                drop(office.write(move |im, tx| im.rename(tx, &owner, &title)));
            }
            Act::Recall { by, back, .. } => {
                let Ok(member) = office.member(by, id) else { return };
                let seq = office.look(by, id).head_seq.saturating_sub(back);
                drop(office.write(move |im, tx| im.recall(tx, &member, seq, None)));
            }
            Act::Set { by, muted, .. } => {
                let Ok(member) = office.member(by, id) else { return };
                let change = SettingsChange { muted: Some(muted), pinned: None };
                drop(office.write(move |im, tx| im.set(tx, &member, change)));
            }
            _ => {}
        }
    }
}

/// From any cursor, in pages of any size, the log is the same.
fn the_log_is_one(office: &Office, start: CommitNo, cut: usize, limit: usize) {
    for person in 0..PEOPLE {
        let from = |mut cursor: CommitNo, limit: usize| {
            let mut all = Vec::new();
            loop {
                let page = office.im.sync(&office.actor(person), cursor, limit).unwrap();
                all.extend(page.items);
                cursor = page.next;
                if !page.more {
                    return all;
                }
            }
        };
        let full = from(start, 500);
        let cursor = if full.is_empty() { start } else { full[cut % full.len()].g };
        let rest: Vec<Event> = full.iter().filter(|event| event.g > cursor).cloned().collect();
        assert_eq!(from(cursor, limit), rest);
        // Every one of them was told when it happened.
        let published = office.published.lock();
        let told = |event: &Event| {
            published.iter().any(|one| {
                let same = one.g == event.g && one.event.kind == event.kind && one.conversation == event.conversation;
                same && one.to.includes(office.people[person]) && one.event.ranges == event.ranges
            })
        };
        assert!(full.iter().all(told));
        assert!(published.windows(2).all(|pair| pair[0].g <= pair[1].g), "published in commit order");
    }
}

#[test]
fn what_is_fetched_afresh_equals_what_was_held_plus_events() {
    let Some(office) = Office::open(PEOPLE) else { return };
    let office = std::cell::RefCell::new(office);
    let mut runner = TestRunner::new(Config { cases: 48, max_shrink_iters: 200, ..Config::default() });
    let outcome = runner.run(&(acts(), 0..100usize, 1..6usize), |(acts, cut, limit)| {
        let mut office = office.borrow_mut();
        // Each history begins where the last one ended: devices take over what there is.
        let start = office.im.head();
        let mut devices: Vec<Device> = (0..PEOPLE * 2).map(|n| begin(&office, n / 2, start)).collect();
        office.published.lock().clear();
        let mut history = History::default();
        for act in acts {
            history.act(&mut office, &mut devices, act);
        }
        for device in &mut devices {
            device.catch_up(&office, limit);
            device.agrees(&office);
        }
        the_log_is_one(&office, start, cut, limit);
        office.reopen();
        devices.iter().for_each(|device| device.agrees(&office));
        for person in 0..PEOPLE {
            leave_everything(&office, person);
        }
        Ok(())
    });
    outcome.unwrap();
}

/// A device that has just loaded everything.
fn begin(office: &Office, person: usize, cursor: CommitNo) -> Device {
    let me = office.people[person];
    let mut held = BTreeMap::new();
    for conversation in office.im.conversations(&office.actor(person), None, 200).unwrap().items {
        let member = office.member(person, conversation.id).unwrap();
        let range = MessageRange { direction: Direction::After(0), limit: 200 };
        let messages = office.im.page(&member, range).unwrap().items;
        let mut readers: BTreeMap<PersonId, BTreeSet<u64>> = BTreeMap::new();
        for message in &messages {
            for reader in office.im.readers(&member, message.seq).unwrap().read {
                readers.entry(reader.person.id).or_default().insert(message.seq);
            }
        }
        readers.remove(&me);
        let messages = messages.into_iter().map(|message| (message.seq, Message { reads: 0, ..message })).collect();
        let read = conversation.read.iter().flat_map(|&[from, to]| from..=to).collect();
        let (joined_seq, title, muted) = (conversation.joined_seq, conversation.title, conversation.muted);
        held.insert(conversation.id, Held { joined_seq, title, muted, messages, read, readers });
    }
    Device { person, cursor, held }
}

/// Keeps the histories short: groups are left, direct conversations stay.
fn leave_everything(office: &Office, person: usize) {
    for conversation in office.im.conversations(&office.actor(person), None, 200).unwrap().items {
        let member = office.member(person, conversation.id).unwrap();
        let uid = office.uid(person);
        drop(office.write(move |im, tx| im.remove_member(tx, &member, &uid)));
    }
}
