//! The first boot: the enterprise's name and the first administrators. Only in an empty directory; never again afterwards.

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result, Who};
use holdfast_store::{Committed, DbTx, Tx};

use crate::{
    Directory, PersonState, Role, limits,
    password::{Hashed, Password},
    people::{self, fields::Fields},
    roles, rows as shared, text,
};

/// One of those who are appointed when the box is set up.
pub struct FirstAdministrator {
    pub role: Role,
    pub uid: String,
    pub name: String,
    pub password: Password,
    /// False only for sample data: a real one gets a one-time password.
    pub must_change_password: bool,
}

/// The enterprise's name; once.
pub fn enterprise(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, name: &str) -> Result<()> {
    let name = text::line("name", name, limits::NAME_CHARACTERS)?;
    let now = tx.now();
    let inserted = shared::insert_enterprise(tx.conn(), &name, now)?;
    if !inserted {
        return Err(Error::conflict("set-up-before"));
    }
    holdfast_audit::record(tx, Event::new(actor, "enterprise.create", Object::new("enterprise", 1)).text("name", name.clone()));
    directory.publish(tx, move |org| org.with_enterprise(&name));
    Ok(())
}

/// At least one for each of the three roles; afterwards only a security administrator grants. Hashes before it writes.
pub fn administrators(directory: &Directory, actor: &Actor, first: &[FirstAdministrator]) -> Result<Committed<Vec<PersonId>>> {
    for role in Role::ALL {
        if !first.iter().any(|one| one.role == role) {
            return Err(Error::invalid("role", "nobody-holds-it"));
        }
    }
    let hash = |one: &FirstAdministrator| directory.hasher().hash(directory, &one.password, &[&one.uid, &one.name]);
    let hashed = first.iter().map(hash).collect::<Result<Vec<Hashed>>>()?;
    directory.db().write(|tx| {
        begin_only_once(tx)?;
        let mut ids = Vec::with_capacity(first.len());
        for (one, hashed) in first.iter().zip(&hashed) {
            ids.push(appoint(tx, directory, actor, one, hashed)?);
        }
        close(tx)?;
        let key = directory.key();
        let people = ids.iter().map(|id| shared::org_person_of(tx.conn(), key, *id)).collect::<Result<Vec<_>>>()?;
        directory.publish(tx, move |org| org.with_people(people));
        Ok(ids)
    })
}

fn begin_only_once(tx: &mut DbTx<'_>) -> Result<()> {
    let before = shared::set_up_at(tx.conn())?;
    match before {
        None => Err(Error::conflict("no-enterprise")),
        Some(Some(_)) => Err(Error::conflict("set-up-before")),
        Some(None) => Ok(()),
    }
}

fn appoint(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    actor: &Actor,
    one: &FirstAdministrator,
    hashed: &Hashed,
) -> Result<PersonId> {
    let uid = text::uid(&one.uid)?;
    let fields = Fields { name: one.name.clone(), ..Fields::default() }.normalised()?;
    let id = people::insert(tx, directory, actor, &uid, &fields, Some(hashed))?;
    people::store_password(tx, directory, id, hashed, one.must_change_password)?;
    let reason = "first administrator".to_owned();
    let grant = roles::rows::Grant { person: id, role: one.role, granted_by: None, granted_at: tx.now(), reason };
    roles::rows::insert(tx.conn(), directory.key(), &grant)?;
    let object = Object::new("role", format!("{}/{id}", one.role.name()));
    holdfast_audit::record(tx, Event::new(actor, "role.grant", object).text("uid", uid).text("reason", grant.reason));
    Ok(id)
}

fn close(tx: &mut DbTx<'_>) -> Result<()> {
    let now = tx.now();
    shared::close_set_up(tx.conn(), now)
}

/// Sample data only: people who count as active though they have no password, so that an invented history can speak for
/// them. They still cannot sign in. Only the box itself may ask.
pub fn activate_without_password(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, ids: &[PersonId]) -> Result<()> {
    if actor.who != Who::System {
        return Err(Error::Forbidden);
    }
    let (key, now) = (directory.key(), tx.now());
    let mut active = Vec::with_capacity(ids.len());
    for &id in ids {
        people::rows::set_state(tx.conn(), id, PersonState::Active, now)?;
        holdfast_audit::record(tx, Event::new(actor, "person.activate", Object::new("person", id)));
        active.push(shared::org_person_of(tx.conn(), key, id)?);
    }
    directory.publish(tx, move |org| org.with_people(active));
    Ok(())
}
