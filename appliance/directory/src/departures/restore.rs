use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::DbTx;

use super::rows;
use crate::{
    AccountKeeper, Directory, PersonState,
    people::freeze::{standing, to_state},
    rows as shared, views,
};

/// Within the grace: the person is back with password, passkeys, departments and record. App passwords are made anew; what was
/// handed over stays with its heir. Once the shredding has begun there is nothing to come back to.
pub fn restore(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper) -> Result<views::Person> {
    by.recheck(directory)?;
    let row = rows::find(tx.conn(), by.person())?.filter(|row| row.gone_at.is_some()).ok_or(Error::NotFound)?;
    if row.shred.is_some() {
        return Err(Error::Gone);
    }
    rows::delete(tx.conn(), row.person)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), row.person)?;
    if person.state != PersonState::Frozen {
        return Err(Error::NotFound);
    }
    holdfast_audit::record(tx, Event::new(by.actor(), "person.restore", Object::new("person", person.id)));
    let state = standing(tx, &person)?;
    to_state(tx, directory, person.id, state)
}
