//! Files as an HR department exports them, and files that mean harm.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::bench::{Bench, refusal};
use crate::{
    import::{Mode, RowOutcome},
    limits, people,
};

fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

#[test]
fn cells_are_read_as_people_meant_them() {
    let bench = Bench::new();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let bytes = workbook(|sheet| {
        let headings = ["Name", "登录名", "Mobile", "Hire date", "Employee ID", "Department", "职务"];
        for (heading, column) in headings.iter().zip(0u16..) {
            sheet.write_string(1, column, *heading).unwrap();
        }
        let mut row = |at: u32, name: &str, uid: &str| {
            sheet.write_string(at, 0, name).unwrap();
            sheet.write_string(at, 1, uid).unwrap();
        };
        row(2, "曾小川", "zeng");
        row(3, "解缙", "xie");
        row(4, "单田芳", "shan");
        sheet.write_number(2, 2, 13_800_138_000.0).unwrap();
        sheet.write_with_format(2, 3, ExcelDateTime::from_ymd(2024, 3, 5).unwrap(), &day).unwrap();
        sheet.write_string(2, 4, "00042").unwrap();
        sheet.write_string(2, 5, "恒川/研发\n恒川/测试").unwrap();
        sheet.write_string(3, 2, "'139-0013-9000").unwrap();
        sheet.write_number(3, 3, 45_356.0).unwrap();
        sheet.write_number(3, 4, 43.0).unwrap();
        sheet.write_formula(4, 6, Formula::new("=1+1").set_result("经理")).unwrap();
        sheet.write_string(4, 3, "2024.3.5").unwrap();
    });
    let import = bench.check("people.xlsx", &bytes).unwrap();
    assert_eq!((import.counts.rows, import.counts.new, import.encoding.as_deref()), (3, 3, None));
    bench.apply(&import, Mode::AllOrNothing).unwrap();
    let xie = people::card(&bench.directory, &bench.records(), "xie").unwrap();
    assert_eq!((xie.mobile.as_deref(), xie.hired_on.as_deref()), (Some("13900139000"), Some("2024-03-05")));
    assert_eq!(xie.employee_no.as_deref(), Some("43"));
    let zeng = people::card(&bench.directory, &bench.records(), "zeng").unwrap();
    assert_eq!(zeng.mobile.as_deref(), Some("13800138000"));
    assert_eq!(zeng.hired_on.as_deref(), Some("2024-03-05"));
    assert_eq!(zeng.employee_no.as_deref(), Some("00042"));
    assert_eq!(zeng.department_paths.len(), 2);
    let shan = people::card(&bench.directory, &bench.records(), "shan").unwrap();
    assert_eq!((shan.hired_on.as_deref(), shan.person.title.as_deref()), (Some("2024-03-05"), Some("经理")));
}

#[test]
fn hostile_files_are_refused() {
    let bench = Bench::new();
    let far = workbook(|sheet| {
        sheet.write_string(0, 0, "姓名").unwrap();
        sheet.write_string(1_048_575, 16_383, "far away").unwrap();
    });
    assert_eq!(refusal(bench.check("x.xlsx", &far)), "file: too-many-rows");
    let wide = workbook(|sheet| {
        for column in 0..300u16 {
            sheet.write_string(0, column, "姓名").unwrap();
        }
    });
    assert_eq!(refusal(bench.check("x.xlsx", &wide)), "file: too-many-columns");
    assert_eq!(refusal(bench.check("x.xlsx", &bomb(1, 200 << 20))), "file: zip-bomb");
    assert_eq!(refusal(bench.check("x.xlsx", &bomb(limits::XLSX_ENTRIES + 1, 1))), "file: zip-bomb");
    let whole = workbook(|sheet| {
        sheet.write_string(0, 0, "姓名").unwrap();
    });
    for cut in [4, 100, whole.len() / 2, whole.len() - 1] {
        assert_eq!(refusal(bench.check("x.xlsx", &whole[..cut])), "file: damaged-workbook", "{cut}");
    }
    assert_eq!(refusal(bench.check("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")), "file: old-or-encrypted-workbook");
    assert_eq!(refusal(bench.check("x.csv", b"")), "file: empty");
    assert_eq!(refusal(bench.check("x.csv", b"nothing,known\n1,2\n")), "file: no-heading-known");
    assert_eq!(refusal(bench.check("x.csv", &[0u8; 64])), "file: not-a-sheet");
    let long = format!("name\n{}", "x\n".repeat(limits::IMPORT_ROWS + 20));
    assert_eq!(refusal(bench.check("x.csv", long.as_bytes())), "file: too-many-rows");
    assert_eq!(refusal(bench.check("x.csv", &vec![b'a'; limits::IMPORT_BYTES + 1])), "too-large");
    let names = ["=cmd|' /C calc'!A0", "<script>", "a\u{202e}b", &"长".repeat(5_000)];
    let sheet = names.iter().fold("姓名,账号\n".to_owned(), |sheet, name| format!("{sheet}{name},\n"));
    let import = bench.check("x.csv", sheet.as_bytes()).unwrap();
    let outcomes: Vec<_> = bench.rows(&import).iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, [RowOutcome::New, RowOutcome::New, RowOutcome::Error, RowOutcome::Error]);
}

/// A container of `entries` files that unpack to `size` zeros each.
fn bomb(entries: usize, size: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..entries {
        zip.start_file(format!("{n}.xml"), SimpleFileOptions::default()).unwrap();
        zip.write_all(&vec![0; size]).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
