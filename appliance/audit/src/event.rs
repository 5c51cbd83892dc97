//! What a slice says of an act, and how it waits in the outbox of its store.

use holdfast_base::{Actor, EntryId, Error, Result, Timestamp, Who};
use holdfast_store::{Pending, Topic, Tx};
use serde::{Deserialize, Serialize};

use crate::{
    entry::{Body, Ending, Party},
    limits::{DETAIL_ITEM_BYTES, DETAIL_LIST_ITEMS, DETAIL_TEXT_BYTES, DETAILS, EVENT_BYTES},
};

/// What was acted on: the kind is an office noun ("person", "conversation", "node", "session", "role", "token"), the id
/// its wire form. Both stand in `audit.jsonl`, so neither may be a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub kind: &'static str,
    pub id: String,
}

impl Object {
    pub fn new(kind: &'static str, id: impl ToString) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// The word is the code of the error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Refused(&'static str),
    Failed(&'static str),
}

/// Details are sealed; they never reach `audit.jsonl` or the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    Text(String),
    Number(i64),
    List(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub actor: Actor,
    /// `noun.verb`, the same words as slice and translation key: "person.freeze", "session.open", "message.recall".
    pub action: &'static str,
    pub object: Object,
    pub outcome: Outcome,
    pub details: Vec<(&'static str, Detail)>,
}

impl Event {
    pub fn new(actor: &Actor, action: &'static str, object: Object) -> Self {
        Self { actor: actor.clone(), action, object, outcome: Outcome::Success, details: Vec::new() }
    }

    /// Somebody may not do it; the code says why.
    pub fn refused(mut self, code: &'static str) -> Self {
        self.outcome = Outcome::Refused(code);
        self
    }

    /// It was allowed and did not work.
    pub fn failed(mut self, code: &'static str) -> Self {
        self.outcome = Outcome::Failed(code);
        self
    }

    pub fn text(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.details.push((key, Detail::Text(value.into())));
        self
    }

    pub fn number(mut self, key: &'static str, value: i64) -> Self {
        self.details.push((key, Detail::Number(value)));
        self
    }

    pub fn list(mut self, key: &'static str, value: Vec<String>) -> Self {
        self.details.push((key, Detail::List(value)));
        self
    }
}

/// In the slice, in the transaction of the change: the entry waits in the outbox of that store and reaches the log after
/// the commit. The answer goes out only after [`crate::AuditLog::settle`].
pub fn record(tx: &mut dyn Tx, event: Event) {
    let id = EntryId(tx.world().uuid());
    let draft = Draft::new(id, tx.now(), event);
    tx.queue(Pending { topic: Topic::Audit, id, payload: draft.encode() });
}

/// An event on its way to the log: everything but the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) id: EntryId,
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) action: String,
    pub(crate) object_kind: String,
    pub(crate) object_id: String,
    ending: u8,
    code: Option<String>,
    details: Vec<(String, Detail)>,
    cut: bool,
    /// Never waits in an outbox: only the log itself says what it pruned.
    #[serde(skip)]
    pub(crate) minimum: Option<u64>,
}

/// First byte of a row in an outbox.
const DRAFT_VERSION: u8 = 1;

impl Draft {
    pub(crate) fn new(id: EntryId, at: Timestamp, event: Event) -> Self {
        let (ending, code) = match event.outcome {
            Outcome::Success => (0, None),
            Outcome::Refused(code) => (1, Some(code.to_owned())),
            Outcome::Failed(code) => (2, Some(code.to_owned())),
        };
        let (details, cut) = bounded(event.details);
        Self {
            id,
            at,
            actor: event.actor,
            action: event.action.to_owned(),
            object_kind: event.object.kind.to_owned(),
            object_id: head(&event.object.id, DETAIL_ITEM_BYTES).to_owned(),
            ending,
            code,
            details,
            cut,
            minimum: None,
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = vec![DRAFT_VERSION];
        match postcard::to_allocvec(self) {
            Ok(bytes) => out.extend_from_slice(&bytes),
            // Nothing in a draft can fail to serialise; a row without a draft is reported in the log by the drain.
            Err(_) => tracing::error!(entry = %self.id, "an audit event could not be encoded"),
        }
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((&DRAFT_VERSION, rest)) => postcard::from_bytes(rest).map_err(Error::internal("read an audit event")),
            _ => Err(Error::broken("read an audit event of a known version")),
        }
    }

