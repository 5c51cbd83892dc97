//! .xlsx through calamine, cell by cell, behind a check of our own: its container is unpacked once, counted and thrown away,
//! so that nothing it claims about its size needs to be believed. Formulas are not evaluated; their stored result is read.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use holdfast_base::{Error, Result};
use zip::ZipArchive;

use super::read::{Grid, Sheet};
use crate::limits;

/// Below this many bytes a high ratio is no bomb.
const RATIO_FROM_BYTES: u64 = 16 << 20;

pub(super) fn read(bytes: &[u8]) -> Result<Sheet> {
    measure(bytes)?;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| damaged())?;
    let since_1904 = book.has_1904_epoch();
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in names {
        let rows = cells(&mut book, &name)?;
        if !rows.is_empty() {
            return Ok(Sheet { rows, encoding: None, since_1904, has_serial_days: true });
        }
    }
    Err(Error::invalid("file", "empty"))
}

/// Unpacks every entry into nothing and counts.
fn measure(bytes: &[u8]) -> Result<()> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.len() > limits::XLSX_ENTRIES {
        return Err(Error::invalid("file", "zip-bomb"));
    }
    let most = limits::XLSX_UNPACKED_BYTES;
    let mut total = 0u64;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|_| damaged())?;
        let left = most.saturating_sub(total) + 1;
        total += std::io::copy(&mut entry.take(left), &mut std::io::sink()).map_err(|_| damaged())?;
        let ratio = total / (bytes.len() as u64).max(1);
        if total > most || (total > RATIO_FROM_BYTES && ratio > limits::XLSX_RATIO) {
            return Err(Error::invalid("file", "zip-bomb"));
        }
    }
    Ok(())
}

fn cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Vec<String>>> {
    let mut grid = Grid::default();
    let mut reader = book.worksheet_cells_reader(name).map_err(|_| damaged())?;
    while let Some(cell) = reader.next_cell().map_err(|_| damaged())? {
        let (row, column) = cell.get_position();
        grid.put(row as usize, column as usize, text(cell.get_value()))?;
    }
    Ok(grid.rows())
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => trimmed(text),
        DataRef::SharedString(text) => trimmed(text),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(day) if day.is_datetime() => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(span) => number_text(span.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => trimmed(text),
        // `#N/A` and its kind: kept, so that the row's problem names it.
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn trimmed(text: &str) -> String {
    text.chars().take(limits::IMPORT_CELL_CHARACTERS + 1).collect::<String>().trim().to_owned()
}

/// A number as a person typed it: a telephone or employee number has no fraction and no exponent.
pub(super) fn number_text(number: f64) -> String {
    // Beyond 2^53 a float has lost digits; then it stays in the form that shows it.
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return format!("{number:.0}");
    }
    number.to_string()
}

fn damaged() -> Error {
    Error::invalid("file", "damaged-workbook")
}
