//! A company of 100,000 people in 20,000 departments: how long its sheet takes to come in, how long the box takes to stand
//! with it, and what a page and the move of a whole branch cost.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use holdfast_tests::{Chance, Client, Options, TestBox};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use ureq::http::Method;

use crate::{
    Outcome, Plan,
    machine::{self, Circumstances, Watch, quantile},
    say,
    table::{Goal, Row, Table},
};

const PEOPLE: usize = 100_000;
const DEPARTMENTS: usize = 20_000;
/// The last of them, which all stand below one and are moved together.
const BRANCH: usize = 2_000;
/// One less than may be: the branch is moved below another.
const LEVELS: usize = 31;
/// Departments directly below the root.
const TOPS: usize = 20;
const PAGES: usize = 300;
const MOVES: usize = 5;
/// A request for a sheet of such a size may take so long.
const PATIENCE: Duration = Duration::from_secs(600);
const MB: f64 = 1_000_000.0;

pub fn measure(plan: &Plan, table: &mut Table) -> Outcome<()> {
    say("directory: making the sheets");
    let sheet = sheet("工程师");
    let (csv, book) = (delimited(&sheet), workbook(&sheet)?);
    let promoted = delimited(&self::sheet("高级工程师"));
    let watch = Watch::begin()?;
    let mut figures = Figures::default();
    let mut running = TestBox::boot(&Options::small())?;
    let system = patient(&running);

    say("directory: import");
    figures.checked_xlsx = seconds(|| check(&system, "people.xlsx", &book).map(drop))?;
    let mut id = String::new();
    figures.checked_csv = seconds(|| check(&system, "people.csv", &csv).map(|new| id = new))?;
    figures.applied = seconds(|| apply(&system, &id))?;
    figures.checked_same = seconds(|| check(&system, "people.csv", &csv).map(drop))?;
    figures.checked_changed = seconds(|| check(&system, "promoted.csv", &promoted).map(|new| id = new))?;
    figures.applied_changed = seconds(|| apply(&system, &id))?;
    figures.exported_csv = seconds(|| export(&system, "csv"))?;
    figures.exported_xlsx = seconds(|| export(&system, "xlsx"))?;

    say("directory: start with the company in it");
    for _ in 0..plan.runs {
        running.stop()?;
        running.start_hsmd()?;
        let began = Instant::now();
        running.start_server()?;
        running.wait_ready()?;
        figures.ready.push(began.elapsed().as_secs_f64());
    }
    let system = patient(&running);
    let server = running.server_id().ok_or("the box does not run")?;
    figures.resident = machine::memory(&[server])?.0 as f64 / MB;
    say("directory: pages and moves");
    pages(&system, &mut figures)?;
    moves(&system, &mut figures)?;
    figures.resident_later = machine::memory(&[server])?.0 as f64 / MB;
    figures.tell(table, watch.end(&plan.disk)?);
    Ok(())
}

fn patient(running: &TestBox) -> Client {
    let place = running.place();
    place.administrator("system").patient(&place.authority, PATIENCE)
}

/// What was measured, in seconds, milliseconds and megabytes.
#[derive(Default)]
struct Figures {
    checked_xlsx: f64,
    checked_csv: f64,
    applied: f64,
    checked_same: f64,
    checked_changed: f64,
    applied_changed: f64,
    exported_csv: f64,
    exported_xlsx: f64,
    ready: Vec<f64>,
    resident: f64,
    resident_later: f64,
    pages: Vec<f64>,
    searches: Vec<f64>,
    moves: Vec<f64>,
}

