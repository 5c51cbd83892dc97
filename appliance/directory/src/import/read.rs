//! A file becomes rows of texts, whatever it is. Sizes are counted before anything is believed.

use holdfast_base::{Error, Result, Rule};
use serde::{Deserialize, Serialize};

use super::{delimited, xlsx};
use crate::limits;

/// Rows of texts, as they stand in the file; row 0 is its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sheet {
    pub(super) rows: Vec<Vec<String>>,
    /// How the text was read; none for .xlsx.
    pub(super) encoding: Option<String>,
    /// Days are counted from 1904, as old Macintosh workbooks do.
    pub(super) since_1904: bool,
    /// Numbers without a date format may be days (.xlsx only).
    pub(super) has_serial_days: bool,
}

pub(super) fn sheet(bytes: &[u8]) -> Result<Sheet> {
    if bytes.len() > limits::IMPORT_BYTES {
        return Err(Error::TooLarge { limit: limits::IMPORT_BYTES as u64 });
    }
    match bytes {
        [] => Err(Error::invalid("file", "empty")),
        [b'P', b'K', 3, 4, ..] => xlsx::read(bytes),
        // The compound file of old .xls, and of .xlsx with a password.
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(Error::invalid("file", "old-or-encrypted-workbook")),
        [b'P', b'K', ..] => Err(Error::invalid("file", "damaged-workbook")),
        _ => delimited::read(bytes),
    }
}

/// Collects cells within the limits, wherever the file says they stand.
#[derive(Default)]
pub(super) struct Grid {
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(super) fn put(&mut self, row: usize, column: usize, text: String) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if row > limits::IMPORT_ROWS + limits::IMPORT_HEADING_ROWS {
            return Err(too_many("rows", limits::IMPORT_ROWS));
        }
        if column >= limits::IMPORT_COLUMNS {
            return Err(too_many("columns", limits::IMPORT_COLUMNS));
        }
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let cells = &mut self.rows[row];
        if cells.len() <= column {
            cells.resize_with(column + 1, String::new);
        }
        cells[column] = text;
        Ok(())
    }

    pub(super) fn rows(self) -> Vec<Vec<String>> {
        self.rows
    }
}

pub(super) fn too_many(what: &'static str, limit: usize) -> Error {
    let code = if what == "rows" { "too-many-rows" } else { "too-many-columns" };
    Error::Invalid { field: "file", rule: Rule { code, limit: Some(limit as u64) } }
}
