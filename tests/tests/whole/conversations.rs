//! Conversations over REST and over the WebSocket.

use std::{
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Client, client::cid, shared, socket::Socket};
use serde_json::{Value, json};

fn group(by: &Client, title: &str, members: &[&str]) -> String {
    let ask = json!({"cid": cid(), "kind": "group", "title": title, "members": members});
    by.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned()
}

fn say(by: &Client, conversation: &str, cid: &str, text: &str) -> Value {
    let body = json!({"cid": cid, "body": {"type": "text", "text": text}});
    by.post(&format!("/api/v1/conversations/{conversation}/messages"), &body).unwrap().ok()
}

fn texts(by: &Client, conversation: &str) -> Vec<String> {
    let page = by.get(&format!("/api/v1/conversations/{conversation}/messages?limit=100")).unwrap().ok();
    let items = page["items"].as_array().unwrap();
    items.iter().filter_map(|one| one["body"]["text"].as_str().map(str::to_owned)).collect()
}

fn unread(by: &Client, conversation: &str) -> u64 {
    by.get(&format!("/api/v1/conversations/{conversation}")).unwrap().ok()["unread"].as_u64().unwrap()
}

#[test]
fn a_message_is_there_at_once_and_a_retry_is_harmless() {
    let place = shared();
    let (gu, han) = (place.person("gu.wenzhou"), place.person("han.ruoxi"));
    let room = group(&gu, "重试", &["han.ruoxi"]);
    let id = cid();
    let first = say(&gu, &room, &id, "补偿表取了旧版本");
    let again = say(&gu, &room, &id, "补偿表取了旧版本");
    assert_eq!((&first["seq"], &first["id"], &first["at"]), (&again["seq"], &again["id"], &again["at"]));
    let other = json!({"cid": id, "body": {"type": "text", "text": "别的内容"}});
    let refused = gu.post(&format!("/api/v1/conversations/{room}/messages"), &other).unwrap();
    assert_eq!((refused.status, refused.code().as_str()), (409, "conflict"));
    assert_eq!(texts(&han, &room), ["补偿表取了旧版本"]);
}

#[test]
fn unread_is_what_was_not_read_and_not_a_counter() {
    let place = shared();
    let (gu, han) = (place.person("gu.wenzhou"), place.person("han.ruoxi"));
    let room = group(&gu, "未读", &["han.ruoxi"]);
    let before = unread(&han, &room);
    let seqs: Vec<u64> = (0..3).map(|n| say(&gu, &room, &cid(), &format!("第 {n} 条"))["seq"].as_u64().unwrap()).collect();
    assert_eq!(unread(&han, &room), before + 3);
    assert_eq!(unread(&gu, &room), 0, "one's own messages are never unread");
    let path = format!("/api/v1/conversations/{room}/read");
    for _ in 0..2 {
        assert_eq!(han.put(&path, &json!({"ranges": [[1, seqs[1]]]})).unwrap().status, 204);
        assert_eq!(unread(&han, &room), 1);
    }
    let readers = gu.get(&format!("/api/v1/conversations/{room}/messages/{}/readers", seqs[0])).unwrap().ok();
    assert_eq!(readers["read"][0]["person"]["uid"], "han.ruoxi");
}

#[test]
fn who_is_not_in_it_does_not_see_it() {
    let place = shared();
    let (gu, ma) = (place.person("gu.wenzhou"), place.person("ma.xiao"));
    let room = group(&gu, "两人", &["han.ruoxi"]);
    say(&gu, &room, &cid(), "只有我们");
    for path in ["", "/messages", "/members"] {
        let there = ma.get(&format!("/api/v1/conversations/{room}{path}")).unwrap();
        let nowhere = ma.get(&format!("/api/v1/conversations/99999999{path}")).unwrap();
        assert_eq!((there.status, there.code()), (404, "not-found".to_owned()));
        assert_eq!((nowhere.status, nowhere.code()), (404, "not-found".to_owned()));
    }
    // Joining later shows what is said from then on.
    gu.post(&format!("/api/v1/conversations/{room}/members"), &json!({"cid": cid(), "members": ["ma.xiao"]})).unwrap().ok();
    say(&gu, &room, &cid(), "欢迎");
    assert_eq!(texts(&ma, &room), ["欢迎"]);
}

