//! A password checked without opening a session: for a door whose connections carry the sign-in themselves.

use std::{collections::HashMap, time::Duration};

use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Error, PersonId, Result, Who, World};
use parking_lot::Mutex;

use super::open::{Attempt, Right, check_password, refuse};
use crate::{Directory, OrgPerson, connectors::Connector, keys, limits, second_factors};

/// Who has just proved to be whom, and until which change of the account that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    pub person: PersonId,
    /// Grows with a freeze, a new password, a change of state.
    pub epoch: u64,
    pub must_change_password: bool,
}

/// As [`super::open`] does it: the same lanes, the same work for whoever is not there, the same entries when it is refused.
/// `through` is the connector that the password came by. Of whom more than a password is asked, they are refused, since
/// nothing more can be shown here; unless the connector is exempt, and then the entry says so. Blocks.
pub fn verify(directory: &Directory, audit: &AuditLog, attempt: &Attempt, through: &Connector) -> Result<Verified> {
    let found = directory.org().by_uid(attempt.uid.trim()).cloned();
    let checked = again(directory, attempt, found.as_ref()).and_then(|(person, must_change_password)| {
        let asks_more = second_factors::is_asked(directory, &person)?;
        match asks_more && !through.settings.password_suffices {
            true => Err(Error::SecondFactorRequired),
            false => Ok((person, must_change_password, asks_more)),
        }
    });
    let (person, must_change_password, exempt) = match checked {
        Ok(passed) => passed,
        Err(error) => return Err(refuse(audit, attempt, found.as_ref(), error)),
    };
    let mut event = Event::new(&attempt.actor(Who::Person(person.id)), "ldap.bind", Object::new("person", person.id));
    event = event.text("connector", &through.name);
    audit.append(if exempt { event.text("second-factor", "exempt") } else { event })?;
    Ok(Verified { person: person.id, epoch: person.epoch, must_change_password })
}

/// A program asks for the same person every minute: what was right a moment ago costs no second slow hash.
fn again(directory: &Directory, attempt: &Attempt, found: Option<&OrgPerson>) -> Result<(OrgPerson, bool)> {
    let verifier = directory.verifier();
    if let Some(person) = found.filter(|person| person.state.may_sign_in()) {
        let lanes = directory.lanes().enter(directory, Ok(person.id), &attempt.source)?;
        if verifier.knows(directory, person, attempt)? {
            directory.lanes().passed(directory, &lanes);
            return Ok((person.clone(), false));
        }
    }
    let Right { person, lanes, must_change_password } = check_password(directory, attempt, found)?;
    directory.lanes().passed(directory, &lanes);
    if !must_change_password {
        verifier.remember(directory, &person, attempt)?;
    }
    Ok((person, must_change_password))
}

/// Which passwords were right in the last minutes: HMACs under a salt of this unsealing, bound to the account's epoch.
pub(crate) struct Verifier {
    salt: [u8; 32],
    right: Mutex<HashMap<[u8; 32], Duration>>,
}

impl Verifier {
    pub(crate) fn new(world: &World) -> Self {
        Self { salt: world.random(), right: Mutex::default() }
    }

    fn tag(&self, directory: &Directory, person: &OrgPerson, attempt: &Attempt) -> Result<[u8; 32]> {
        let mut text = zeroize::Zeroizing::new(Vec::with_capacity(64 + attempt.password.as_str().len()));
        text.extend_from_slice(&self.salt);
        text.extend_from_slice(format!("{} {} ", person.id, person.epoch).as_bytes());
        text.extend_from_slice(attempt.password.as_str().as_bytes());
        Ok(directory.key().mac(keys::MAC_VERIFIED, &text)?)
    }

    fn knows(&self, directory: &Directory, person: &OrgPerson, attempt: &Attempt) -> Result<bool> {
        let (tag, boot) = (self.tag(directory, person, attempt)?, directory.world().clock.boot());
        Ok(self.right.lock().get(&tag).is_some_and(|until| *until > boot))
    }

    fn remember(&self, directory: &Directory, person: &OrgPerson, attempt: &Attempt) -> Result<()> {
        let (tag, boot) = (self.tag(directory, person, attempt)?, directory.world().clock.boot());
        let mut right = self.right.lock();
        if right.len() >= limits::VERIFIED_KEPT {
            right.retain(|_, until| *until > boot);
        }
        if right.len() < limits::VERIFIED_KEPT {
            right.insert(tag, boot + limits::VERIFIED_FOR);
        }
        Ok(())
    }
}
