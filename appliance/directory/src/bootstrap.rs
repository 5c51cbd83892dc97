//! The first boot: the enterprise's name and the first administrators. Only in an empty directory; never again afterwards.
//!
//! Nobody at the box's own terminal becomes an administrator later: a new code for one of the first three is made here only
//! for who never had a password, and only until a security administrator can sign in, who issues codes from then on.

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result, Timestamp, Who};
use holdfast_store::{Committed, DbTx, Tx};

use crate::{
    Directory, Org, OrgPerson, PersonState, Role, enrolments, limits,
    password::{Hashed, Password, Whose},
    people::{self, fields::Fields},
    roles, rows as shared, text, views,
};

/// One of those who are appointed when the box is set up.
pub struct FirstAdministrator {
    pub role: Role,
    pub uid: String,
    pub name: String,
    /// For sample data and tests. A real one is invited, and chooses a password with a one-time code.
    pub password: Option<Password>,
}

/// One who was appointed just now.
pub struct Appointed {
    pub person: PersonId,
    pub role: Role,
    /// For who has no password.
    pub enrolment: Option<views::NewEnrolment>,
}

/// One of the first administrators as things stand.
pub struct Standing {
    pub role: Role,
    pub uid: String,
    pub name: String,
    /// Has chosen a password at some time.
    pub enrolled: bool,
    /// When the code that is out ends; none: there is none, or it has ended.
    pub expires_at: Option<Timestamp>,
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
pub fn administrators(directory: &Directory, actor: &Actor, first: &[FirstAdministrator]) -> Result<Committed<Vec<Appointed>>> {
    for role in Role::ALL {
        if !first.iter().any(|one| one.role == role) {
            return Err(Error::invalid("role", "nobody-holds-it"));
        }
    }
    let hash = |one: &FirstAdministrator| match &one.password {
        Some(password) => directory.hasher().hash(directory, password, &Whose::newcomer(&one.uid, &one.name)).map(Some),
        None => Ok(None),
    };
    let hashed = first.iter().map(hash).collect::<Result<Vec<Option<Hashed>>>>()?;
    directory.db().write(|tx| {
        begin_only_once(tx)?;
        let mut appointed = Vec::with_capacity(first.len());
        for (one, hashed) in first.iter().zip(&hashed) {
            appointed.push(appoint(tx, directory, actor, one, hashed.as_ref())?);
        }
        close(tx)?;
        let key = directory.key();
        let person = |one: &Appointed| shared::org_person_of(tx.conn(), key, one.person);
        let people = appointed.iter().map(person).collect::<Result<Vec<_>>>()?;
        directory.publish(tx, move |org| org.with_people(people));
        Ok(appointed)
    })
}

/// The first administrators who hold their role still, role by role; none at all before there are any.
pub fn standing(directory: &Directory, now: Timestamp) -> Result<Vec<Standing>> {
    let org = directory.org();
    let first = roles::list(directory)?.items.into_iter().filter(|grant| grant.granted_by.is_none());
    let standing = |grant: views::RoleGrant| {
        let person = org.person(grant.person.id).ok_or(Error::broken("find an administrator"))?;
        let (password, code) =
            directory.db().read(|conn| Ok((people::rows::password(conn, person.id)?, enrolments::rows::of(conn, person.id)?)))?;
        Ok(Standing {
            role: grant.role,
            uid: person.uid.clone(),
            name: person.name.clone(),
            enrolled: password.is_some(),
            expires_at: code.map(|code| code.expires_at).filter(|ends| *ends > now),
        })
    };
    first.map(standing).collect()
}

/// A new code in place of one that was lost or has ended, at the box's own terminal. See above for when.
pub fn reissue(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, uid: &str) -> Result<views::NewEnrolment> {
    let org = directory.org();
    let person = org.by_uid(uid).filter(|person| !person.roles.is_empty()).ok_or(Error::NotFound)?;
    if roles::rows::granter(tx.conn(), person.id)?.is_some() {
        return Err(Error::NotFound);
    }
    if person.state != PersonState::Invited || people::rows::password(tx.conn(), person.id)?.is_some() {
        return Err(Error::conflict("enrolled"));
    }
    if security_is_enrolled(&org) {
        return Err(Error::conflict("security-administrator-issues-codes"));
    }
    enrolments::create(tx, directory, actor, person)
}

fn security_is_enrolled(org: &Org) -> bool {
    org.holders(Role::Security).any(|person: &OrgPerson| person.state.may_sign_in())
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
    hashed: Option<&Hashed>,
) -> Result<Appointed> {
    let uid = text::uid(&one.uid)?;
    let fields = Fields { name: one.name.clone(), ..Fields::default() }.normalised()?;
    let person = people::insert(tx, directory, actor, &uid, &fields, hashed)?;
    let reason = "first administrator".to_owned();
    let grant = roles::rows::Grant { person, role: one.role, granted_by: None, granted_at: tx.now(), reason, until: None };
    roles::rows::insert(tx.conn(), directory.key(), &grant)?;
    let object = Object::new("role", format!("{}/{person}", one.role.name()));
    holdfast_audit::record(tx, Event::new(actor, "role.grant", object).text("uid", uid).text("reason", grant.reason));
    let enrolment = match hashed {
        Some(hashed) => {
            people::store_password(tx, directory, person, hashed, false)?;
            None
        }
        None => {
            let invited = shared::org_person_of(tx.conn(), directory.key(), person)?;
            Some(enrolments::create(tx, directory, actor, &invited)?)
        }
    };
    Ok(Appointed { person, role: one.role, enrolment })
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
