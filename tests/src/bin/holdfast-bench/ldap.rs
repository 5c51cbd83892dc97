//! The LDAP door beside slapd, with the same 100,000 people, both under TLS with the same certificate: what one core answers,
//! and whether the last page of a dump costs what the first does.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use holdfast_tests::{
    Chance, Client, Options, Place, TestBox,
    client::cid,
    ldap::{Ldap, Search, filter},
    slapd::{self, Slapd},
};
use serde_json::json;
use ureq::http::Method;

use crate::{
    Outcome, Plan,
    machine::{Watch, median, processor_time},
    say,
    table::{Goal, Row, Table},
};

const PEOPLE: usize = 100_000;
/// Searches of one run, on each of the connections.
const SEARCHES: usize = 4_000;
const CONNECTIONS: usize = 4;
const PAGE: i32 = 1_000;
/// Pages at each end of a dump whose medians are compared: one alone is a matter of luck.
const PAGES: usize = 5;
const SUFFIX: &str = "dc=holdfast,dc=internal";
const ATTRIBUTES: [&str; 4] = ["cn", "mail", "telephoneNumber", "title"];

pub fn measure(plan: &Plan, table: &mut Table) -> Outcome<()> {
    if !slapd::is_present() {
        return Err("slapd is missing: run tests/deps.sh".into());
    }
    say("ldap: starting a box with 100,000 people");
    let running = TestBox::boot(&Options::small())?;
    let place = running.place();
    hire(&place.administrator("system"))?;
    let account = connector(&place)?;
    let entries = slapd::everything(&mut signed_in(&place, &place.ldaps, &account)?, SUFFIX)?;
    say(&format!("ldap: loading {} entries into slapd", entries.len()));
    let slapd = Slapd::start(&place, SUFFIX, &entries, true)?;
    let root = (slapd::ROOT.to_owned(), slapd::PASSWORD.to_owned());
    let server = running.server_id().ok_or("the box does not run")?;
    let mails: Vec<Vec<u8>> = entries
        .iter()
        .flat_map(|one| &one.attributes)
        .filter(|(name, _)| name == "mail")
        .flat_map(|(_, mails)| mails.clone())
        .collect();

    let watch = Watch::begin()?;
    let (mut ours, mut theirs, mut walls, mut dumps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for run in 0..plan.runs {
        say(&format!("ldap: run {} of {}", run + 1, plan.runs));
        let seed = u64::try_from(run).unwrap_or(0);
        let here = equality(&place, &place.ldaps, &account, server, &mails, seed)?;
        let there = equality(&place, &slapd.tls, &root, slapd.id(), &mails, seed)?;
        ours.push(here.0);
        theirs.push(there.0);
        walls.push(here.1);
        dumps.push(dump(&place, &account)?);
    }
    let circumstances = watch.end(&plan.disk)?;
    let note = format!(
        "searches per second of processor time, by mail, four attributes; {:.0}/s over {CONNECTIONS} connections",
        median(&walls)
    );
    table.add(Row {
        what: "ldap: indexed equality search per core".to_owned(),
        unit: "1/s",
        ours,
        peer_is: "slapd (back-mdb), TLS",
        peer: theirs,
        goal: Goal::Ratio(1.5),
        note,
        circumstances,
    });
    let ends: Vec<f64> = dumps.iter().map(|(ratio, _)| *ratio).collect();
    let whole: Vec<f64> = dumps.iter().map(|(_, seconds)| *seconds).collect();
    table.add(Row {
        what: "ldap: last page of a dump by the first".to_owned(),
        unit: "",
        ours: ends,
        peer_is: "",
        peer: Vec::new(),
        goal: Goal::AtMost(1.2),
        note: format!("100,000 people in pages of 1,000, {:.2} s in all; medians of {PAGES} pages at each end", median(&whole)),
        circumstances,
    });
    Ok(())
}

/// Everybody from one sheet.
fn hire(system: &Client) -> Outcome<()> {
    let mut sheet = "账号,姓名,工号,邮箱,职位\n".to_owned();
    for number in 0..PEOPLE {
        let _ = writeln!(sheet, "bench{number},工程师{number},B{number:06},bench{number}@bench.example,工程师");
    }
    let headers = [("content-type", "text/csv")];
    let checked = system.send(Method::POST, "/api/v1/people/imports?name=bench.csv", &headers, sheet.into_bytes())?;
    let id = checked.json()["id"].as_str().ok_or_else(|| format!("the sheet was not read: {}", checked.status))?.to_owned();
    let applied = system.post(&format!("/api/v1/people/imports/{id}/apply"), &json!({"mode": "good-rows"}))?;
    if applied.status >= 300 {
        return Err(format!("the people were not imported: {}", applied.status).into());
    }
    Ok(())
}

fn connector(place: &Place) -> Outcome<(String, String)> {
    let settings = json!({
        "networks": ["127.0.0.0/8"], "entries": 1_000_000, "seconds": 600, "connections": 100,
        "departments": [], "attributes": [], "checks_passwords": false, "changes_passwords": false,
    });
    let made = place
        .administrator("security")
        .post("/api/v1/connectors", &json!({"cid": cid(), "name": "bench", "settings": settings}))?;
    let made = made.json();
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned).ok_or("no connector was made");
    Ok((text(&made["connector"]["bind_name"])?, text(&made["secret"])?))
}

