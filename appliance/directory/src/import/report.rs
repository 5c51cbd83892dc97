use holdfast_base::{Error, Result};
use uuid::Uuid;

use super::{ImportRow, RowProblem, Severity, list::plan};
use crate::{Directory, SystemAdmin};

/// The plan as a sheet: one line for each problem, or one for a row without. UTF-8 with its mark, so that a spreadsheet
/// reads it; nothing in it is a formula.
pub fn report(directory: &Directory, _by: &SystemAdmin, id: Uuid) -> Result<Vec<u8>> {
    let plan = plan(directory, id)?;
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let failed = || Error::internal("write an import's report");
    let headings = ["row", "outcome", "uid", "name", "field", "severity", "code", "value", "hint"];
    out.write_record(headings).map_err(failed())?;
    for row in &plan.rows {
        if row.view.problems.is_empty() {
            out.write_record(line(&row.view, None)).map_err(failed())?;
        }
        for problem in &row.view.problems {
            out.write_record(line(&row.view, Some(problem))).map_err(failed())?;
        }
    }
    out.into_inner().map_err(|_| Error::broken("write an import's report"))
}

fn line(row: &ImportRow, problem: Option<&RowProblem>) -> [String; 9] {
    let severity = problem.map(|problem| match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    });
    let cells = [
        row.row.to_string(),
        row.outcome.name().to_owned(),
        row.uid.clone().unwrap_or_default(),
        row.name.clone().unwrap_or_default(),
        problem.and_then(|problem| problem.field).map(|field| field.name().to_owned()).unwrap_or_default(),
        severity.unwrap_or_default().to_owned(),
        problem.map(|problem| problem.code.clone()).unwrap_or_default(),
        problem.and_then(|problem| problem.value.clone()).unwrap_or_default(),
        problem.and_then(|problem| problem.hint.clone()).unwrap_or_default(),
    ];
    cells.map(harmless)
}

/// What a spreadsheet would take for a formula gets an apostrophe before it.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert!(super::harmless(cell.to_owned()).starts_with('\''));
        }
        assert_eq!(super::harmless("张三".to_owned()), "张三");
    }
}
