use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::{DbTx, Tx};

use super::rows;
use crate::{AccountKeeper, Directory, passkeys, people, rows as shared};

/// Somebody has lost telephone and codes: app, recovery codes and passkeys are gone, and every session ends.
pub fn reset(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper) -> Result<()> {
    by.recheck(directory)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    if !person.state.is_kept() {
        return Err(Error::NotFound);
    }
    rows::forget_totp(tx.conn(), person.id)?;
    passkeys::rows::delete_all(tx.conn(), person.id)?;
    let now = tx.now();
    people::rows::set_state(tx.conn(), person.id, person.state, now)?;
    holdfast_audit::record(tx, Event::new(by.actor(), "second-factor.reset", Object::new("person", person.id)));
    let person = shared::org_person_of(tx.conn(), directory.key(), person.id)?;
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(())
}
