//! People as sheets, in and out: fields of the enterprise's own, rows that failed, mappings that are remembered, many changes
//! at once, and an export that changes nothing when it comes back.

use std::io::Write;

use holdfast_tests::{Client, Options, Reply, TestBox, client::cid};
use serde_json::{Value, json};
use ureq::http::Method;

fn upload(system: &Client, name: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    let path = format!("/api/v1/people/imports?name={name}");
    system.send(Method::POST, &path, &[("content-type", "application/octet-stream")], bytes.into()).unwrap()
}

fn apply(system: &Client, import: &Value, ask: Value) -> Reply {
    system.post(&format!("/api/v1/people/imports/{}/apply", import["id"].as_str().unwrap()), &ask).unwrap()
}

fn get(system: &Client, import: &Value, what: &str) -> Vec<u8> {
    let reply = system.get(&format!("/api/v1/people/imports/{}/{what}", import["id"].as_str().unwrap())).unwrap();
    assert_eq!(reply.status, 200, "{}", reply.code());
    reply.bytes
}

fn define(system: &Client, key: &str, kind: &str, label: &str, more: Value) {
    let mut settings = json!({
        "label_zh": label, "label_en": key, "sensitivity": "restricted", "editor": "administrator", "on_card": true,
    });
    more.as_object().unwrap().iter().for_each(|(key, value)| settings[key] = value.clone());
    system.post("/api/v1/person-fields", &json!({"cid": cid(), "key": key, "kind": kind, "settings": settings})).unwrap().ok();
}

#[test]
fn what_is_exported_changes_nothing_when_it_comes_back() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let system = boxed.place().administrator("system");
    define(&system, "badge", "text", "胸牌", json!({}));
    define(&system, "skills", "choice", "技能", json!({"several": true, "choices": ["焊接", "仿真"]}));
    define(&system, "mentor", "person", "导师", json!({}));
    let awkward = json!({
        "title": "=HYPERLINK(\"http://x\")", "phone": "+86 21 5555", "work_place": "'=1, \"A\"座",
        "fields": {"badge": ["-7"], "skills": ["仿真", "焊接"], "mentor": ["gu.wenzhou"]},
    });
    let han = system.patch("/api/v1/people/han.ruoxi", &awkward).unwrap().ok();
    let home = han["departments"][0]["id"].as_str().unwrap();
    let others = system.get("/api/v1/departments?whole=true").unwrap().ok();
    let other = others["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).find(|id| *id != home).unwrap();
    let posts = json!({"departments": [home, other], "titles": {other: "-顾问, 兼"}});
    system.patch("/api/v1/people/han.ruoxi", &posts).unwrap().ok();
    let lead = json!({"head": true, "after": null});
    system.patch(&format!("/api/v1/departments/{other}/people/han.ruoxi"), &lead).unwrap().ok();
    for (format, locale) in [("csv", "zh-CN"), ("xlsx", "en"), ("csv", "en"), ("xlsx", "zh-CN")] {
        let sheet = system.get(&format!("/api/v1/admin/people-sheet?format={format}&locale={locale}")).unwrap();
        assert_eq!(sheet.status, 200);
        if format == "csv" {
            let text = String::from_utf8(sheet.bytes.clone()).unwrap();
            assert!(text.starts_with('\u{feff}') && text.contains("'=HYPERLINK") && text.contains("'+86"), "{text}");
        }
        let import = upload(&system, "back", sheet.bytes).ok();
        let counts = &import["counts"];
        assert_eq!(
            (counts["new"].as_u64(), counts["changed"].as_u64(), counts["error"].as_u64()),
            (Some(0), Some(0), Some(0)),
            "{counts}"
        );
        assert_eq!(counts["same"], counts["rows"]);
        let known = import["columns"].as_array().unwrap().iter().filter(|column| column["field"].is_string()).count();
        assert_eq!(known, 17, "every column is recognised");
    }
    let employee = boxed.place().person("han.ruoxi");
    let refused = employee.get("/api/v1/admin/people-sheet?format=csv").unwrap();
    assert_eq!((refused.status, refused.code().as_str()), (403, "forbidden"));
}

