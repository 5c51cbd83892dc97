//! The drive's WebDAV door beside Apache's, the same client in the same minute: a large file each way, many small ones, and
//! small ones on a disk, where ours are durable and Apache's are not.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{
    Options, TestBox,
    client::{basic, cid},
};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    Outcome, Plan,
    apache::Apache,
    company::{self, Company, counters, employees, sign_in},
    content::Content,
    machine::{self, Watch, quantile},
    say,
    table::{Goal, Row, Table},
    wire::Server,
};

const SMALL_BYTES: usize = 4096;
const MEASURED: Duration = Duration::from_secs(5);
const APACHE: &str = "Apache";
const NOT_DURABLE: &str = "Apache, nothing durable";

/// One of the two, with a folder to write to and those who may.
struct Side {
    server: Server,
    /// Path up to the space; names come behind it.
    root: &'static str,
    /// `Authorization` lines, one for each account.
    accounts: Vec<String>,
    /// The process, for its processor time.
    process: u32,
}

/// What one side did in one measurement. Processor time tells more than wall time where others use the machine too.
#[derive(Default)]
struct Done {
    /// Megabytes or files a second.
    rate: f64,
    /// Seconds of processor time for a gigabyte, or milliseconds for a file.
    processor: f64,
    /// Milliseconds, sorted.
    waits: Vec<f64>,
}

pub fn in_memory(plan: &Plan, table: &mut Table) -> Outcome<()> {
    say("drive: a box and Apache in memory");
    let folder = TempDir::with_prefix_in("holdfast-bench-", &plan.memory)?;
    let data = Some(folder.path().join("box"));
    let running = TestBox::boot(&Options { data, listen: None, sample: None, small: true })?;
    let sides = sides(&running, &plan.memory)?;
    large(plan, &sides.0, &sides.1, table)?;
    for (connections, goal) in [(8, 0.7), (64, 1.5)] {
        let watch = Watch::begin()?;
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        for number in 0..plan.runs {
            say(&format!("drive: 4 KiB over {connections} connections, run {} of {}", number + 1, plan.runs));
            ours.push(small(&sides.0, connections)?);
            peer.push(small(&sides.1, connections)?);
        }
        let circumstances = watch.end(&plan.memory)?;
        let what = format!("drive: PUT 4 KiB, {connections} connections");
        let note = format!("{}; our p99 {:.1} ms", processors(&ours, &peer, "ms a file"), p99(&ours));
        let (ours, peer) = (rates(&ours), rates(&peer));
        table.add(Row { what, unit: "files/s", ours, peer_is: APACHE, peer, goal: Goal::Ratio(goal), note, circumstances });
    }
    Ok(())
}

fn rates(runs: &[Done]) -> Vec<f64> {
    runs.iter().map(|run| run.rate).collect()
}

fn p99(runs: &[Done]) -> f64 {
    machine::median(&runs.iter().map(|run| quantile(&run.waits, 0.99)).collect::<Vec<_>>())
}

fn processors(ours: &[Done], peer: &[Done], unit: &str) -> String {
    let of = |runs: &[Done]| machine::median(&runs.iter().map(|run| run.processor).collect::<Vec<_>>());
    let (ours, peer) = (of(ours), of(peer));
    format!("processor {ours:.2} to {peer:.2} {unit}, ratio {:.2}", peer / ours.max(f64::MIN_POSITIVE))
}

pub fn on_disk(plan: &Plan, company: &Company, table: &mut Table) -> Outcome<()> {
    const CONNECTIONS: usize = 64;
    let (ours, apache, _keep) = sides(&company.running, &plan.disk)?;
    let syncs = || -> Outcome<f64> {
        Ok(counters(&company.server, ["holdfast_ledger_fdatasyncs", "holdfast_audit_fdatasyncs"])?.iter().sum())
    };
    let watch = Watch::begin()?;
    let (mut done, mut peers, mut per_sync) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..plan.runs {
        say(&format!("drive: durable 4 KiB, run {} of {}", number + 1, plan.runs));
        machine::settle(&plan.disk)?;
        let before = syncs()?;
        let run = small(&ours, CONNECTIONS)?;
        per_sync.push(run.waits.len() as f64 / (syncs()? - before).max(1.0));
        done.push(run);
        machine::settle(&plan.disk)?;
        peers.push(small(&apache, CONNECTIONS)?);
    }
    let circumstances = watch.end(&plan.disk)?;
    let note = format!("{}; our p99 {:.1} ms", processors(&done, &peers, "ms a file"), p99(&done));
    let mut row = |what: &str, unit, ours, peer, note: &str| {
        let (what, note) = (what.to_owned(), note.to_owned());
        table.add(Row { what, unit, ours, peer_is: NOT_DURABLE, peer, goal: Goal::None, note, circumstances });
    };
    row("drive: PUT 4 KiB durable on disk, 64 connections", "files/s", rates(&done), rates(&peers), &note);
    row("drive: durable files per fdatasync", "", per_sync, Vec::new(), "syncs of ledger and audit log together");
    Ok(())
}

