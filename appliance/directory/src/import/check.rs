use std::collections::{BTreeMap, BTreeSet};

use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::{DbTx, Tx};
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Field, Import, ImportColumn, ImportCounts, ImportState, Stored, Summary,
    headings::heading_row,
    mapping,
    plan::{Known, Plan, plan},
    read::{self, Sheet},
    rows,
};
use crate::{Directory, SystemAdmin, limits, person_fields::PersonField, text};

/// Which column holds what, in place of what the headings say: field → index of its column. A field that is not named is
/// not imported.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[schema(value_type = std::collections::HashMap<String, u32>)]
    pub mapping: BTreeMap<Field, u32>,
}

/// Reads a file, plans, and stores both. Nothing in the directory is changed. Reading happens before the transaction.
pub fn check(directory: &Directory, by: &SystemAdmin, name: &str, bytes: &[u8]) -> Result<holdfast_store::Committed<Import>> {
    let name = text::line("name", name, limits::TEXT_CHARACTERS)?;
    let sheet = read::sheet(bytes)?;
    let added = directory.person_fields().all();
    let heading_row = heading_row(&sheet.rows, &added).ok_or(Error::invalid("file", "no-heading-known"))?;
    if sheet.rows.len() - heading_row > limits::IMPORT_ROWS + 1 {
        return Err(read::too_many("rows", limits::IMPORT_ROWS));
    }
    let summary = Summary {
        name,
        columns: recognised(&sheet, heading_row, &added),
        counts: ImportCounts::default(),
        encoding: sheet.encoding.clone(),
        heading_row: u32::try_from(heading_row).unwrap_or(0),
        sheet_bytes: 0,
        plan_bytes: 0,
        sha256: hex(digest(&SHA256, bytes).as_ref()),
        remembered: false,
    };
    directory.db().write(|tx| {
        let now = tx.now();
        rows::expire(tx.conn(), now)?;
        let person = by.actor().person().ok_or(Error::NotSignedIn)?;
        let mut stored = Stored {
            id: tx.world().uuid(),
            state: ImportState::Checked,
            created_at: now,
            created_by: person,
            applied_at: None,
            summary: summary.clone(),
        };
        stored.summary.remembered = mapping::recall(tx.conn(), directory, &mut stored.summary.columns)?;
        let (plan, _) = make(tx, directory, &stored, &sheet)?;
        stored.summary.counts = plan.counts;
        rows::insert(tx.conn(), directory.key(), &mut stored, &sheet, &plan)?;
        record(tx, by, "people.import-check", &stored);
        Ok(stored.view(directory))
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same sheet with another mapping: planned again.
pub fn remap(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, id: Uuid, mapping: &Mapping) -> Result<Import> {
    by.recheck(directory)?;
    let mut stored = rows::find(tx.conn(), directory.key(), id)?;
    if stored.state != ImportState::Checked {
        return Err(not_checked(stored.state));
    }
    let sheet = rows::sheet(tx.conn(), directory.key(), &stored)?;
    put_mapping(&mut stored.summary.columns, mapping, &directory.person_fields().all())?;
    stored.summary.remembered = false;
    let (plan, _) = make(tx, directory, &stored, &sheet)?;
    stored.summary.counts = plan.counts;
    rows::update(tx.conn(), directory.key(), &mut stored, &plan)?;
    record(tx, by, "people.import-check", &stored);
    let memory = directory.clone();
    tx.after_commit(Box::new(move || memory.plans().forget()));
    Ok(stored.view(directory))
}

fn put_mapping(columns: &mut [ImportColumn], mapping: &Mapping, added: &[PersonField]) -> Result<()> {
    columns.iter_mut().for_each(|column| column.field = None);
    for (field, index) in &mapping.mapping {
        if matches!(field, Field::More(id) if !added.iter().any(|one| one.id == *id)) {
            return Err(Error::invalid("mapping", "unknown"));
        }
        let column = columns.get_mut(*index as usize).ok_or(Error::invalid("mapping", "not-a-column"))?;
        if column.field.replace(*field).is_some() {
            return Err(Error::invalid("mapping", "column-used-twice"));
        }
    }
    Ok(())
}

/// The columns by their headings. Only departments may stand in several columns; else the first of its kind counts.
fn recognised(sheet: &Sheet, heading_row: usize, added: &[PersonField]) -> Vec<ImportColumn> {
    let headings = &sheet.rows[heading_row];
    let width = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut taken = BTreeSet::new();
    let mut columns = Vec::with_capacity(width);
    for (at, index) in (0u32..).take(width).enumerate() {
        let heading: String = headings.get(at).map(|all| all.chars().take(limits::TEXT_CHARACTERS).collect()).unwrap_or_default();
        let field = Field::recognise_among(&heading, added).filter(|field| taken.insert(*field) || *field == Field::Departments);
        let below = sheet.rows.iter().skip(heading_row + 1).filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
        let sample =
            below.take(limits::IMPORT_SAMPLES).map(|cell| cell.chars().take(limits::TEXT_CHARACTERS).collect()).collect();
        columns.push(ImportColumn { index, heading, field, sample });
    }
    columns
}

/// The plan as the directory stands in this transaction.
pub(super) fn make(tx: &mut DbTx<'_>, directory: &Directory, stored: &Stored, sheet: &Sheet) -> Result<(Plan, Known)> {
    let org = directory.org();
    let known = Known::read(tx.conn(), directory.key(), &org, directory.person_fields().all())?;
    let columns: Vec<Option<Field>> = stored.summary.columns.iter().map(|column| column.field).collect();
    let plan = plan(sheet, stored.summary.heading_row as usize, &columns, &org, &known);
    Ok((plan, known))
}

pub(super) fn not_checked(state: ImportState) -> Error {
    match state {
        ImportState::Expired => Error::Gone,
        ImportState::Applied => Error::conflict("applied-before"),
        ImportState::Checked => Error::broken("apply a checked import"),
    }
}

pub(super) fn record(tx: &mut DbTx<'_>, by: &SystemAdmin, action: &'static str, stored: &Stored) {
    let counts = stored.summary.counts;
    let event = Event::new(by.actor(), action, Object::new("import", stored.id))
        .text("file", stored.summary.name.clone())
        .text("sha256", stored.summary.sha256.clone())
        .number("rows", i64::from(counts.rows))
        .number("new", i64::from(counts.new))
        .number("changed", i64::from(counts.changed))
        .number("moved", i64::from(counts.moved))
        .number("error", i64::from(counts.error))
        .number("departments_new", i64::from(counts.departments_new));
    holdfast_audit::record(tx, event);
}
