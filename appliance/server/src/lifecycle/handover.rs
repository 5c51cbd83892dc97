//! What somebody leaves behind, computed from the rooms at the moment it is asked for, beside what was decided about it.

use std::collections::HashMap;

use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_directory::{
    PersonRef,
    departures::{self, Decided, HandoverKind},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::Desk;
use crate::rooms::Rooms;

/// Things in one answer: more than anybody decides one by one.
const ITEMS_LISTED: usize = 1_000;

/// One thing, and what becomes of it.
pub(super) struct Item {
    pub(super) decided: Decided,
    found: Found,
}

/// How much of it there is.
#[derive(Clone, Copy, Default)]
struct Found {
    count: u64,
    bytes: Option<u64>,
    since: Option<Timestamp>,
}

/// One thing that somebody leaves behind.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandoverItem {
    pub kind: HandoverKind,
    /// The number of a conversation; 0 where there is one of its kind.
    pub object: String,
    /// Files and folders at the top, members of the group, people who are led. What is handed over is not counted any more.
    pub count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// When a group was made. Its title is its members' own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heir: Option<PersonRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
    /// Why it could not be handed over, as a code. It is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Handover {
    pub items: Vec<HandoverItem>,
    /// All of them, those beyond the first thousand too.
    pub total: u64,
    pub done: u64,
    /// Things without an heir and without a reason: before they are decided the person is not gone.
    pub open: u64,
}

/// For who keeps the directory, while somebody is leaving.
pub fn view(rooms: &Rooms, uid: &str) -> Result<Handover> {
    let org = rooms.directory.org();
    let person = org.by_uid(uid).ok_or(Error::NotFound)?;
    let heir = departures::heir_of(&rooms.directory, person.id)?;
    let items = items(&rooms.desk, person.id, heir)?;
    let count = |f: &dyn Fn(&Item) -> bool| items.iter().filter(|item| f(item)).count() as u64;
    let (done, open) = (count(&|item| item.decided.done_at.is_some()), count(&|item| !item.is_settled()));
    let total = items.len() as u64;
    let show = |Item { decided, found }: Item| HandoverItem {
        kind: decided.kind,
        object: decided.object.to_string(),
        count: found.count,
        bytes: found.bytes,
        since: found.since,
        heir: decided.heir.map(|heir| org.reference(heir)),
        waived: decided.waived,
        done_at: decided.done_at,
        failure: decided.failure,
    };
    Ok(Handover { items: items.into_iter().take(ITEMS_LISTED).map(show).collect(), total, done, open })
}

/// Everything that there is, and everything that was decided. What nobody is named for goes to `heir`.
pub(super) fn items(desk: &Desk, person: PersonId, heir: Option<PersonId>) -> Result<Vec<Item>> {
    let mut found = HashMap::new();
    if let Some(files) = desk.drive.own_files(&desk.ledger.view(), person)? {
        let files = Found { count: files.entries, bytes: Some(files.bytes), since: None };
        found.insert((HandoverKind::Files, 0), files);
    }
    for group in desk.im.owned(person) {
        let members = Found { count: group.members as u64, bytes: None, since: Some(group.created_at) };
        found.insert((HandoverKind::Conversation, group.id.0), members);
    }
    let reports = departures::reports(&desk.directory, person);
    if reports > 0 {
        found.insert((HandoverKind::Reports, 0), Found { count: reports as u64, ..Found::default() });
    }
    let mut items = Vec::with_capacity(found.len());
    for mut decided in departures::decided(&desk.directory, person)? {
        let now = found.remove(&(decided.kind, decided.object));
        match now {
            // Handed over, and there is more of it since.
            Some(_) if decided.done_at.is_some() && decided.heir.is_some() => decided.done_at = None,
            // Nothing of it is left, and nobody was to get it.
            None if decided.done_at.is_none() && decided.heir.is_none() => continue,
            _ => {}
        }
        if decided.waived.is_none() {
            decided.heir = decided.heir.or(heir);
        }
        items.push(Item { decided, found: now.unwrap_or_default() });
    }
    let undecided = |((kind, object), found): ((HandoverKind, u64), Found)| Item {
        decided: Decided { kind, object, heir, waived: None, done_at: None, failure: None },
        found,
    };
    items.extend(found.into_iter().map(undecided));
    items.sort_by_key(|item| (item.decided.kind as u8, item.decided.object));
    Ok(items)
}

impl Item {
    /// It has an heir, or a reason why nobody gets it, or is with its heir.
    pub(super) fn is_settled(&self) -> bool {
        self.decided.heir.is_some() || self.decided.waived.is_some() || self.decided.done_at.is_some()
    }
}

/// That the person leaves such a thing behind; `NotFound` otherwise.
pub fn check_there(rooms: &Rooms, uid: &str, kind: HandoverKind, object: u64) -> Result<()> {
    let person = rooms.directory.org().by_uid(uid).ok_or(Error::NotFound)?.id;
    let items = items(&rooms.desk, person, departures::heir_of(&rooms.directory, person)?)?;
    let is_there = items.iter().any(|item| (item.decided.kind, item.decided.object) == (kind, object));
    if is_there { Ok(()) } else { Err(Error::NotFound) }
}
