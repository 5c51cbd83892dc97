use holdfast_audit::{Event, Object};
use holdfast_base::Result;
use holdfast_store::DbTx;
use uuid::Uuid;

use super::{Connectors, edit::find, rows};
use crate::{Directory, SecurityAdmin};

/// What is open under it ends at its next word.
pub fn delete(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, id: Uuid) -> Result<()> {
    by.recheck(directory)?;
    let gone = find(tx, directory, id)?;
    rows::delete(tx.conn(), id)?;
    let event = Event::new(by.actor(), "connector.delete", Object::new("connector", id));
    holdfast_audit::record(tx, event.text("name", gone.name.clone()));
    Connectors::publish(tx, directory)
}