impl Figures {
    fn tell(self, table: &mut Table, circumstances: Circumstances) {
        let mut row = |what: &str, unit, ours, goal, note: &str| {
            let (what, note, peer) = (format!("directory: {what}"), note.to_owned(), Vec::new());
            table.add(Row { what, unit, ours, peer_is: "", peer, goal, note, circumstances });
        };
        let (look, write) = (Goal::AtMost(20.0), Goal::AtMost(45.0));
        row("dry run of 100,000 rows, .xlsx", "s", vec![self.checked_xlsx], look, "20,000 departments in 31 levels, all new");
        row("dry run of 100,000 rows, .csv", "s", vec![self.checked_csv], look, "the same sheet");
        row("import of 100,000 rows", "s", vec![self.applied], write, "all new, durable");
        row("dry run of the same again", "s", vec![self.checked_same], look, "no change");
        row("dry run, everybody changed", "s", vec![self.checked_changed], look, "another title for each");
        row("import, everybody changed", "s", vec![self.applied_changed], write, "100,000 people changed");
        row("export of 100,000 people, .csv", "s", vec![self.exported_csv], Goal::None, "");
        row("export of 100,000 people, .xlsx", "s", vec![self.exported_xlsx], Goal::None, "");
        row("process to ready", "s", self.ready, Goal::AtMost(3.0), "with the company in it");
        row("memory after the start, RSS", "MB", vec![self.resident], Goal::AtMost(400.0), "of the server");
        row("memory after all pages and moves, RSS", "MB", vec![self.resident_later], Goal::AtMost(400.0), "of the server");
        row("page of a department, p99", "ms", vec![p99(self.pages)], Goal::AtMost(10.0), "50 people, subtree");
        row("page of a search by pinyin, p99", "ms", vec![p99(self.searches)], Goal::AtMost(10.0), "50 people");
        row("move of 2,000 departments", "ms", self.moves, Goal::AtMost(100.0), "there and back, durable");
    }
}

fn p99(mut milliseconds: Vec<f64>) -> f64 {
    milliseconds.sort_by(f64::total_cmp);
    quantile(&milliseconds, 0.99)
}

fn seconds(act: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let began = Instant::now();
    act()?;
    let took = began.elapsed().as_secs_f64();
    say(&format!("directory: {took:.2} s"));
    Ok(took)
}

fn check(system: &Client, name: &str, sheet: &[u8]) -> Outcome<String> {
    let headers = [("content-type", "application/octet-stream")];
    let checked = system.send(Method::POST, &format!("/api/v1/people/imports?name={name}"), &headers, sheet.to_vec())?;
    let import = checked.json();
    if import["counts"]["error"] != json!(0) {
        return Err(format!("the sheet was not read: {} {}", checked.status, import["counts"]).into());
    }
    Ok(import["id"].as_str().unwrap_or_default().to_owned())
}

fn apply(system: &Client, id: &str) -> Outcome<()> {
    let path = format!("/api/v1/people/imports/{id}");
    let confirm = system.get(&path)?.json()["confirm"].clone();
    let applied = system.post(&format!("{path}/apply"), &json!({"mode": "all-or-nothing", "confirm": confirm}))?;
    if applied.status >= 300 {
        return Err(format!("the people were not imported: {} {}", applied.status, applied.code()).into());
    }
    Ok(())
}

fn export(system: &Client, format: &str) -> Outcome<()> {
    let sheet = system.get(&format!("/api/v1/admin/people-sheet?format={format}"))?;
    if sheet.status != 200 || sheet.bytes.len() < PEOPLE * 50 {
        return Err(format!("the export ended with {} and {} bytes", sheet.status, sheet.bytes.len()).into());
    }
    Ok(())
}

fn pages(system: &Client, figures: &mut Figures) -> Outcome<()> {
    let tops: Vec<String> = roots(system)?.iter().filter_map(|top| top["id"].as_str().map(str::to_owned)).collect();
    let mut chance = Chance::new(7);
    for _ in 0..PAGES {
        let top = &tops[chance.below(tops.len())];
        figures.pages.push(page(system, &format!("/api/v1/people?department={top}&subtree=true"))?);
        let letters = ["zhang", "li", "wangf", "chenj", "gcs"][chance.below(5)];
        figures.searches.push(page(system, &format!("/api/v1/people?q={letters}"))?);
    }
    Ok(())
}

/// The sheet's departments stand beside those of the small company.
fn roots(system: &Client) -> Outcome<Vec<Value>> {
    let roots = system.get("/api/v1/departments?limit=200")?.json();
    Ok(roots["items"].as_array().cloned().unwrap_or_default())
}

