//! The drive over REST and WebDAV.

use holdfast_tests::{Client, client::cid, shared};
use serde_json::{Value, json};
use ureq::http::Method;

fn root(by: &Client) -> String {
    let spaces = by.get("/api/v1/drive/spaces").unwrap().ok();
    let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").cloned().unwrap();
    own["root"].as_str().unwrap().to_owned()
}

fn folder(by: &Client, parent: &str, name: &str) -> Value {
    let ask = json!({"cid": cid(), "kind": "folder", "name": name});
    by.post(&format!("/api/v1/drive/nodes/{parent}/children"), &ask).unwrap().ok()
}

fn put(by: &Client, parent: &str, name: &str, bytes: &[u8]) -> Value {
    let path = format!("/api/v1/drive/nodes/{parent}/content?name={name}");
    by.send(Method::PUT, &path, &[("content-type", "application/octet-stream")], bytes.to_vec()).unwrap().ok()
}

fn content(by: &Client, node: &str) -> Vec<u8> {
    let reply = by.get(&format!("/api/v1/drive/nodes/{node}/content")).unwrap();
    assert_eq!(reply.status, 200);
    reply.bytes
}

/// Bytes that do not compress and are not all alike.
fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[0]
        })
        .collect()
}

#[test]
fn an_upload_resumes_where_it_was_cut() {
    let gu = shared().person("gu.wenzhou");
    let bytes = noise(7_300_000, 5);
    let ask = json!({"cid": cid(), "parent": root(&gu), "name": "标定记录.bin", "size": bytes.len(), "on_conflict": "refuse"});
    let made = gu.post("/api/v1/drive/uploads", &ask).unwrap().ok();
    let path = format!("/api/v1/drive/uploads/{}", made["id"].as_str().unwrap());
    let piece = |from: usize, to: usize, at: usize| {
        let offset = at.to_string();
        let headers = [("content-type", "application/offset+octet-stream"), ("upload-offset", offset.as_str())];
        gu.send(Method::PATCH, &path, &headers, bytes[from..to].to_vec()).unwrap()
    };
    assert_eq!(piece(0, 3_000_000, 0).status, 200);
    let wrong = piece(3_000_000, 4_000_000, 17);
    assert_eq!((wrong.status, wrong.code().as_str()), (409, "conflict"));
    let offset = usize::try_from(gu.get(&path).unwrap().ok()["offset"].as_u64().unwrap()).unwrap();
    assert_eq!(offset, 3_000_000);
    assert_eq!(piece(offset, bytes.len(), offset).status, 200);
    let node = gu.post(&format!("{path}/commit"), &json!({})).unwrap().ok();
    assert_eq!(content(&gu, node["id"].as_str().unwrap()), bytes);
    let range = gu
        .send(
            Method::GET,
            &format!("/api/v1/drive/nodes/{}/content", node["id"].as_str().unwrap()),
            &[("range", "bytes=1048570-1048590")],
            vec![],
        )
        .unwrap();
    assert_eq!((range.status, range.bytes), (206, bytes[1_048_570..=1_048_590].to_vec()));
}

#[test]
fn rename_move_delete_restore_and_versions() {
    let gu = shared().person("gu.wenzhou");
    let home = folder(&gu, &root(&gu), &format!("往返 {}", cid()));
    let home = home["id"].as_str().unwrap();
    let (a, b) = (folder(&gu, home, "甲"), folder(&gu, home, "乙"));
    let (a, b) = (a["id"].as_str().unwrap(), b["id"].as_str().unwrap());
    let file = put(&gu, a, "notes.txt", b"one");
    let id = file["id"].as_str().unwrap().to_owned();
    put(&gu, a, "notes.txt", b"two, longer");
    let versions = gu.get(&format!("/api/v1/drive/nodes/{id}/versions")).unwrap().ok();
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    gu.post(&format!("/api/v1/drive/nodes/{id}/versions/1/restore"), &json!({"cid": cid()})).unwrap().ok();
    assert_eq!(content(&gu, &id), b"one");

    let moved = gu.patch(&format!("/api/v1/drive/nodes/{id}"), &json!({"name": "记录.txt", "parent": b})).unwrap().ok();
    assert_eq!(
        (moved["name"].as_str(), moved["parent"].as_str(), moved["id"].as_str()),
        (Some("记录.txt"), Some(b), Some(id.as_str()))
    );
    let under_itself = gu.patch(&format!("/api/v1/drive/nodes/{home}"), &json!({"parent": b})).unwrap();
    assert!((400..500).contains(&under_itself.status), "{}", under_itself.status);

    assert_eq!(gu.delete(&format!("/api/v1/drive/nodes/{b}")).unwrap().status, 204);
    assert_eq!(gu.get(&format!("/api/v1/drive/nodes/{id}")).unwrap().status, 404);
    gu.post(&format!("/api/v1/drive/nodes/{b}/restore"), &json!({"cid": cid()})).unwrap().ok();
    assert_eq!(content(&gu, &id), b"one");
}

