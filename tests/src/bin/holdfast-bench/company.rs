//! The box with the sample company, on the disk that is measured.

use std::path::Path;

use holdfast_tests::{Options, TestBox, client::cid};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    Outcome, say,
    wire::{Server, Wire},
};

pub struct Company {
    pub running: TestBox,
    pub server: Server,
    _folder: TempDir,
}

impl Company {
    pub fn boot(disk: &Path, sample: &Path) -> Outcome<Self> {
        say("starting a box with the sample company");
        let folder = TempDir::with_prefix_in("holdfast-bench-", disk)?;
        let data = Some(folder.path().join("box"));
        let running = TestBox::boot(&Options { data, listen: None, sample: Some(sample.to_owned()), small: false })?;
        let server = server(&running)?;
        Ok(Self { running, server, _folder: folder })
    }
}

/// How the measuring client reaches a box.
pub fn server(running: &TestBox) -> Outcome<Server> {
    Server::new(running.address.port(), &running.data.join("tls/ca.crt"))
}

/// A header line that says who asks.
pub fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

/// Signs somebody of the sample company in; answers the header line.
pub fn sign_in(running: &TestBox, uid: &str) -> Outcome<String> {
    let known = running.sign_ins.people.iter().find(|one| one.uid == uid).ok_or("nobody of that name in the sample company")?;
    let mut wire = server(running)?.connect()?;
    let token = token(&mut wire, uid, &known.password)?;
    Ok(bearer(&token))
}

/// Those of the sample company who can sign in and are no administrators.
pub fn employees(running: &TestBox) -> Vec<String> {
    let people = running.sign_ins.people.iter();
    people.filter(|one| one.roles.is_empty()).map(|one| one.uid.clone()).collect()
}

/// People made for a measurement, signed in: their tokens.
pub fn hire(running: &TestBox, count: usize) -> Outcome<Vec<String>> {
    let admin = running.sign_ins.people.iter().find(|one| one.roles.iter().any(|role| role == "system"));
    let admin = sign_in(running, &admin.ok_or("nobody is system administrator")?.uid)?;
    let mut wire = server(running)?.connect()?;
    let mut tokens = Vec::new();
    for number in 0..count {
        let (uid, first, password) = (format!("bench.{number}"), format!("first-{}", cid()), format!("bench-{}", cid()));
        let new = json!({"cid": cid(), "uid": uid, "name": format!("Bench {number}"), "departments": [], "password": first});
        post(&mut wire, "/api/v1/people", &admin, &new)?;
        let before = token(&mut wire, &uid, &first)?;
        let change = json!({"current": first, "password": password});
        post(&mut wire, "/api/v1/me/password", &bearer(&before), &change)?;
        tokens.push(token(&mut wire, &uid, &password)?);
    }
    Ok(tokens)
}

/// A JSON request that must succeed.
pub fn post(wire: &mut Wire, path: &str, who: &str, body: &Value) -> Outcome<Value> {
    let headers = format!("{who}Content-Type: application/json\r\n");
    let answer = wire.ask("POST", path, &headers, body.to_string().as_bytes())?.success()?;
    Ok(if answer.body.is_empty() { Value::Null } else { answer.json()? })
}

pub fn get(wire: &mut Wire, path: &str, who: &str) -> Outcome<Value> {
    wire.ask("GET", path, who, b"")?.json()
}

/// Counters of `/metrics`. On a connection of its own, since the box ends one that is silent between two looks.
pub fn counters<const N: usize>(server: &Server, names: [&str; N]) -> Outcome<[f64; N]> {
    let text = String::from_utf8(server.connect()?.ask("GET", "/metrics", "", b"")?.success()?.body)?;
    let mut values = [0.0; N];
    for (value, name) in values.iter_mut().zip(names) {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        *value = line.ok_or_else(|| format!("{name} is no counter of the box"))?.trim().parse()?;
    }
    Ok(values)
}

fn token(wire: &mut Wire, uid: &str, password: &str) -> Outcome<String> {
    let signed_in = post(wire, "/api/v1/sessions", "", &json!({"uid": uid, "password": password}))?;
    Ok(signed_in["token"].as_str().ok_or("signed in without a token")?.to_owned())
}
