//! Input that no honest client sends. The box stays up, says what is wrong, and somebody else's work goes on meanwhile.

mod documents;
mod names;
mod sheets;
mod sizes;
mod sockets;
mod wire;

use std::sync::atomic::{AtomicBool, Ordering};

use holdfast_tests::{Client, Place, Reply, client::cid};
use serde_json::json;
use ureq::http::Method;

/// Runs `abuse` while an employee goes on writing, saving and searching; every one of her requests must succeed, and at
/// least one round of them begins and ends while the abuse is under way or just after it.
fn meanwhile<T>(place: &Place, abuse: impl FnOnce() -> T) -> T {
    let (han, over) = (place.person("han.ruoxi"), AtomicBool::new(false));
    let ask = json!({"cid": cid(), "kind": "group", "title": "照常", "members": ["ma.xiao"]});
    let room = han.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let root = root(&han);
    std::thread::scope(|scope| {
        let working = scope.spawn(|| {
            let mut rounds = 0;
            while rounds == 0 || !over.load(Ordering::Relaxed) {
                work(&han, &room, &root);
                rounds += 1;
            }
            rounds
        });
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(abuse));
        over.store(true, Ordering::Relaxed);
        assert!(working.join().expect("a colleague's work was disturbed") > 0);
        result.unwrap_or_else(|cause| std::panic::resume_unwind(cause))
    })
}

/// One round of an ordinary day.
fn work(han: &Client, room: &str, root: &str) {
    let body = json!({"cid": cid(), "body": {"type": "text", "text": "照常上班"}});
    assert_eq!(han.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap().status, 201);
    let path = format!("/api/v1/drive/nodes/{root}/content?name={}.txt", cid());
    let node = han.send(Method::PUT, &path, &[("content-type", "text/plain")], b"as usual".to_vec()).unwrap().ok();
    let read = han.get(&format!("/api/v1/drive/nodes/{}/content", node["id"].as_str().unwrap())).unwrap();
    assert_eq!(read.bytes, b"as usual");
    assert_eq!(han.get("/api/v1/people?q=gu").unwrap().status, 200);
    han.get("/api/v1/search?q=gu&typing=true").unwrap().ok();
}

/// A person's own space.
fn root(by: &Client) -> String {
    let spaces = by.get("/api/v1/drive/spaces").unwrap().ok();
    let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").cloned().unwrap();
    own["root"].as_str().unwrap().to_owned()
}

fn put(by: &Client, parent: &str, name: &str, bytes: Vec<u8>) -> Reply {
    let path = format!("/api/v1/drive/nodes/{parent}/content?name={}", escaped(name));
    by.send(Method::PUT, &path, &[("content-type", "application/octet-stream")], bytes).unwrap()
}

/// Every byte that is not a letter or a digit, percent-encoded.
fn escaped(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A refusal that a client can show: a status of the 4xx, a code, the code of the request.
fn is_clear(reply: &Reply) -> bool {
    (400..500).contains(&reply.status)
        && reply.header("content-type") == Some("application/problem+json")
        && !reply.code().is_empty()
        && reply.header("x-request-id").is_some()
}
