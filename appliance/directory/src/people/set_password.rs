use holdfast_audit::{Event, Object};
use holdfast_base::{Error, PersonId, Result};
use holdfast_store::{Committed, DbTx, Tx};

use super::rows;
use crate::{
    AccountKeeper, Directory, PersonState, enrolments, keys,
    password::{self, Hashed, Password, Whose},
    rows as shared,
};

/// A password set by somebody else: every session ends, and it must be changed at the next sign-in.
pub fn set_password(directory: &Directory, by: &AccountKeeper, password: &Password) -> Result<Committed<()>> {
    let org = directory.org();
    let person = org.person(by.person()).ok_or(Error::NotFound)?;
    let hashed = directory.hasher().hash(directory, password, &Whose::of(person))?;
    let committed = directory.db().write(|tx| {
        by.recheck(directory)?;
        let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
        if !person.state.is_kept() {
            return Err(Error::NotFound);
        }
        store_password(tx, directory, person.id, &hashed, true)?;
        enrolments::forget(tx.conn(), person.id)?;
        let state = if person.state == PersonState::Invited { PersonState::Active } else { person.state };
        let now = tx.now();
        rows::set_state(tx.conn(), person.id, state, now)?;
        holdfast_audit::record(tx, Event::new(by.actor(), "person.set-password", Object::new("person", person.id)));
        let person = shared::org_person_of(tx.conn(), directory.key(), person.id)?;
        directory.publish(tx, move |org| org.with_people(vec![person]));
        Ok(())
    })?;
    // Whoever is locked out gets a fresh start with the new password.
    directory.lanes().forgive(directory, by.person());
    Ok(committed)
}

/// The sealed row, and the one before it in the history; the caller grows the epoch and writes the audit entry.
pub(crate) fn store_password(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    person: PersonId,
    hashed: &Hashed,
    must_change: bool,
) -> Result<()> {
    password::remember(tx, directory, person)?;
    let sealed = directory.key().seal(&keys::password(person.0), &hashed.encode()?)?;
    let now = tx.now();
    rows::set_password(tx.conn(), person, sealed, must_change, now)
}
