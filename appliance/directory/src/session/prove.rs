use std::sync::Arc;

use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, Error, Result};
use holdfast_store::{DbTx, LedgerTx, Read, Tx};

use super::{
    live::{Session, write_seen},
    open::lacks,
    record::{Proof, SessionRecord},
};
use crate::{
    Directory, keys,
    lockout::logged,
    me,
    passkeys::{self, Assertion, Host},
    password::Password,
    second_factors::{self, SecondFactor},
    sign_in_policy::Factor,
};

/// What somebody shows who has signed in, once more.
pub enum Shown {
    Password(Password, Option<SecondFactor>),
    Passkey(Host, Assertion),
}

/// The same as at the sign-in, for the session that stands. Blocks for the hash and for the log.
pub fn prove(directory: &Directory, audit: &AuditLog, actor: &Actor, shown: &Shown) -> Result<()> {
    let session = actor.session.and_then(|id| directory.sessions().get(id)).ok_or(Error::NotSignedIn)?;
    let object = || Object::new("session", session.id());
    let factor = check(directory, audit, actor, shown);
    let factor =
        factor.map_err(|error| logged(audit, Event::new(actor, "session.prove", object()).refused(error.code()), error))?;
    let org = directory.org();
    let proof = Proof { at: actor.now, factor, lacks: lacks(directory, org.active(actor)?, factor) };
    let (writer, event) = (directory.clone(), Event::new(actor, "session.prove", object()).text("with", factor.name()));
    let committed = directory.ledger().write_freeing(move |tx| write(tx, &writer, &session, proof, event))?;
    audit.settle(&committed.mark)
}

fn check(directory: &Directory, audit: &AuditLog, actor: &Actor, shown: &Shown) -> Result<Factor> {
    let org = directory.org();
    let person = org.active(actor)?;
    let lanes = directory.lanes().enter(directory, Ok(person.id), &actor.source)?;
    let checked = match shown {
        Shown::Password(password, second) => me::is_current(directory, person.id, password)
            .and_then(|()| second_factors::check(directory, audit, actor, person, second.as_ref())),
        Shown::Passkey(host, assertion) => passkeys::check(directory, audit, actor, host, assertion).map(|()| Factor::Passkey),
    };
    match &checked {
        Ok(_) => directory.lanes().passed(directory, &lanes),
        Err(Error::WrongCredentials | Error::WrongSecondFactor) => directory.lanes().failed(directory, &lanes),
        Err(_) => {}
    }
    checked
}

fn write(tx: &mut LedgerTx<'_>, directory: &Directory, session: &Arc<Session>, proof: Proof, event: Event) -> Result<()> {
    if tx.get(keys::SESSION, &session.key, directory.key())?.is_none() {
        return Err(Error::NotSignedIn);
    }
    let record = SessionRecord { proof, ..session.record() };
    tx.put(keys::SESSION, &session.key, &record.encode()?, directory.key())?;
    holdfast_audit::record(tx, event);
    let (session, boot) = (session.clone(), directory.world().clock.boot());
    tx.after_commit(Box::new(move || session.prove(proof, boot)));
    Ok(())
}

/// Whoever has just made a second factor has shown it: the session they made it in asks for no more of that.
pub(crate) fn raise(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, factor: Factor) {
    let Some(session) = actor.session.and_then(|id| directory.sessions().get(id)) else { return };
    let (directory, at) = (directory.clone(), actor.now);
    tx.after_commit(Box::new(move || {
        let before = session.proof();
        let still = before.lacks.filter(|lacks| factor < *lacks);
        session.prove(Proof { at, factor: before.factor.max(factor), lacks: still }, directory.world().clock.boot());
        write_seen(&directory, &session);
    }));
}
