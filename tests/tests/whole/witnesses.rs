//! What auditors keep in the console: witnesses, who are asked and answer by files that are carried, and filters of their own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use holdfast_tests::{Client, Options, Place, Reply, TestBox, client::cid};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::audit::{said, verifier};

const WITNESSES: &str = "/api/v1/audit/witnesses";
const FILTERS: &str = "/api/v1/audit/filters";

/// A witness on a machine of its own: a key, a memory, and the auditor's tool.
pub(super) struct Desk {
    folder: TempDir,
    log: String,
    pub(super) vkey: String,
}

impl Desk {
    pub(super) fn new(place: &Place, name: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let key = folder.path().join("key");
        let made = tool(&["witness", "key", key.to_str().unwrap(), "--name", name]);
        assert!(made.status.success(), "{}", said(&made));
        let desk = Self { folder, log: place.vkey().unwrap(), vkey: String::from_utf8(made.stdout).unwrap().trim().to_owned() };
        let begun = tool(&["witness", "init", "--state", &desk.at("state"), "--key", &desk.log]);
        assert!(begun.status.success(), "{}", said(&begun));
        desk
    }

    fn at(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.to_str().unwrap().to_owned()
    }

    /// Carries a request in and the cosigned checkpoint out.
    pub(super) fn cosign(&self, request: &[u8]) -> String {
        fs::write(self.at("request"), request).unwrap();
        let (state, key, to) = (self.at("state"), self.at("key"), self.at("cosigned"));
        let memory = ["witness", "once", "--state", &state, "--key", &self.log];
        let done = tool(&[&memory[..], &["--sign-with", &key, "--to", &to, &self.at("request")]].concat());
        assert!(done.status.success(), "{}", said(&done));
        fs::read_to_string(to).unwrap()
    }

    pub(super) fn register(&self, auditor: &Client) -> Reply {
        auditor.post(WITNESSES, &json!({"cid": cid(), "vkey": self.vkey})).unwrap()
    }
}

fn tool(words: &[&str]) -> Output {
    Command::new(verifier()).args(words).output().unwrap()
}

pub(super) fn ask(auditor: &Client, witness: &str, old: u64) -> Reply {
    auditor.post(&format!("{WITNESSES}/{witness}/requests"), &json!({"old": old})).unwrap()
}

pub(super) fn hand_back(auditor: &Client, witness: &str, text: &str) -> Reply {
    auditor.post(&format!("{WITNESSES}/{witness}/cosignatures"), &json!({"text": text})).unwrap()
}

fn refused(reply: &Reply) -> (u16, Value) {
    (reply.status, reply.json()["rule"].clone())
}

/// A second auditor, beside the first.
fn another_auditor(place: &Place) -> Client {
    let ask = json!({"cid": cid(), "role": "audit", "uid": "han.ruoxi", "reason": "轮岗"});
    place.administrator("security").post("/api/v1/roles", &ask).unwrap().ok();
    place.person("han.ruoxi")
}

