use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, DepartmentId, Error, PersonId, Result};
use holdfast_store::{Committed, DbTx, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Import, ImportState, RowOutcome,
    check::{make, not_checked, record},
    mapping,
    places::Place,
    plan::{Act, Boss, Known, Plan, PlannedRow, Wanted, needed},
    rows, to_confirm,
};
use crate::{
    Directory, PersonState, SystemAdmin, departments,
    people::{
        self,
        fields::Fields,
        rows::{Changed, Newcomer},
    },
    rows as shared,
};

/// People or departments named by one audit entry of an import.
const NAMED_PER_ENTRY: usize = 200;
/// Bytes of them; an entry holds 60 KiB.
const NAMED_BYTES_PER_ENTRY: usize = 40 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Nothing, while one row has an error.
    AllOrNothing,
    /// The rows without errors.
    GoodRows,
}

enum Applied {
    Done(Import),
    /// The directory has changed since the dry run; the new plan is stored, to be looked at first.
    Stale,
}

/// One transaction for everything. The plan is made again in it: what is written is what was looked at. Applying twice
/// answers the same. `confirmed`: the number of people changed, where there are many.
pub fn apply(directory: &Directory, by: &SystemAdmin, id: Uuid, mode: Mode, confirmed: Option<u32>) -> Result<Committed<Import>> {
    let committed = directory.db().write(|tx| write(tx, directory, by, id, mode, confirmed))?;
    match committed.value {
        Applied::Done(import) => Ok(Committed { value: import, mark: committed.mark, g: committed.g }),
        Applied::Stale => Err(Error::conflict("directory-changed")),
    }
}

fn write(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SystemAdmin,
    id: Uuid,
    mode: Mode,
    confirmed: Option<u32>,
) -> Result<Applied> {
    by.recheck(directory)?;
    let mut stored = rows::find(tx.conn(), directory.key(), id)?;
    match stored.state {
        ImportState::Applied => return Ok(Applied::Done(stored.view(directory))),
        ImportState::Expired => return Err(not_checked(stored.state)),
        ImportState::Checked => {}
    }
    let sheet = rows::sheet(tx.conn(), directory.key(), &stored)?;
    let looked_at = rows::plan(tx.conn(), directory.key(), &stored)?;
    let (plan, known) = make(tx, directory, &stored, &sheet)?;
    let memory = directory.clone();
    tx.after_commit(Box::new(move || memory.plans().forget()));
    if plan != looked_at {
        stored.summary.counts = plan.counts;
        rows::update(tx.conn(), directory.key(), &mut stored, &plan)?;
        return Ok(Applied::Stale);
    }
    if mode == Mode::AllOrNothing && plan.counts.error > 0 {
        return Err(Error::conflict("rows-with-errors"));
    }
    if to_confirm(&directory.org(), &plan.counts).is_some_and(|number| confirmed != Some(number)) {
        return Err(Error::conflict("many-people-changed"));
    }
    carry_out(tx, directory, &plan, &known)?;
    record_names(tx, by.actor(), id, &plan);
    mapping::remember(tx, directory, &stored.summary.columns)?;
    stored.state = ImportState::Applied;
    stored.applied_at = Some(tx.now());
    rows::update(tx.conn(), directory.key(), &mut stored, &plan)?;
    record(tx, by, "people.import", &stored);
    Ok(Applied::Done(stored.view(directory)))
}

/// The plan has checked everything against the same state, so the rows are written as they are. All ids are taken first:
/// a department or manager may stand in a later row.
fn carry_out(tx: &mut DbTx<'_>, directory: &Directory, plan: &Plan, known: &Known) -> Result<()> {
    let now = tx.now();
    let places = make_places(tx, plan)?;
    let ids = take_ids(tx, plan)?;
    let org = directory.org();
    let (mut newcomers, mut changed) = (Vec::new(), Vec::new());
    for (row, id) in plan.rows.iter().zip(&ids) {
        let (Some(act), Some(id)) = (&row.act, *id) else { continue };
        let fields = fields(act.wanted(), &places, &ids);
        match act {
            Act::Create { uid, .. } => {
                newcomers.push(Newcomer { id, uid: uid.clone(), state: PersonState::Invited, fields });
            }
            Act::Change { .. } => {
                let before = known.fields(id).ok_or(Error::broken("find a person to change"))?;
                let uid = &org.person(id).ok_or(Error::broken("find a person to change"))?.uid;
                changed.push(Changed { id, uid, before, after: fields });
            }
        }
    }
    people::rows::insert(tx.conn(), directory.key(), &newcomers, now)?;
    people::rows::update_all(tx.conn(), directory.key(), &changed, now)?;
    let departments = shared::departments(tx.conn())?;
    let people = shared::org_people(tx.conn(), directory.key(), None)?;
    directory.publish(tx, move |org| org.with_departments(departments).with_people(people));
    Ok(())
}