fn signed_in(place: &Place, url: &str, (name, secret): &(String, String)) -> Outcome<Ldap> {
    let mut ldap = Ldap::tls(place, url)?;
    let bound = ldap.bind(name, secret)?;
    if bound.code != 0 {
        return Err(format!("the bind ended with {}", bound.code).into());
    }
    Ok(ldap)
}

/// Searches per second of the server's processor time, and per second of the clock.
fn equality(
    place: &Place,
    url: &str,
    account: &(String, String),
    server: u32,
    mails: &[Vec<u8>],
    seed: u64,
) -> Outcome<(f64, f64)> {
    let mut connections = (0..CONNECTIONS).map(|_| signed_in(place, url, account)).collect::<Outcome<Vec<_>>>()?;
    let (before, began) = (processor_time(server)?, Instant::now());
    let done: Outcome<()> = std::thread::scope(|scope| {
        let all: Vec<_> = connections
            .iter_mut()
            .zip(0u64..)
            .map(|(connection, number)| {
                scope.spawn(move || -> Outcome<()> {
                    let mut chance = Chance::new(seed * 100 + number);
                    for _ in 0..SEARCHES {
                        let mail = &mails[chance.below(mails.len())];
                        let search = Search { attributes: &ATTRIBUTES, ..Search::of(SUFFIX, filter::equal("mail", mail)) };
                        let found = connection.search(&search)?;
                        if found.entries.len() != 1 {
                            return Err(format!("{} entries, code {}", found.entries.len(), found.code).into());
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| "a client panicked")?)
    });
    done?;
    let (spent, wall) = (processor_time(server)?.saturating_sub(before), began.elapsed());
    let searches = (SEARCHES * CONNECTIONS) as f64;
    Ok((searches / spent.as_secs_f64().max(0.001), searches / wall.as_secs_f64()))
}

/// The last pages by the first, and the seconds of the whole.
fn dump(place: &Place, account: &(String, String)) -> Outcome<(f64, f64)> {
    let mut ldap = signed_in(place, &place.ldaps, account)?;
    let search = Search { attributes: &["*"], ..Search::of(SUFFIX, filter::equal("objectClass", "person")) };
    let pages = ldap.pages(&search, PAGE)?;
    // The last one may not be full.
    let times: Vec<f64> =
        pages.iter().filter(|(page, _)| page.len() == PAGE.unsigned_abs() as usize).map(|(_, took)| took.as_secs_f64()).collect();
    if times.len() < 2 * PAGES {
        return Err(format!("{} pages", times.len()).into());
    }
    let whole: Duration = pages.iter().map(|(_, took)| *took).sum();
    Ok((median(&times[times.len() - PAGES..]) / median(&times[..PAGES]), whole.as_secs_f64()))
}
