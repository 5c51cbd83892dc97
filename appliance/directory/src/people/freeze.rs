use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::{DbTx, Tx};

use super::{card::kept, rows};
use crate::{AccountKeeper, Directory, PersonState, app_passwords, enrolments, limits, rows as shared, text, views};

/// Sessions end at once at every door, app passwords and an enrolment code are gone for good; everything the person made stays.
pub fn freeze(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper, reason: Option<&str>) -> Result<views::Person> {
    by.recheck(directory)?;
    let reason = text::optional_line("reason", reason, limits::LABEL_CHARACTERS)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    if person.state == PersonState::Frozen {
        return Ok(kept(&directory.org(), &person, by));
    }
    if person.state == PersonState::Erased {
        return Err(Error::NotFound);
    }
    let org = directory.org();
    for role in &person.roles {
        // Nobody left to act for the role: give it to somebody else first.
        if org.holders(*role).filter(|holder| holder.id != person.id && holder.state.may_sign_in()).count() == 0 {
            return Err(Error::conflict("last-holder"));
        }
    }
    app_passwords::forget_all(tx, directory, person.id)?;
    enrolments::forget(tx.conn(), person.id)?;
    let event = Event::new(by.actor(), "person.freeze", Object::new("person", person.id));
    let event = match reason {
        Some(reason) => event.text("reason", reason),
        None => event,
    };
    holdfast_audit::record(tx, event);
    to_state(tx, directory, by, PersonState::Frozen)
}

/// Back to `active`, or to `invited` when there is no password.
pub fn unfreeze(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper) -> Result<views::Person> {
    by.recheck(directory)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    if person.state != PersonState::Frozen {
        return Ok(kept(&directory.org(), &person, by));
    }
    let state = match rows::password(tx.conn(), person.id)? {
        Some(_) => PersonState::Active,
        None => PersonState::Invited,
    };
    holdfast_audit::record(tx, Event::new(by.actor(), "person.unfreeze", Object::new("person", person.id)));
    to_state(tx, directory, by, state)
}

fn to_state(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper, state: PersonState) -> Result<views::Person> {
    let now = tx.now();
    rows::set_state(tx.conn(), by.person(), state, now)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    let answer = kept(&directory.org(), &person, by);
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(answer)
}
