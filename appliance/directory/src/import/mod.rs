//! People from a sheet: read, recognise the columns, plan, look at the plan, apply it.
//!
//! The plan is a pure function of the sheet, the mapping and the directory, so it is made again inside the transaction that
//! applies it: what would be written is what was looked at, or nothing is written. An empty cell leaves what is there.
//! Formulas are never evaluated. Sheet and plan are stored sealed and forgotten after a day.

mod apply;
mod check;
mod delimited;
mod draft;
mod headings;
mod list;
mod places;
mod plan;
mod read;
mod report;
mod rows;
mod xlsx;

use holdfast_base::{Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use apply::{Mode, apply};
pub use check::{Mapping, check, remap};
pub use headings::Field;
pub use list::{list, view};
pub use report::report;

pub(crate) use plan::PlanCache;

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
    pub field: Option<Field>,
    /// The first few values.
    pub sample: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportField {
    pub key: Field,
    pub required: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    pub rows: u32,
    pub new: u32,
    pub changed: u32,
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
}

/// An import as its row holds it, opened.
struct Stored {
    id: Uuid,
    state: ImportState,
    created_at: Timestamp,
    summary: Summary,
}

impl Stored {
    fn view(&self) -> Import {
        Import {
            id: self.id,
            name: self.summary.name.clone(),
            created_at: self.created_at,
            state: self.state,
            columns: self.summary.columns.clone(),
            fields: Field::ALL.iter().map(|key| ImportField { key: *key, required: *key == Field::Name }).collect(),
            counts: self.summary.counts,
            encoding: self.summary.encoding.clone(),
        }
    }
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
