use holdfast_audit::{Event, Object};
use holdfast_base::{Error, PersonId, Result};
use holdfast_store::DbTx;

use super::rows;
use crate::{Directory, Org, OrgPerson, Role, SecurityAdmin, rows as shared};

/// The last holder of a role keeps it, and so does the last one who can sign in.
pub fn revoke(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, role: Role, uid: &str) -> Result<()> {
    by.recheck(directory)?;
    let org = directory.org();
    let holder = org.by_uid(uid).ok_or(Error::NotFound)?;
    let grant = rows::find(tx.conn(), &org, holder.id)?.filter(|grant| grant.role == role).ok_or(Error::NotFound)?;
    if grant.until.is_none() && !has_other_holder(&org, role, holder.id) {
        return Err(Error::conflict("last-holder"));
    }
    rows::delete(tx.conn(), holder.id)?;
    let object = Object::new("role", format!("{}/{}", role.name(), holder.id));
    holdfast_audit::record(tx, Event::new(by.actor(), "role.revoke", object).text("uid", holder.uid.clone()));
    let person = shared::org_person_of(tx.conn(), directory.key(), holder.id)?;
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(())
}

/// Somebody else holds the role for good and can act on it.
pub(crate) fn has_other_holder(org: &Org, role: Role, but: PersonId) -> bool {
    let for_good = |person: &OrgPerson| person.ends.as_ref().is_none_or(|ends| ends.role.is_none() && ends.account_stays());
    org.holders(role).any(|person| person.id != but && person.state.may_sign_in() && for_good(person))
}
