//! Filters that an auditor keeps by name. Each auditor has her own; nobody else sees them.

mod rows;

use holdfast_base::{Actor, ClientId, Error, PersonId, Result, Timestamp};
use holdfast_store::{Db, DbTx, Tx};
use uuid::Uuid;

use crate::{
    event::{Event, Object, record},
    limits::{FILTER_NAME_CHARACTERS, SAVED_FILTERS},
};

/// A filter with its name. What it asks for is JSON, which the server reads and writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFilter {
    pub id: Uuid,
    pub name: String,
    pub filter: String,
    pub created_at: Timestamp,
}

/// The person's own, in the order in which they were kept.
pub fn list(db: &Db, person: PersonId) -> Result<Vec<SavedFilter>> {
    db.read(|conn| rows::of(conn, person))
}

/// Everybody's.
pub fn ids(db: &Db) -> Result<Vec<Uuid>> {
    db.read(rows::ids)
}

pub fn save(tx: &mut DbTx<'_>, actor: &Actor, cid: ClientId, name: &str, filter: &str) -> Result<SavedFilter> {
    let person = actor.person().ok_or(Error::NotSignedIn)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid("name", "empty"));
    }
    if name.chars().count() > FILTER_NAME_CHARACTERS {
        return Err(Error::too_long("name", FILTER_NAME_CHARACTERS as u64));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "control-character"));
    }
    if let Some((owner, before)) = rows::find(tx.conn(), cid.0)? {
        let same = owner == person && before.name == name && before.filter == filter;
        return if same { Ok(before) } else { Err(Error::conflict("cid-used-for-something-else")) };
    }
    let own = rows::of(tx.conn(), person)?;
    if own.iter().any(|one| one.name == name) {
        return Err(Error::conflict("name-taken"));
    }
    if own.len() >= SAVED_FILTERS {
        return Err(Error::conflict("too-many"));
    }
    let saved = SavedFilter { id: cid.0, name: name.to_owned(), filter: filter.to_owned(), created_at: tx.now() };
    rows::insert(tx.conn(), person, &saved)?;
    let event = Event::new(actor, "filter.save", Object::new("filter", saved.id));
    record(tx, event.text("name", name).text("filter", filter));
    Ok(saved)
}

/// One of the actor's own.
pub fn delete(tx: &mut DbTx<'_>, actor: &Actor, id: Uuid) -> Result<()> {
    let person = actor.person().ok_or(Error::NotSignedIn)?;
    let (owner, saved) = rows::find(tx.conn(), id)?.ok_or(Error::NotFound)?;
    if owner != person {
        return Err(Error::NotFound);
    }
    rows::delete(tx.conn(), id)?;
    record(tx, Event::new(actor, "filter.delete", Object::new("filter", id)).text("name", saved.name));
    Ok(())
}
