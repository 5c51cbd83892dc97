use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::DbTx;

use super::rows;
use crate::{Directory, Role, SecurityAdmin, rows as shared};

/// The last holder of a role keeps it, and so does the last one who can sign in.
pub fn revoke(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, role: Role, uid: &str) -> Result<()> {
    by.recheck(directory)?;
    let org = directory.org();
    let holder = org.by_uid(uid).ok_or(Error::NotFound)?;
    if rows::find(tx.conn(), &org, holder.id)?.is_none_or(|grant| grant.role != role) {
        return Err(Error::NotFound);
    }
    let others = org.holders(role).filter(|person| person.id != holder.id && person.state.may_sign_in()).count();
    if others == 0 {
        return Err(Error::conflict("last-holder"));
    }
    rows::delete(tx.conn(), holder.id)?;
    let object = Object::new("role", format!("{}/{}", role.name(), holder.id));
    holdfast_audit::record(tx, Event::new(by.actor(), "role.revoke", object).text("uid", holder.uid.clone()));
    let person = shared::org_person_of(tx.conn(), directory.key(), holder.id)?;
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(())
}
