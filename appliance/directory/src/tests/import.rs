use proptest::prelude::*;

use super::bench::{Bench, refusal};
use crate::{
    Paging,
    import::{self, Field, Import, ImportRow, ImportState, Mapping, Mode, RowOutcome},
    people,
};

impl Bench {
    pub(super) fn check(&self, name: &str, bytes: &[u8]) -> holdfast_base::Result<Import> {
        self.settled(import::check(&self.directory, &self.sys(), name, bytes)?)
    }

    pub(super) fn rows(&self, import: &Import) -> Vec<ImportRow> {
        let mut paging = Paging { cursor: None, limit: Some(3) };
        let mut rows = Vec::new();
        loop {
            let page = import::list(&self.directory, &self.sys(), import.id, None, &paging).unwrap();
            rows.extend(page.items);
            match page.next {
                Some(next) => paging.cursor = Some(next),
                None => return rows,
            }
        }
    }

    pub(super) fn apply(&self, import: &Import, mode: Mode) -> holdfast_base::Result<Import> {
        self.settled(import::apply(&self.directory, &self.sys(), import.id, mode, import.confirm)?)
    }
}

/// `error` and `warning` problems as `field: code`.
fn problems(row: &ImportRow) -> Vec<String> {
    let field = |field: Option<Field>| field.map_or("row", Field::name);
    row.problems.iter().map(|problem| format!("{}: {}", field(problem.field), problem.code)).collect()
}

const SHEET: &str = "\
员工名册,,,,,,,
部门,*姓名（必填）,工号,手机号,邮箱,直属上级,入职日期,主部门
恒川/研发;恒川/测试,林岚,0042,138 0013 8000,lin@hengchuan.example,王敏,2024/3/5,恒川/测试
恒川/研发,王敏,0043,13900139000,wang@hengchuan.example,,2020年1月2日,
恒川/销售|恒川/研发,林岚,0044,,,0043,,
,张三,,,,,,
";

#[test]
fn a_sheet_is_looked_at_then_applied_once() {
    let bench = Bench::new();
    let people_before = bench.directory.org().people().count();
    let import = bench.check("people.csv", SHEET.as_bytes()).unwrap();
    assert_eq!(import.state, ImportState::Checked);
    let fields: Vec<_> = import.columns.iter().map(|column| column.field).collect();
    assert_eq!(fields[..3], [Some(Field::Departments), Some(Field::Name), Some(Field::EmployeeNo)]);
    assert_eq!((import.counts.rows, import.counts.new, import.counts.error, import.counts.departments_new), (4, 4, 0, 4));
    assert_eq!(bench.directory.org().people().count(), people_before, "a dry run changes nothing");
    let rows = bench.rows(&import);
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 4, 5, 6]);
    assert_eq!(
        rows.iter().map(|row| row.uid.as_deref().unwrap()).collect::<Vec<_>>(),
        ["linlan", "wangmin", "linlan2", "zhangsan"]
    );
    assert_eq!(problems(&rows[0]), ["uid: uid-proposed"]);

    let applied = bench.apply(&import, Mode::AllOrNothing).unwrap();
    assert_eq!(applied.state, ImportState::Applied);
    assert_eq!(bench.apply(&import, Mode::AllOrNothing).unwrap(), applied, "applying twice does it once");
    let org = bench.directory.org();
    assert_eq!(org.people().count(), people_before + 4);
    let lin = people::card(&bench.directory, &bench.records(), "linlan").unwrap();
    assert_eq!(lin.manager.map(|manager| manager.uid).as_deref(), Some("wangmin"), "a manager may stand in a later row");
    let paths: Vec<Vec<String>> =
        lin.department_paths.into_iter().map(|path| path.into_iter().map(|department| department.name).collect()).collect();
    assert_eq!(paths, [["恒川", "测试"], ["恒川", "研发"]], "the main one first");
    assert_eq!((lin.hired_on.as_deref(), lin.mobile.as_deref()), (Some("2024-03-05"), Some("13800138000")));
    assert_eq!(
        people::card(&bench.directory, &bench.records(), "linlan2").unwrap().manager.map(|m| m.uid).as_deref(),
        Some("wangmin")
    );
    assert_eq!(bench.logged("people.import"), 1);
    assert_eq!(bench.logged("people.import-rows"), 1);

    let again = bench.check("people.csv", SHEET.as_bytes()).unwrap();
    assert_eq!((again.counts.same, again.counts.new, again.counts.changed, again.counts.departments_new), (4, 0, 0, 0));
    let changed = bench.check("people.csv", "工号,职务,姓名\n0042,经理,林岚\n0043,,王敏敏\n".as_bytes()).unwrap();
    assert_eq!((changed.counts.changed, changed.counts.error), (2, 0));
    bench.apply(&changed, Mode::AllOrNothing).unwrap();
    let lin = people::card(&bench.directory, &bench.records(), "linlan").unwrap();
    assert_eq!(lin.person.title.as_deref(), Some("经理"));
    assert!(lin.mobile.is_some() && lin.manager.is_some(), "an absent column leaves what is there");
    assert_eq!(bench.directory.org().by_uid("wangmin").unwrap().pinyin, "wang min min");
}

