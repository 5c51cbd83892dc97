use holdfast_base::Result;
use uuid::Uuid;

use super::{RowOutcome, Severity, SheetFormat, list, rows, sheet::SheetWriter};
use crate::{Directory, SystemAdmin};

/// Heading of the column that says what is wrong. No field has it, so it is not imported.
pub(super) const PROBLEMS: &str = "问题 / Problems";

/// The rows with errors as they stood in the sheet, under its headings, so that they can be mended and uploaded again; a last
/// column says what is wrong.
pub fn failed(directory: &Directory, _by: &SystemAdmin, id: Uuid, format: SheetFormat) -> Result<Vec<u8>> {
    let plan = list::plan(directory, id)?;
    let (stored, sheet) = directory.db().read(|conn| {
        let stored = rows::find(conn, directory.key(), id)?;
        let sheet = rows::sheet(conn, directory.key(), &stored)?;
        Ok((stored, sheet))
    })?;
    let columns: Vec<usize> =
        stored.summary.columns.iter().filter(|one| one.heading != PROBLEMS).map(|one| one.index as usize).collect();
    let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let cells = |row: &[String]| columns.iter().map(|column| cell(row, *column)).collect::<Vec<String>>();
    let mut out = SheetWriter::new(format, Vec::new())?;
    let mut headings = cells(sheet.rows.get(stored.summary.heading_row as usize).map_or(&[][..], Vec::as_slice));
    headings.push(PROBLEMS.to_owned());
    out.row(&headings)?;
    for planned in plan.rows.iter().filter(|row| row.view.outcome == RowOutcome::Error) {
        // Rows are numbered from 1, as the spreadsheet does.
        let at = (planned.view.row as usize).saturating_sub(1);
        // What was guarded in the sheet is guarded once, not twice.
        let mut line = cells(sheet.rows.get(at).map_or(&[][..], Vec::as_slice));
        line.iter_mut().for_each(|cell| *cell = super::sheet::plain(cell).to_owned());
        let wrong = planned.view.problems.iter().filter(|problem| problem.severity == Severity::Error);
        let said = wrong.map(|problem| match problem.field {
            Some(field) => format!("{}: {}", field.word(), problem.code),
            None => problem.code.clone(),
        });
        line.push(said.collect::<Vec<_>>().join("; "));
        out.row(&line)?;
    }
    out.finish()
}
