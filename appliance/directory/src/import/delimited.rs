//! .csv and its kin: encoding by its mark or by what the bytes look like, delimiter by what the first lines hold.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8};
use holdfast_base::{Error, Result};

use super::read::{Grid, Sheet, too_many};
use crate::limits;

/// Bytes that are looked at to guess encoding and delimiter.
const GUESS_BYTES: usize = 1 << 20;

pub(super) fn read(bytes: &[u8]) -> Result<Sheet> {
    let (text, encoding) = decode(bytes);
    if text.contains('\0') {
        return Err(Error::invalid("file", "not-a-sheet"));
    }
    let delimiter = delimiter(&text);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut grid = Grid::default();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|_| Error::invalid("file", "not-a-sheet"))?;
        if record.len() > limits::IMPORT_COLUMNS {
            return Err(too_many("columns", limits::IMPORT_COLUMNS));
        }
        for (column, cell) in record.iter().enumerate() {
            grid.put(row, column, bare(cell))?;
        }
    }
    let rows = grid.rows();
    if rows.is_empty() {
        return Err(Error::invalid("file", "empty"));
    }
    Ok(Sheet { rows, encoding: Some(encoding.name().to_owned()), since_1904: false, has_serial_days: false })
}

fn decode(bytes: &[u8]) -> (String, &'static Encoding) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding.decode(bytes).0.into_owned(), encoding);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(GUESS_BYTES)], true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    // GBK is the part of GB18030 that the detector knows by name.
    let encoding = if guess == encoding_rs::GBK { GB18030 } else { guess };
    (encoding.decode(bytes).0.into_owned(), encoding)
}

/// The candidate that stands most often outside quotes in the first line that has any.
fn delimiter(text: &str) -> u8 {
    for line in text.lines().take(limits::IMPORT_HEADING_ROWS) {
        let mut quoted = false;
        let mut counts = [(b',', 0usize), (b'\t', 0), (b';', 0)];
        for byte in line.bytes() {
            quoted ^= byte == b'"';
            counts.iter_mut().filter(|(candidate, _)| *candidate == byte && !quoted).for_each(|(_, count)| *count += 1);
        }
        if let Some((delimiter, _)) = counts.into_iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0) {
            return delimiter;
        }
    }
    b','
}

/// Spreadsheets guard digits with `="0012"`; the guard is not part of the value.
fn bare(cell: &str) -> String {
    let cell: String = cell.trim().trim_start_matches('\u{feff}').chars().take(limits::IMPORT_CELL_CHARACTERS + 1).collect();
    let guarded = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    guarded.unwrap_or(&cell).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_rows(bytes: &[u8]) -> Result<(Vec<Vec<String>>, String)> {
        let sheet = read(bytes)?;
        Ok((sheet.rows, sheet.encoding.unwrap_or_default()))
    }

    #[test]
    fn reads_what_spreadsheets_write() -> Result<()> {
        let text = "姓名,手机号,工号\r\n张三,\"138,001\",=\"0012\"\r\n李四,'13900139000,7\r\n";
        let want = [vec!["姓名", "手机号", "工号"], vec!["张三", "138,001", "0012"], vec!["李四", "'13900139000", "7"]];
        let utf16: Vec<u8> = std::iter::once(0xfeffu16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let cases = [
            (text.as_bytes().to_vec(), "UTF-8"),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
            (GB18030.encode(text).0.into_owned(), "gb18030"),
            (utf16, "UTF-16LE"),
        ];
        for (bytes, name) in cases {
            let (rows, encoding) = first_rows(&bytes)?;
            assert_eq!(
                (rows, encoding.as_str()),
                (want.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect(), name)
            );
        }
        assert_eq!(first_rows(b"name;mail\na;b")?.0[1], ["a", "b"]);
        assert_eq!(first_rows(b"name\tmail\na\tb")?.0[1], ["a", "b"]);
        Ok(())
    }

    #[test]
    fn refuses_what_is_no_sheet() {
        for bytes in [&b"\0\0\0"[..], b"\n\n", &[b','; 1000]] {
            assert!(read(bytes).is_err());
        }
    }
}
