use std::sync::Arc;

use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, Error, PersonId, RequestId, Result, SessionId, Source, Timestamp, Who, limits as shared};
use holdfast_store::{LedgerTx, Tx};
use zeroize::Zeroizing;

use super::{
    live::Session,
    record::{Proof, SessionRecord, new_token, token_key},
};
use crate::{
    Directory, OrgPerson, keys, limits,
    lockout::{Attempted, device, logged},
    password::{Hashed, Password},
    people,
    second_factors::{self, SecondFactor},
    sign_in_policy::Factor,
    views,
};

/// One attempt to sign in.
pub struct Attempt {
    pub uid: String,
    pub password: Password,
    pub second: Option<SecondFactor>,
    pub source: Source,
    pub request: RequestId,
    pub now: Timestamp,
}

impl Attempt {
    pub(super) fn actor(&self, who: Who) -> Actor {
        Actor { who, session: None, source: self.source.clone(), request: self.request, now: self.now }
    }
}

/// Somebody has shown who they are, with this.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passed {
    pub(crate) factor: Factor,
    /// What is asked of them besides, and they have none yet.
    pub(crate) lacks: Option<Factor>,
    pub(crate) must_change_password: bool,
}

/// The only time that the token is seen.
pub struct Opened {
    pub token: Zeroizing<String>,
    pub session: views::SessionView,
    pub person: PersonId,
    pub must_change_password: bool,
    pub lacks: Option<Factor>,
}

/// Right or wrong, a known uid or not: the same work, the same time, the same answer. Blocks for the hash and for the log.
pub fn open(directory: &Directory, audit: &AuditLog, attempt: &Attempt) -> Result<Opened> {
    let found = directory.org().by_uid(attempt.uid.trim()).cloned();
    let checked = check(directory, audit, attempt, found.as_ref());
    let (person, passed) = match checked {
        Ok(passed) => passed,
        Err(error) => return Err(refuse(audit, attempt, found.as_ref(), error)),
    };
    begin(directory, audit, attempt.actor(Who::Person(person.id)), &person, passed)
}

fn check(directory: &Directory, audit: &AuditLog, attempt: &Attempt, found: Option<&OrgPerson>) -> Result<(OrgPerson, Passed)> {
    let Right { person, lanes, must_change_password } = check_password(directory, attempt, found)?;
    let actor = attempt.actor(Who::Person(person.id));
    let factor = second_factors::check(directory, audit, &actor, &person, attempt.second.as_ref());
    // A wrong code counts as a wrong password does. What is missing counts neither for nor against anybody.
    let factor = factor.inspect_err(|error| {
        if matches!(error, Error::WrongSecondFactor) {
            directory.lanes().failed(directory, &lanes);
        }
    })?;
    directory.lanes().passed(directory, &lanes);
    let lacks = lacks(directory, &person, factor);
    Ok((person, Passed { factor, lacks, must_change_password }))
}

/// A password that is right; nothing else was asked yet.
pub(super) struct Right {
    pub(super) person: OrgPerson,
    pub(super) lanes: Attempted,
    pub(super) must_change_password: bool,
}

pub(super) fn check_password(directory: &Directory, attempt: &Attempt, found: Option<&OrgPerson>) -> Result<Right> {
    let account = found.map(|person| person.id).ok_or(attempt.uid.trim());
    let lanes = directory.lanes().enter(directory, account, &attempt.source)?;
    // Nobody has id 0: the same look-up is made for a uid that nobody has.
    let id = found.map_or(PersonId(0), |person| person.id);
    let row = directory.db().read(|conn| people::rows::password(conn, id))?;
    let policy = directory.sign_in_policy();
    let too_old = |changed| policy.password.expires(changed).is_some_and(|ends| ends <= attempt.now);
    let given = row.as_ref().is_some_and(|row| row.must_change);
    let must_change_password = given || row.as_ref().is_some_and(|row| too_old(row.changed_at));
    let hashed = match (found, row) {
        (Some(person), Some(row)) => Some(Hashed::decode(&directory.key().open(&keys::password(person.id.0), &row.sealed)?)?),
        _ => None,
    };
    // What is longer than any password of ours is wrong; the same work is done for it with nobody's salt.
    let hashed = hashed.filter(|_| attempt.password.as_str().len() <= limits::PASSWORD_BYTES_MAX);
    let right = directory.hasher().verify(directory, &attempt.password, hashed.as_ref())?;
    let Some(person) = found.filter(|person| right && person.state.may_sign_in()) else {
        directory.lanes().failed(directory, &lanes);
        return Err(Error::WrongCredentials);
    };
    if hashed.is_some_and(|hashed| hashed.is_dated()) {
        rehash(directory, person.id, &attempt.password);
    }
    Ok(Right { person: person.clone(), lanes, must_change_password })
}

