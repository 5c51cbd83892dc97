//! One row of the sheet, cell by cell in the one form of its field, with what is wrong. Knows nothing of the directory.

use holdfast_base::{Error, Result};

use super::{Field, RowProblem, Severity, read::Sheet};
use crate::{limits, person_fields::FieldId, text};

#[derive(Debug, Default)]
pub(super) struct Draft {
    /// As the spreadsheet numbers it, from 1.
    pub(super) row: u32,
    pub(super) uid: Option<String>,
    pub(super) name: Option<String>,
    pub(super) employee_no: Option<String>,
    pub(super) title: Option<String>,
    pub(super) mobile: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) mail: Option<String>,
    pub(super) hired_on: Option<String>,
    pub(super) work_place: Option<String>,
    /// Each a path of names.
    pub(super) departments: Vec<Vec<String>>,
    pub(super) main: Option<Vec<String>>,
    /// One for each of `departments`; of the main one where that is the only one.
    pub(super) titles: Option<Vec<Option<String>>>,
    pub(super) head_of: Option<HeadOf>,
    pub(super) manager: Option<String>,
    /// Of the fields that the enterprise added, as they stand.
    pub(super) more: Vec<(FieldId, String)>,
    pub(super) problems: Vec<RowProblem>,
}

/// Which departments somebody leads, as a cell says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeadOf {
    /// All in which the person is.
    All,
    None,
    These(Vec<Vec<String>>),
}

impl Draft {
    pub(super) fn has_error(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    pub(super) fn error(&mut self, field: Field, code: &str, value: Option<&str>, hint: Option<String>) {
        self.problems.push(problem(field, Severity::Error, code, value, hint));
    }

    pub(super) fn warning(&mut self, field: Field, code: &str, value: Option<&str>, hint: Option<String>) {
        self.problems.push(problem(field, Severity::Warning, code, value, hint));
    }
}

pub(super) fn problem(field: Field, severity: Severity, code: &str, value: Option<&str>, hint: Option<String>) -> RowProblem {
    let value = value.map(|value| value.chars().take(limits::TEXT_CHARACTERS).collect());
    RowProblem { field: Some(field), severity, code: code.to_owned(), value, hint }
}

/// None for a row without a single mapped value.
pub(super) fn draft(sheet: &Sheet, columns: &[Option<Field>], at: usize) -> Option<Draft> {
    let mut draft = Draft { row: u32::try_from(at + 1).unwrap_or(u32::MAX), ..Draft::default() };
    let mut blank = true;
    for (cell, field) in sheet.rows[at].iter().zip(columns) {
        let (Some(field), false) = (*field, cell.trim().is_empty()) else { continue };
        blank = false;
        if cell.chars().count() > limits::IMPORT_CELL_CHARACTERS {
            draft.error(field, "too-long", None, Some(limits::IMPORT_CELL_CHARACTERS.to_string()));
            continue;
        }
        take(&mut draft, sheet, field, cell.trim());
    }
    (!blank).then_some(draft)
}

fn take(draft: &mut Draft, sheet: &Sheet, field: Field, cell: &str) {
    let cell = unguarded(field, cell);
    if let Field::More(id) = field {
        draft.more.push((id, cell.to_owned()));
        return;
    }
    let line = |most: usize| text::optional_line(field.name(), Some(cell), most);
    let value = match field {
        Field::Uid => text::uid(cell).map(Some),
        Field::Name => line(limits::NAME_CHARACTERS),
        Field::EmployeeNo => line(limits::EMPLOYEE_NO_CHARACTERS),
        Field::Title | Field::Phone | Field::WorkPlace => line(limits::TEXT_CHARACTERS),
        Field::Mobile => whole_number(cell).and_then(|cell| text::mobile(Some(&cell))),
        Field::Mail => text::mail(Some(cell)),
        Field::HiredOn => day(sheet, cell),
        Field::Manager => Ok(Some(cell.to_owned())),
        Field::Departments => return departments(draft, cell),
        Field::MainDepartment => return main_department(draft, cell),
        Field::DepartmentTitles => return titles(draft, cell),
        Field::HeadOf => return head_of(draft, cell),
        Field::More(_) => Ok(None),
    };
    match value {
        Ok(value) => {
            let slot = slot(draft, field);
            if slot.is_none() {
                *slot = value;
            }
        }
        Err(error) => refuse(draft, field, cell, error),
    }
}

/// An apostrophe guards digits in a spreadsheet, and what would be a formula in our own sheets; names may begin with one
/// (`'t Hooft`).
fn unguarded(field: Field, cell: &str) -> &str {
    let cell = super::sheet::plain(cell);
    match field {
        Field::Uid | Field::EmployeeNo | Field::Mobile | Field::Phone | Field::HiredOn => {
            cell.strip_prefix(['\'', '’', '`']).unwrap_or(cell).trim()
        }
        _ => cell,
    }
}

fn slot(draft: &mut Draft, field: Field) -> &mut Option<String> {
    match field {
        Field::Uid => &mut draft.uid,
        Field::EmployeeNo => &mut draft.employee_no,
        Field::Title => &mut draft.title,
        Field::Mobile => &mut draft.mobile,
        Field::Phone => &mut draft.phone,
        Field::Mail => &mut draft.mail,
        Field::HiredOn => &mut draft.hired_on,
        Field::WorkPlace => &mut draft.work_place,
        Field::Manager => &mut draft.manager,
        Field::Name | Field::Departments | Field::MainDepartment | Field::DepartmentTitles | Field::HeadOf | Field::More(_) => {
            &mut draft.name
        }
    }
}

pub(super) fn refuse(draft: &mut Draft, field: Field, cell: &str, error: Error) {
    let (code, hint) = match error {
        Error::Invalid { rule, .. } => (rule.code, rule.limit.map(|limit| limit.to_string())),
        other => (other.code(), None),
    };
    draft.error(field, code, Some(cell), hint);
}

/// A spreadsheet stores `13800138000` as a number: `13800138000.0` is the same, `1.38001E+10` has lost its last digits.
fn whole_number(cell: &str) -> Result<String> {
    if let Some(whole) = cell.strip_suffix(".0").filter(|whole| whole.bytes().all(|b| b.is_ascii_digit())) {
        return Ok(whole.to_owned());
    }
    let exponent = cell.to_ascii_uppercase();
    if exponent.contains("E+") && exponent.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'E' | b'+' | b'.')) {
        return Err(Error::invalid("mobile", "rounded-by-spreadsheet"));
    }
    Ok(cell.to_owned())
}

