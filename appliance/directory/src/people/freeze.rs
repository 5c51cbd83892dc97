use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result, Timestamp};
use holdfast_store::{DbTx, Tx};

use super::{card::kept, rows};
use crate::{
    AccountKeeper, Directory, OrgPerson, PersonState, app_passwords, enrolments, limits, roles, rows as shared, terms, text,
    views,
};

/// Sessions end at once at every door, app passwords and an enrolment code are gone for good; everything the person made stays.
/// With `until` the person may come back by themselves then; freezing again sets another end, or none.
pub fn freeze(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &AccountKeeper,
    reason: Option<&str>,
    until: Option<Timestamp>,
) -> Result<views::Person> {
    by.recheck(directory)?;
    let reason = text::optional_line("reason", reason, limits::LABEL_CHARACTERS)?;
    terms::check_ahead(until, tx.now())?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    if !person.state.is_kept() {
        return Err(Error::NotFound);
    }
    let before = person.ends.as_ref().and_then(|ends| ends.freeze);
    if person.state == PersonState::Frozen && before == until {
        return Ok(kept(&directory.org(), &person));
    }
    let org = directory.org();
    let is_temporary = person.ends.as_ref().is_some_and(|ends| ends.role.is_some());
    // Nobody left to act for the role: give it to somebody else first.
    if !is_temporary && person.roles.iter().any(|role| !roles::has_other_holder(&org, *role, person.id)) {
        return Err(Error::conflict("last-holder"));
    }
    terms::rows::set_freeze_end(tx.conn(), person.id, until)?;
    shut(tx, directory, by.actor(), person.id, reason.as_deref(), until)
}

/// The rows of a freeze and its audit entry. Whoever asks has the right to.
pub(crate) fn shut(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    actor: &Actor,
    person: PersonId,
    reason: Option<&str>,
    until: Option<Timestamp>,
) -> Result<views::Person> {
    app_passwords::forget_all(tx, directory, person)?;
    enrolments::forget(tx.conn(), person)?;
    let event = Event::new(actor, "person.freeze", Object::new("person", person));
    let event = match reason {
        Some(reason) => event.text("reason", reason),
        None => event,
    };
    holdfast_audit::record(tx, terms::until(event, until));
    to_state(tx, directory, person, PersonState::Frozen)
}

/// Back to what the person was: `leaving` with a day of leaving, `invited` without a password, `active`.
pub fn unfreeze(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper) -> Result<views::Person> {
    by.recheck(directory)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    if person.state != PersonState::Frozen {
        return Ok(kept(&directory.org(), &person));
    }
    open(tx, directory, by.actor(), &person)
}

/// The same for who has the right to.
pub(crate) fn open(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, person: &OrgPerson) -> Result<views::Person> {
    // Whose last day is over does not come back by a thaw.
    if person.ends.as_ref().and_then(|ends| ends.leaves).is_some_and(|leaves| leaves <= tx.now()) {
        return Err(Error::conflict("not-active"));
    }
    terms::rows::set_freeze_end(tx.conn(), person.id, None)?;
    // An end that passed meanwhile would shut the account again at once.
    if person.ends.as_ref().and_then(|ends| ends.account).is_some_and(|end| end <= tx.now()) {
        terms::rows::set_account_end(tx.conn(), person.id, None)?;
    }
    let state = standing(tx, person)?;
    holdfast_audit::record(tx, Event::new(actor, "person.unfreeze", Object::new("person", person.id)));
    to_state(tx, directory, person.id, state)
}

/// What a person is who is not frozen.
pub(crate) fn standing(tx: &mut DbTx<'_>, person: &OrgPerson) -> Result<PersonState> {
    if person.ends.as_ref().is_some_and(|ends| ends.leaves.is_some()) {
        return Ok(PersonState::Leaving);
    }
    Ok(if rows::password(tx.conn(), person.id)?.is_some() { PersonState::Active } else { PersonState::Invited })
}

/// Ends every session, and shows the person as they are now.
pub(crate) fn to_state(tx: &mut DbTx<'_>, directory: &Directory, id: PersonId, state: PersonState) -> Result<views::Person> {
    let now = tx.now();
    rows::set_state(tx.conn(), id, state, now)?;
    show(tx, directory, id)
}

pub(crate) fn show(tx: &mut DbTx<'_>, directory: &Directory, id: PersonId) -> Result<views::Person> {
    let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
    let answer = kept(&directory.org(), &person);
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(answer)
}
