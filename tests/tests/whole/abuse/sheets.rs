//! Sheets that are none.

use std::io::{Cursor, Write};

use holdfast_tests::{Client, Reply, shared};
use ureq::http::Method;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{is_clear, meanwhile};

/// A container with these files, compressed.
pub(super) fn container(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const BOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const LAUGHS: &[u8] = br#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&g;</t></is></c></row></sheetData></worksheet>"#;

fn book(sheet: &[u8]) -> Vec<u8> {
    container(&[
        ("[Content_Types].xml", TYPES),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

fn check(system: &Client, name: &str, bytes: Vec<u8>) -> Reply {
    let path = format!("/api/v1/people/imports?name={name}");
    system.send(Method::POST, &path, &[("content-type", "application/octet-stream")], bytes).unwrap()
}

#[test]
fn a_sheet_that_is_none_is_refused_with_a_reason() {
    let place = shared();
    let system = place.administrator("system");
    let bomb = vec![b' '; 300 << 20];
    let mut wide = String::from("<worksheet><sheetData><row>");
    (0..100_000).for_each(|_| wide.push_str("<c t=\"n\"><v>1</v></c>"));
    wide.push_str("</row></sheetData></worksheet>");
    let far = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData></worksheet>"#;
    let whole = book(b"<worksheet><sheetData/></worksheet>");
    let sheets = [
        ("empty.xlsx", Vec::new()),
        ("empty.csv", Vec::new()),
        ("noise.xlsx", (0..100_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()),
        ("cut.xlsx", whole[..whole.len() / 2].to_vec()),
        ("head.xlsx", b"PK\x03\x04".to_vec()),
        ("nothing.xlsx", container(&[("a.txt", b"a")])),
        ("no-sheet.xlsx", container(&[("[Content_Types].xml", TYPES), ("xl/workbook.xml", BOOK)])),
        ("bomb.xlsx", book(&bomb)),
        ("laughs.xlsx", book(LAUGHS)),
        ("wide.xlsx", book(wide.as_bytes())),
        ("far.xlsx", book(far.as_bytes())),
        ("blank.xlsx", whole),
        ("zeros.csv", vec![0; 1 << 20]),
        ("one-line.csv", vec![b','; 1 << 20]),
    ];
    meanwhile(place, || {
        for (name, bytes) in sheets {
            let reply = check(&system, name, bytes);
            assert!(is_clear(&reply), "{name}: {} {}", reply.status, String::from_utf8_lossy(&reply.bytes));
            let said = reply.json();
            assert!(["invalid", "too-large", "unsupported-media-type"].contains(&reply.code().as_str()), "{name}: {said}");
            assert!(reply.code() != "invalid" || said["rule"].is_string(), "{name}: {said}");
        }
        // A heading without end is a column like any other, as far as it is shown.
        let heading = check(&system, "quote.csv", [b"name,\"".to_vec(), vec![b'a'; 8 << 20]].concat());
        assert!(heading.status == 201 && heading.bytes.len() < 10_000, "{} of {} bytes", heading.status, heading.bytes.len());
        let over = check(&system, "large.csv", vec![b'a'; (64 << 20) + (64 << 10)]);
        assert_eq!((over.status, over.code().as_str()), (413, "too-large"));
        assert!(over.json()["limit"].is_u64());
    });
}
