//! Entries without their effect, and effects without an entry: planted by putting an older copy of one store back and releasing the
//! box, so that the other is ahead of it; found by the auditor's tool, from an export and from what the stores show.

use std::{fs, path::Path};

use holdfast_tests::{Options, TestBox, client::cid};
use serde_json::{Value, json};

use super::{
    put_back::copy,
    tools::{crosscheck, operator, program, wait_state},
};

/// What it names, in one direction.
fn named(report: &Value, has_entry: bool) -> Vec<String> {
    let orphans = report["orphans"].as_array().unwrap().iter();
    let of_direction = orphans.filter(|orphan| orphan["index"].is_u64() == has_entry);
    of_direction.map(|orphan| orphan["effect"].as_str().unwrap().to_owned()).collect()
}

/// A store that is older than the log, or a log that is older than the stores, and an operator who takes it.
fn put_back(boxed: &mut TestBox, store: &str, from: &Path) {
    boxed.stop().unwrap();
    copy(&from.join(store), &boxed.data.join(store));
    boxed.start_hsmd().unwrap();
    boxed.start_server().unwrap();
    wait_state(boxed, "quarantined");
    let (released, said) = operator(boxed, "release");
    assert!(released, "{said}");
    boxed.wait_ready().unwrap();
}

#[test]
fn an_effect_without_its_entry_and_an_entry_without_its_effect_are_named() {
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    // Her space is there before: it is the folder in it that is lost.
    let spaces = place.person("gu.wenzhou").get("/api/v1/drive/spaces").unwrap().ok();
    let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").unwrap();
    let below = format!("/api/v1/drive/nodes/{}/children", own["root"].as_str().unwrap());
    boxed.stop().unwrap();
    let (older, newer) = (boxed.data.with_extension("older"), boxed.data.with_extension("newer"));
    for store in ["db", "ledger", "audit"] {
        copy(&boxed.data.join(store), &older.join(store));
    }
    boxed.start().unwrap();
    let made = place.administrator("system").post("/api/v1/departments", &json!({"cid": cid(), "name": "对账组"})).unwrap().ok();
    let department = format!("department {}", made["id"].as_str().unwrap());
    let gu = place.person("gu.wenzhou");
    let ask = json!({"cid": cid(), "kind": "group", "title": "对账", "members": ["han.ruoxi"]});
    let conversation = gu.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let folder = json!({"cid": cid(), "kind": "folder", "name": "对账"});
    let node = gu.post(&below, &folder).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let ledger = [format!("conversation {conversation}"), format!("node {node}")];

    let (clean, effects) = crosscheck(&mut boxed);
    assert_eq!(clean["verdict"], "clean", "{clean}");
    assert!(clean["effects"].as_u64().unwrap() > 50 && clean["entries"].as_u64().unwrap() > 50, "{clean}");
    let foreign = effects.replacen("person 1\n", "person 2\n", 1);
    assert_ne!(foreign, effects);
    let key = place.vkey().unwrap();
    let forged = boxed.data.with_extension("forged");
    fs::write(&forged, foreign).unwrap();
    let audit = boxed.data.join("audit");
    let words = ["crosscheck", audit.to_str().unwrap(), forged.to_str().unwrap(), "--key", &key];
    assert_eq!(program("holdfast-audit", &words, "").status.code(), Some(1), "what was changed is not believed");

    boxed.stop().unwrap();
    for store in ["db", "ledger", "audit"] {
        copy(&boxed.data.join(store), &newer.join(store));
    }
    boxed.start().unwrap();
    put_back(&mut boxed, "db", &older);
    let (report, _) = crosscheck(&mut boxed);
    assert_eq!((&report["verdict"], named(&report, true)), (&json!("bad"), vec![department.clone()]), "{report}");
    assert!(named(&report, false).is_empty(), "{report}");

    put_back(&mut boxed, "ledger", &older);
    let (report, _) = crosscheck(&mut boxed);
    let found = named(&report, true);
    assert!(ledger.iter().all(|effect| found.contains(effect)), "{report}");
    assert!(named(&report, false).is_empty(), "{report}");

    // The log is the older one: what was done since has no entry. But for the department: the database lets go of an entry with its
    // next change, and so had this one still.
    boxed.stop().unwrap();
    for store in ["db", "ledger"] {
        copy(&newer.join(store), &boxed.data.join(store));
    }
    put_back(&mut boxed, "audit", &older);
    let (report, _) = crosscheck(&mut boxed);
    let found = named(&report, false);
    assert!(ledger.iter().all(|effect| found.contains(effect)), "{report}");
    assert!(named(&report, true).is_empty(), "{report}");
    for folder in [older, newer] {
        fs::remove_dir_all(folder).unwrap();
    }
}