#[test]
fn what_auditors_keep_outlives_a_kill_and_a_witness_is_held_to_its_key() {
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (auditor, other) = (place.administrator("audit"), another_auditor(&place));
    let desk = Desk::new(&place, "witness.example/desk");
    let first = json!({"cid": cid(), "vkey": desk.vkey});
    let made = auditor.post(WITNESSES, &first).unwrap().ok();
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(made["name"], "witness.example/desk");
    assert_eq!(auditor.post(WITNESSES, &first).unwrap().ok()["id"], made["id"], "the same create again");
    assert_eq!(refused(&desk.register(&other)), (409, json!("exists")));
    let odd = json!({"cid": cid(), "vkey": place.vkey().unwrap()});
    assert_eq!(refused(&auditor.post(WITNESSES, &odd).unwrap()), (422, json!("not-a-witness-key")));

    // First the whole note comes back, later the signature line alone.
    let request = ask(&auditor, &id, 0);
    assert!(request.header("content-disposition").unwrap().starts_with("attachment"));
    let early = desk.cosign(&request.bytes);
    let seen = hand_back(&auditor, &id, &early).ok()["seen"].clone();
    assert_eq!((&seen["standing"], &seen["note"]), (&json!("continues"), &json!(early)));
    let size = seen["size"].as_u64().unwrap();
    let note = desk.cosign(&ask(&auditor, &id, size).bytes);
    let line = note.lines().find(|line| line.starts_with("\u{2014} witness.example/desk")).unwrap();
    let late = hand_back(&auditor, &id, line).ok()["seen"].clone();
    assert!(late["size"].as_u64().unwrap() > size);
    assert_eq!((late["note"].as_str(), &late["standing"]), (Some(note.as_str()), &json!("continues")));

    // What is older, somebody else's, of nothing, or nonsense is refused.
    assert_eq!(refused(&hand_back(&auditor, &id, &early)), (409, json!("witness-has-seen-more")));
    let thief = Desk::new(&place, "witness.example/desk");
    let stolen = thief.cosign(&ask(&auditor, &id, 0).bytes);
    assert_eq!(refused(&hand_back(&auditor, &id, &stolen)), (422, json!("not-signed-by-the-witness")));
    assert_eq!(refused(&hand_back(&auditor, &id, "hello")), (422, json!("not-a-cosignature")));
    let foreign = note.replacen("holdfast.box/audit\n", "other.box/audit\n", 1);
    assert_eq!(refused(&hand_back(&auditor, &id, &foreign)), (422, json!("not-of-this-log")));
    assert_eq!(refused(&ask(&auditor, &id, 1 << 40)), (409, json!("witness-is-ahead")));
    assert_eq!(ask(&auditor, &cid(), 0).status, 404);
    assert_eq!(place.administrator("security").get(WITNESSES).unwrap().status, 403);

    let filter = json!({"cid": cid(), "name": "被拒绝的登录", "filter": {"since": "week", "action": "session.refuse", "address": "192.0.2.7"}});
    let kept = auditor.post(FILTERS, &filter).unwrap().ok();
    assert_eq!(kept["filter"], filter["filter"]);
    assert_eq!(auditor.post(FILTERS, &filter).unwrap().ok()["id"], kept["id"]);
    let again = json!({"cid": cid(), "name": "被拒绝的登录", "filter": {}});
    assert_eq!(refused(&auditor.post(FILTERS, &again).unwrap()), (409, json!("name-taken")));
    assert_eq!(
        refused(&auditor.post(FILTERS, &json!({"cid": cid(), "name": " ", "filter": {}})).unwrap()),
        (422, json!("empty"))
    );
    assert_eq!(other.post(FILTERS, &again).unwrap().status, 201, "names are one's own");
    let own = format!("{FILTERS}/{}", kept["id"].as_str().unwrap());
    assert_eq!(other.delete(&own).unwrap().status, 404, "somebody else's filter does not exist");

    boxed.kill_server().unwrap();
    boxed.start_server().unwrap();
    assert!(boxed.ready_within(Duration::from_secs(60)).unwrap());
    let auditor = auditor.again(&place);
    let list = auditor.get(WITNESSES).unwrap().ok();
    assert_eq!((&list["items"][0]["seen"]["note"], list["items"].as_array().unwrap().len()), (&json!(note), 1));
    assert_eq!(auditor.get("/api/v1/audit/evidence").unwrap().ok()["witnesses"], list["items"]);
    let filters = auditor.get(FILTERS).unwrap().ok();
    assert_eq!((&filters["items"][0], filters["items"].as_array().unwrap().len()), (&kept, 1));
    assert_eq!(auditor.delete(&own).unwrap().status, 204);
    assert_eq!(auditor.delete(&format!("{WITNESSES}/{id}")).unwrap().status, 204);
    assert_eq!(auditor.get(WITNESSES).unwrap().ok()["items"], json!([]));
}

/// All of it, stores, log and token alike: nothing inside the box can tell.
#[test]
fn a_box_that_was_put_back_whole_is_found_by_its_witness() {
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let desk = Desk::new(&place, "witness.example/outside");
    let id = desk.register(&place.administrator("audit")).ok()["id"].as_str().unwrap().to_owned();
    boxed.stop().unwrap();
    let (kept, data) = (TempDir::new().unwrap(), boxed.data.clone());
    let copy = |from: &Path, to: &Path| assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
    copy(&data, &kept.path().join("box"));

    boxed.start().unwrap();
    let auditor = place.administrator("audit");
    for _ in 0..20 {
        auditor.get("/api/v1/audit/entries").unwrap().ok();
    }
    let cosigned = desk.cosign(&ask(&auditor, &id, 0).bytes);
    assert_eq!(hand_back(&auditor, &id, &cosigned).ok()["seen"]["standing"], "continues");
    boxed.stop().unwrap();
    fs::remove_dir_all(&data).unwrap();
    copy(&kept.path().join("box"), &data);
    boxed.start().unwrap();

    let auditor = place.administrator("audit");
    assert_eq!(auditor.post("/api/v1/audit/verifications", &json!({})).unwrap().ok()["verdict"], "clean");
    let reply = hand_back(&auditor, &id, &cosigned);
    let seen = reply.ok()["seen"].clone();
    assert_eq!(seen["standing"], "rolled-back");
    let entries = auditor.get("/api/v1/audit/entries?action=witness.cosign&limit=1").unwrap().ok();
    assert_eq!((&entries["items"][0]["outcome"], &entries["items"][0]["code"]), (&json!("failed"), &json!("rolled-back")));
    assert_eq!(auditor.get("/api/v1/audit/evidence").unwrap().ok()["witnesses"][0]["seen"]["standing"], "rolled-back");
}
