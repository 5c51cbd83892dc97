use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, Result};
use holdfast_store::DbTx;
use uuid::Uuid;

use super::rows;
use crate::{Directory, second_factors};

/// One of the actor's own.
pub fn remove(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, id: Uuid) -> Result<()> {
    let org = directory.org();
    let person = org.active(actor)?;
    if !rows::of(tx.conn(), person.id)?.iter().any(|row| row.id == id) {
        return Err(Error::NotFound);
    }
    let held = second_factors::rows::held(tx.conn(), person.id)?;
    let left = (u32::from(held.totp), held.passkeys.saturating_sub(1));
    second_factors::would_fall_short(tx.conn(), directory, person, left)?;
    rows::delete(tx.conn(), id)?;
    holdfast_audit::record(tx, Event::new(actor, "passkey.remove", Object::new("passkey", id)));
    Ok(())
}
