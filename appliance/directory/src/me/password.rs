use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result};
use holdfast_store::{Committed, DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Directory, OrgPerson, enrolments, keys, limits,
    password::{Hashed, Password, Whose},
    people::{rows, store_password},
    rows as shared, session,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    pub current: Password,
    pub password: Password,
}

/// Every other session ends; the current one goes on. A wrong current password counts as a failed sign-in.
pub fn change_password(directory: &Directory, actor: &Actor, change: &PasswordChange) -> Result<Committed<()>> {
    let org = directory.org();
    let person = org.active(actor)?;
    check_current(directory, actor, person, &change.current)?;
    if change.current.as_str() == change.password.as_str() {
        return Err(Error::invalid("password", "same-as-before"));
    }
    let hashed = directory.hasher().hash(directory, &change.password, &Whose::of(person))?;
    let committed = directory.db().write(|tx| write(tx, directory, actor, person.id, &hashed))?;
    if let Some(session) = actor.session {
        session::write_carried(directory, session);
    }
    Ok(committed)
}

fn check_current(directory: &Directory, actor: &Actor, person: &OrgPerson, current: &Password) -> Result<()> {
    let lanes = directory.lanes().enter(directory, Ok(person.id), &actor.source)?;
    let right = is_current(directory, person.id, current);
    match right {
        Ok(()) => directory.lanes().passed(directory, &lanes),
        Err(Error::WrongCredentials) => directory.lanes().failed(directory, &lanes),
        Err(_) => {}
    }
    right
}

/// `WrongCredentials` when it is not the person's password. The lanes are the caller's.
pub(crate) fn is_current(directory: &Directory, person: PersonId, password: &Password) -> Result<()> {
    let row = directory.db().read(|conn| rows::password(conn, person))?.ok_or(Error::WrongCredentials)?;
    let hashed = Hashed::decode(&directory.key().open(&keys::password(person.0), &row.sealed)?)?;
    let short_enough = password.as_str().len() <= limits::PASSWORD_BYTES_MAX;
    let right = directory.hasher().verify(directory, password, Some(&hashed).filter(|_| short_enough))?;
    if right { Ok(()) } else { Err(Error::WrongCredentials) }
}

fn write(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, id: PersonId, hashed: &Hashed) -> Result<()> {
    let before = shared::org_person_of(tx.conn(), directory.key(), id)?;
    if !before.state.may_sign_in() {
        return Err(Error::NotSignedIn);
    }
    store_password(tx, directory, id, hashed, false)?;
    enrolments::forget(tx.conn(), id)?;
    let now = tx.now();
    rows::set_state(tx.conn(), id, before.state, now)?;
    holdfast_audit::record(tx, Event::new(actor, "password.change", Object::new("person", id)));
    let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
    if let Some(session) = actor.session {
        // Before the swap, so that the session has no instant in which it does not stand.
        let (memory, epoch) = (directory.clone(), person.epoch);
        tx.after_commit(Box::new(move || memory.sessions().carry_over(session, epoch)));
    }
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(())
}

/// A wrong current password stands in the log as a refused sign-in does.
pub fn record_refusal(audit: &AuditLog, actor: &Actor, error: &Error) {
    let Some(person) = actor.person() else { return };
    if matches!(error, Error::WrongCredentials | Error::TooManyAttempts { .. }) {
        audit.append_soon(Event::new(actor, "password.change", Object::new("person", person)).refused(error.code()));
    }
}