    pub(crate) fn ending(&self) -> Ending {
        match self.ending {
            0 => Ending::Success,
            1 => Ending::Refused,
            _ => Ending::Failed,
        }
    }

    /// What a pseudonym of the actor is made of.
    pub(crate) fn actor_key(&self) -> String {
        actor_key(self.party())
    }

    pub(crate) fn object_key(&self) -> String {
        format!("{}/{}", self.object_kind, self.object_id)
    }

    fn party(&self) -> Party {
        match self.actor.who {
            Who::Person(person) => Party::Person(person.0),
            Who::System => Party::System,
            Who::Stranger => Party::Stranger,
        }
    }

    pub(crate) fn body(&self) -> Body {
        let source = &self.actor.source;
        Body {
            actor: self.party(),
            session: self.actor.session.map(|id| id.0.into_bytes()),
            door: source.door.name().to_owned(),
            address: source.address.map(|address| address.to_string()),
            agent: head(&source.agent, holdfast_base::limits::AGENT_BYTES).to_owned(),
            object_kind: self.object_kind.clone(),
            object_id: self.object_id.clone(),
            request: self.actor.request.0.into_bytes(),
            code: self.code.clone(),
            details: self.details.clone(),
            cut: self.cut,
        }
    }
}

pub(crate) fn actor_key(party: Party) -> String {
    match party {
        Party::Person(person) => format!("person/{person}"),
        Party::System => "system".to_owned(),
        Party::Stranger => "stranger".to_owned(),
    }
}

/// Details that fit into an entry; true when something was cut. `record` cannot fail, so it cuts and says so.
fn bounded(details: Vec<(&'static str, Detail)>) -> (Vec<(String, Detail)>, bool) {
    let mut cut = details.len() > DETAILS;
    let mut room = EVENT_BYTES - 8 * 1024;
    let mut kept = Vec::new();
    for (key, detail) in details.into_iter().take(DETAILS) {
        let (detail, shorter) = shorten(detail);
        let size = key.len() + size_of_detail(&detail) + 8;
        if size > room {
            cut = true;
            continue;
        }
        room -= size;
        cut |= shorter;
        kept.push((key.to_owned(), detail));
    }
    (kept, cut)
}

fn shorten(detail: Detail) -> (Detail, bool) {
    match detail {
        Detail::Text(text) if text.len() > DETAIL_TEXT_BYTES => (Detail::Text(head(&text, DETAIL_TEXT_BYTES).to_owned()), true),
        Detail::List(items) => {
            let long = items.len() > DETAIL_LIST_ITEMS || items.iter().any(|item| item.len() > DETAIL_ITEM_BYTES);
            let items = items.iter().take(DETAIL_LIST_ITEMS).map(|item| head(item, DETAIL_ITEM_BYTES).to_owned()).collect();
            (Detail::List(items), long)
        }
        other => (other, false),
    }
}

fn size_of_detail(detail: &Detail) -> usize {
    match detail {
        Detail::Text(text) => text.len(),
        Detail::Number(_) => 9,
        Detail::List(items) => items.iter().map(|item| item.len() + 3).sum(),
    }
}

fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_base::{RequestId, World};

    #[test]
    fn an_event_of_any_size_fits_into_an_entry_and_says_that_it_was_cut() {
        let world = World::fixed(Timestamp(1_795_305_600_000_000));
        let actor = Actor::system(RequestId(world.uuid()), world.now());
        let mut event = Event::new(&actor, "person.import", Object::new("import", "7"));
        for _ in 0..200 {
            event = event.text("long", "长".repeat(40_000)).list("uids", vec!["x".repeat(5_000); 2_000]);
        }
        let draft = Draft::new(EntryId(world.uuid()), world.now(), event);
        assert!(draft.cut);
        assert!(draft.encode().len() < EVENT_BYTES);
        assert!(draft.body().encode().unwrap().len() < EVENT_BYTES);
        assert_eq!(Draft::decode(&draft.encode()).unwrap(), draft);
        let small = Draft::new(EntryId(world.uuid()), world.now(), Event::new(&actor, "a.b", Object::new("c", 1)).number("n", 1));
        assert!(!small.cut);
        assert!(Draft::decode(&[DRAFT_VERSION]).is_err());
    }
}