/// Both, and what keeps Apache running.
fn sides(running: &TestBox, place: &Path) -> Outcome<(Side, Side, Apache)> {
    let mut accounts = Vec::new();
    let mut wire = company::server(running)?.connect()?;
    for uid in employees(running) {
        let who = sign_in(running, &uid)?;
        let ask = json!({"cid": cid(), "label": "bench", "door": "webdav"});
        let made = company::post(&mut wire, "/api/v1/me/app-passwords", &who, &ask)?;
        let password = made["password"].as_str().ok_or("an app password without a password")?;
        accounts.push(format!("Authorization: {}\r\n", basic(&uid, password)));
    }
    let apache = Apache::start(place, &running.data.join("tls"))?;
    let process = running.server_id().ok_or("the server is not running")?;
    let ours = Side { server: company::server(running)?, root: "/dav/personal", accounts: accounts.clone(), process };
    let process = apache.running.id();
    let peer = Side { server: apache.server.clone(), root: "/dav", accounts, process };
    Ok((ours, peer, apache))
}

fn large(plan: &Plan, ours: &Side, peer: &Side, table: &mut Table) -> Outcome<()> {
    let watch = Watch::begin()?;
    let mut content = Content::new()?;
    let mut done: [Vec<Done>; 4] = Default::default();
    for number in 0..plan.runs {
        say(&format!("drive: one large file, run {} of {}", number + 1, plan.runs));
        let [our_put, peer_put, our_get, peer_get] = &mut done;
        for (side, put, get) in [(ours, our_put, our_get), (peer, peer_put, peer_get)] {
            let (up, down) = one_large(plan, side, &mut content)?;
            put.push(up);
            get.push(down);
        }
    }
    let circumstances = watch.end(&plan.memory)?;
    let size = format!("{} MiB", plan.large_bytes >> 20);
    let [our_put, peer_put, our_get, peer_get] = &done;
    for (what, ours, peer) in [("PUT", our_put, peer_put), ("GET", our_get, peer_get)] {
        let (what, goal, note) = (format!("drive: {what} of {size}"), Goal::Ratio(0.8), processors(ours, peer, "s a GB"));
        let (ours, peer) = (rates(ours), rates(peer));
        table.add(Row { what, unit: "MB/s", ours, peer_is: APACHE, peer, goal, note, circumstances });
    }
    Ok(())
}

/// Up and down; the file is removed afterwards.
fn one_large(plan: &Plan, side: &Side, content: &mut Content) -> Outcome<(Done, Done)> {
    let who = side.accounts.first().ok_or("nobody can sign in")?;
    let path = format!("{}/{}.bin", side.root, cid());
    let mut wire = side.server.connect()?;
    // The handshake and the first look at an account are not what is measured.
    wire.ask("OPTIONS", &format!("{}/", side.root), who, b"")?.success()?;
    let up = timed(plan, side, || wire.upload(&path, who, plan.large_bytes, |part| content.fill(part))?.success().map(drop))?;
    let mut read = 0;
    let down = timed(plan, side, || {
        read = wire.download(&path, who)?;
        Ok(())
    })?;
    if read != plan.large_bytes {
        return Err("a download of another length".into());
    }
    wire.ask("DELETE", &path, who, b"")?.success()?;
    Ok((up, down))
}

fn timed(plan: &Plan, side: &Side, f: impl FnOnce() -> Outcome<()>) -> Outcome<Done> {
    let (busy, began) = (machine::processor_time(side.process)?, Instant::now());
    f()?;
    let rate = plan.large_bytes as f64 / 1e6 / began.elapsed().as_secs_f64();
    let busy = machine::processor_time(side.process)?.saturating_sub(busy).as_secs_f64();
    Ok(Done { rate, processor: busy / (plan.large_bytes as f64 / 1e9), waits: Vec::new() })
}

/// As many small files as go through in a while.
fn small(side: &Side, connections: usize) -> Outcome<Done> {
    let folder = format!("{}/{}", side.root, cid());
    for who in &side.accounts {
        let made = side.server.connect()?.ask("MKCOL", &folder, who, b"")?;
        // Apache has one tree for all.
        if made.status != 405 {
            made.success()?;
        }
    }
    let busy = machine::processor_time(side.process)?;
    let begin = Instant::now() + Duration::from_millis(500);
    let threads: Vec<_> = (0..connections)
        .map(|number| {
            let (server, folder) = (side.server.clone(), folder.clone());
            let who = side.accounts[number % side.accounts.len()].clone();
            thread::spawn(move || put_small(&server, &folder, number, &who, begin))
        })
        .collect();
    let mut waits = Vec::new();
    for thread in threads {
        let done = thread.join().map_err(|_| "a client panicked")?;
        waits.extend(done.map_err(|error| format!("a client of {}: {error}", side.root))?);
    }
    waits.sort_by(f64::total_cmp);
    let busy = machine::processor_time(side.process)?.saturating_sub(busy).as_secs_f64();
    let files = waits.len() as f64;
    Ok(Done { rate: files / MEASURED.as_secs_f64(), processor: busy * 1000.0 / files.max(1.0), waits })
}

fn put_small(server: &Server, folder: &str, number: usize, who: &str, begin: Instant) -> Outcome<Vec<f64>> {
    let mut wire = server.connect()?;
    let mut body = [0; SMALL_BYTES];
    let mut content = Content::small()?;
    wire.ask("OPTIONS", folder, who, b"")?.success()?;
    thread::sleep(begin.saturating_duration_since(Instant::now()));
    let (mut waits, end) = (Vec::new(), begin + MEASURED);
    for file in 0_u32.. {
        content.fill(&mut body);
        let path = format!("{folder}/{number}-{file}.bin");
        let sent = Instant::now();
        wire.ask("PUT", &path, who, &body)?.success()?;
        let now = Instant::now();
        if now >= end {
            break;
        }
        waits.push((now - sent).as_secs_f64() * 1000.0);
    }
    Ok(waits)
}
