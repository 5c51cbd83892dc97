use holdfast_audit::{Event, Object};
use holdfast_base::{DelegationId, Error, Result};
use holdfast_store::DbTx;

use super::rows;
use crate::{Directory, SystemAdmin, rows as shared};

pub fn revoke(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, id: DelegationId) -> Result<()> {
    by.recheck(directory)?;
    let org = directory.org();
    let holder = org.people().find(|person| person.delegations.iter().any(|one| one.id == id)).ok_or(Error::NotFound)?;
    if !rows::delete(tx.conn(), id)? {
        return Err(Error::NotFound);
    }
    let event = Event::new(by.actor(), "delegation.revoke", Object::new("delegation", id));
    holdfast_audit::record(tx, event.text("person", holder.id.to_string()).text("uid", holder.uid.clone()));
    let person = shared::org_person_of(tx.conn(), directory.key(), holder.id)?;
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(())
}
