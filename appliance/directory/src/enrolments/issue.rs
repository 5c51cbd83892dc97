use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, Result};
use holdfast_store::{DbTx, Tx};

use super::{Code, rows};
use crate::{AccountKeeper, Directory, OrgPerson, PersonState, limits, rows as shared, views};

/// A new code for an account, in place of the one before it. The person's password, sessions and state stay as they are
/// until it is redeemed.
pub fn issue(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper) -> Result<views::NewEnrolment> {
    by.recheck(directory)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    match person.state {
        PersonState::Frozen => Err(Error::conflict("frozen")),
        PersonState::Gone | PersonState::Erased => Err(Error::NotFound),
        PersonState::Invited | PersonState::Active | PersonState::Leaving => create(tx, directory, by.actor(), &person),
    }
}

/// The row and the audit entry; who may ask is for the caller to know.
pub(crate) fn create(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, person: &OrgPerson) -> Result<views::NewEnrolment> {
    let code = Code::fresh(tx.world());
    let now = tx.now();
    let expires_at = now.plus(limits::ENROLMENT_LIFETIME);
    rows::put(tx.conn(), person.id, &code.mac(directory.key())?, now, expires_at)?;
    let event = Event::new(actor, "enrolment.create", Object::new("person", person.id));
    holdfast_audit::record(tx, event.text("uid", person.uid.clone()).number("expires_at", expires_at.0));
    Ok(views::NewEnrolment { uid: person.uid.clone(), name: person.name.clone(), code, expires_at })
}
