use std::collections::BTreeSet;

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, PersonId, RequestId, Result, Timestamp};
use holdfast_store::{Committed, DbTx, Tx};

use super::rows;
use crate::{
    Directory, PersonState, delegations,
    people::{freeze, rows as people_rows},
    roles, rows as shared,
};

/// Writes what has ended by now, and begins again what was frozen for a time; the box is the actor. `None`: nothing was due.
pub fn end_due(directory: &Directory) -> Result<Option<Committed<()>>> {
    if directory.next_due() > directory.world().now() {
        return Ok(None);
    }
    directory.nothing_overdue();
    let done = directory.db().write(|tx| end_all(tx, directory));
    // It is due still.
    done.map(Some).inspect_err(|_| directory.is_overdue())
}

fn end_all(tx: &mut DbTx<'_>, directory: &Directory) -> Result<()> {
    let now = tx.now();
    let by = Actor::system(RequestId(tx.world().uuid()), now);
    let mut changed = BTreeSet::new();
    end_roles(tx, &by, now, &mut changed)?;
    end_delegations(tx, &by, now, &mut changed)?;
    end_memberships(tx, &by, now, &mut changed)?;
    end_accounts(tx, directory, &by, now, &mut changed)?;
    thaw(tx, directory, &by, now, &mut changed)?;
    let people = changed.into_iter().map(|id| shared::org_person_of(tx.conn(), directory.key(), id)).collect::<Result<_>>()?;
    directory.publish(tx, move |org| org.with_people(people));
    Ok(())
}

fn end_roles(tx: &mut DbTx<'_>, by: &Actor, now: Timestamp, changed: &mut BTreeSet<PersonId>) -> Result<()> {
    for (person, role) in roles::rows::ended(tx.conn(), now)? {
        roles::rows::delete(tx.conn(), person)?;
        let object = Object::new("role", format!("{}/{person}", role.name()));
        holdfast_audit::record(tx, Event::new(by, "role.revoke", object).text("reason", "ended"));
        changed.insert(person);
    }
    Ok(())
}

fn end_delegations(tx: &mut DbTx<'_>, by: &Actor, now: Timestamp, changed: &mut BTreeSet<PersonId>) -> Result<()> {
    for (id, person) in delegations::rows::ended(tx.conn(), now)? {
        delegations::rows::delete(tx.conn(), id)?;
        let event = Event::new(by, "delegation.revoke", Object::new("delegation", id));
        holdfast_audit::record(tx, event.text("person", person.to_string()).text("reason", "ended"));
        changed.insert(person);
    }
    Ok(())
}

fn end_memberships(tx: &mut DbTx<'_>, by: &Actor, now: Timestamp, changed: &mut BTreeSet<PersonId>) -> Result<()> {
    for (person, department) in rows::ended_memberships(tx.conn(), now)? {
        let mut left = shared::belongings_of(tx.conn(), Some(person))?.remove(&shared::to_sql(person.0)).unwrap_or_default();
        left.departments.retain(|id| *id != department);
        // The next one becomes the main one.
        people_rows::set_memberships(tx.conn(), person, &left.departments, &left.posts)?;
        let event = Event::new(by, "membership.end", Object::new("person", person));
        holdfast_audit::record(tx, event.text("department", department.to_string()));
        changed.insert(person);
    }
    Ok(())
}

fn end_accounts(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &Actor,
    now: Timestamp,
    changed: &mut BTreeSet<PersonId>,
) -> Result<()> {
    for (person, reason) in rows::ended_accounts(tx.conn(), now)? {
        rows::set_account_end(tx.conn(), person, None)?;
        let state = shared::org_person_of(tx.conn(), directory.key(), person)?.state;
        if state.is_kept() && state != PersonState::Frozen {
            freeze::shut(tx, directory, by, person, Some(reason), None)?;
        }
        changed.insert(person);
    }
    Ok(())
}

fn thaw(tx: &mut DbTx<'_>, directory: &Directory, by: &Actor, now: Timestamp, changed: &mut BTreeSet<PersonId>) -> Result<()> {
    for person in rows::ended_freezes(tx.conn(), now)? {
        rows::set_freeze_end(tx.conn(), person, None)?;
        let person = shared::org_person_of(tx.conn(), directory.key(), person)?;
        let is_over = person.ends.as_ref().and_then(|ends| ends.leaves).is_some_and(|leaves| leaves <= now);
        if person.state == PersonState::Frozen && !is_over {
            freeze::open(tx, directory, by, &person)?;
        }
        changed.insert(person.id);
    }
    Ok(())
}