/// Every row's person: the one that is there, or a new id.
fn take_ids(tx: &mut DbTx<'_>, plan: &Plan) -> Result<Vec<Option<PersonId>>> {
    let new = plan.rows.iter().filter(|row| matches!(row.act, Some(Act::Create { .. }))).count();
    let mut next = shared::next_ids(tx.conn(), "person", new)?..;
    let id = |row: &PlannedRow| match &row.act {
        Some(Act::Create { .. }) => next.next().map(PersonId),
        Some(Act::Change { person, .. }) => Some(*person),
        None => None,
    };
    Ok(plan.rows.iter().map(id).collect())
}

/// The ids of the plan's new departments; none for those that no row needs.
fn make_places(tx: &mut DbTx<'_>, plan: &Plan) -> Result<Vec<Option<DepartmentId>>> {
    let needed = needed(&plan.rows, &plan.places);
    let mut next = shared::next_ids(tx.conn(), "department", needed.iter().filter(|needed| **needed).count())?..;
    let mut made: Vec<Option<DepartmentId>> = Vec::with_capacity(plan.places.len());
    let mut new = Vec::new();
    for (place, needed) in plan.places.iter().zip(needed) {
        let id = if needed { next.next().map(DepartmentId) } else { None };
        made.push(id);
        let Some(id) = id else { continue };
        let parent = place.parent.and_then(|parent| id_of(parent, &made));
        new.push(departments::rows::Inserted { id, name: place.name.clone(), parent });
    }
    let now = tx.now();
    departments::rows::insert_all(tx.conn(), &new, now)?;
    Ok(made)
}

fn id_of(place: Place, made: &[Option<DepartmentId>]) -> Option<DepartmentId> {
    match place {
        Place::Known(id) => Some(id),
        Place::New(at) => made.get(at as usize).copied().flatten(),
    }
}

fn fields(wanted: &Wanted, places: &[Option<DepartmentId>], ids: &[Option<PersonId>]) -> Fields {
    let wanted = wanted.clone();
    Fields {
        name: wanted.name,
        title: wanted.title,
        mail: wanted.mail,
        mobile: wanted.mobile,
        phone: wanted.phone,
        employee_no: wanted.employee_no,
        work_place: wanted.work_place,
        hired_on: wanted.hired_on,
        departments: wanted.departments.iter().filter_map(|place| id_of(*place, places)).collect(),
        posts: wanted
            .posts
            .into_iter()
            .filter_map(|post| Some((id_of(post.department, places)?, post)))
            .map(|(id, post)| post.written(id))
            .collect(),
        manager: wanted.manager.and_then(|boss| match boss {
            Boss::Known(id) => Some(id),
            Boss::Row(at) => ids.get(at as usize).copied().flatten(),
        }),
        more: wanted.more,
    }
}

fn record_names(tx: &mut DbTx<'_>, actor: &Actor, import: Uuid, plan: &Plan) {
    let needed = needed(&plan.rows, &plan.places);
    let made = plan.places.iter().zip(needed).filter(|(_, needed)| *needed).map(|(place, _)| place.name.clone());
    record_parts(tx, actor, import, "people.import-departments", made.collect());
    let written = plan.rows.iter().filter(|row| row.act.is_some()).map(line);
    record_parts(tx, actor, import, "people.import-rows", written.collect());
}

/// What was made and changed, many to an entry: one entry for each would outgrow the transaction's outbox.
fn record_parts(tx: &mut DbTx<'_>, actor: &Actor, import: Uuid, action: &'static str, names: Vec<String>) {
    let (mut part, mut bytes) = (Vec::new(), 0);
    let mut names = names.into_iter().peekable();
    while let Some(name) = names.next() {
        bytes += name.len();
        part.push(name);
        let next = names.peek().map_or(0, String::len);
        if names.peek().is_none() || part.len() == NAMED_PER_ENTRY || bytes + next > NAMED_BYTES_PER_ENTRY {
            let event = Event::new(actor, action, Object::new("import", import));
            holdfast_audit::record(tx, event.list("names", std::mem::take(&mut part)));
            bytes = 0;
        }
    }
}

/// Who, and of somebody who was there before, what is another now.
fn line(row: &PlannedRow) -> String {
    let (outcome, uid) = (row.view.outcome.name(), row.view.uid.as_deref().unwrap_or_default());
    if row.view.outcome != RowOutcome::Changed {
        return format!("{outcome} {uid}");
    }
    let fields: Vec<_> = row.view.changes.iter().map(|change| change.field.word()).collect();
    format!("{outcome} {uid}: {}", fields.join(", "))
}