fn page(system: &Client, path: &str) -> Outcome<f64> {
    let began = Instant::now();
    let reply = system.get(path)?;
    let took = began.elapsed().as_secs_f64() * 1000.0;
    if reply.status != 200 { Err(format!("{path}: {}", reply.status).into()) } else { Ok(took) }
}

/// The branch below another department and back.
fn moves(system: &Client, figures: &mut Figures) -> Outcome<()> {
    let roots = roots(system)?;
    let named = |name: &str| roots.iter().find(|one| one["name"] == name);
    let (branch, target) = (named("Branch").ok_or("no branch")?, named("Dept 3").ok_or("no target")?);
    let at = format!("/api/v1/departments/{}", branch["id"].as_str().unwrap_or_default());
    let to = |parent: &Value| -> Outcome<f64> {
        let began = Instant::now();
        let moved = system.patch(&at, &json!({"parent": parent}))?;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        if moved.status != 200 { Err(format!("the branch was not moved: {}", moved.code()).into()) } else { Ok(took) }
    };
    for _ in 0..MOVES {
        figures.moves.push(to(&target["id"])?);
        figures.moves.push(to(&Value::Null)?);
    }
    Ok(())
}

const HEADINGS: [&str; 9] = ["账号", "姓名", "工号", "部门", "职位", "手机号", "邮箱", "直属上级", "入职日期"];
const FAMILIES: [&str; 12] = ["张", "李", "王", "陈", "刘", "欧阳", "赵", "黄", "周", "吴", "徐", "孙"];
const GIVEN: [&str; 16] = ["伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超"];

/// The same for the same title: one row for each person, each department with somebody in it, every third person in three.
fn sheet(title: &str) -> Vec<[String; 9]> {
    let mut chance = Chance::new(20_261_123);
    let paths = paths(&mut chance);
    let mut rows = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        let mut departments = paths[number % DEPARTMENTS].clone();
        for _ in 0..if number % 3 == 0 { 2 } else { 0 } {
            let _ = write!(departments, ";{}", paths[chance.below(DEPARTMENTS)]);
        }
        let given = format!("{}{}", GIVEN[chance.below(GIVEN.len())], GIVEN[chance.below(GIVEN.len())]);
        rows.push([
            format!("p{number}"),
            format!("{}{given}", FAMILIES[chance.below(FAMILIES.len())]),
            format!("E{number:06}"),
            departments,
            title.to_owned(),
            format!("139{number:08}"),
            format!("p{number}@bench.example"),
            if number == 0 { String::new() } else { format!("E{:06}", number / 10) },
            format!("20{:02}-0{}-1{}", number % 26, number % 9 + 1, number % 10),
        ]);
    }
    rows
}

/// A path for each department; parents stand before their children.
fn paths(chance: &mut Chance) -> Vec<String> {
    let first = DEPARTMENTS - BRANCH;
    let mut all: Vec<(String, usize)> = Vec::with_capacity(DEPARTMENTS);
    for number in 0..DEPARTMENTS {
        if number < TOPS || number == first {
            let name = if number == first { "Branch".to_owned() } else { format!("Dept {number}") };
            all.push((name, 1));
            continue;
        }
        let from = if number > first { first } else { 0 };
        // A few deep chains, and a bush around them. The branch keeps a level free for its move.
        let deepest = if number > first { LEVELS - 1 } else { LEVELS };
        let near = all.len() - 1;
        let parent = if chance.below(3) == 0 { near } else { from + chance.below(number - from) };
        let parent = if all[parent].1 < deepest { parent } else { from };
        let (path, level) = (format!("{}/D{number}", all[parent].0), all[parent].1 + 1);
        all.push((path, level));
    }
    all.into_iter().map(|(path, _)| path).collect()
}

fn delimited(rows: &[[String; 9]]) -> Vec<u8> {
    let mut text = HEADINGS.join(",");
    for row in rows {
        let _ = write!(text, "\n{}", row.join(","));
    }
    text.into_bytes()
}

fn workbook(rows: &[[String; 9]]) -> Outcome<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0u16..).zip(HEADINGS) {
        sheet.write_string(0, column, heading)?;
    }
    for (at, row) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(row) {
            sheet.write_string(at, column, cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
