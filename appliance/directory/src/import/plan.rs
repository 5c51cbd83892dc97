//! What an import would do: a pure function of the sheet, the mapping and the directory.

mod known;
mod managers;
mod wanted;

use std::{collections::HashMap, sync::Arc};

use holdfast_base::{PersonId, Result};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Field, ImportCounts, ImportRow, RowOutcome, Severity,
    draft::{Draft, draft},
    places::{NewPlace, Place, Places},
    read::Sheet,
};
use crate::{Org, text};

pub(super) use known::Known;
pub(super) use wanted::{Boss, Wanted};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) rows: Vec<PlannedRow>,
    /// Parents first. Only those that a row without errors needs are made.
    pub(super) places: Vec<NewPlace>,
    pub(super) counts: ImportCounts,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlannedRow {
    pub(super) view: ImportRow,
    /// None when there is nothing to do.
    pub(super) act: Option<Act>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Act {
    Create { uid: String, wanted: Wanted },
    Change { person: PersonId, wanted: Wanted },
}

impl Act {
    pub(super) fn wanted(&self) -> &Wanted {
        match self {
            Self::Create { wanted, .. } | Self::Change { wanted, .. } => wanted,
        }
    }
}

/// A draft on its way to a planned row.
struct Row {
    draft: Draft,
    /// The person that the row is about; none for a new one.
    target: Option<PersonId>,
    /// The uid that stands there or is proposed.
    uid: String,
    wanted: Wanted,
}

pub(super) fn plan(sheet: &Sheet, heading_row: usize, columns: &[Option<Field>], org: &Org, known: &Known) -> Plan {
    let drafts = (heading_row + 1..sheet.rows.len()).filter_map(|at| draft(sheet, columns, at)).collect();
    let mut places = Places::new(org);
    let mut rows = identify(drafts, org, known);
    for row in &mut rows {
        row.wanted = wanted::overlay(&mut row.draft, row.target, org, known, &mut places);
    }
    managers::resolve(&mut rows, org, known);
    let uids: Vec<String> = rows.iter().map(|row| row.uid.clone()).collect();
    let planned = rows.into_iter().map(|row| finish(row, &uids, org, known, &places)).collect::<Vec<_>>();
    let counts = count(&planned, &places.new);
    Plan { rows: planned, places: places.new, counts }
}

/// Who each row is about. A value that must be one person's alone may stand in one row only.
fn identify(drafts: Vec<Draft>, org: &Org, known: &Known) -> Vec<Row> {
    let mut first: HashMap<(Field, String), u32> = HashMap::new();
    let mut targets: HashMap<PersonId, u32> = HashMap::new();
    let mut uids: std::collections::HashSet<String> =
        drafts.iter().filter_map(|draft| draft.uid.as_ref()).map(|uid| uid.to_ascii_lowercase()).collect();
    let mut rows = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        alone_in_sheet(&mut draft, &mut first);
        let target = known.target(&mut draft, org);
        if let Some(person) = target {
            let row = *targets.entry(person).or_insert(draft.row);
            if row != draft.row {
                draft.error(Field::Uid, "duplicate-in-sheet", None, Some(row.to_string()));
            }
        }
        if target.is_none() && draft.name.is_none() && !draft.problems.iter().any(|p| p.field == Some(Field::Name)) {
            draft.error(Field::Name, "empty", None, None);
        }
        alone_in_directory(&mut draft, target, known);
        let uid = match target.and_then(|id| org.person(id)) {
            Some(person) => person.uid.clone(),
            None => draft.uid.clone().unwrap_or_else(|| proposed(&mut draft, org, &mut uids)),
        };
        rows.push(Row { draft, target, uid, wanted: Wanted::default() });
    }
    rows
}

fn alone_in_sheet(draft: &mut Draft, first: &mut HashMap<(Field, String), u32>) {
    for (field, value) in unique_values(draft) {
        let row = *first.entry((field, value.to_lowercase())).or_insert(draft.row);
        if row != draft.row {
            draft.error(field, "duplicate-in-sheet", Some(&value), Some(row.to_string()));
        }
    }
}

fn alone_in_directory(draft: &mut Draft, target: Option<PersonId>, known: &Known) {
    for (field, value) in unique_values(draft) {
        let holder = known.holder(field, &value);
        if field != Field::Uid && holder.is_some() && holder != target {
            draft.error(field, "taken", Some(&value), None);
        }
    }
}

