//! Durable acknowledgements over TLS WebSockets: 16 senders, each with 8 messages that are not acknowledged yet.
//!
//! Each sender writes to a colleague who is away, so that what is measured is taking messages in, not passing them on.

use std::{
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::client::cid;
use rustls::{ClientConnection, StreamOwned};
use serde_json::json;
use tungstenite::{Message, WebSocket, client::IntoClientRequest};

use crate::{
    Outcome, Plan,
    company::{self, Company, bearer, counters},
    machine::{self, Watch, quantile},
    say,
    table::{Goal, Row, Table},
    wire::Server,
};

const SENDERS: usize = 16;
const WINDOW: usize = 8;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(10);
/// 200 bytes, as the published benchmarks of others send.
const TEXT_BYTES: usize = 200;

/// One run.
struct Run {
    acks_per_second: f64,
    /// Milliseconds, sorted.
    waits: Vec<f64>,
    per_sync: f64,
    syncs_per_second: f64,
    /// Milliseconds of the server's processor time for a message.
    processor: f64,
}

pub fn measure(plan: &Plan, company: &Company, table: &mut Table) -> Outcome<()> {
    say("messages: 16 people, each with a colleague");
    let tokens = company::hire(&company.running, SENDERS)?;
    let mut rooms = Vec::new();
    let mut wire = company.server.connect()?;
    for token in &tokens {
        let ask = json!({"cid": cid(), "kind": "direct", "members": ["han.ruoxi"]});
        let room = company::post(&mut wire, "/api/v1/conversations", &bearer(token), &ask)?;
        rooms.push(room["id"].as_str().ok_or("a conversation without an id")?.to_owned());
    }
    let watch = Watch::begin()?;
    let mut runs = Vec::new();
    for number in 0..plan.runs {
        say(&format!("messages: run {} of {}", number + 1, plan.runs));
        runs.push(run(plan, company, &tokens, &rooms)?);
    }
    let circumstances = watch.end(&plan.disk)?;
    let each = |f: &dyn Fn(&Run) -> f64| runs.iter().map(f).collect::<Vec<f64>>();
    let note = format!(
        "p50 {:.1} ms, max {:.1} ms",
        machine::median(&each(&|run| quantile(&run.waits, 0.5))),
        machine::median(&each(&|run| quantile(&run.waits, 1.0)))
    );
    let mut row = |what: &str, unit, ours: Vec<f64>, peer: Vec<f64>, goal, note: &str| {
        let (what, note) = (what.to_owned(), note.to_owned());
        table.add(Row { what, unit, ours, peer_is: "fdatasyncs of the disk", peer, goal, note, circumstances });
    };
    let syncs = each(&|run| run.syncs_per_second);
    let busy = format!("processor {:.2} ms a message", machine::median(&each(&|run| run.processor)));
    row("messages: durable acks, 16 x 8", "/s", each(&|run| run.acks_per_second), syncs, Goal::AtLeast(5000.0), &busy);
    row("messages: ack p99", "ms", each(&|run| quantile(&run.waits, 0.99)), Vec::new(), Goal::AtMost(60.0), &note);
    row("messages per fdatasync", "", each(&|run| run.per_sync), Vec::new(), Goal::None, "");
    Ok(())
}

fn run(plan: &Plan, company: &Company, tokens: &[String], rooms: &[String]) -> Outcome<Run> {
    machine::settle(&plan.disk)?;
    let sync = machine::fdatasync(&plan.disk)?;
    let begin = Instant::now() + WARM_UP;
    let senders: Vec<_> = tokens
        .iter()
        .zip(rooms)
        .map(|(token, room)| {
            let (server, token, room) = (company.server.clone(), token.clone(), room.clone());
            thread::spawn(move || send(&server, &token, &room, begin))
        })
        .collect();
    thread::sleep(begin.saturating_duration_since(Instant::now()));
    let process = company.running.server_id().ok_or("the server is not running")?;
    let (before, busy) = (tallies(&company.server)?, machine::processor_time(process)?);
    thread::sleep((begin + MEASURED).saturating_duration_since(Instant::now()));
    let (after, busy) = (tallies(&company.server)?, machine::processor_time(process)?.saturating_sub(busy));
    let mut waits = Vec::new();
    for sender in senders {
        waits.extend(sender.join().map_err(|_| "a sender panicked")??);
    }
    waits.sort_by(f64::total_cmp);
    Ok(Run {
        acks_per_second: waits.len() as f64 / MEASURED.as_secs_f64(),
        processor: busy.as_secs_f64() * 1000.0 / (waits.len() as f64).max(1.0),
        per_sync: (after[0] - before[0]) / (after[1] - before[1]).max(1.0),
        syncs_per_second: 1.0 / sync.as_secs_f64().max(1e-9),
        waits,
    })
}

/// Transactions and syncs of the ledger.
fn tallies(server: &Server) -> Outcome<[f64; 2]> {
    counters(server, ["holdfast_ledger_transactions", "holdfast_ledger_fdatasyncs"])
}

/// Sends until the end; the waits of acknowledgements that came within the measured time, in milliseconds.
fn send(server: &Server, token: &str, room: &str, begin: Instant) -> Outcome<Vec<f64>> {
    let mut socket = open(server, token)?;
    let (end, text) = (begin + MEASURED, "讯".repeat(TEXT_BYTES / 3));
    let mut waiting: Vec<(String, Instant)> = Vec::with_capacity(WINDOW);
    let mut waits = Vec::new();
    loop {
        while waiting.len() < WINDOW && Instant::now() < end {
            let id = cid();
            let frame = format!(r#"{{"t":"send","cid":"{id}","conv":"{room}","body":{{"type":"text","text":"{text}"}}}}"#);
            waiting.push((id, Instant::now()));
            socket.send(Message::text(frame))?;
        }
        if waiting.is_empty() {
            return Ok(waits);
        }
        let message = socket.read()?;
        let Ok(frame) = message.to_text() else { continue };
        if frame.starts_with(r#"{"t":"nack""#) || frame.starts_with(r#"{"t":"bye""#) {
            return Err(format!("a message was refused: {frame}").into());
        }
        if !frame.starts_with(r#"{"t":"ack""#) {
            continue;
        }
        let now = Instant::now();
        let place = waiting.iter().position(|(id, _)| frame.contains(id.as_str())).ok_or("an answer to nothing")?;
        let (_, sent) = waiting.swap_remove(place);
        if now >= begin && now < end {
            waits.push((now - sent).as_secs_f64() * 1000.0);
        }
    }
}

fn open(server: &Server, token: &str) -> Outcome<WebSocket<StreamOwned<ClientConnection, TcpStream>>> {
    let mut request = format!("wss://localhost:{}/api/v1/ws", server.port).into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("sec-websocket-protocol", "holdfast1.json".parse()?);
    headers.insert("authorization", format!("Bearer {token}").parse()?);
    let (mut socket, _) = tungstenite::client(request, server.tls()?).map_err(|e| e.to_string())?;
    socket.send(Message::text(json!({"t": "hello", "dev": cid(), "cursor": null}).to_string()))?;
    if !socket.read()?.to_text()?.starts_with(r#"{"t":"welcome""#) {
        return Err("no welcome".into());
    }
    Ok(socket)
}
