use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, DepartmentId, Error, PersonId, Result};
use holdfast_store::{Committed, DbTx, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Import, ImportState,
    check::{make, not_checked, record},
    places::Place,
    plan::{Act, Boss, Plan, PlannedRow, Wanted, needed},
    rows,
};
use crate::{Directory, PersonState, SystemAdmin, departments, people, people::fields::Fields, rows as shared};

/// People named by one audit entry of an import.
const PEOPLE_PER_ENTRY: usize = 500;

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
/// answers the same.
pub fn apply(directory: &Directory, by: &SystemAdmin, id: Uuid, mode: Mode) -> Result<Committed<Import>> {
    let committed = directory.db().write(|tx| write(tx, directory, by, id, mode))?;
    match committed.value {
        Applied::Done(import) => Ok(Committed { value: import, mark: committed.mark, g: committed.g }),
        Applied::Stale => Err(Error::conflict("directory-changed")),
    }
}

fn write(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, id: Uuid, mode: Mode) -> Result<Applied> {
    let mut stored = rows::find(tx.conn(), directory.key(), id)?;
    match stored.state {
        ImportState::Applied => return Ok(Applied::Done(stored.view())),
        ImportState::Expired => return Err(not_checked(stored.state)),
        ImportState::Checked => {}
    }
    let sheet = rows::sheet(tx.conn(), directory.key(), &stored)?;
    let looked_at = rows::plan(tx.conn(), directory.key(), &stored)?;
    let plan = make(tx, directory, &stored, &sheet)?;
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
    carry_out(tx, directory, by.actor(), id, &plan)?;
    stored.state = ImportState::Applied;
    rows::update(tx.conn(), directory.key(), &mut stored, &plan)?;
    record(tx, by, "people.import", &stored);
    Ok(Applied::Done(stored.view()))
}

fn carry_out(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, import: Uuid, plan: &Plan) -> Result<()> {
    let places = make_places(tx, actor, plan)?;
    let mut ids: Vec<Option<PersonId>> = Vec::with_capacity(plan.rows.len());
    // First everybody without a manager among the new ones, then the managers, who may stand in a later row.
    for row in &plan.rows {
        ids.push(write_row(tx, directory, row, &places)?);
    }
    for (row, id) in plan.rows.iter().zip(&ids) {
        if let (Some(act), Some(id)) = (&row.act, id) {
            let manager = boss(act.wanted(), &ids);
            people::rows::set_manager(tx.conn(), *id, manager)?;
        }
    }
    record_people(tx, actor, import, &plan.rows);
    let departments = shared::departments(tx.conn())?;
    let people = shared::org_people(tx.conn(), directory.key(), None)?;
    directory.publish(tx, move |org| org.with_departments(departments).with_people(people));
    Ok(())
}

fn make_places(tx: &mut DbTx<'_>, actor: &Actor, plan: &Plan) -> Result<Vec<Option<DepartmentId>>> {
    let needed = needed(&plan.rows, &plan.places);
    let mut made: Vec<Option<DepartmentId>> = Vec::with_capacity(plan.places.len());
    for (place, needed) in plan.places.iter().zip(needed) {
        if !needed {
            made.push(None);
            continue;
        }
        let parent = place.parent.and_then(|parent| known(parent, &made));
        made.push(Some(departments::insert(tx, actor, &place.name, parent)?));
    }
    Ok(made)
}

fn known(place: Place, made: &[Option<DepartmentId>]) -> Option<DepartmentId> {
    match place {
        Place::Known(id) => Some(id),
        Place::New(at) => made.get(at as usize).copied().flatten(),
    }
}

/// The plan has checked everything against the same state, so the rows are written as they are.
fn write_row(tx: &mut DbTx<'_>, directory: &Directory, row: &PlannedRow, places: &[Option<DepartmentId>]) -> Result<Option<PersonId>> {
    let now = tx.now();
    match &row.act {
        None => Ok(None),
        Some(Act::Create { uid, wanted }) => {
            let id = PersonId(shared::next_id(tx.conn(), "person")?);
            let fields = fields(wanted, places);
            people::rows::insert(tx.conn(), directory.key(), id, uid, &fields, PersonState::Invited, now)?;
            Ok(Some(id))
        }
        Some(Act::Change { person, wanted }) => {
            let before = people::rows::fields(tx.conn(), directory.key(), *person)?;
            people::rows::update(tx.conn(), directory.key(), *person, &before, &fields(wanted, places), now)?;
            Ok(Some(*person))
        }
    }
}

/// Everything but the manager, who is set when all ids are known.
fn fields(wanted: &Wanted, places: &[Option<DepartmentId>]) -> Fields {
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
        departments: wanted.departments.iter().filter_map(|place| known(*place, places)).collect(),
        manager: None,
    }
}

fn boss(wanted: &Wanted, ids: &[Option<PersonId>]) -> Option<PersonId> {
    match wanted.manager? {
        Boss::Known(id) => Some(id),
        Boss::Row(at) => ids.get(at as usize).copied().flatten(),
    }
}

/// Who was made and who was changed, some hundreds to an entry.
fn record_people(tx: &mut DbTx<'_>, actor: &Actor, import: Uuid, rows: &[PlannedRow]) {
    let written: Vec<String> = rows.iter().filter(|row| row.act.is_some()).map(line).collect();
    for part in written.chunks(PEOPLE_PER_ENTRY) {
        let event = Event::new(actor, "people.import-rows", Object::new("import", import));
        holdfast_audit::record(tx, event.list("people", part.to_vec()));
    }
}

fn line(row: &PlannedRow) -> String {
    format!("{} {}", row.view.outcome.name(), row.view.uid.as_deref().unwrap_or_default())
}
