//! Shredding over the API: holds forbid it, a certificate proves it, and nobody sees again what it was about.

use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Client, client::cid, shared};
use serde_json::{Value, json};
use ureq::http::Method;

use super::audit::verifier;

fn ask(by: &Client, kind: &str, id: &str) -> holdfast_tests::Reply {
    by.post("/api/v1/security/shreds", &json!({"subject": {"kind": kind, "id": id}, "case": "法务 2026-17"})).unwrap()
}

fn done(by: &Client, shred: &Value) -> Value {
    let path = format!("/api/v1/security/shreds/{}", shred["id"].as_str().unwrap());
    let begun = Instant::now();
    loop {
        let now = by.get(&path).unwrap().ok();
        if now["state"] == "done" {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{now}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn found(by: &Client, word: &str) -> u64 {
    let escaped: String = word.bytes().map(|b| format!("%{b:02X}")).collect();
    let groups = by.get(&format!("/api/v1/search?q={escaped}&kind=all")).unwrap().ok()["groups"].clone();
    groups.as_array().unwrap().iter().map(|group| group["items"].as_array().map_or(0, |items| items.len() as u64)).sum()
}

#[test]
fn a_conversation_and_its_files_are_shredded_unless_they_are_held() {
    let place = shared();
    let (gu, han) = (place.person("gu.wenzhou"), place.person("han.ruoxi"));
    let (security, auditor) = (place.administrator("security"), place.administrator("audit"));
    let new = json!({"cid": cid(), "kind": "group", "title": "并购谈判", "members": ["han.ruoxi"]});
    let room = gu.post("/api/v1/conversations", &new).unwrap().ok()["id"].as_str().unwrap().to_owned();
    for n in 0..30 {
        let body = json!({"cid": cid(), "body": {"type": "text", "text": format!("报价鸢尾花第{n}版")}});
        gu.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap().ok();
    }
    let path = format!("/api/v1/conversations/{room}/files?name=quote.txt");
    let bytes = "附件里的鸢尾花".as_bytes().to_vec();
    let file = gu.send(Method::POST, &path, &[("content-type", "application/octet-stream")], bytes).unwrap().ok();
    let node = file["node"].as_str().unwrap().to_owned();
    let body = json!({"type": "file", "node": node, "name": file["name"], "size": file["size"], "media": file["media"]});
    gu.post(&format!("/api/v1/conversations/{room}/messages"), &json!({"cid": cid(), "body": body})).unwrap().ok();
    let begun = Instant::now();
    while found(&han, "鸢尾花") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        thread::sleep(Duration::from_millis(50));
    }

    // A hold on a member, on the file, on the conversation: each of them forbids it.
    let hold = |kind: &str, id: &str| {
        let new = json!({"subject": {"kind": kind, "id": id}, "case": "诉讼保全"});
        auditor.post("/api/v1/audit/holds", &new).unwrap().ok()["id"].as_str().unwrap().to_owned()
    };
    for (kind, id) in [("person", "han.ruoxi"), ("node", node.as_str()), ("conversation", room.as_str())] {
        let held = hold(kind, id);
        let refused = ask(&security, "conversation", &room);
        assert_eq!((refused.status, refused.code().as_str()), (409, "conflict"), "{kind}");
        assert_eq!(refused.json()["rule"], "legal-hold", "{}", refused.json());
        let lift = format!("/api/v1/audit/holds/{held}/lift");
        assert!(auditor.post(&lift, &json!({"reason": "结案"})).unwrap().ok()["lifted_at"].is_number());
    }
    assert_eq!(ask(&gu, "conversation", &room).status, 403);
    assert_eq!(ask(&auditor, "conversation", &room).status, 403);
    assert_eq!(ask(&security, "conversation", "987654321").status, 404);
    assert_eq!(ask(&security, "person", "nobody.here").status, 404);
    assert_eq!(ask(&security, "conversation", "x").status, 422);

    let asked = ask(&security, "conversation", &room);
    assert_eq!(asked.status, 201);
    let shred = done(&security, &asked.ok());
    assert_eq!((shred["messages"].as_u64(), shred["files"].as_u64()), (Some(32), Some(1)), "{shred}");
    for by in [&gu, &han] {
        let page = by.get(&format!("/api/v1/conversations/{room}/messages?limit=100")).unwrap().ok();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() == 32 && items.iter().all(|one| one["shredded"] == true && one["body"].is_null()), "{page}");
        assert!(by.get(&format!("/api/v1/conversations/{room}")).unwrap().ok()["title"].is_null());
        assert_eq!(found(by, "鸢尾花"), 0);
        assert_eq!(by.get(&format!("/api/v1/conversations/{room}/files/{node}")).unwrap().status, 404);
    }
    let body = json!({"cid": cid(), "body": {"type": "text", "text": "新的话题"}});
    gu.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap().ok();
    certified(&security, &auditor, &shred, &room);
}

/// Whoever erases what is under a hold keeps it.
#[test]
fn what_is_under_a_hold_is_not_erased_from_the_trash() {
    let place = shared();
    let (han, auditor) = (place.person("han.ruoxi"), place.administrator("audit"));
    let spaces = han.get("/api/v1/drive/spaces").unwrap().ok();
    let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").unwrap().clone();
    let path = format!("/api/v1/drive/nodes/{}/content?name=hold-{}.txt", own["root"].as_str().unwrap(), cid());
    let text = "保全的证据".as_bytes().to_vec();
    let file = han.send(Method::PUT, &path, &[("content-type", "application/octet-stream")], text).unwrap().ok();
    let node = file["id"].as_str().unwrap();
    assert!(han.delete(&format!("/api/v1/drive/nodes/{node}")).unwrap().status < 300);
    let new = json!({"subject": {"kind": "node", "id": node}, "case": "诉讼保全"});
    let held = auditor.post("/api/v1/audit/holds", &new).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let erase = || han.delete(&format!("/api/v1/drive/trash/{node}")).unwrap();
    let refused = erase();
    assert_eq!((refused.status, refused.json()["rule"].as_str()), (409, Some("legal-hold")), "{}", refused.json());
    let lift = format!("/api/v1/audit/holds/{held}/lift");
    auditor.post(&lift, &json!({"reason": "结案"})).unwrap().ok();
    assert!(erase().status < 300);
    assert_eq!(erase().status, 404);
}

/// The certificate is the HSM's, says what was done, and stands in the log by its hash.
fn certified(security: &Client, auditor: &Client, shred: &Value, room: &str) {
    let path = format!("/api/v1/security/shreds/{}/certificate", shred["id"].as_str().unwrap());
    let note = security.get(&path).unwrap();
    let text = String::from_utf8(note.bytes).unwrap();
    for line in [format!("subject conversation {room}"), "case 法务 2026-17".to_owned(), format!("keys {}", shred["keys"])] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    // The auditor finds it and fetches the same; each fetching is an entry.
    let id = shred["id"].as_str().unwrap();
    let listed = auditor.get("/api/v1/audit/shreds").unwrap().ok();
    assert!(listed["items"].as_array().unwrap().contains(shred), "{listed}");
    let fetched = auditor.get(&format!("/api/v1/audit/shreds/{id}/certificate")).unwrap();
    assert_eq!(String::from_utf8(fetched.bytes).unwrap(), text);
    let told = auditor.get("/api/v1/audit/entries?action=shred.certificate&limit=200").unwrap().ok();
    let about = told["items"].as_array().unwrap().iter().filter(|entry| entry["object"]["id"] == id);
    assert_eq!(about.count(), 2, "{told}");
    assert_eq!(security.get("/api/v1/audit/shreds").unwrap().status, 403);
    assert_eq!(auditor.get("/api/v1/security/shreds").unwrap().status, 403);
    assert_eq!(auditor.get("/api/v1/audit/shreds/999999/certificate").unwrap().status, 404);
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("certificate");
    let verify = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let key = shared().vkey().unwrap();
        Command::new(verifier()).arg("verify-note").arg(&file).args(["--key", &key]).output().unwrap().status.code()
    };
    assert_eq!(verify(&text), Some(0));
    assert_eq!(verify(&text.replacen("messages 32", "messages 30", 1)), Some(1));
    let entry = auditor.get(&format!("/api/v1/audit/entries/{}", shred["entry"])).unwrap().ok();
    let hash = hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()));
    assert!(entry.to_string().contains(&hash), "{entry}");
}
