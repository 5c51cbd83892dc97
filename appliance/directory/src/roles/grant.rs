use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, Error, Result, Timestamp};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::rows;
use crate::{
    Directory, PersonState, Role, SecurityAdmin, creates::Create, enrolments, limits, rows as shared, terms, text, views,
};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    pub cid: ClientId,
    pub role: Role,
    pub uid: String,
    #[schema(max_length = 200)]
    pub reason: String,
    /// It ends by itself then. Somebody else must hold the role for good.
    pub until: Option<Timestamp>,
}

/// Nobody grants to oneself, nobody holds two of the three roles, and only who can sign in can hold one.
pub fn grant(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, new: &NewGrant) -> Result<views::RoleGrant> {
    by.recheck(directory)?;
    let reason = text::line("reason", &new.reason, limits::LABEL_CHARACTERS)?;
    let org = directory.org();
    let grantee = org.by_uid(&new.uid).ok_or(Error::invalid("uid", "unknown"))?;
    let granter = org.active(by.actor())?;
    let content = format!("{} {} {reason:?} {:?}", new.role.name(), grantee.id, new.until);
    let create = Create::new(directory, new.cid, "role", &content)?;
    if create.before(tx)?.is_some() {
        return rows::find(tx.conn(), &org, grantee.id)?.filter(|grant| grant.role == new.role).ok_or(Error::Gone);
    }
    if granter.id == grantee.id {
        return Err(Error::conflict("own-grant"));
    }
    if grantee.state != PersonState::Active {
        return Err(Error::conflict("not-active"));
    }
    terms::check_ahead(new.until, tx.now())?;
    // Else the role would end with the account, and with it perhaps the last who held it.
    let account = grantee.ends.as_ref().and_then(|ends| ends.account);
    if account.is_some_and(|ends| new.until.is_none_or(|until| until > ends)) {
        return Err(Error::invalid("until", "out-of-range"));
    }
    if rows::find(tx.conn(), &org, grantee.id)?.is_some() {
        return Err(Error::conflict("holds-a-role"));
    }
    // Else one could keep people besides looking over those who do.
    if !grantee.delegations.is_empty() {
        return Err(Error::conflict("holds-a-delegation"));
    }
    let now = tx.now();
    let row = rows::Grant {
        person: grantee.id,
        role: new.role,
        granted_by: Some(granter.id),
        granted_at: now,
        reason,
        until: new.until,
    };
    rows::insert(tx.conn(), directory.key(), &row)?;
    // Whoever holds a code from before could become the administrator with it.
    enrolments::forget(tx.conn(), grantee.id)?;
    create.done(tx, &grantee.id.to_string())?;
    let object = Object::new("role", format!("{}/{}", new.role.name(), grantee.id));
    let event = Event::new(by.actor(), "role.grant", object).text("uid", grantee.uid.clone());
    let event = event.text("reason", row.reason.clone());
    holdfast_audit::record(tx, terms::until(event, new.until));
    let person = shared::org_person_of(tx.conn(), directory.key(), grantee.id)?;
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(row.view(&org))
}
