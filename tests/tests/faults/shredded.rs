//! Whoever has every backup, every old keyring, the live HSM and its PIN gets nothing back of what was shredded.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Chance, Client, Options, Place, TestBox, client::cid, setting};
use serde_json::{Value, json};
use ureq::http::Method;

use super::{
    put_back::{copy, copy_stores},
    tools::{operator, scrub, wait_state},
};

/// Items in `make test`, files and messages; SHREDDED=n for more.
const ITEMS: usize = 10_000;
/// One item in so many is a file.
const FILES: usize = 100;
const WRITERS: usize = 8;

pub(super) struct Secrets {
    room: String,
    files: Vec<String>,
}

pub(super) fn plant(place: &Place, items: usize) -> Secrets {
    let gu = place.person("gu.wenzhou");
    let new = json!({"cid": cid(), "kind": "group", "title": "麒麟计划", "members": ["han.ruoxi"]});
    let room = gu.post("/api/v1/conversations", &new).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let files = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (gu, room) = (gu.clone(), room.clone());
                scope.spawn(move || (writer..items).step_by(WRITERS).filter_map(|n| write(&gu, &room, n)).collect::<Vec<_>>())
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    Secrets { room, files }
}

fn write(by: &Client, room: &str, n: usize) -> Option<String> {
    if n.is_multiple_of(FILES) {
        let path = format!("/api/v1/conversations/{room}/files?name=secret-{n}.txt");
        let bytes = format!("麒麟文件 {n}").into_bytes();
        let headers = [("content-type", "application/octet-stream")];
        return Some(by.send(Method::POST, &path, &headers, bytes).unwrap().ok()["node"].as_str().unwrap().to_owned());
    }
    let body = json!({"cid": cid(), "body": {"type": "text", "text": format!("麒麟消息 {n}")}});
    by.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap().ok();
    None
}

/// What a member still gets to read of it.
pub(super) fn readable(place: &Place, secrets: &Secrets) -> BTreeSet<String> {
    let han = place.person("han.ruoxi");
    let mut found = BTreeSet::new();
    let mut after = 0;
    loop {
        let path = format!("/api/v1/conversations/{}/messages?limit=200&after={after}", secrets.room);
        let page = han.get(&path).unwrap().ok();
        let items = page["items"].as_array().unwrap().clone();
        found.extend(items.iter().filter_map(|one| one["body"]["text"].as_str().map(str::to_owned)));
        match items.last() {
            Some(last) => after = last["seq"].as_u64().unwrap(),
            None => break,
        }
    }
    for node in &secrets.files {
        let reply = han.get(&format!("/api/v1/conversations/{}/files/{node}", secrets.room)).unwrap();
        if reply.status == 200 {
            found.insert(String::from_utf8(reply.bytes).unwrap());
        }
    }
    let hits = han.get("/api/v1/search?q=%E9%BA%92%E9%BA%9F&kind=all").unwrap().ok();
    let groups: Vec<Value> = hits["groups"].as_array().unwrap().clone();
    found.extend(groups.iter().flat_map(|group| group["items"].as_array().unwrap()).map(|hit| format!("found: {hit}")));
    found
}

/// Asks for it, and answers its number.
fn ask(place: &Place, secrets: &Secrets) -> String {
    let ask = json!({"subject": {"kind": "conversation", "id": secrets.room}, "case": "2026-17"});
    let asked = place.administrator("security").post("/api/v1/security/shreds", &ask).unwrap().ok();
    asked["id"].as_str().unwrap().to_owned()
}

fn done(place: &Place, number: &str) -> Value {
    let security = place.administrator("security");
    let begun = Instant::now();
    loop {
        let now = security.get(&format!("/api/v1/security/shreds/{number}")).unwrap().ok();
        if now["state"] == "done" {
            eprintln!("{} messages and {} files shredded after {:?}", now["messages"], now["files"], begun.elapsed());
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(180), "{now}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn nothing_that_was_shredded_comes_back_from_any_backup() {
    let items = setting("SHREDDED", ITEMS);
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let secrets = plant(&place, items);
    // The control: before, a member reads all of it.
    assert!(readable(&place, &secrets).len() >= items);
    boxed.stop().unwrap();
    let before = boxed.data.with_extension("before");
    copy_stores(&boxed.data, &before);
    boxed.start().unwrap();
    boxed.wait_ready().unwrap();
    let done = done(&place, &ask(&place, &secrets));
    let messages = (items - secrets.files.len()) as u64;
    // With the note that the group was made.
    assert_eq!((done["messages"].as_u64(), done["files"].as_u64()), (Some(messages + 1), Some(secrets.files.len() as u64)));
    assert_eq!(readable(&place, &secrets), BTreeSet::new());
    boxed.stop().unwrap();
    let keyring = boxed.data.with_extension("keyring");
    copy(&boxed.data.join("keyring"), &keyring);
    boxed.start_hsmd().unwrap();
    assert_eq!(scrub(&boxed), []);

    // Everything as it was, the keyring too: the HSM does not open it any more.
    copy_stores(&before, &boxed.data);
    boxed.start_server().unwrap();
    wait_state(&boxed, "sealed");
    let (unsealed, said) = operator(&boxed, "unseal");
    assert!(!unsealed && said.contains("missing"), "{said}");
    boxed.kill_server().unwrap();

    // The backup with the keyring of today, as it is restored: all but what was shredded is there.
    copy(&keyring, &boxed.data.join("keyring"));
    boxed.start_server().unwrap();
    // All of them of one instant: only a witness of the log can tell.
    boxed.wait_ready().unwrap();
    assert_eq!(readable(&place, &secrets), BTreeSet::new());
    let gu = place.person("gu.wenzhou");
    let others = gu.get("/api/v1/conversations?limit=200").unwrap().ok();
    assert!(others["items"].as_array().unwrap().iter().any(|one| one["last"]["body"]["text"].is_string()), "{others}");
}

#[test]
fn a_shredding_that_is_cut_off_anywhere_goes_on() {
    let mut chance = Chance::of_this_run("shredded");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    for _ in 0..6 {
        let secrets = plant(&place, 1_500);
        let number = ask(&place, &secrets);
        // It takes about a tenth of a second when nothing else runs.
        let mut cuts = 0;
        loop {
            thread::sleep(chance.between(Duration::ZERO, Duration::from_millis(120)));
            boxed.kill_server().unwrap();
            boxed.start_server().unwrap();
            boxed.wait_ready().unwrap();
            cuts += 1;
            let path = format!("/api/v1/security/shreds/{number}");
            let state = place.administrator("security").get(&path).unwrap().ok()["state"].clone();
            if state == "done" || cuts == 4 {
                break;
            }
        }
        let done = done(&place, &number);
        assert!(done["entry"].is_number() && done["keys"].as_u64() > Some(1), "{done}");
        assert_eq!(readable(&place, &secrets), BTreeSet::new());
        eprintln!("cut off {cuts} times");
    }
    boxed.stop().unwrap();
    boxed.start_hsmd().unwrap();
    assert_eq!(scrub(&boxed), []);
}
