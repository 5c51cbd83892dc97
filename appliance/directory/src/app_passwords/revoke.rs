use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result};
use holdfast_store::{DbTx, Tx};
use uuid::Uuid;

use super::rows;
use crate::Directory;

/// One of the actor's own.
pub fn revoke(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, id: Uuid) -> Result<()> {
    let person = directory.org().active(actor)?.id;
    if !rows::delete(tx.conn(), person, id)? {
        return Err(Error::NotFound);
    }
    holdfast_audit::record(tx, Event::new(actor, "app-password.revoke", Object::new("app-password", id)));
    let directory = directory.clone();
    tx.after_commit(Box::new(move || directory.app_passwords().remove(id)));
    Ok(())
}

/// With a freeze; its own audit entry says so.
pub(crate) fn forget_all(tx: &mut DbTx<'_>, directory: &Directory, person: PersonId) -> Result<()> {
    rows::delete_all(tx.conn(), person)?;
    let directory = directory.clone();
    tx.after_commit(Box::new(move || directory.app_passwords().remove_all(person)));
    Ok(())
}
