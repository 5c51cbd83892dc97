//! Search over the sample company, asked by an employee through the API: finished queries, as-you-type, and how soon a message
//! is found.

use std::{
    collections::HashSet,
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::client::cid;
use serde_json::{Value, json};

use crate::{
    Outcome, Plan,
    company::{self, Company, sign_in},
    machine::{self, Watch, quantile},
    say,
    table::{Goal, Row, Table},
    wire::Wire,
};

const QUERIES: usize = 200;
/// Messages that are looked for.
const SENT: usize = 30;
/// Documents that queries are cut from.
const DOCUMENTS: usize = 60;
/// How long the index may take to be whole.
const WHOLE: Duration = Duration::from_secs(300);

pub fn measure(plan: &Plan, company: &Company, sample: &Path, table: &mut Table) -> Outcome<()> {
    let who = sign_in(&company.running, "gu.wenzhou")?;
    let mut wire = company.server.connect()?;
    wait_whole(&mut wire, &who)?;
    let queries = queries(&mut wire, &who, sample)?;
    let typed: Vec<String> = queries.iter().flat_map(|query| prefixes(query)).take(QUERIES * 2).collect();
    let watch = Watch::begin()?;
    let (mut full, mut typing, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..plan.runs {
        say(&format!("search: run {} of {}", number + 1, plan.runs));
        full.push(ask_all(&mut wire, &who, &queries, "")?);
        typing.push(ask_all(&mut wire, &who, &typed, "&typing=true")?);
        found.push(send_and_find(&mut wire, &who)?);
    }
    let circumstances = watch.end(&plan.disk)?;
    let mut row = |what: &str, runs: &[Vec<f64>], goal, more: &str| {
        let at = |share| runs.iter().map(|run| quantile(&sorted(run.clone()), share)).collect::<Vec<f64>>();
        let note = format!("p50 {:.1} ms, p99 of each one's best run {:.1} ms{more}", machine::median(&at(0.5)), best(runs));
        let (what, ours, peer) = (what.to_owned(), at(0.99), Vec::new());
        table.add(Row { what, unit: "ms", ours, peer_is: "", peer, goal: Goal::AtMost(goal), note, circumstances });
    };
    row("search: finished query p99", &full, 20.0, ", with its audit entry");
    row("search: as you type p99", &typing, 10.0, "");
    row("search: send to found p99", &found, 100.0, ", from sending to the answer that has it");
    Ok(())
}

/// Everything that was loaded is in the index.
pub fn wait_whole(wire: &mut Wire, who: &str) -> Outcome<()> {
    let until = Instant::now() + WHOLE;
    while Instant::now() < until {
        let answer = company::get(wire, &path("index", "&typing=true"), who)?;
        if answer["partial"] == false {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(200));
    }
    Err("the index did not become whole".into())
}

/// The 99th percentile of what each query took in its best run: without what others on the machine do to single ones.
fn best(runs: &[Vec<f64>]) -> f64 {
    let count = runs.iter().map(Vec::len).min().unwrap_or(0);
    let each = (0..count).map(|at| runs.iter().filter_map(|run| run.get(at).copied()).fold(f64::INFINITY, f64::min));
    quantile(&sorted(each.collect()), 0.99)
}

fn sorted(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times
}

/// Milliseconds of each query.
fn ask_all(wire: &mut Wire, who: &str, queries: &[String], more: &str) -> Outcome<Vec<f64>> {
    let mut times = Vec::with_capacity(queries.len());
    for query in queries {
        let path = path(query, more);
        let began = Instant::now();
        wire.ask("GET", &path, who, b"")?.success()?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// Milliseconds from sending a message to the first answer that has it.
fn send_and_find(wire: &mut Wire, who: &str) -> Outcome<Vec<f64>> {
    let ask = json!({"cid": cid(), "kind": "group", "title": "搜索", "members": ["han.ruoxi"]});
    let room = company::post(wire, "/api/v1/conversations", who, &ask)?;
    let room = room["id"].as_str().ok_or("a conversation without an id")?;
    let mut times = Vec::with_capacity(SENT);
    for _ in 0..SENT {
        // A word that nobody has written before.
        let word = cid().replace('-', "");
        let message = json!({"cid": cid(), "body": {"type": "text", "text": format!("校准记录 {word} 已归档")}});
        let began = Instant::now();
        company::post(wire, &format!("/api/v1/conversations/{room}/messages"), who, &message)?;
        while hits(&company::get(wire, &path(&word, "&typing=true"), who)?) == 0 {
            if began.elapsed() > WHOLE {
                return Err("a message was never found".into());
            }
        }
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

fn hits(answer: &Value) -> usize {
    let groups = answer["groups"].as_array().map(Vec::as_slice).unwrap_or_default();
    groups.iter().filter(|group| group["kind"] == "messages").filter_map(|group| Some(group["items"].as_array()?.len())).sum()
}

fn path(query: &str, more: &str) -> String {
    let escaped: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/v1/search?q={escaped}&kind=all{more}")
}

/// What people look for: words out of documents and messages, pairs of them, and names. The same on every machine.
fn queries(wire: &mut Wire, who: &str, sample: &Path) -> Outcome<Vec<String>> {
    let mut sources: Vec<String> = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(sample.join("text"))?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let step = (paths.len() / DOCUMENTS).max(1);
    for document in paths.iter().step_by(step) {
        sources.push(fs::read_to_string(document)?);
    }
    let rooms = company::get(wire, "/api/v1/conversations?limit=50", who)?;
    for room in rooms["items"].as_array().map(Vec::as_slice).unwrap_or_default() {
        sources.extend(room["last"]["body"]["text"].as_str().map(str::to_owned));
    }
    let people = company::get(wire, "/api/v1/people?limit=40", who)?;
    let people = people["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut names = people.iter().filter_map(|one| one["name"].as_str()).map(str::to_owned).cycle();
    let mut words = sources.iter().cycle().enumerate().filter_map(|(number, text)| word(text, number));
    let mut all = Vec::new();
    for number in 0..QUERIES {
        let query = match number % 8 {
            0 => names.next(),
            1 | 2 => words.next().zip(words.next()).map(|(one, other)| format!("{one} {other}")),
            _ => words.next(),
        };
        all.extend(query);
    }
    let distinct: HashSet<&String> = all.iter().collect();
    if distinct.len() < QUERIES / 2 {
        return Err("the sample company gives too few different queries".into());
    }
    Ok(all)
}

/// Two to four characters of a Chinese run, or a Latin word; another one for each number.
fn word(text: &str, number: usize) -> Option<String> {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut runs = text.split(|c: char| !is_han(c) && !c.is_ascii_alphabetic()).filter(|run| run.chars().count() >= 3);
    let count = runs.clone().count();
    let run = runs.nth(number.wrapping_mul(7919) % count.max(1))?;
    let latin: String = run.chars().take_while(|c| !is_han(*c)).collect();
    if latin.len() >= 3 {
        return Some(latin);
    }
    Some(run.chars().filter(|c| is_han(*c)).take(2 + number % 3).collect()).filter(|word: &String| !word.is_empty())
}

/// What stands in the box while a query is typed.
fn prefixes(query: &str) -> impl Iterator<Item = String> + '_ {
    (1..=query.chars().count()).map(|length| query.chars().take(length).collect())
}
