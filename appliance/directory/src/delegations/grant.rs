use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, DelegationId, DepartmentId, Error, Result, Rule, Timestamp};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Delegation, Power, rows};
use crate::{Directory, Org, PersonState, SystemAdmin, creates::Create, limits, rows as shared, terms, text, views};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDelegation {
    pub cid: ClientId,
    /// Whose it is to be.
    pub uid: String,
    /// Each with everything below it.
    #[schema(min_items = 1, max_items = 100)]
    pub departments: Vec<DepartmentId>,
    #[schema(min_items = 1, max_items = 3)]
    pub powers: Vec<Power>,
    #[schema(max_length = 200)]
    pub reason: String,
    /// It ends by itself then.
    pub until: Option<Timestamp>,
}

/// Nobody gets one who holds one of the three roles, and only who can sign in.
pub fn grant(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, new: &NewDelegation) -> Result<views::Delegation> {
    by.recheck(directory)?;
    let reason = text::line("reason", &new.reason, limits::LABEL_CHARACTERS)?;
    let org = directory.org();
    let (departments, powers) = (departments(&org, &new.departments)?, powers(&new.powers)?);
    let grantee = org.by_uid(&new.uid).filter(|person| person.state.is_kept()).ok_or(Error::invalid("uid", "unknown"))?;
    let granter = org.active(by.actor())?;
    let content = format!("{} {departments:?} {powers:?} {reason:?} {:?}", grantee.id, new.until);
    let create = Create::new(directory, new.cid, "delegation", &content)?;
    if let Some(before) = create.before(tx)? {
        let same = grantee.delegations.iter().find(|one| one.id.to_string() == before);
        return same.map(|one| one.view(&org)).ok_or(Error::Gone);
    }
    if !grantee.roles.is_empty() {
        return Err(Error::conflict("holds-a-role"));
    }
    if grantee.state != PersonState::Active {
        return Err(Error::conflict("not-active"));
    }
    if grantee.delegations.len() >= limits::DELEGATIONS {
        return Err(Error::conflict("too-many-delegations"));
    }
    terms::check_ahead(new.until, tx.now())?;
    let one = Delegation {
        id: DelegationId(shared::next_id(tx.conn(), "delegation")?),
        person: grantee.id,
        departments,
        powers,
        granted_by: granter.id,
        granted_at: tx.now(),
        reason,
        until: new.until,
    };
    rows::insert(tx.conn(), directory.key(), &one)?;
    create.done(tx, &one.id.to_string())?;
    let event = Event::new(by.actor(), "delegation.grant", Object::new("delegation", one.id));
    let event = event.text("person", one.person.to_string()).text("uid", grantee.uid.clone()).text("reason", one.reason.clone());
    let event = event.list("departments", one.departments.iter().map(ToString::to_string).collect());
    let event = event.list("powers", one.powers.iter().map(|power| power.name().to_owned()).collect());
    holdfast_audit::record(tx, terms::until(event, one.until));
    let person = shared::org_person_of(tx.conn(), directory.key(), grantee.id)?;
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(one.view(&org))
}

/// Each once, and each there.
fn departments(org: &Org, asked: &[DepartmentId]) -> Result<Vec<DepartmentId>> {
    let mut departments = asked.to_vec();
    departments.sort_unstable();
    departments.dedup();
    if departments.is_empty() {
        return Err(Error::invalid("departments", "empty"));
    }
    if departments.len() > limits::DELEGATED_DEPARTMENTS {
        let rule = Rule { code: "too-many", limit: Some(limits::DELEGATED_DEPARTMENTS as u64) };
        return Err(Error::Invalid { field: "departments", rule });
    }
    if departments.iter().any(|id| org.department(*id).is_none()) {
        return Err(Error::invalid("departments", "unknown"));
    }
    Ok(departments)
}

fn powers(asked: &[Power]) -> Result<Vec<Power>> {
    let mut powers = asked.to_vec();
    powers.sort_unstable();
    powers.dedup();
    if powers.is_empty() { Err(Error::invalid("powers", "empty")) } else { Ok(powers) }
}
