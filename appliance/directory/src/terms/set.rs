use holdfast_audit::{Event, Object};
use holdfast_base::{DepartmentId, Error, Result, Timestamp};
use holdfast_store::{DbTx, Tx};

use super::{check_ahead, rows, until as with_end};
use crate::{AccountKeeper, Directory, DirectoryKeeper, PersonState, may::Act, people::freeze::show, rows as shared, views};

/// The account freezes by itself then; `None`: it does not. For people from outside and for those who are here for a time.
pub fn set_account_end(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &AccountKeeper,
    until: Option<Timestamp>,
) -> Result<views::Person> {
    by.recheck(directory)?;
    check_ahead(until, tx.now())?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    if !person.state.is_kept() {
        return Err(Error::NotFound);
    }
    if person.state == PersonState::Frozen && until.is_some() {
        return Err(Error::conflict("frozen"));
    }
    // A role must not end with an account unless it ends before.
    if until.is_some() && !person.roles.is_empty() {
        return Err(Error::conflict("holds-a-role"));
    }
    if person.ends.as_ref().and_then(|ends| ends.account) != until {
        rows::set_account_end(tx.conn(), person.id, until)?;
        let event = Event::new(by.actor(), "person.set-end", Object::new("person", person.id));
        holdfast_audit::record(tx, with_end(event, until));
    }
    show(tx, directory, person.id)
}

/// The membership ends by itself then; `None`: it does not.
pub fn set_membership_end(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &DirectoryKeeper,
    uid: &str,
    department: DepartmentId,
    until: Option<Timestamp>,
) -> Result<views::Person> {
    check_ahead(until, tx.now())?;
    let org = directory.org();
    let kept = org.by_uid(uid).filter(|person| person.state.is_kept()).ok_or(Error::NotFound)?;
    by.demand(directory, &Act::EndPlace { person: kept, department })?;
    let id = kept.id;
    let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
    if !person.departments.contains(&department) {
        return Err(Error::NotFound);
    }
    let before = person.ends.as_ref().and_then(|ends| ends.departments.iter().find(|(ending, _)| *ending == department));
    if before.map(|(_, at)| *at) != until {
        rows::set_membership_end(tx.conn(), id, department, until)?;
        let event = Event::new(by.actor(), "membership.set-end", Object::new("person", id));
        holdfast_audit::record(tx, with_end(event.text("department", department.to_string()), until));
    }
    show(tx, directory, id)
}

/// What of the account ends by itself.
pub fn terms(directory: &Directory, by: &AccountKeeper) -> Result<views::Terms> {
    let org = directory.org();
    let person = org.person(by.person()).filter(|person| person.state.is_kept()).ok_or(Error::NotFound)?;
    let ends = person.ends.as_deref().cloned().unwrap_or_default();
    Ok(views::Terms {
        valid_until: ends.account,
        frozen_until: ends.freeze,
        leaves_at: ends.leaves,
        role_until: ends.role,
        departments: ends.departments.into_iter().map(|(id, until)| views::DepartmentEnd { id, until }).collect(),
    })
}