/// What is asked of the person beyond what they have shown.
pub(crate) fn lacks(directory: &Directory, person: &OrgPerson, factor: Factor) -> Option<Factor> {
    let required = directory.sign_in_policy().required(&directory.org(), person);
    (factor < required).then_some(required)
}

/// The parameters have become stronger since: the password is at hand now. Nobody waits for it to succeed.
fn rehash(directory: &Directory, person: PersonId, password: &Password) {
    let hashed = directory.hasher().hash_again(directory, password);
    let written = hashed.and_then(|hashed| {
        let sealed = directory.key().seal(&keys::password(person.0), &hashed.encode()?)?;
        directory.db().write(|tx| people::rows::replace_hash(tx.conn(), person, sealed)).map(drop)
    });
    if let Err(error) = written {
        tracing::warn!(%error, "a password could not be hashed anew");
    }
}

pub(super) fn refuse(audit: &AuditLog, attempt: &Attempt, found: Option<&OrgPerson>, error: Error) -> Error {
    let object = found.map_or_else(|| Object::new("person", "unknown"), |person| Object::new("person", person.id));
    let uid: String = attempt.uid.chars().take(limits::UID_BYTES).collect();
    let event = Event::new(&attempt.actor(Who::Stranger), "session.refuse", object).text("uid", uid).refused(error.code());
    logged(audit, event, error)
}

/// A session for whoever has just proved to be `person`, who is the actor.
pub(crate) fn begin(
    directory: &Directory,
    audit: &AuditLog,
    mut actor: Actor,
    person: &OrgPerson,
    passed: Passed,
) -> Result<Opened> {
    let Passed { factor, lacks, must_change_password } = passed;
    let world = directory.world();
    let token = new_token(world);
    let key = token_key(directory.key(), &token)?.ok_or(Error::broken("make a token"))?;
    let mut agent = actor.source.agent.clone();
    agent.truncate(agent.floor_char_boundary(shared::AGENT_BYTES));
    let record = SessionRecord {
        id: SessionId(world.uuid()),
        person: person.id,
        epoch: person.epoch,
        door: actor.source.door,
        address: actor.source.address,
        agent,
        device: device(directory.key(), &actor.source)?,
        created_at: actor.now,
        seen_at: actor.now,
        must_change_password,
        proof: Proof { at: actor.now, factor, lacks },
    };
    let session = Arc::new(Session::new(key, record, world));
    actor.session = Some(session.id());
    let (writer, opened) = (directory.clone(), session.clone());
    // Whoever frees a full disk must sign in first.
    let committed = directory.ledger().write_freeing(move |tx| write(tx, &writer, &actor, &opened))?;
    audit.settle(&committed.mark)?;
    Ok(Opened { token, session: session.view(Some(session.id())), person: person.id, must_change_password, lacks })
}

fn write(tx: &mut LedgerTx<'_>, directory: &Directory, actor: &Actor, session: &Arc<Session>) -> Result<()> {
    tx.put(keys::SESSION, &session.key, &session.record().encode()?, directory.key())?;
    let crowded_out = crowded_out(directory, session.person());
    for old in &crowded_out {
        tx.delete(keys::SESSION, &old.key)?;
    }
    holdfast_audit::record(
        tx,
        Event::new(actor, "session.open", Object::new("session", session.id())).text("with", session.proof().factor.name()),
    );
    let (directory, session) = (directory.clone(), session.clone());
    tx.after_commit(Box::new(move || {
        crowded_out.iter().for_each(|old| directory.sessions().remove(old));
        directory.sessions().add(session);
    }));
    Ok(())
}

/// Whoever opens a fifty-first session loses the one seen longest ago.
fn crowded_out(directory: &Directory, person: PersonId) -> Vec<Arc<Session>> {
    let mut sessions = directory.sessions().of(person);
    sessions.sort_by_key(|session| session.record().seen_at);
    let too_many = (sessions.len() + 1).saturating_sub(limits::SESSIONS_PER_PERSON);
    sessions.truncate(too_many);
    sessions
}
