//! People from a sheet: read, recognise the columns, plan, look at the plan, apply it.
//!
//! The plan is a pure function of the sheet, the mapping and the directory, so it is made again inside the transaction that
//! applies it: what would be written is what was looked at, or nothing is written. An empty cell leaves what is there.
//! Formulas are never evaluated. Sheet and plan are stored sealed and forgotten after a day.

mod apply;
mod check;
mod delimited;
mod draft;
mod export;
mod failed;
mod headings;
mod history;
mod list;
mod mapping;
mod places;
mod plan;
mod read;
mod report;
mod rows;
mod sheet;
mod xlsx;

use holdfast_base::{PersonId, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use apply::{Mode, apply};
pub use check::{Mapping, check, remap};
pub use export::export;
pub use failed::failed;
pub use headings::Field;
pub use history::{ImportEntry, history};
pub use list::{list, view};
pub use report::report;
pub use sheet::SheetFormat;
pub(crate) use sheet::SheetWriter;

pub(crate) use plan::PlanCache;

use crate::{Directory, Org, limits};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImportState {
    /// Dry run: nothing has been changed.
    Checked,
    Applied,
    /// Too old; its sheet is gone.
    Expired,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportColumn {
    pub index: u32,
    pub heading: String,
    /// What the column holds; absent when it is not imported.
    #[schema(value_type = Option<String>)]
    pub field: Option<Field>,
    /// The first few values.
    pub sample: Vec<String>,
}

/// A field that a column may be said to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportField {
    #[schema(value_type = String)]
    pub key: Field,
    pub required: bool,
    /// Of a field that the enterprise added: what it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_en: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    pub rows: u32,
    pub new: u32,
    pub changed: u32,
    /// Of the changed: those whose departments are others.
    pub moved: u32,
    pub same: u32,
    /// Rows with at least one error; they are not imported.
    pub error: u32,
    /// Rows with a warning and no error.
    pub warning: u32,
    pub departments_new: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Import {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub name: String,
    pub created_at: Timestamp,
    pub state: ImportState,
    pub columns: Vec<ImportColumn>,
    pub fields: Vec<ImportField>,
    pub counts: ImportCounts,
    /// How the text was read; absent for .xlsx.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// The columns hold what an earlier import with these headings said they hold.
    pub remembered: bool,
    /// So many people would be changed that the number must be given when it is applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowOutcome {
    New,
    Changed,
    Same,
    Error,
}

impl RowOutcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Same => "same",
            Self::Error => "error",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Error,
    Warning,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    #[schema(value_type = String)]
    pub field: Field,
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
}

/// What is wrong with a cell. `code` is stable; the client translates it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowProblem {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub field: Option<Field>,
    pub severity: Severity,
    pub code: String,
    #[serde(default)]
    pub value: Option<String>,
    /// What would be right: a row number, a limit, a name.
    #[serde(default)]
    pub hint: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportRow {
    /// As the spreadsheet numbers it, from 1.
    pub row: u32,
    pub outcome: RowOutcome,
    #[serde(default)]
    pub uid: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    pub changes: Vec<FieldChange>,
    pub problems: Vec<RowProblem>,
}

/// What is kept of an import besides its sheet and its plan; sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Summary {
    name: String,
    columns: Vec<ImportColumn>,
    counts: ImportCounts,
    encoding: Option<String>,
    /// Row of the sheet (from 0) that bears the headings.
    heading_row: u32,
    sheet_bytes: u64,
    plan_bytes: u64,
    /// Of the file as it came, in hex: whoever has it can show that it is the one.
    sha256: String,
    /// The mapping is one that was remembered.
    remembered: bool,
}

/// An import as its row holds it, opened.
struct Stored {
    id: Uuid,
    state: ImportState,
    created_at: Timestamp,
    created_by: PersonId,
    applied_at: Option<Timestamp>,
    summary: Summary,
}

impl Stored {
    fn view(&self, directory: &Directory) -> Import {
        let fixed = Field::ALL.map(|key| ImportField { key, required: key == Field::Name, label_zh: None, label_en: None });
        let added = directory.person_fields().all();
        let added = added.iter().map(|field| ImportField {
            key: Field::More(field.id),
            required: field.settings.required,
            label_zh: Some(field.settings.label_zh.clone()),
            label_en: Some(field.settings.label_en.clone()),
        });
        Import {
            id: self.id,
            name: self.summary.name.clone(),
            created_at: self.created_at,
            state: self.state,
            columns: self.summary.columns.clone(),
            fields: fixed.into_iter().chain(added).collect(),
            counts: self.summary.counts,
            encoding: self.summary.encoding.clone(),
            remembered: self.summary.remembered,
            confirm: Some(self)
                .filter(|_| self.state == ImportState::Checked)
                .and_then(|_| to_confirm(&directory.org(), &self.summary.counts)),
            applied_at: self.applied_at,
        }
    }
}

/// The number of changed people that must be given, where there are many: a wrong column or a sheet of another company
/// changes nearly everybody.
fn to_confirm(org: &Org, counts: &ImportCounts) -> Option<u32> {
    let listed = org.people().filter(|person| person.state.is_listed()).count();
    let share = u64::from(counts.changed) * 100 > listed as u64 * u64::from(limits::IMPORT_CHANGES_PERCENT);
    let many = counts.changed > limits::IMPORT_CHANGES || (share && counts.changed > limits::IMPORT_CHANGES_FEW);
    many.then_some(counts.changed)
}

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    postcard::to_stdvec(value).map_err(holdfast_base::Error::internal("encode an import"))
}

fn decode<T: serde::de::DeserializeOwned>(plain: &[u8]) -> Result<T> {
    postcard::from_bytes(plain).map_err(holdfast_base::Error::internal("decode an import"))
}

/// The door of the fuzzers: an uploaded file, as far as it is read without the directory.
#[cfg(fuzzing)]
pub fn read_for_fuzzing(bytes: &[u8]) {
    let _ = read::sheet(bytes);
}

/// Sheets of before yesterday are forgotten when the next one comes; and when a person is.
pub(crate) fn forget_old(conn: &mut diesel::SqliteConnection, now: Timestamp) -> Result<()> {
    rows::expire(conn, now)
}
