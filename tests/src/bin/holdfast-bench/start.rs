//! From the start of the process to the sealed page and to being ready, and what it needs when idle.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome, Plan,
    company::{Company, sign_in},
    machine::{self, Watch},
    say, search,
    table::{Goal, Row, Table},
};

const LOOK_EVERY: Duration = Duration::from_millis(2);
const PATIENCE: Duration = Duration::from_secs(60);
/// Nobody asks anything for so long before memory is read.
const IDLE: Duration = Duration::from_secs(20);
const MB: f64 = 1_000_000.0;

pub fn measure(plan: &Plan, company: &mut Company, table: &mut Table) -> Outcome<()> {
    // The readers of files have to be through once, or the first start would be another than all later ones.
    let who = sign_in(&company.running, "gu.wenzhou")?;
    search::wait_whole(&mut company.server.connect()?, &who)?;
    let watch = Watch::begin()?;
    let (mut pages, mut readies) = (Vec::new(), Vec::new());
    for number in 0..plan.runs {
        say(&format!("start: run {} of {}", number + 1, plan.runs));
        let (page, ready) = start(company)?;
        pages.push(page);
        readies.push(ready);
    }
    let circumstances = watch.end(&plan.disk)?;
    let mut row = |what: &str, unit, ours, goal, note: String| {
        let (what, peer, goal) = (what.to_owned(), Vec::new(), Goal::AtMost(goal));
        table.add(Row { what, unit, ours, peer_is: "", peer, goal, note, circumstances });
    };
    row("start: process to sealed page", "s", pages, 0.5, String::new());
    row("start: process to ready", "s", readies, 2.0, "sample company, hsmd running".to_owned());
    let (rss, pss, note) = idle(company)?;
    row("memory: idle, server and hsmd, PSS", "MB", vec![pss], 250.0, note);
    row("memory: idle, server and hsmd, RSS", "MB", vec![rss], 250.0, String::new());
    Ok(())
}

/// Seconds to the first page and to `/readyz`.
fn start(company: &mut Company) -> Outcome<(f64, f64)> {
    company.running.stop()?;
    company.running.start_hsmd()?;
    // hsmd has a unit of its own and is there before the server.
    thread::sleep(Duration::from_millis(500));
    let began = Instant::now();
    company.running.start_server()?;
    let mut wire = loop {
        let page = company.server.connect().and_then(|mut wire| Ok((wire.ask("GET", "/", "", b"")?, wire)));
        match page {
            Ok((answer, wire)) if answer.status == 200 => break wire,
            _ if began.elapsed() > PATIENCE => return Err("the page did not come".into()),
            _ => thread::sleep(LOOK_EVERY),
        }
    };
    let page = began.elapsed().as_secs_f64();
    while wire.ask("GET", "/readyz", "", b"")?.status != 200 {
        if began.elapsed() > PATIENCE {
            return Err("the box did not become ready".into());
        }
        thread::sleep(LOOK_EVERY);
    }
    Ok((page, began.elapsed().as_secs_f64()))
}

/// Resident and proportional megabytes of server and hsmd together, and what stands beside them.
fn idle(company: &Company) -> Outcome<(f64, f64, String)> {
    let who = sign_in(&company.running, "gu.wenzhou")?;
    search::wait_whole(&mut company.server.connect()?, &who)?;
    say("memory: idle for a while");
    thread::sleep(IDLE);
    let process = company.running.server_id().ok_or("the server is not running")?;
    let server = machine::memory(&[process])?;
    let hsmd = machine::memory(&machine::below(company.running.hsmd_id().ok_or("hsmd is not running")?)?)?;
    let readers: Vec<u32> = machine::below(process)?.into_iter().filter(|one| *one != process).collect();
    let readers = machine::memory(&readers)?;
    let mb = |(_, proportional): (u64, u64)| proportional as f64 / MB;
    let note = format!("server {:.0}, hsmd {:.0}; beside them readers of files {:.0}", mb(server), mb(hsmd), mb(readers));
    Ok(((server.0 + hsmd.0) as f64 / MB, (server.1 + hsmd.1) as f64 / MB, note))
}
