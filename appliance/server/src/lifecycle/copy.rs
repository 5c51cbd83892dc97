//! The copy of a person's data, as one JSON document: profile, sign-ins, own messages, own files by name. What is too much is left
//! out, the oldest first, and the copy says so.

use holdfast_base::{Actor, PersonId, Result, Who};
use holdfast_directory::{data_requests, limits::COPY_BYTES, session};
use serde_json::{Map, Value, json};

use super::Desk;

/// Sign-ins in the copy.
const SIGN_INS: usize = 1_000;
const SIGN_INS_PAGE: usize = 200;
/// Parts of the whole that one list may take.
const MESSAGES_SHARE: usize = COPY_BYTES / 4 * 3;
const FILES_SHARE: usize = COPY_BYTES / 8;

pub(super) fn make(desk: &Desk, person: PersonId) -> Result<Vec<u8>> {
    let mut copy = match data_requests::profile(&desk.directory, person)? {
        Value::Object(profile) => profile,
        other => Map::from_iter([("profile".to_owned(), other)]),
    };
    copy.insert("made_at".to_owned(), json!(desk.world.now()));
    copy.insert("sign_ins".to_owned(), sign_ins(desk, person)?);
    let mut messages = List::new(MESSAGES_SHARE);
    desk.im.own_messages(person, &mut |one| {
        Ok(messages.take(json!({"conversation": one.conversation, "seq": one.seq, "at": one.at, "text": one.text})))
    })?;
    messages.into_copy(&mut copy, "messages");
    let mut files = List::new(FILES_SHARE);
    desk.drive.list_own(&desk.ledger.view(), person, &mut |one| {
        Ok(files.take(json!({"path": one.path, "folder": one.is_folder, "size": one.size, "changed_at": one.changed_at})))
    })?;
    files.into_copy(&mut copy, "files");
    serde_json::to_vec(&Value::Object(copy)).map_err(holdfast_base::Error::internal("encode a copy of a person's data"))
}

/// A list within its share.
struct List {
    items: Vec<Value>,
    room: usize,
    cut: bool,
}

impl List {
    fn new(room: usize) -> Self {
        Self { items: Vec::new(), room, cut: false }
    }

    /// False: it is full.
    fn take(&mut self, item: Value) -> bool {
        let bytes = item.to_string().len() + 1;
        if bytes > self.room {
            self.cut = true;
            return false;
        }
        self.room -= bytes;
        self.items.push(item);
        true
    }

    fn into_copy(self, copy: &mut Map<String, Value>, name: &str) {
        copy.insert(name.to_owned(), Value::Array(self.items));
        copy.insert(format!("{name}_cut"), Value::Bool(self.cut));
    }
}

fn sign_ins(desk: &Desk, person: PersonId) -> Result<Value> {
    let by = Actor { who: Who::Person(person), ..desk.itself() };
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = session::sign_ins(&desk.directory, &desk.audit, &by, before, SIGN_INS_PAGE)?;
        all.extend(page.items.into_iter().map(|one| json!(one)));
        before = page.next.and_then(|next| next.parse().ok());
        if before.is_none() || all.len() >= SIGN_INS {
            return Ok(Value::Array(all));
        }
    }
}
