use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    leave::heir,
    rows::{self, Decided, HandoverKind},
};
use crate::{
    Directory, OrgPerson, SystemAdmin, limits,
    people::{self, rows as people_rows},
    rows as shared, text,
};

/// What becomes of one thing: one of the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The uid of who gets it.
    pub heir: Option<String>,
    /// Why nobody gets it.
    #[schema(max_length = 200)]
    pub waived: Option<String>,
}

/// Names an heir for one thing, or a reason why there is none. What is handed over already stays where it is.
pub fn decide(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SystemAdmin,
    uid: &str,
    (kind, object): (HandoverKind, u64),
    decision: &Decision,
) -> Result<()> {
    by.recheck(directory)?;
    let org = directory.org();
    let person = org.by_uid(uid).ok_or(Error::NotFound)?;
    rows::find(tx.conn(), person.id)?.filter(|row| row.gone_at.is_none()).ok_or(Error::NotFound)?;
    let (to, waived) = match (&decision.heir, &decision.waived) {
        (Some(uid), None) => (Some(heir(&org, person.id, uid)?), None),
        (None, Some(reason)) => (None, Some(text::line("waived", reason, limits::LABEL_CHARACTERS)?)),
        _ => return Err(Error::invalid("heir", "heir-or-reason")),
    };
    let before = rows::decided(tx.conn(), person.id)?;
    if before.iter().any(|row| (row.kind, row.object) == (kind, object) && row.done_at.is_some()) {
        return Err(Error::conflict("handed-over"));
    }
    if before.len() >= limits::HANDOVER_ITEMS {
        return Err(Error::too_long("object", limits::HANDOVER_ITEMS as u64));
    }
    let row = Decided { kind, object, heir: to, waived: waived.clone(), done_at: None, failure: None };
    rows::decide(tx.conn(), person.id, &row)?;
    let event = about(by.actor(), "handover.decide", person.id, kind, object);
    let event = to.map_or(event.clone(), |to| event.text("heir", to.to_string()));
    holdfast_audit::record(tx, waived.map_or(event.clone(), |reason| event.text("waived", reason)));
    Ok(())
}

/// What was decided, one by one.
pub fn decided(directory: &Directory, person: PersonId) -> Result<Vec<Decided>> {
    directory.db().read(|conn| rows::decided(conn, person))
}

/// Who gets what nobody else is named for. `NotFound`: the person is not leaving.
pub fn heir_of(directory: &Directory, person: PersonId) -> Result<Option<PersonId>> {
    Ok(directory.db().read(|conn| rows::find(conn, person))?.ok_or(Error::NotFound)?.heir)
}

/// Writes down what is about to be handed over, before any of it is: a thing that has changed hands is not found any more, and a
/// crash must not lose that it was one. What is written already stays.
pub fn begin(tx: &mut DbTx<'_>, person: PersonId, items: &[Decided]) -> Result<()> {
    let before = rows::decided(tx.conn(), person)?;
    let is_new = |item: &&Decided| !before.iter().any(|row| (row.kind, row.object) == (item.kind, item.object));
    items.iter().filter(is_new).try_for_each(|item| rows::decide(tx.conn(), person, item))
}

/// One thing is with its heir. Again: nothing. The box is the actor.
pub fn done(tx: &mut DbTx<'_>, by: &Actor, person: PersonId, item: &Decided) -> Result<()> {
    let before = rows::decided(tx.conn(), person)?;
    let is_done = before.iter().any(|row| (row.kind, row.object) == (item.kind, item.object) && row.done_at.is_some());
    if is_done {
        return Ok(());
    }
    let row = Decided { done_at: Some(tx.now()), failure: None, ..item.clone() };
    rows::decide(tx.conn(), person, &row)?;
    let event = about(by, "handover.done", person, item.kind, item.object);
    let event = item.heir.map_or(event.clone(), |heir| event.text("heir", heir.to_string()));
    holdfast_audit::record(tx, event);
    Ok(())
}

/// It could not be handed over; the code says why, and the log once.
pub fn failed(tx: &mut DbTx<'_>, by: &Actor, person: PersonId, item: &Decided, code: &'static str) -> Result<()> {
    if item.failure.as_deref() == Some(code) {
        return Ok(());
    }
    rows::decide(tx.conn(), person, &Decided { failure: Some(code.to_owned()), ..item.clone() })?;
    holdfast_audit::record(tx, about(by, "handover.done", person, item.kind, item.object).failed(code));
    Ok(())
}

fn about(by: &Actor, action: &'static str, person: PersonId, kind: HandoverKind, object: u64) -> Event {
    Event::new(by, action, Object::new("person", person)).text("kind", kind.name()).text("object", object.to_string())
}

/// How many people the person leads.
pub fn reports(directory: &Directory, person: PersonId) -> usize {
    let leads = |one: &&OrgPerson| one.manager == Some(person) && one.state.is_kept();
    directory.org().people().filter(leads).count()
}

/// The next hundred people get another manager. False: nobody is left to hand over.
pub fn hand_over_reports(tx: &mut DbTx<'_>, directory: &Directory, by: &Actor, of: PersonId, heir: PersonId) -> Result<bool> {
    let reports = rows::reports(tx.conn(), of, limits::REPORTS_AT_ONCE)?;
    if reports.is_empty() {
        return Ok(false);
    }
    let mut changed = Vec::with_capacity(reports.len() + 1);
    // An heir from below goes up first, else somebody would lead themselves.
    if is_below(tx, heir, of)? {
        let above = people_rows::manager_of(tx.conn(), of)?.flatten();
        changed.push(lead(tx, directory, by, heir, above)?);
    }
    for report in reports.into_iter().filter(|report| *report != heir) {
        changed.push(lead(tx, directory, by, report, Some(heir))?);
    }
    directory.publish(tx, move |org| org.with_people(changed));
    Ok(true)
}

fn is_below(tx: &mut DbTx<'_>, person: PersonId, above: PersonId) -> Result<bool> {
    let mut at = person;
    for _ in 0..limits::MANAGER_STEPS {
        match people_rows::manager_of(tx.conn(), at)?.flatten() {
            Some(manager) if manager == above => return Ok(true),
            Some(manager) => at = manager,
            None => return Ok(false),
        }
    }
    Ok(false)
}

fn lead(tx: &mut DbTx<'_>, directory: &Directory, by: &Actor, id: PersonId, manager: Option<PersonId>) -> Result<OrgPerson> {
    let before = people_rows::fields(tx.conn(), directory.key(), id)?;
    let after = people::fields::Fields { manager, ..before.clone() };
    people::apply(tx, directory, by, id, &before, &after)?;
    shared::org_person_of(tx.conn(), directory.key(), id)
}
