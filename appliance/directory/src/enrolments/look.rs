use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result, Timestamp};

use super::{Code, rows};
use crate::{
    Directory, OrgPerson,
    lockout::{Attempted, logged},
    views,
};

const LANE: &str = "enrolment";

/// Whose code it is. Whoever has a code may know that much; the look itself is in the log.
pub fn look(directory: &Directory, audit: &AuditLog, stranger: &Actor, code: &Code) -> Result<views::Enrolment> {
    let held = hold(directory, audit, stranger, code)?;
    audit.append(Event::new(stranger, "enrolment.look", Object::new("person", held.person.id)))?;
    let org = directory.org();
    Ok(views::Enrolment {
        uid: held.person.uid,
        name: held.person.name,
        roles: held.person.roles,
        enterprise: views::Enterprise { name: org.enterprise().to_owned() },
        expires_at: held.expires_at,
        password_rules: directory.sign_in_policy().password.rules(),
    })
}

/// A code that is good at this moment.
pub(super) struct Held {
    pub(super) mac: [u8; 32],
    pub(super) lanes: Attempted,
    pub(super) person: OrgPerson,
    pub(super) expires_at: Timestamp,
}

/// `NotFound` for what is unknown, used or expired, or whose person may not sign in; it counts against the address.
pub(super) fn hold(directory: &Directory, audit: &AuditLog, stranger: &Actor, code: &Code) -> Result<Held> {
    let mac = code.mac(directory.key())?;
    let lanes = directory.lanes().enter_nameless(directory, LANE, &stranger.source);
    let lanes = lanes.map_err(|error| refuse(audit, stranger, None, error))?;
    let found = directory.db().read(|conn| rows::find(conn, &mac))?;
    let known = found.as_ref().map(|row| row.person);
    let good = found.filter(|row| row.expires_at > stranger.now).and_then(|row| {
        let person = directory.org().person(row.person).filter(|person| person.state.is_listed()).cloned()?;
        Some((person, row.expires_at))
    });
    match good {
        Some((person, expires_at)) => Ok(Held { mac, lanes, person, expires_at }),
        None => {
            directory.lanes().failed(directory, &lanes);
            Err(refuse(audit, stranger, known, Error::NotFound))
        }
    }
}

pub(super) fn refuse(audit: &AuditLog, stranger: &Actor, known: Option<PersonId>, error: Error) -> Error {
    let object = known.map_or_else(|| Object::new("person", "unknown"), |id| Object::new("person", id));
    let event = Event::new(stranger, "enrolment.refuse", object).refused(error.code());
    logged(audit, event, error)
}
