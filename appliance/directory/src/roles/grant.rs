use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, Error, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::rows;
use crate::{Directory, Role, SecurityAdmin, creates::Create, enrolments, limits, rows as shared, text, views};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    pub cid: ClientId,
    pub role: Role,
    pub uid: String,
    #[schema(max_length = 200)]
    pub reason: String,
}

/// Nobody grants to oneself, nobody holds two of the three roles, and only who can sign in can hold one.
pub fn grant(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, new: &NewGrant) -> Result<views::RoleGrant> {
    by.recheck(directory)?;
    let reason = text::line("reason", &new.reason, limits::LABEL_CHARACTERS)?;
    let org = directory.org();
    let grantee = org.by_uid(&new.uid).ok_or(Error::invalid("uid", "unknown"))?;
    let granter = org.active(by.actor())?;
    let content = format!("{} {} {reason:?}", new.role.name(), grantee.id);
    let create = Create::new(directory, new.cid, "role", &content)?;
    if create.before(tx)?.is_some() {
        return rows::find(tx.conn(), &org, grantee.id)?.filter(|grant| grant.role == new.role).ok_or(Error::Gone);
    }
    if granter.id == grantee.id {
        return Err(Error::conflict("own-grant"));
    }
    if !grantee.state.may_sign_in() {
        return Err(Error::conflict("not-active"));
    }
    if rows::find(tx.conn(), &org, grantee.id)?.is_some() {
        return Err(Error::conflict("holds-a-role"));
    }
    let now = tx.now();
    let row = rows::Grant { person: grantee.id, role: new.role, granted_by: Some(granter.id), granted_at: now, reason };
    rows::insert(tx.conn(), directory.key(), &row)?;
    // Whoever holds a code from before could become the administrator with it.
    enrolments::forget(tx.conn(), grantee.id)?;
    create.done(tx, &grantee.id.to_string())?;
    let object = Object::new("role", format!("{}/{}", new.role.name(), grantee.id));
    let event = Event::new(by.actor(), "role.grant", object).text("uid", grantee.uid.clone());
    holdfast_audit::record(tx, event.text("reason", row.reason.clone()));
    let person = shared::org_person_of(tx.conn(), directory.key(), grantee.id)?;
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(row.view(&org))
}
