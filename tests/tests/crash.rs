//! kill -9 under load. A box of its own, since it dies.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{collections::BTreeMap, time::Duration};

use holdfast_tests::{Client, Options, TestBox, client::cid, socket::Socket};
use serde_json::{Value, json};

/// Sends that are under way when the box dies.
const UNDER_WAY: usize = 48;
const DEATHS: usize = 4;

fn send(socket: &mut Socket, room: &str, id: &str) {
    socket.send(&json!({"t": "send", "cid": id, "conv": room, "body": {"type": "text", "text": id}}));
}

fn history(by: &Client, room: &str) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let page = by.get(&format!("/api/v1/conversations/{room}/messages?after={after}&limit=200")).unwrap().ok();
        let items = page["items"].as_array().unwrap();
        let Some(last) = items.last() else { return all };
        after = last["seq"].as_u64().unwrap();
        all.extend(items.iter().cloned());
    }
}

#[test]
fn what_was_acknowledged_is_there_once_and_in_order_after_kill_9() {
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let gu = boxed.place().person("gu.wenzhou");
    let ask = json!({"cid": cid(), "kind": "group", "title": "断电", "members": ["han.ruoxi"]});
    let room = gu.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let mut acknowledged: BTreeMap<String, u64> = BTreeMap::new();
    let mut sent: Vec<String> = Vec::new();
    for death in 1..=DEATHS {
        let mut socket = Socket::open(&boxed.place(), &gu);
        let ids: Vec<String> = (0..UNDER_WAY).map(|_| cid()).collect();
        ids.iter().for_each(|id| send(&mut socket, &room, id));
        // It dies while some are acknowledged and others are anywhere.
        for _ in 0..death * 7 {
            let ack = socket.wait(|frame| frame["t"] == "ack");
            acknowledged.insert(ack["cid"].as_str().unwrap().to_owned(), ack["seq"].as_u64().unwrap());
        }
        boxed.kill_server().unwrap();
        for frame in socket.take(UNDER_WAY, Duration::from_millis(200)).iter().filter(|frame| frame["t"] == "ack") {
            acknowledged.insert(frame["cid"].as_str().unwrap().to_owned(), frame["seq"].as_u64().unwrap());
        }
        boxed.start_server().unwrap();
        boxed.wait_ready().unwrap();
        // The client does not know what became of the rest: it sends them again, in order.
        let mut socket = Socket::open(&boxed.place(), &gu);
        ids.iter().for_each(|id| send(&mut socket, &room, id));
        for _ in &ids {
            let ack = socket.wait(|frame| frame["t"] == "ack");
            let (id, seq) = (ack["cid"].as_str().unwrap().to_owned(), ack["seq"].as_u64().unwrap());
            let before = acknowledged.insert(id, seq);
            assert!(before.is_none_or(|known| known == seq), "the same client id, the same answer");
        }
        sent.extend(ids);
    }
    let messages = history(&gu, &room);
    let seqs: Vec<u64> = messages.iter().map(|message| message["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "dense");
    let held: Vec<&str> = messages.iter().filter_map(|message| message["cid"].as_str()).collect();
    assert_eq!(held, sent, "nothing lost, nothing doubled, in the order of sending");
    for (id, seq) in acknowledged {
        assert_eq!(messages[usize::try_from(seq).unwrap() - 1]["cid"], id.as_str());
    }
}