#[test]
fn what_is_anothers_does_not_exist() {
    let place = shared();
    let (gu, ma) = (place.person("gu.wenzhou"), place.person("ma.xiao"));
    let file = put(&gu, &root(&gu), "private.txt", b"mine");
    let id = file["id"].as_str().unwrap();
    for path in [
        format!("/api/v1/drive/nodes/{id}"),
        format!("/api/v1/drive/nodes/{id}/content"),
        "/api/v1/drive/nodes/987654321".to_owned(),
    ] {
        let reply = ma.get(&path).unwrap();
        assert_eq!((reply.status, reply.code().as_str()), (404, "not-found"), "{path}");
    }
}

#[test]
fn of_two_writers_with_the_same_etag_one_wins() {
    let gu = shared().person("gu.wenzhou");
    let parent = root(&gu);
    let name = format!("{}.txt", cid());
    let etag = format!("\"{}\"", put(&gu, &parent, &name, b"base")["etag"].as_str().unwrap());
    let path = format!("/api/v1/drive/nodes/{parent}/content?name={name}");
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8u8)
            .map(|n| {
                let (gu, path, etag) = (gu.clone(), path.clone(), etag.clone());
                scope.spawn(move || gu.send(Method::PUT, &path, &[("if-match", &etag)], vec![n; 100]).unwrap().status)
            })
            .collect();
        writers.into_iter().map(|w| w.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|&&status| status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|&&status| status == 412).count(), 7, "{answers:?}");
}

#[test]
fn a_file_is_attached_to_a_message_and_only_members_read_it() {
    let place = shared();
    let (gu, han, ma) = (place.person("gu.wenzhou"), place.person("han.ruoxi"), place.person("ma.xiao"));
    let ask = json!({"cid": cid(), "kind": "group", "title": "附件", "members": ["han.ruoxi"]});
    let room = gu.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/conversations/{room}/files?name=wave.csv");
    let file =
        gu.send(Method::POST, &path, &[("content-type", "application/octet-stream")], b"t,v\n0,1\n".to_vec()).unwrap().ok();
    let body = json!({"type": "file", "node": file["node"], "name": file["name"], "size": file["size"], "media": file["media"]});
    let sent = gu.post(&format!("/api/v1/conversations/{room}/messages"), &json!({"cid": cid(), "body": body})).unwrap();
    assert_eq!(sent.status, 201, "{}", String::from_utf8_lossy(&sent.bytes));
    let download = format!("/api/v1/conversations/{room}/files/{}", file["node"].as_str().unwrap());
    assert_eq!(han.get(&download).unwrap().bytes, b"t,v\n0,1\n");
    assert_eq!(ma.get(&download).unwrap().status, 404);
    // A file that is not in the conversation cannot be named by a message.
    let foreign = put(&gu, &root(&gu), "foreign.txt", b"x");
    let body = json!({"type": "file", "node": foreign["id"], "name": "foreign.txt", "size": 1, "media": "text/plain"});
    let refused = gu.post(&format!("/api/v1/conversations/{room}/messages"), &json!({"cid": cid(), "body": body})).unwrap();
    assert!((400..500).contains(&refused.status));
}
