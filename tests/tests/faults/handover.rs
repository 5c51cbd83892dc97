//! kill -9 while somebody's things are handed over: each thing is with its heir once, nothing is lost, and the log agrees.

use std::{thread, time::Duration};

use holdfast_tests::{Chance, Client, Options, TestBox, client::cid};
use serde_json::{Value, json};
use ureq::http::Method;

use super::tools::crosscheck;

const FOLDERS: usize = 130;
const GROUPS: usize = 12;
const BLOWS: usize = 6;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn root(one: &Client) -> String {
    let spaces = one.get("/api/v1/drive/spaces").unwrap().ok();
    text(&spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").unwrap()["root"])
}

fn children(one: &Client, folder: &str) -> Vec<Value> {
    let page = one.get(&format!("/api/v1/drive/nodes/{folder}/children?limit=200")).unwrap().ok();
    page["items"].as_array().unwrap().clone()
}

#[test]
fn a_handover_is_gone_on_from_after_kill_9_at_any_instant() {
    let mut chance = Chance::of_this_run("handover");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (system, lu, gu) = (place.administrator("system"), place.person("ma.xiao"), place.person("gu.wenzhou"));
    let top = root(&lu);
    let before = children(&lu, &top).len();
    for n in 0..FOLDERS {
        let ask = json!({"cid": cid(), "kind": "folder", "name": format!("交接-{n}")});
        lu.post(&format!("/api/v1/drive/nodes/{top}/children"), &ask).unwrap().ok();
    }
    let path = format!("/api/v1/drive/nodes/{top}/content?name=last.txt");
    lu.send(Method::PUT, &path, &[("content-type", "application/octet-stream")], b"the last word".to_vec()).unwrap().ok();
    let group = |n: usize| json!({"cid": cid(), "kind": "group", "title": format!("群 {n}"), "members": ["han.ruoxi"]});
    let groups: Vec<String> =
        (0..GROUPS).map(|n| text(&lu.post("/api/v1/conversations", &group(n)).unwrap().ok()["id"])).collect();
    let departure = "/api/v1/people/ma.xiao/departure";
    system.put(departure, &json!({"reason": "离职", "heir": "gu.wenzhou"})).unwrap().ok();
    for _ in 0..BLOWS {
        thread::sleep(chance.between(Duration::from_millis(1), Duration::from_millis(120)));
        boxed.kill_server().unwrap();
        boxed.start_server().unwrap();
        boxed.wait_ready().unwrap();
    }
    let place = boxed.place();
    let (system, gu) = (system.again(&place), gu.again(&place));
    let is_gone = |at: &Client| at.get(departure).unwrap().ok()["gone_at"].is_number();
    let begun = std::time::Instant::now();
    while !is_gone(&system) {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", system.get("/api/v1/people/ma.xiao/handover").unwrap().ok());
        thread::sleep(Duration::from_millis(50));
    }
    let folders: Vec<Value> =
        children(&gu, &root(&gu)).into_iter().filter(|one| text(&one["name"]).contains("ma.xiao")).collect();
    assert_eq!(folders.len(), 1, "one folder, however often it was begun");
    let got = children(&gu, &text(&folders[0]["id"]));
    assert_eq!(got.len(), before + FOLDERS + 1, "each thing once");
    let last = got.iter().find(|one| one["name"] == "last.txt").unwrap();
    let content = gu.get(&format!("/api/v1/drive/nodes/{}/content", text(&last["id"]))).unwrap();
    assert_eq!(content.bytes, b"the last word");
    for group in groups {
        assert_eq!(gu.get(&format!("/api/v1/conversations/{group}")).unwrap().ok()["owner"]["uid"], "gu.wenzhou");
    }
    let done = place.administrator("audit").get("/api/v1/audit/entries?action=handover.done&limit=200").unwrap().ok();
    assert_eq!(done["items"].as_array().unwrap().len(), GROUPS + 1, "one entry for each thing");
    let (report, _) = crosscheck(&mut boxed);
    assert_eq!(report["verdict"], "clean", "{report}");
}
