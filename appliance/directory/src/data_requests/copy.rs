use base64::{Engine, engine::general_purpose::STANDARD};
use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result};
use holdfast_store::{DbTx, Tx};
use serde_json::{Value, json};

use super::rows::{self, RequestKind, RequestState};
use crate::{Directory, Sight, avatars, limits, people, session};

/// Numbers and people of copies that the box has to make.
pub fn pending_copies(directory: &Directory) -> Result<Vec<(u64, PersonId)>> {
    directory.db().read(rows::pending_copies)
}

/// What the directory itself has of the person.
pub fn profile(directory: &Directory, person: PersonId) -> Result<Value> {
    let org = directory.org();
    let sight = Sight::of(&org, person);
    let card = directory.db().read(|conn| people::cards(conn, directory, &sight, &[person]))?.pop().ok_or(Error::NotFound)?;
    let requests = directory.db().read(|conn| rows::of(conn, directory.key(), person, holdfast_base::limits::PAGE_ITEMS))?;
    let requests: Vec<Value> =
        requests.into_iter().map(|request| json!(super::list::view(&org, directory.world().now(), request))).collect();
    // As a data: URL, which any browser shows.
    let picture = avatars::of_person(directory, person)?;
    let picture = picture.map(|picture| format!("data:image/jpeg;base64,{}", STANDARD.encode(picture.jpeg)));
    Ok(json!({
        "enterprise": org.enterprise(),
        "profile": card,
        "picture": picture,
        "sessions": session::list(directory, person, None).items,
        "data_requests": requests,
    }))
}

/// The copy is there, sealed, for seven days. False when the request was withdrawn meanwhile. The box is the actor.
pub fn store_copy(tx: &mut DbTx<'_>, directory: &Directory, by: &Actor, id: u64, copy: &[u8]) -> Result<bool> {
    let mut request = rows::find(tx.conn(), directory.key(), id)?;
    if request.state != RequestState::Open || request.kind != RequestKind::Copy {
        return Ok(false);
    }
    let now = tx.now();
    rows::store_copy(tx.conn(), directory.key(), id, copy, now.plus(limits::COPY_LIFETIME))?;
    request.state = RequestState::Done;
    request.answered_at = Some(now);
    rows::update(tx.conn(), directory.key(), &request)?;
    let event = Event::new(by, "data-request.copy", Object::new("data-request", id));
    let bytes = i64::try_from(copy.len()).unwrap_or(i64::MAX);
    holdfast_audit::record(tx, event.number("bytes", bytes).text("person", request.person.to_string()));
    Ok(true)
}

/// The copy, for the person whose it is; that it was fetched is an entry. `Gone` once its seven days are over.
pub fn fetch_copy(directory: &Directory, audit: &AuditLog, actor: &Actor, id: u64) -> Result<Vec<u8>> {
    let person = directory.org().active(actor)?.id;
    let now = directory.world().now();
    let copy = directory.db().read(|conn| {
        let request = rows::find(conn, directory.key(), id)?;
        if request.person != person || request.kind != RequestKind::Copy {
            return Err(Error::NotFound);
        }
        match request.copy_expires_at {
            None => Err(Error::conflict("not-done")),
            Some(ends) if ends <= now => Err(Error::Gone),
            Some(_) => rows::copy(conn, directory.key(), id, request.copy_bytes)?.ok_or(Error::Gone),
        }
    })?;
    audit.append(Event::new(actor, "data-request.fetch", Object::new("data-request", id)))?;
    Ok(copy)
}

/// Copies whose time is over are emptied.
pub fn expire_copies(tx: &mut DbTx<'_>, by: &Actor) -> Result<()> {
    let now = tx.now();
    for id in rows::expire_copies(tx.conn(), now)? {
        holdfast_audit::record(tx, Event::new(by, "data-request.expire", Object::new("data-request", id)));
    }
    Ok(())
}
