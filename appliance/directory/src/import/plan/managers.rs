//! Managers, who may stand in a later row: by uid, by employee number, or by a name that only one person has.

use std::collections::HashMap;

use holdfast_base::PersonId;

use super::{Boss, Known, Row};
use crate::{Org, import::Field, limits};

/// The rows of the sheet by what a manager's cell may name.
#[derive(Default)]
struct Index {
    by_uid: HashMap<String, usize>,
    by_employee_no: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_target: HashMap<PersonId, usize>,
}

pub(super) fn resolve(rows: &mut [Row], org: &Org, known: &Known) {
    let index = index(rows);
    for at in 0..rows.len() {
        let Some(cell) = rows[at].draft.manager.clone() else { continue };
        match find(&cell, rows, &index, org, known) {
            Ok(boss) => rows[at].wanted.manager = Some(boss),
            Err(code) => rows[at].draft.error(Field::Manager, code, Some(&cell), None),
        }
    }
    for at in 0..rows.len() {
        if rows[at].draft.manager.is_some() && goes_round(at, rows, &index, known) {
            let cell = rows[at].draft.manager.clone();
            rows[at].draft.error(Field::Manager, "loop", cell.as_deref(), None);
            rows[at].wanted.manager = None;
        }
    }
    drop_those_not_imported(rows);
}

fn index(rows: &[Row]) -> Index {
    let mut index = Index::default();
    for (at, row) in rows.iter().enumerate() {
        index.by_uid.entry(row.uid.to_ascii_lowercase()).or_insert(at);
        if let Some(number) = &row.draft.employee_no {
            index.by_employee_no.entry(number.to_lowercase()).or_insert(at);
        }
        if let Some(name) = &row.draft.name {
            index.by_name.entry(name.clone()).or_default().push(at);
        }
        if let Some(target) = row.target {
            index.by_target.entry(target).or_insert(at);
        }
    }
    index
}

fn find(cell: &str, rows: &[Row], index: &Index, org: &Org, known: &Known) -> Result<Boss, &'static str> {
    let row = |at: &usize| rows[*at].target.map_or(Boss::Row(u32::try_from(*at).unwrap_or(u32::MAX)), Boss::Known);
    let there = |id: &PersonId| org.person(*id).is_some_and(|person| person.state.is_kept());
    let lower = cell.to_lowercase();
    if let Some(person) = org.by_uid(cell).map(|person| person.id).filter(there) {
        return Ok(Boss::Known(person));
    }
    if let Some(boss) = index.by_uid.get(&lower).map(row) {
        return Ok(boss);
    }
    if let Some(person) = known.holder(Field::EmployeeNo, cell).filter(there) {
        return Ok(Boss::Known(person));
    }
    if let Some(boss) = index.by_employee_no.get(&lower).map(row) {
        return Ok(boss);
    }
    let mut named: Vec<Boss> = known.by_name(cell).iter().map(|id| Boss::Known(*id)).collect();
    named.extend(index.by_name.get(cell).into_iter().flatten().map(row));
    named.sort_by_key(|boss| match boss {
        Boss::Known(id) => (0, id.0),
        Boss::Row(at) => (1, u64::from(*at)),
    });
    named.dedup();
    match named.as_slice() {
        [] => Err("unknown"),
        [only] => Ok(*only),
        _ => Err("ambiguous-name"),
    }
}

/// Does the chain of managers, as it would be, come back to this row?
fn goes_round(start: usize, rows: &[Row], index: &Index, known: &Known) -> bool {
    let mut at = rows[start].wanted.manager;
    for _ in 0..limits::MANAGER_STEPS {
        let row = match at {
            None => return false,
            Some(Boss::Row(row)) => Some(row as usize),
            Some(Boss::Known(id)) => index.by_target.get(&id).copied(),
        };
        if row == Some(start) {
            return true;
        }
        at = match (row, at) {
            (Some(row), _) => rows[row].wanted.manager,
            (None, Some(Boss::Known(id))) => known.fields(id).and_then(|fields| fields.manager).map(Boss::Known),
            (None, _) => None,
        };
    }
    true
}

/// A manager whose own row has an error will not be there: the person is imported without one, and the row says so.
fn drop_those_not_imported(rows: &mut [Row]) {
    let wrong: Vec<bool> = rows.iter().map(|row| row.target.is_none() && row.draft.has_error()).collect();
    for row in rows {
        if let Some(Boss::Row(at)) = row.wanted.manager
            && wrong.get(at as usize).copied().unwrap_or(true)
        {
            let cell = row.draft.manager.clone();
            row.draft.warning(Field::Manager, "manager-row-has-errors", cell.as_deref(), None);
            row.wanted.manager = None;
        }
    }
}