#[test]
fn what_is_wrong_is_said_row_by_row() {
    let bench = Bench::new();
    let sheet = "\
uid,name,mobile,mail,manager,hire date,department\n\
a1,Ann,12,a@x,,2024-13-01,\n\
a2,,,,,,\n\
a3,Ben,13800138000,b@x,a3,,\n\
a4,Cat,13800138000,b@x,nobody,,\n\
A3,Dan,,,,,\n\
b c,Eve,1.38001E+10,,,,\n\
a7,Fay,,,a8,,\n\
a8,Gus,,,a7,,\n\
a9,Hal,,,a1,,a/b/c\n\
sys,何嘉禾,,,,,a//b\n";
    let import = bench.check("people.csv", sheet.as_bytes()).unwrap();
    let rows = bench.rows(&import);
    let said: Vec<Vec<String>> = rows.iter().map(problems).collect();
    assert_eq!(said[0], ["mobile: not-a-phone-number", "hired_on: not-a-date"]);
    assert_eq!(said[1], ["name: empty"]);
    assert_eq!(said[2], ["manager: loop"]);
    assert_eq!(said[3], ["mobile: duplicate-in-sheet", "mail: duplicate-in-sheet", "manager: unknown"]);
    assert_eq!(said[4], ["uid: duplicate-in-sheet"]);
    assert_eq!(said[5], ["uid: not-a-uid", "mobile: rounded-by-spreadsheet"]);
    assert_eq!(said[6], ["manager: loop"]);
    assert_eq!(said[8], ["manager: manager-row-has-errors"]);
    assert_eq!(rows[8].outcome, RowOutcome::New);
    assert_eq!(rows[9].outcome, RowOutcome::Changed, "{:?}", said[9]);
    assert_eq!(refusal(bench.apply(&import, Mode::AllOrNothing)), "rows-with-errors");
    let report =
        String::from_utf8(import::report(&bench.directory, &bench.sys(), import.id, import::SheetFormat::Csv).unwrap()).unwrap();
    assert!(report.contains("2,error,a1,Ann,mobile,error,not-a-phone-number,12,"), "{report}");

    let applied = bench.apply(&import, Mode::GoodRows).unwrap();
    assert_eq!(applied.state, ImportState::Applied);
    let org = bench.directory.org();
    assert!(org.by_uid("a9").is_some_and(|hal| hal.manager.is_none()) && org.by_uid("a1").is_none());
    assert_eq!(org.by_uid("sys").unwrap().departments.len(), 1);
}

