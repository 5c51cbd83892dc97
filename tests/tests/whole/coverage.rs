//! Every operation of the API that changes something is performed once, and the audit log is asked for its entry.
//!
//! The table is held against the served OpenAPI document: an operation without a scenario fails here by its name. What
//! has no entry of its own says so with its reason, and its commits must lie within the digests of the ledger.

mod administration;
mod doors;
mod drive;
mod reading;
mod self_service;
mod stage;
mod talk;

use std::collections::BTreeSet;

use stage::{Done, Leaves, Scenario, Stage};

/// Methods that change something.
const MUTATING: [&str; 4] = ["post", "put", "patch", "delete"];

fn documented(stage: &Stage) -> BTreeSet<String> {
    let document = stage.place.stranger().get("/api/v1/openapi.json").unwrap().ok();
    let mut all = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys().filter(|method| MUTATING.contains(&method.as_str()));
        all.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    assert!(all.len() > 35, "the document lists {} changes", all.len());
    all
}

fn judge(stage: &Stage, scenario: &Scenario, wrong: &mut Vec<String>) {
    let before = stage.beat();
    let Done { reply, by, leaves } = (scenario.act)(stage);
    if !(200..300).contains(&reply.status) {
        wrong.push(format!("{}: {} {}", scenario.operation, reply.status, String::from_utf8_lossy(&reply.bytes)));
        return;
    }
    let found = match leaves {
        Leaves::Entry(action, object) => stage.entry_of(&reply, &by, action, &object),
        Leaves::Digest(_) => stage.in_the_digests(before),
        Leaves::SealedBox => stage.unseal().and_then(|()| stage.entry_of(&reply, &by, "box.seal", "box/self")),
    };
    if let Err(what) = found {
        wrong.push(format!("{}: {what}", scenario.operation));
    }
}

#[test]
fn every_change_leaves_its_entry() {
    let stage = Stage::new();
    let mut scenarios: Vec<&Scenario> = Vec::new();
    scenarios.extend(self_service::SCENARIOS);
    scenarios.extend(talk::SCENARIOS);
    scenarios.extend(drive::SCENARIOS);
    // Last: it seals the box.
    scenarios.extend(administration::SCENARIOS);

    let known: BTreeSet<String> = scenarios.iter().map(|one| one.operation.to_owned()).collect();
    let documented = documented(&stage);
    let missing: Vec<_> = documented.difference(&known).collect();
    assert!(missing.is_empty(), "operations without a scenario: {missing:#?}");
    let gone: Vec<_> = known.difference(&documented).collect();
    assert!(gone.is_empty(), "scenarios of operations that are not documented: {gone:#?}");

    let mut wrong = Vec::new();
    scenarios.iter().for_each(|scenario| judge(&stage, scenario, &mut wrong));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn downloads_searches_exports_and_the_other_doors_leave_theirs() {
    let stage = Stage::new();
    let mut wrong = Vec::new();
    for scenario in reading::SCENARIOS.iter().chain(doors::SCENARIOS) {
        judge(&stage, scenario, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What was refused is told apart from what was done, and names the same request.
#[test]
fn a_refused_sign_in_and_a_wrong_password_leave_theirs() {
    let stage = Stage::new();
    let wrong = serde_json::json!({"uid": "gu.wenzhou", "password": "not-the-password"});
    let reply = stage.place.stranger().post("/api/v1/sessions", &wrong).unwrap();
    assert_eq!(reply.status, 401);
    stage.refusal_of(&reply, "session.refuse").unwrap();
    let wrong = serde_json::json!({"current": "not-the-password", "password": "correct-horse-staple-7"});
    let reply = stage.gu.post("/api/v1/me/password", &wrong).unwrap();
    assert!((400..500).contains(&reply.status), "{}", reply.status);
    stage.refusal_of(&reply, "password.change").unwrap();
}
