//! The realtime door: who may open it, what it refuses, when it closes.

use std::time::{Duration, Instant};

use holdfast_tests::{Client, client::cid, shared, socket::Socket};
use serde_json::{Value, json};
use ureq::http::Method;

fn direct(by: &Client, with: &str) -> String {
    let ask = json!({"kind": "direct", "members": [with]});
    by.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned()
}

fn knock(by: &Client, extra: &[(&str, &str)]) -> (u16, String) {
    let mut headers = vec![
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    headers.extend_from_slice(extra);
    let reply = by.send(Method::GET, "/api/v1/ws", &headers, Vec::new()).unwrap();
    (reply.status, reply.code())
}

#[test]
fn the_door_opens_only_to_those_who_may_and_speak_its_language() {
    let place = shared();
    let protocol = ("sec-websocket-protocol", "holdfast1.json");
    assert_eq!(knock(&place.stranger(), &[protocol]), (401, "not-signed-in".to_owned()));
    let gu = place.person("gu.wenzhou");
    assert_eq!(knock(&gu, &[]), (400, "bad-request".to_owned()));
    assert_eq!(knock(&gu, &[("sec-websocket-protocol", "chat")]), (400, "bad-request".to_owned()));
    // A cookie goes along from any page, so the page must be ours.
    let cookie = format!("__Host-holdfast={}", gu.token.clone().unwrap());
    let mut browser = gu;
    browser.token = None;
    let foreign = [protocol, ("cookie", &cookie), ("origin", "https://evil.example")];
    assert_eq!(knock(&browser, &foreign), (403, "forbidden".to_owned()));
    assert_eq!(knock(&browser, &foreign[..2]), (403, "forbidden".to_owned()), "no origin at all");
}

#[test]
fn a_refused_frame_names_its_client_id_and_the_socket_stays_open() {
    let place = shared();
    let gu = place.person("gu.wenzhou");
    let room = direct(&gu, "han.ruoxi");
    let foreign = direct(&place.person("tang.kexin"), "ma.xiao");
    let mut socket = Socket::open(place, &gu);
    let mut refused = |conv: &str, body: Value| {
        let id = cid();
        socket.send(&json!({"t": "send", "cid": id, "conv": conv, "body": body}));
        let nack = socket.wait(|frame| frame["t"] == "nack" && frame["cid"] == id.as_str());
        (nack["problem"]["code"].as_str().unwrap().to_owned(), nack["problem"]["field"].as_str().map(str::to_owned))
    };
    let text = |text: &str| json!({"type": "text", "text": text});
    assert_eq!(refused(&foreign, text("偷看")), ("not-found".to_owned(), None));
    assert_eq!(refused("987654321", text("x")), ("not-found".to_owned(), None));
    assert_eq!(refused(&room, text("  ")), ("invalid".to_owned(), Some("body.text".to_owned())));
    assert_eq!(refused(&room, text(&"长".repeat(20_001))), ("invalid".to_owned(), Some("body.text".to_owned())));
    assert_eq!(refused(&room, json!({"type": "event", "event": "created"})).0, "bad-request");
    assert_eq!(refused("x", text("x")).0, "bad-request");
    let file = json!({"type": "file", "node": "1", "name": "a.txt", "size": 1});
    assert_eq!(refused(&room, file), ("invalid".to_owned(), Some("body.node".to_owned())));
    socket.send(&json!({"t": "ping"}));
    socket.wait(|frame| frame["t"] == "pong");
}

#[test]
fn read_marks_reach_all_devices_and_the_other() {
    let place = shared();
    let (gu, han) = (place.person("gu.wenzhou"), place.person("han.ruoxi"));
    let room = direct(&gu, "han.ruoxi");
    let (mut sender, mut reader, mut second) = (Socket::open(place, &gu), Socket::open(place, &han), Socket::open(place, &han));
    let id = cid();
    sender.send(&json!({"t": "send", "cid": id, "conv": room, "body": {"type": "text", "text": "看一下"}}));
    let seq = sender.wait(|frame| frame["t"] == "ack" && frame["cid"] == id.as_str())["seq"].as_u64().unwrap();
    reader.send(&json!({"t": "read", "conv": room, "ranges": [[seq, seq]]}));
    for socket in [&mut sender, &mut reader, &mut second] {
        let read = socket.wait(|frame| frame["t"] == "ev" && frame["kind"] == "read" && frame["conversation"] == room.as_str());
        assert_eq!(read["ranges"], json!([[seq, seq]]));
    }
    reader.send(&json!({"t": "read", "conv": room, "ranges": [[seq, seq + 100]]}));
    let nack = reader.wait(|frame| frame["t"] == "nack");
    assert_eq!((nack["problem"]["code"].as_str(), nack["problem"]["rule"].as_str()), (Some("invalid"), Some("beyond-head")));
}

#[test]
fn everything_since_the_beginning_comes_in_pages_that_join() {
    let place = shared();
    let tang = place.person("tang.kexin");
    let ask = json!({"cid": cid(), "kind": "group", "title": "分页", "members": ["ma.xiao"]});
    let room = tang.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/conversations/{room}/messages");
    for n in 0..9 {
        tang.post(&path, &json!({"cid": cid(), "body": {"type": "text", "text": n.to_string()}})).unwrap().ok();
    }
    let mut socket = Socket::open(place, &tang);
    // Opening asks for a page of its own.
    socket.wait(|frame| frame["t"] == "page");
    let (mut from, mut seqs) = ("0".to_owned(), Vec::new());
    loop {
        socket.send(&json!({"t": "sync", "from": from, "limit": 4}));
        let page = socket.wait(|frame| frame["t"] == "page");
        assert_eq!(page["reset"], false);
        let items = page["items"].as_array().unwrap();
        seqs.extend(
            items
                .iter()
                .filter(|event| event["conversation"] == room.as_str())
                .filter_map(|event| event["message"]["seq"].as_u64()),
        );
        from = page["next"].as_str().unwrap().to_owned();
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(seqs, (1..=10).collect::<Vec<_>>());
    // The same without a socket, waiting for what comes.
    let waiting = tang.clone();
    let wait = std::thread::spawn(move || waiting.get(&format!("/api/v1/sync?from={from}&wait=20")).unwrap().ok());
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    tang.post(&path, &json!({"cid": cid(), "body": {"type": "text", "text": "来了"}})).unwrap().ok();
    let page = wait.join().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "it does not wait for its time to run out");
    assert_eq!(page["items"][0]["message"]["body"]["text"], "来了");
}

#[test]
fn a_socket_ends_within_a_second_of_its_session() {
    let place = shared();
    let ma = place.person("ma.xiao");
    let mut socket = Socket::open(place, &ma);
    socket.wait(|frame| frame["t"] == "page");
    let begun = Instant::now();
    assert_eq!(ma.delete("/api/v1/sessions/current").unwrap().status, 204);
    let bye = socket.wait(|frame| frame["t"] == "bye");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(bye["code"], "not-signed-in");
    assert!(bye["retry"]["min_ms"].as_u64() <= bye["retry"]["max_ms"].as_u64());
    assert!(socket.receive().is_none(), "and then it is closed");
}
