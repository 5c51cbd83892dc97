//! Sheets that go out: .csv and .xlsx, row by row, so that a hundred thousand people need no more memory than one.
//!
//! The .xlsx is written by us: a library either keeps all cells in memory or puts them into a temporary file in the clear.

use std::{borrow::Cow, io::Write};

use holdfast_base::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use zip::{ZipWriter, write::SimpleFileOptions, write::StreamWriter};

/// What a spreadsheet would take for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SheetFormat {
    Csv,
    Xlsx,
}

impl SheetFormat {
    /// The media type, and the ending of the file.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("text/csv; charset=utf-8", "csv"),
            Self::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        }
    }
}

/// One sheet on its way out.
pub(crate) enum SheetWriter<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Xlsx(Box<ZipWriter<StreamWriter<W>>>),
}

impl<W: Write> SheetWriter<W> {
    pub(crate) fn new(format: SheetFormat, mut out: W) -> Result<Self> {
        match format {
            SheetFormat::Csv => {
                // With its mark, so that a spreadsheet reads it as UTF-8.
                out.write_all("\u{feff}".as_bytes()).map_err(Error::internal("write a sheet"))?;
                Ok(Self::Csv(Box::new(csv::WriterBuilder::new().flexible(true).from_writer(out))))
            }
            SheetFormat::Xlsx => {
                let mut zip = ZipWriter::new_stream(out);
                for (path, content) in PARTS {
                    zip.start_file(path, SimpleFileOptions::default()).map_err(Error::internal("write a workbook"))?;
                    zip.write_all(content.as_bytes()).map_err(Error::internal("write a workbook"))?;
                }
                let options = SimpleFileOptions::default();
                zip.start_file("xl/worksheets/sheet1.xml", options).map_err(Error::internal("write a workbook"))?;
                zip.write_all(SHEET_HEAD.as_bytes()).map_err(Error::internal("write a workbook"))?;
                Ok(Self::Xlsx(Box::new(zip)))
            }
        }
    }

    pub(crate) fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> Result<()> {
        let cells = cells.iter().map(|cell| guarded(cell.as_ref()));
        match self {
            Self::Csv(csv) => csv.write_record(cells.map(Cow::into_owned)).map_err(Error::internal("write a sheet")),
            Self::Xlsx(zip) => {
                let mut row = "<row>".to_owned();
                for cell in cells {
                    row.push_str("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">");
                    escape(&cell, &mut row);
                    row.push_str("</t></is></c>");
                }
                row.push_str("</row>");
                zip.write_all(row.as_bytes()).map_err(Error::internal("write a workbook"))
            }
        }
    }

    pub(crate) fn finish(self) -> Result<W> {
        match self {
            Self::Csv(csv) => csv.into_inner().map_err(|_| Error::broken("write a sheet")),
            Self::Xlsx(mut zip) => {
                zip.write_all(SHEET_END.as_bytes()).map_err(Error::internal("write a workbook"))?;
                zip.finish().map(StreamWriter::into_inner).map_err(Error::internal("write a workbook"))
            }
        }
    }
}

/// An apostrophe before what would be a formula, and before what [`plain`] would take one from.
pub(super) fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.trim_start_matches('\'').starts_with(FORMULA) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// What was guarded, as it was.
pub(super) fn plain(cell: &str) -> &str {
    let bare = cell.strip_prefix('\'').filter(|rest| rest.trim_start_matches('\'').starts_with(FORMULA));
    bare.unwrap_or(cell)
}

/// XML 1.0 knows no control characters but three.
fn escape(text: &str, to: &mut String) {
    for c in text.chars() {
        match c {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            '\r' => to.push_str("&#13;"),
            '\t' | '\n' => to.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => to.push('\u{fffd}'),
            c => to.push(c),
        }
    }
}

const SHEET_HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">"#,
    r#"<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"#,
);
const SHEET_END: &str = "</sheetData></worksheet>";

/// Everything of a workbook but its sheet (ECMA-376 part 2 and 1).
const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
            r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
            r#"<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"#,
            r#"<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#,
            "</Types>",
        ),
    ),
    (
        "_rels/.rels",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
            r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>"#,
            "</Relationships>",
        ),
    ),
    (
        "xl/workbook.xml",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" "#,
            r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">"#,
            r#"<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
    ),
    (
        "xl/_rels/workbook.xml.rels",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
            r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>"#,
            "</Relationships>",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_comes_back() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''+1"] {
            let written = guarded(cell);
            assert!(written.starts_with('\''), "{cell}");
            assert_eq!(plain(&written), cell);
        }
        for cell in ["张三", "'t Hooft", "", "'"] {
            assert_eq!((&*guarded(cell), plain(cell)), (cell, cell));
        }
    }

    #[test]
    fn a_workbook_is_read_as_it_was_written() {
        let mut sheet = SheetWriter::new(SheetFormat::Xlsx, Vec::new()).unwrap();
        sheet.row(&["姓名", "a & <b>"]).unwrap();
        sheet.row(&["张三", "=1+1"]).unwrap();
        let read = super::super::xlsx::read(&sheet.finish().unwrap()).unwrap();
        assert_eq!(read.rows, [["姓名", "a & <b>"], ["张三", "'=1+1"]]);
    }
}
