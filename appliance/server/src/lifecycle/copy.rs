//! The copy of a person's data, as one JSON document: profile, sign-ins, own messages, own files by name. What is too much is left
//! out, the oldest first, and the copy says so.

use holdfast_base::{Actor, PersonId, Result, Who};
use holdfast_directory::{data_requests, limits::COPY_BYTES, session};
use serde_json::{Value, json};

use super::Desk;

/// Sign-ins in the copy.
const SIGN_INS: usize = 1_000;
const SIGN_INS_PAGE: usize = 200;
/// Parts of the whole that one list may take.
const MESSAGES_SHARE: usize = COPY_BYTES / 4 * 3;
const FILES_SHARE: usize = COPY_BYTES / 8;

pub(super) fn make(desk: &Desk, person: PersonId) -> Result<Vec<u8>> {
    let mut messages = List::new(MESSAGES_SHARE);
    desk.im.own_messages(person, &mut |one| {
        Ok(messages.take(&json!({"conversation": one.conversation, "seq": one.seq, "at": one.at, "text": one.text})))
    })?;
    let mut files = List::new(FILES_SHARE);
    desk.drive.list_own(&desk.ledger.view(), person, &mut |one| {
        Ok(files.take(&json!({"path": one.path, "folder": one.is_folder, "size": one.size, "changed_at": one.changed_at})))
    })?;
    let mut copy = Vec::with_capacity(messages.json.len() + files.json.len());
    copy.extend_from_slice(b"{");
    for (name, value) in [
        ("made_at", json!(desk.world.now())),
        ("about", data_requests::profile(&desk.directory, person)?),
        ("sign_ins", sign_ins(desk, person)?),
        ("messages_cut", json!(messages.cut)),
        ("files_cut", json!(files.cut)),
    ] {
        copy.extend_from_slice(format!("\"{name}\":{value},").as_bytes());
    }
    for (name, list) in [("messages", messages), ("files", files)] {
        copy.extend_from_slice(format!("\"{name}\":[").as_bytes());
        copy.extend_from_slice(list.json.as_bytes());
        copy.extend_from_slice(if name == "files" { b"]}" } else { b"]," });
    }
    Ok(copy)
}

/// A list within its share, as the text that it becomes: as values it would take many times the memory.
struct List {
    json: String,
    room: usize,
    cut: bool,
}

impl List {
    fn new(room: usize) -> Self {
        Self { json: String::new(), room, cut: false }
    }

    /// False: it is full.
    fn take(&mut self, item: &Value) -> bool {
        let item = item.to_string();
        if self.json.len() + item.len() + 1 > self.room {
            self.cut = true;
            return false;
        }
        if !self.json.is_empty() {
            self.json.push(',');
        }
        self.json.push_str(&item);
        true
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
