use std::time::Duration;

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, PersonId, Result};
use holdfast_store::{DbTx, Tx};

use super::rows;
use crate::{Directory, PersonState, app_passwords, enrolments, people::freeze::to_state, rows as shared};

/// The last day is over and everything is handed over: the person is gone, hidden everywhere, and erased after `grace`.
/// The box is the actor. Who may sign in still, or has come back meanwhile, is left alone.
pub fn depart(tx: &mut DbTx<'_>, directory: &Directory, by: &Actor, id: PersonId, grace: Duration) -> Result<bool> {
    let now = tx.now();
    let found = rows::find(tx.conn(), id)?.filter(|row| row.gone_at.is_none() && row.leaves_at <= now);
    let Some(mut row) = found else { return Ok(false) };
    let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
    if person.state != PersonState::Frozen || !person.roles.is_empty() {
        return Ok(false);
    }
    row.gone_at = Some(now);
    row.erase_at = Some(now.plus(grace));
    row.waits_for = None;
    rows::put(tx.conn(), &row)?;
    app_passwords::forget_all(tx, directory, id)?;
    enrolments::forget(tx.conn(), id)?;
    let event = Event::new(by, "person.depart", Object::new("person", id)).text("uid", person.uid);
    holdfast_audit::record(tx, event.number("erase_at", now.plus(grace).0));
    to_state(tx, directory, id, PersonState::Frozen)?;
    Ok(true)
}

/// Notes why it does not go on: `handover`, `legal-hold`, the code of a failure. The log hears of it once.
pub fn wait_for(tx: &mut DbTx<'_>, by: &Actor, id: PersonId, what: &'static str) -> Result<()> {
    let Some(mut row) = rows::find(tx.conn(), id)?.filter(|row| row.waits_for.as_deref() != Some(what)) else { return Ok(()) };
    row.waits_for = Some(what.to_owned());
    rows::put(tx.conn(), &row)?;
    let action = if row.gone_at.is_some() { "person.erase" } else { "person.depart" };
    holdfast_audit::record(tx, Event::new(by, action, Object::new("person", id)).failed(what));
    Ok(())
}
