use std::sync::Arc;

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, Result, SessionId};
use holdfast_store::{LedgerTx, Tx};

use super::live::Session;
use crate::{AccountKeeper, Directory, keys};

/// One of the actor's own sessions, the current one included.
pub fn end(tx: &mut LedgerTx<'_>, directory: &Directory, actor: &Actor, id: SessionId) -> Result<()> {
    let person = actor.person().ok_or(Error::NotSignedIn)?;
    let session = directory.sessions().get(id).filter(|session| session.person() == person).ok_or(Error::NotFound)?;
    close(tx, directory, actor, session)
}

/// All of the actor's sessions but the current one. Answers how many.
pub fn end_others(tx: &mut LedgerTx<'_>, directory: &Directory, actor: &Actor) -> Result<usize> {
    let person = actor.person().ok_or(Error::NotSignedIn)?;
    let mut others = directory.sessions().of(person);
    others.retain(|session| Some(session.id()) != actor.session);
    let count = others.len();
    others.into_iter().try_for_each(|session| close(tx, directory, actor, session))?;
    Ok(count)
}

/// All sessions of an account, for its keeper. Answers how many.
pub fn end_all(tx: &mut LedgerTx<'_>, directory: &Directory, by: &AccountKeeper) -> Result<usize> {
    by.recheck(directory)?;
    let sessions = directory.sessions().of(by.person());
    let count = sessions.len();
    let event = Event::new(by.actor(), "person.sign-out", Object::new("person", by.person()));
    holdfast_audit::record(tx, event.number("sessions", i64::try_from(count).unwrap_or(i64::MAX)));
    sessions.into_iter().try_for_each(|session| close(tx, directory, by.actor(), session))?;
    Ok(count)
}

fn close(tx: &mut LedgerTx<'_>, directory: &Directory, actor: &Actor, session: Arc<Session>) -> Result<()> {
    tx.delete(keys::SESSION, &session.key)?;
    holdfast_audit::record(tx, Event::new(actor, "session.close", Object::new("session", session.id())));
    let directory = directory.clone();
    tx.after_commit(Box::new(move || {
        directory.sessions().remove(&session);
        directory.tell();
    }));
    Ok(())
}
