use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, Error, Result, Who};
use holdfast_store::{DbTx, Tx};

use super::{
    Code,
    look::{Held, hold, refuse},
    rows,
};
use crate::{
    Directory, OrgPerson, PersonState,
    password::{Hashed, Password, Whose},
    people, rows as shared,
    second_factors::{self, SecondFactor},
    session::{self, Opened, Passed},
    sign_in_policy::Factor,
};

/// Sets the password and signs in. Every earlier session of the person ends; a password that breaks a rule costs nothing.
/// Blocks for the hash and for the log.
pub fn redeem(
    directory: &Directory,
    audit: &AuditLog,
    stranger: &Actor,
    code: &Code,
    password: &Password,
    second: Option<&SecondFactor>,
) -> Result<Opened> {
    let held = hold(directory, audit, stranger, code)?;
    let hashed = directory.hasher().hash(directory, password, &Whose::of(&held.person))?;
    audit.ready()?;
    let actor = Actor { who: Who::Person(held.person.id), ..stranger.clone() };
    let factor = prove(directory, audit, &actor, &held, second)?;
    let written = directory.db().write(|tx| write(tx, directory, &actor, &held, &hashed));
    // Somebody else was faster with the same code, or it ended meanwhile.
    let committed = written.map_err(|error| refuse(audit, stranger, Some(held.person.id), error))?;
    directory.lanes().passed(directory, &held.lanes);
    directory.lanes().forgive(directory, held.person.id);
    audit.settle(&committed.mark)?;
    let lacks = session::lacks(directory, &committed.value, factor);
    session::begin(directory, audit, actor, &committed.value, Passed { factor, lacks, must_change_password: false })
}

/// A code stands in for a forgotten password only: whoever has a second factor shows it besides.
fn prove(directory: &Directory, audit: &AuditLog, actor: &Actor, held: &Held, second: Option<&SecondFactor>) -> Result<Factor> {
    let checked = second_factors::check(directory, audit, actor, &held.person, second);
    checked.map_err(|error| {
        if matches!(error, Error::WrongSecondFactor) {
            directory.lanes().failed(directory, &held.lanes);
        }
        refuse(audit, actor, Some(held.person.id), error)
    })
}

fn write(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, held: &Held, hashed: &Hashed) -> Result<OrgPerson> {
    let now = tx.now();
    let row = rows::find(tx.conn(), &held.mac)?.filter(|row| row.expires_at > now).ok_or(Error::NotFound)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), row.person)?;
    if !person.state.is_listed() {
        return Err(Error::NotFound);
    }
    rows::forget(tx.conn(), person.id)?;
    people::store_password(tx, directory, person.id, hashed, false)?;
    let state = if person.state == PersonState::Invited { PersonState::Active } else { person.state };
    people::rows::set_state(tx.conn(), person.id, state, now)?;
    holdfast_audit::record(tx, Event::new(actor, "enrolment.redeem", Object::new("person", person.id)));
    let person = shared::org_person_of(tx.conn(), directory.key(), person.id)?;
    let published = person.clone();
    directory.publish(tx, move |org| org.with_people(vec![published]));
    Ok(person)
}