#[test]
fn a_mapping_replaces_the_headings() {
    let bench = Bench::new();
    let import = bench.check("people.csv", "姓名,备注,职务\n张三,zs01,工人\n".as_bytes()).unwrap();
    assert_eq!(import.columns[1].field, None);
    let mapping = |text: &str| serde_json::from_str::<Mapping>(text).unwrap();
    let remap = |text: &str| bench.write(|tx| import::remap(tx, &bench.directory, &bench.sys(), import.id, &mapping(text)));
    let remapped = remap(r#"{"mapping":{"name":0,"uid":1}}"#).unwrap();
    assert_eq!(remapped.columns.iter().map(|c| c.field).collect::<Vec<_>>(), [Some(Field::Name), Some(Field::Uid), None]);
    assert_eq!(bench.rows(&import)[0].uid.as_deref(), Some("zs01"));
    assert_eq!(refusal(remap(r#"{"mapping":{"name":9}}"#)), "mapping: not-a-column");
    assert_eq!(refusal(remap(r#"{"mapping":{"name":0,"uid":0}}"#)), "mapping: column-used-twice");
    bench.apply(&import, Mode::AllOrNothing).unwrap();
    assert_eq!(refusal(remap(r#"{"mapping":{"name":0}}"#)), "applied-before");
    assert_eq!(bench.directory.org().by_uid("zs01").unwrap().title, None);
}

#[test]
fn what_changed_since_the_dry_run_is_looked_at_again() {
    let bench = Bench::new();
    let import = bench.check("people.csv", "uid,name\nlin,林岚\n".as_bytes()).unwrap();
    bench.person("lin", "林一", &[]);
    assert_eq!(refusal(bench.apply(&import, Mode::AllOrNothing)), "directory-changed");
    let rows = bench.rows(&import);
    assert_eq!(rows[0].outcome, RowOutcome::Changed, "the plan that is shown is the new one");
    bench.apply(&import, Mode::AllOrNothing).unwrap();
    assert_eq!(bench.directory.org().by_uid("lin").unwrap().name, "林岚");

    let old = bench.check("people.csv", "uid,name\nwang,王敏\n".as_bytes()).unwrap();
    bench.pass(crate::limits::IMPORT_LIFETIME + std::time::Duration::from_secs(1));
    bench.check("people.csv", "uid,name\nwang,王敏\n".as_bytes()).unwrap();
    assert_eq!(refusal(bench.apply(&old, Mode::AllOrNothing)), "gone");
}

/// Cells as people type them, paste them, and mean harm with them.
const CELLS: [&str; 24] = [
    "",
    " ",
    "张三",
    "曾小川",
    "a/b/c",
    "a;b|c",
    "恒川/研发",
    "//",
    "13800138000",
    "1.38E+10",
    "'007",
    "45356",
    "2024-03-05",
    "=1+1",
    "x@y.cn",
    "r1",
    "r2",
    "r3",
    "nobody",
    "\u{202e}",
    "<b>",
    "\"",
    "0",
    "是",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn whatever_stands_in_the_cells_applying_it_twice_changes_nothing(
        rows in prop::collection::vec(prop::collection::vec(0usize..CELLS.len(), 9), 1..30),
    ) {
        let bench = Bench::new();
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["uid", "姓名", "工号", "手机", "邮箱", "部门", "主部门", "直属上级", "入职日期", "职务"]).unwrap();
        for (n, cells) in rows.iter().enumerate() {
            let uid = format!("r{n}");
            out.write_record(std::iter::once(uid.as_str()).chain(cells.iter().map(|cell| CELLS[*cell]))).unwrap();
        }
        let sheet = out.into_inner().unwrap();
        let first = bench.check("people.csv", &sheet).unwrap();
        bench.apply(&first, Mode::GoodRows).unwrap();
        let again = bench.check("people.csv", &sheet).unwrap();
        prop_assert_eq!((again.counts.new, again.counts.changed, again.counts.departments_new), (0, 0, 0));
        prop_assert_eq!((again.counts.same, again.counts.error), (first.counts.new, first.counts.error));
        let before: Vec<_> = bench.directory.org().people().cloned().collect();
        let mut bench = bench;
        bench.reopen();
        prop_assert!(bench.directory.org().people().eq(before.iter()));
    }
}