#[test]
fn rows_that_failed_are_mended_and_come_again() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let system = boxed.place().administrator("system");
    define(&system, "height", "number", "身高", json!({"required": true, "most": "250"}));
    let sheet = "名册\n姓名,工号,身高,邮箱,备注\n甲,A1,181,a@x.example,x\n乙,A2,三米,b@x.example,y\n丙,A3,,c@x.example,\n丁,A4,170,not mail,z\n";
    let import = upload(&system, "new.csv", sheet).ok();
    assert_eq!((import["counts"]["new"].as_u64(), import["counts"]["error"].as_u64()), (Some(1), Some(3)), "{import}");
    let failed = String::from_utf8(get(&system, &import, "failed.csv")).unwrap();
    let lines: Vec<&str> = failed.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "姓名,工号,身高,邮箱,备注,问题 / Problems");
    assert_eq!(lines.len(), 4, "{failed}");
    assert!(lines[1].starts_with("乙,A2,三米,b@x.example,y,") && lines[1].contains("not-a-number"), "{failed}");
    assert!(lines[2].contains("required") && lines[3].contains("mail: not-a-mail-address"), "{failed}");
    let report = String::from_utf8(get(&system, &import, "report.csv")).unwrap();
    assert!(report.lines().count() >= 5, "{report}");
    for book in ["failed.xlsx", "report.xlsx"] {
        assert!(get(&system, &import, book).starts_with(b"PK"), "{book}");
    }
    // The workbook of failed rows is a sheet like any other.
    let again = upload(&system, "failed.xlsx", get(&system, &import, "failed.xlsx")).ok();
    assert_eq!((again["counts"]["rows"].as_u64(), again["counts"]["error"].as_u64()), (Some(3), Some(3)));

    let refused = apply(&system, &import, json!({"mode": "all-or-nothing"}));
    assert_eq!(
        refused.json()["what"].as_str().or(refused.json()["rule"].as_str()),
        Some("rows-with-errors"),
        "{}",
        refused.json()
    );
    apply(&system, &import, json!({"mode": "good-rows"})).ok();
    let mended = failed.replace("三米", "182").replace("A3,,", "A3,165,").replace("not mail", "d@x.example");
    let import = upload(&system, "mended.csv", mended).ok();
    assert_eq!((import["counts"]["new"].as_u64(), import["counts"]["error"].as_u64()), (Some(3), Some(0)), "{import}");
    apply(&system, &import, json!({"mode": "all-or-nothing"})).ok();
    let history = system.get("/api/v1/admin/imports").unwrap().ok();
    let names: Vec<_> = history["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["mended.csv", "failed.xlsx", "new.csv"]);
    assert!(!history["items"][0]["applied_at"].is_null() && history["items"][1]["applied_at"].is_null(), "{history}");
    let first = system.get("/api/v1/admin/imports?limit=1").unwrap().ok();
    let rest = system.get(&format!("/api/v1/admin/imports?cursor={}", first["next"].as_str().unwrap())).unwrap().ok();
    assert_eq!(rest["items"][0]["name"], "failed.xlsx");
}

#[test]
fn a_mapping_is_remembered_and_many_changes_ask_for_their_number() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let system = boxed.place().administrator("system");
    let sheet = |title: &str| {
        let rows = (0..60).map(|n| format!("M{n:03},员工{n},{title}\n")).collect::<String>();
        format!("编码X,称呼X,头衔X,姓名\n{}", rows.replace('\n', ",\n"))
    };
    let import = upload(&system, "a.csv", sheet("工程师")).ok();
    assert_eq!(import["remembered"], false);
    let path = format!("/api/v1/people/imports/{}", import["id"].as_str().unwrap());
    let import = system.patch(&path, &json!({"mapping": {"employee_no": 0, "name": 1, "title": 2}})).unwrap().ok();
    assert_eq!(import["counts"]["new"], 60, "{import}");
    assert!(import["confirm"].is_null(), "new people are no mass change");
    apply(&system, &import, json!({"mode": "all-or-nothing"})).ok();

    let import = upload(&system, "b.csv", sheet("经理")).ok();
    assert_eq!((import["remembered"].as_bool(), import["counts"]["changed"].as_u64()), (Some(true), Some(60)), "{import}");
    assert_eq!(import["confirm"], 60);
    for confirm in [json!(null), json!(59)] {
        let refused = apply(&system, &import, json!({"mode": "good-rows", "confirm": confirm}));
        assert_eq!(refused.status, 409);
        assert!(refused.json().to_string().contains("many-people-changed"), "{}", refused.json());
    }
    apply(&system, &import, json!({"mode": "good-rows", "confirm": 60})).ok();
    let numbered = |number: &str| {
        let all = system.get("/api/v1/admin/people?limit=200").unwrap().ok();
        all["items"].as_array().unwrap().iter().find(|one| one["employee_no"] == number).unwrap().clone()
    };
    assert_eq!((numbered("M017")["title"].as_str(), numbered("M017")["name"].as_str()), (Some("经理"), Some("员工17")));
    let moved = upload(&system, "c.csv", "工号,部门\nM001,临时部\nM002,临时部\n").ok();
    assert_eq!((moved["counts"]["changed"].as_u64(), moved["counts"]["moved"].as_u64()), (Some(2), Some(2)));
    apply(&system, &moved, json!({"mode": "good-rows"})).ok();
    assert_eq!(numbered("M001")["departments"][0]["name"], "临时部");
}

#[test]
fn hostile_files_are_refused_and_encodings_are_read() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let system = boxed.place().administrator("system");
    let rule = |bytes: Vec<u8>| upload(&system, "x", bytes).json()["rule"].as_str().unwrap_or_default().to_owned();
    let wide = format!("{}\n", (0..10_000).map(|n| format!("列{n}")).collect::<Vec<_>>().join(","));
    assert_eq!(rule(wide.into_bytes()), "too-many-columns");
    let mut long = "姓名\n".to_owned();
    long.push_str(&"x\n".repeat(130_000));
    assert_eq!(rule(long.into_bytes()), "too-many-rows");
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1 << 20];
    (0..600).for_each(|_| bomb.write_all(&zeros).unwrap());
    assert_eq!(rule(bomb.finish().unwrap().into_inner()), "zip-bomb");
    assert_eq!(rule(b"PK\x03\x04broken".to_vec()), "damaged-workbook");
    assert_eq!(rule(vec![0xd0, 0xcf, 0x11, 0xe0, 0]), "old-or-encrypted-workbook");
    for (bytes, encoding) in [
        (encoding_rs::GB18030.encode("姓名,部门\n龚自珍,质量中心\n").0.into_owned(), "gb18030"),
        ([b"\xef\xbb\xbf".as_slice(), "姓名,部门\n龚自珍,质量中心\n".as_bytes()].concat(), "UTF-8"),
    ] {
        let import = upload(&system, "e", bytes).ok();
        assert_eq!((import["encoding"].as_str(), import["counts"]["new"].as_u64()), (Some(encoding), Some(1)));
    }
}