#[test]
fn a_pair_has_one_direct_conversation() {
    let place = shared();
    let ask =
        |by: &Client, with: &str| by.post("/api/v1/conversations", &json!({"kind": "direct", "members": [with]})).unwrap().ok();
    let mine = ask(&place.person("tang.kexin"), "ma.xiao");
    let theirs = ask(&place.person("ma.xiao"), "tang.kexin");
    assert_eq!(mine["id"], theirs["id"]);
}

#[test]
fn the_socket_acks_after_durability_and_delivers_to_the_other() {
    let place = shared();
    let (gu, han) = (place.person("gu.wenzhou"), place.person("han.ruoxi"));
    let room = group(&gu, "实时", &["han.ruoxi"]);
    let mut sender = Socket::open(place, &gu);
    let mut receiver = Socket::open(place, &han);
    let id = cid();
    let begun = Instant::now();
    sender.send(&json!({"t": "send", "cid": id, "conv": room, "body": {"type": "text", "text": "在吗？"}}));
    let ack = sender.wait(|frame| frame["t"] == "ack" && frame["cid"] == id.as_str());
    let event = receiver.wait(|frame| frame["t"] == "ev" && frame["message"]["body"]["text"] == "在吗？");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(event["message"]["seq"], ack["seq"]);
    // Typing is told, and not stored.
    sender.send(&json!({"t": "typing", "conv": room}));
    let typing = receiver.wait(|frame| frame["t"] == "typing" && frame["conv"] == room.as_str());
    assert_eq!(typing["person"]["uid"], "gu.wenzhou");
    // The same client id again: the same ack.
    sender.send(&json!({"t": "send", "cid": id, "conv": room, "body": {"type": "text", "text": "在吗？"}}));
    let again = sender.wait(|frame| frame["t"] == "ack" && frame["cid"] == id.as_str());
    assert_eq!((&again["seq"], &again["g"]), (&ack["seq"], &ack["g"]));
}

#[test]
fn a_dropped_network_loses_and_doubles_nothing() {
    let place = shared();
    let (gu, han) = (place.person("gu.wenzhou"), place.person("han.ruoxi"));
    let room = group(&gu, "断线", &["han.ruoxi"]);
    let mut seen = Vec::new();
    // Where the device stands before anything is said; without a cursor it would begin at a head that has moved on.
    let first = Socket::open(place, &han).wait(|frame| frame["t"] == "page");
    let mut cursor = first["next"].as_str().map(str::to_owned);
    let writer = {
        let (gu, room) = (gu.clone(), room.clone());
        thread::spawn(move || {
            for n in 0..60 {
                say(&gu, &room, &cid(), &format!("{n}"));
            }
        })
    };
    let until = Instant::now() + Duration::from_secs(40);
    while seen.len() < 60 && Instant::now() < until {
        // Every connection is cut after a few frames, without a goodbye.
        let mut socket = Socket::open_from(place, &han, cursor.as_deref());
        for frame in socket.take(7, Duration::from_millis(400)) {
            let events =
                if frame["t"] == "page" { frame["items"].as_array().cloned().unwrap_or_default() } else { vec![frame.clone()] };
            for event in events.iter().filter(|event| event["g"].is_string()) {
                if event["message"]["conversation"] == room.as_str()
                    && let Some(text) = event["message"]["body"]["text"].as_str()
                {
                    let seq = event["message"]["seq"].clone();
                    if !seen.iter().any(|(known, _)| *known == seq) {
                        seen.push((seq, text.to_owned()));
                    }
                }
            }
            if frame["t"] == "page" {
                cursor = frame["next"].as_str().map(str::to_owned);
            }
        }
    }
    writer.join().unwrap();
    // A live event may overtake the page that is on its way; the numbers say where it belongs.
    seen.sort_by_key(|(seq, _)| seq.as_u64());
    let expected: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    assert_eq!(seen.into_iter().map(|(_, text)| text).collect::<Vec<_>>(), expected);
    assert_eq!(texts(&han, &room), expected);
}
