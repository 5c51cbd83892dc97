//! A box of its own, quiet but for the scenario that is played, and an auditor who looks.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use holdfast_tests::{Client, Options, Place, Reply, TestBox, client::cid};
use serde_json::{Value, json};
use ureq::http::Method;

/// One performance of one operation.
pub(super) struct Scenario {
    /// Method and path, as the document writes them.
    pub operation: &'static str,
    pub act: fn(&Stage) -> Done,
}

/// What was answered, who asked (a uid, or `stranger`), and what must stand in the log.
pub(super) struct Done {
    pub reply: Reply,
    pub by: String,
    pub leaves: Leaves,
}

pub(super) enum Leaves {
    /// An entry of its own: action, and `kind/id`.
    Entry(&'static str, String),
    /// No entry of its own, for this reason; the digest of its commit stands in the log.
    Digest(#[expect(dead_code, reason = "written for who reads the table")] &'static str),
    /// The log is closed when the answer goes out; the entry is looked for after unsealing.
    SealedBox,
}

impl Done {
    pub fn entry(reply: Reply, by: &str, action: &'static str, object: String) -> Self {
        Self { reply, by: by.to_owned(), leaves: Leaves::Entry(action, object) }
    }
}

/// How long the drain of digests may take; DESIGN says one second.
const DRAIN: Duration = Duration::from_secs(10);

pub(super) struct Stage {
    boxed: TestBox,
    pub place: Place,
    pub gu: Client,
    pub han: Client,
    pub system: Client,
    pub security: Client,
    pub auditor: Client,
    /// A conversation that marks the ledger before and after.
    marks: String,
}

impl Stage {
    pub fn new() -> Self {
        let boxed = TestBox::boot(&Options::small()).unwrap();
        let place = boxed.place();
        let (gu, han) = (place.person("gu.wenzhou"), place.person("han.ruoxi"));
        let marks = json!({"cid": cid(), "kind": "group", "title": "标记", "members": ["ma.xiao"]});
        let marks = id(&han.post("/api/v1/conversations", &marks).unwrap().ok());
        Self {
            gu,
            han,
            system: place.administrator("system"),
            security: place.administrator("security"),
            auditor: place.administrator("audit"),
            marks,
            boxed,
            place,
        }
    }

    /// Sends a message that nobody waits for; answers the number of its commit.
    pub fn beat(&self) -> u64 {
        let body = json!({"cid": cid(), "body": {"type": "text", "text": "."}});
        let sent = self.han.post(&format!("/api/v1/conversations/{}/messages", self.marks), &body).unwrap().ok();
        sent["g"].as_str().unwrap().parse().unwrap()
    }

    /// The entry of this very request.
    pub fn entry_of(&self, reply: &Reply, by: &str, action: &str, object: &str) -> Result<(), String> {
        let found = self.entries(reply, action)?;
        let fits = |entry: &&Value| {
            let its = format!("{}/{}", text(&entry["object"]["kind"]), text(&entry["object"]["id"]));
            its == object && text(&entry["actor"]["uid"]) == by && entry["outcome"] == "success"
        };
        match found.iter().find(fits) {
            Some(_) => Ok(()),
            None => Err(format!("no entry {action} on {object} by {by}; of this request: {found:?}")),
        }
    }

    /// Refusals reach the log soon after the answer, not before it: a stranger must not make the box wait.
    pub fn refusal_of(&self, reply: &Reply, action: &str) -> Result<(), String> {
        let until = Instant::now() + DRAIN;
        loop {
            let found = self.entries(reply, action)?;
            if found.iter().any(|entry| entry["outcome"] == "refused" && entry["code"].is_string()) {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(format!("no refused {action}: {found:?}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn entries(&self, reply: &Reply, action: &str) -> Result<Vec<Value>, String> {
        let request = reply.header("x-request-id").ok_or("the answer names no request")?;
        let mut all = self.auditor.get(&format!("/api/v1/audit/entries?action={action}&limit=200")).unwrap().ok();
        let mut all: Vec<Value> = all["items"].as_array_mut().unwrap().drain(..).collect();
        all.retain(|entry| entry["request"] == request);
        Ok(all)
    }

    /// Something was committed since `before`, and digests in the log cover every commit up to now.
    pub fn in_the_digests(&self, before: u64) -> Result<(), String> {
        let now = self.beat();
        if now < before + 2 {
            return Err(format!("nothing was committed between {before} and {now}"));
        }
        let until = Instant::now() + DRAIN;
        loop {
            let covered = self.covered_from(before);
            if covered >= now {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(format!("digests from {before} reach {covered}, not {now}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// How far the digests reach without a gap from `before` on.
    fn covered_from(&self, before: u64) -> u64 {
        let newest = self.auditor.get("/api/v1/audit/entries?action=ledger.commit&limit=20").unwrap().ok();
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for entry in newest["items"].as_array().unwrap() {
            let details = self.auditor.get(&format!("/api/v1/audit/entries/{}", entry["index"])).unwrap().ok();
            for line in details["details"]["sha256"].as_array().unwrap() {
                let (from, to) = line.as_str().unwrap().split(' ').next().unwrap().split_once('-').unwrap();
                ranges.push((from.parse().unwrap(), to.parse().unwrap()));
            }
        }
        ranges.sort_unstable();
        ranges.iter().fold(before - 1, |reached, (from, to)| if *from <= reached + 1 { reached.max(*to) } else { reached })
    }

    /// As the operator does it.
    pub fn unseal(&self) -> Result<(), String> {
        let mut tool = std::env::current_exe().unwrap();
        tool.pop();
        tool.pop();
        let until = Instant::now() + Duration::from_secs(60);
        while self.place.stranger().get("/readyz").is_ok_and(|reply| reply.status == 200) {
            if Instant::now() > until {
                return Err("the box does not seal".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // Sealing takes a moment after the first refusal; until it is over there is nothing to unseal.
        loop {
            let told = Command::new(tool.join("holdfast")).arg("--data").arg(&self.boxed.data).arg("unseal").output().unwrap();
            if self.place.stranger().get("/readyz").is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(format!("the box does not unseal: {}", String::from_utf8_lossy(&told.stdout)));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub fn person_id(&self, uid: &str) -> String {
        id(&self.system.get(&format!("/api/v1/people/{uid}")).unwrap().ok())
    }

    /// Gu's own space.
    pub fn root(&self) -> String {
        let spaces = self.gu.get("/api/v1/drive/spaces").unwrap().ok();
        let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").unwrap();
        text(&own["root"])
    }

    /// A folder of Gu's.
    pub fn folder(&self) -> String {
        let ask = json!({"cid": cid(), "kind": "folder", "name": cid()});
        id(&self.gu.post(&format!("/api/v1/drive/nodes/{}/children", self.root()), &ask).unwrap().ok())
    }

    /// A file of Gu's, in a folder.
    pub fn file(&self, parent: &str, name: &str, bytes: &[u8]) -> Reply {
        let path = format!("/api/v1/drive/nodes/{parent}/content?name={name}");
        self.gu.send(Method::PUT, &path, &[("content-type", "application/octet-stream")], bytes.to_vec()).unwrap()
    }

    /// A group of Gu and Han.
    pub fn group(&self) -> String {
        let ask = json!({"cid": cid(), "kind": "group", "title": "覆盖", "members": ["han.ruoxi"]});
        id(&self.gu.post("/api/v1/conversations", &ask).unwrap().ok())
    }

    pub fn message(&self, room: &str) -> Reply {
        let body = json!({"cid": cid(), "body": {"type": "text", "text": "一条消息"}});
        self.gu.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap()
    }

    /// An enrolment code for somebody.
    pub fn code(&self, uid: &str) -> String {
        text(&self.system.post(&format!("/api/v1/people/{uid}/enrolment"), &json!({})).unwrap().ok()["code"])
    }

    /// Somebody new, who has not signed in.
    pub fn newcomer(&self) -> (String, String) {
        let uid = format!("n{}", &cid().replace('-', "")[20..]);
        let new = json!({"cid": cid(), "uid": uid, "name": "新来的", "departments": [], "password": "correct-horse-staple-1"});
        let id = id(&self.system.post("/api/v1/people", &new).unwrap().ok());
        (uid, id)
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(super) fn id(value: &Value) -> String {
    text(&value["id"])
}

/// Nobody has signed in.
pub(super) const STRANGER: &str = "";
pub(super) const GU: &str = "gu.wenzhou";
pub(super) const SYSTEM: &str = "he.jiahe";
pub(super) const SECURITY: &str = "song.yining";
pub(super) const AUDITOR: &str = "cheng.yuan";