fn unique_values(draft: &Draft) -> Vec<(Field, String)> {
    let all = [
        (Field::Uid, &draft.uid),
        (Field::EmployeeNo, &draft.employee_no),
        (Field::Mobile, &draft.mobile),
        (Field::Mail, &draft.mail),
    ];
    all.into_iter().filter_map(|(field, value)| value.clone().map(|value| (field, value))).collect()
}

/// `zhangsan`, `zhangsan2` ... : the first that nobody has, in the directory or in the sheet.
fn proposed(draft: &mut Draft, org: &Org, uids: &mut std::collections::HashSet<String>) -> String {
    let base = text::proposed_uid(draft.name.as_deref().unwrap_or_default());
    let numbered = |n: u32| if n == 1 { base.clone() } else { format!("{base}{n}") };
    let free = (1..).map(numbered).find(|uid| org.by_uid(uid).is_none() && !uids.contains(uid)).unwrap_or(base);
    uids.insert(free.clone());
    if !draft.has_error() {
        draft.warning(Field::Uid, "uid-proposed", None, Some(free.clone()));
    }
    free
}

fn finish(row: Row, uids: &[String], org: &Org, known: &Known, places: &Places<'_>) -> PlannedRow {
    let changes = wanted::changes(&row.wanted, row.target, uids, org, known, places);
    let outcome = match (row.draft.has_error(), row.target) {
        (true, _) => RowOutcome::Error,
        (false, None) => RowOutcome::New,
        (false, Some(_)) if changes.is_empty() => RowOutcome::Same,
        (false, Some(_)) => RowOutcome::Changed,
    };
    let name = Some(row.wanted.name.clone()).filter(|name| !name.is_empty());
    let uid = Some(row.uid.clone());
    let act = match (outcome, row.target) {
        (RowOutcome::New, _) => Some(Act::Create { uid: row.uid, wanted: row.wanted }),
        (RowOutcome::Changed, Some(person)) => Some(Act::Change { person, wanted: row.wanted }),
        _ => None,
    };
    let changes = if outcome == RowOutcome::Error { Vec::new() } else { changes };
    PlannedRow { view: ImportRow { row: row.draft.row, outcome, uid, name, changes, problems: row.draft.problems }, act }
}

fn count(rows: &[PlannedRow], places: &[NewPlace]) -> ImportCounts {
    let of = |outcome: RowOutcome| number(rows.iter().filter(|row| row.view.outcome == outcome).count());
    let is_moved = |row: &&PlannedRow| {
        let departments = [Field::Departments, Field::MainDepartment];
        row.view.outcome == RowOutcome::Changed && row.view.changes.iter().any(|change| departments.contains(&change.field))
    };
    let has_warning = |row: &&PlannedRow| {
        row.view.outcome != RowOutcome::Error && row.view.problems.iter().any(|problem| problem.severity == Severity::Warning)
    };
    ImportCounts {
        rows: number(rows.len()),
        new: of(RowOutcome::New),
        changed: of(RowOutcome::Changed),
        moved: number(rows.iter().filter(is_moved).count()),
        same: of(RowOutcome::Same),
        error: of(RowOutcome::Error),
        warning: number(rows.iter().filter(has_warning).count()),
        departments_new: number(needed(rows, places).iter().filter(|needed| **needed).count()),
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Which of the new departments some row without errors needs, with all above them.
pub(super) fn needed(rows: &[PlannedRow], places: &[NewPlace]) -> Vec<bool> {
    let mut needed = vec![false; places.len()];
    let wanted = rows.iter().filter_map(|row| row.act.as_ref()).flat_map(|act| &act.wanted().departments);
    for place in wanted {
        let mut at = Some(*place);
        while let Some(Place::New(index)) = at {
            needed[index as usize] = true;
            at = places[index as usize].parent;
        }
    }
    needed
}

/// The plan that was looked at last, so that paging through it does not open it again and again.
#[derive(Default)]
pub(crate) struct PlanCache {
    last: Mutex<Option<(Uuid, Arc<Plan>)>>,
}

impl PlanCache {
    pub(super) fn get(&self, id: Uuid, read: impl FnOnce() -> Result<Plan>) -> Result<Arc<Plan>> {
        if let Some((_, plan)) = self.last.lock().as_ref().filter(|(of, _)| *of == id) {
            return Ok(plan.clone());
        }
        let plan = Arc::new(read()?);
        *self.last.lock() = Some((id, plan.clone()));
        Ok(plan)
    }

    pub(super) fn forget(&self) {
        *self.last.lock() = None;
    }
}
