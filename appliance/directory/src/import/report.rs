use holdfast_base::Result;
use uuid::Uuid;

use super::{ImportRow, RowProblem, Severity, SheetFormat, list::plan, sheet::SheetWriter};
use crate::{Directory, SystemAdmin};

const HEADINGS: [&str; 9] = ["row", "outcome", "uid", "name", "field", "severity", "code", "value", "hint"];

/// The plan as a sheet: one line for each problem, or one for a row without.
pub fn report(directory: &Directory, _by: &SystemAdmin, id: Uuid, format: SheetFormat) -> Result<Vec<u8>> {
    let plan = plan(directory, id)?;
    let mut out = SheetWriter::new(format, Vec::new())?;
    out.row(&HEADINGS)?;
    for row in &plan.rows {
        if row.view.problems.is_empty() {
            out.row(&line(&row.view, None))?;
        }
        for problem in &row.view.problems {
            out.row(&line(&row.view, Some(problem)))?;
        }
    }
    out.finish()
}

fn line(row: &ImportRow, problem: Option<&RowProblem>) -> [String; 9] {
    let severity = problem.map(|problem| match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    });
    [
        row.row.to_string(),
        row.outcome.name().to_owned(),
        row.uid.clone().unwrap_or_default(),
        row.name.clone().unwrap_or_default(),
        problem.and_then(|problem| problem.field).map(|field| field.word().into_owned()).unwrap_or_default(),
        severity.unwrap_or_default().to_owned(),
        problem.map(|problem| problem.code.clone()).unwrap_or_default(),
        problem.and_then(|problem| problem.value.clone()).unwrap_or_default(),
        problem.and_then(|problem| problem.hint.clone()).unwrap_or_default(),
    ]
}