/// A date, or the number of days that a spreadsheet has where nobody gave the cell a date format.
fn day(sheet: &Sheet, cell: &str) -> Result<Option<String>> {
    let serial = cell.strip_suffix(".0").unwrap_or(cell);
    let days: Option<i32> = Some(serial).filter(|s| sheet.has_serial_days && s.len() <= 5).and_then(|s| s.parse().ok());
    let Some(days) = days.filter(|days| (1..=80_000).contains(days)) else {
        return text::date("hired_on", Some(cell));
    };
    // 1900 was no leap year, but spreadsheets count its 29 February; so day 60 on counts from two days before 1900-01-01.
    let first = match (sheet.since_1904, days) {
        (true, _) => jiff::civil::date(1904, 1, 1),
        (false, ..60) => jiff::civil::date(1899, 12, 31),
        (false, _) => jiff::civil::date(1899, 12, 30),
    };
    let day = first.checked_add(jiff::Span::new().days(days)).map_err(|_| Error::invalid("hired_on", "not-a-date"))?;
    Ok(Some(day.to_string()))
}

const SEPARATORS: [char; 6] = [';', '；', '|', '｜', '\n', '\r'];

fn departments(draft: &mut Draft, cell: &str) {
    let Some(paths) = paths(draft, Field::Departments, cell) else { return };
    for path in paths {
        if !draft.departments.contains(&path) {
            draft.departments.push(path);
        }
    }
    if draft.departments.len() > limits::IMPORT_DEPARTMENTS_PER_CELL {
        draft.error(Field::Departments, "too-many", None, Some(limits::IMPORT_DEPARTMENTS_PER_CELL.to_string()));
    }
}

/// None: one of them is wrong, and that has been said.
fn paths(draft: &mut Draft, field: Field, cell: &str) -> Option<Vec<Vec<String>>> {
    let mut paths: Vec<Vec<String>> = Vec::new();
    for part in cell.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty()) {
        match path(part) {
            Ok(path) => paths.push(path),
            Err(error) => {
                refuse(draft, field, part, error);
                return None;
            }
        }
    }
    Some(paths)
}

/// `经理; ; 顾问`: the second department has none of its own.
fn titles(draft: &mut Draft, cell: &str) {
    let mut titles = Vec::new();
    for part in cell.split(SEPARATORS) {
        match text::post_title(Some(part)) {
            Ok(title) => titles.push(title),
            Err(error) => return refuse(draft, Field::DepartmentTitles, part, error),
        }
    }
    draft.titles = Some(titles);
}

fn head_of(draft: &mut Draft, cell: &str) {
    draft.head_of = match cell.to_lowercase().as_str() {
        "是" | "yes" | "y" | "true" | "1" => Some(HeadOf::All),
        "否" | "no" | "n" | "false" | "0" => Some(HeadOf::None),
        _ => paths(draft, Field::HeadOf, cell).map(HeadOf::These),
    };
}

fn main_department(draft: &mut Draft, cell: &str) {
    match path(cell) {
        Ok(path) => draft.main = draft.main.take().or(Some(path)),
        Err(error) => refuse(draft, Field::MainDepartment, cell, error),
    }
}

/// `A/B/C`, from the top down.
fn path(part: &str) -> Result<Vec<String>> {
    let names: Vec<String> = part
        .split(['/', '／'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(text::department_name)
        .collect::<Result<_>>()?;
    if names.is_empty() {
        return Err(Error::invalid("departments", "empty"));
    }
    if names.len() > limits::DEPARTMENT_LEVELS {
        return Err(Error::too_long("departments", limits::DEPARTMENT_LEVELS as u64));
    }
    Ok(names)
}
