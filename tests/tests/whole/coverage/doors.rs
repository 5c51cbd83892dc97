//! WebDAV and the realtime door change the same things, so they leave the same entries.

use holdfast_tests::{
    Reply,
    client::{basic, cid},
    socket::Socket,
};
use serde_json::json;
use ureq::http::Method;

use super::stage::{Done, GU, Leaves, Scenario, Stage, id, text};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario { operation: "PUT /dav/", act: put },
    Scenario { operation: "PUT /dav/ (a new version)", act: put_again },
    Scenario { operation: "MKCOL /dav/", act: mkcol },
    Scenario { operation: "MOVE /dav/", act: relocate },
    Scenario { operation: "COPY /dav/", act: copy },
    Scenario { operation: "DELETE /dav/", act: delete },
    Scenario { operation: "PROPPATCH /dav/", act: proppatch },
    Scenario { operation: "LOCK /dav/", act: lock },
    Scenario { operation: "UNLOCK /dav/", act: unlock },
    Scenario { operation: "GET /dav/", act: get },
    Scenario { operation: "send frame of /api/v1/ws", act: frame },
];

fn dav(stage: &Stage, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let app = stage.place.sign_ins.app_password.clone().unwrap();
    let authorization = basic(&app.uid, &app.password);
    let mut headers = headers.to_vec();
    headers.push(("authorization", &authorization));
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    stage.place.stranger().send(method, path, &headers, body.to_vec()).unwrap()
}

/// The node that a path of Gu's own space names.
fn node(stage: &Stage, path: &str) -> String {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap();
    let children = stage.gu.get(&format!("/api/v1/drive/nodes/{}/children?limit=200", stage.root())).unwrap().ok();
    let found = children["items"].as_array().unwrap().iter().find(|child| child["name"] == name);
    format!("node/{}", found.map(id).unwrap_or_default())
}

fn fresh() -> String {
    format!("/dav/personal/{}", cid())
}

fn written(stage: &Stage) -> String {
    let path = fresh();
    assert_eq!(dav(stage, "PUT", &path, &[], b"one").status, 201);
    path
}

fn put(stage: &Stage) -> Done {
    let path = fresh();
    let reply = dav(stage, "PUT", &path, &[], b"one");
    Done::entry(reply, GU, "node.create", node(stage, &path))
}

fn put_again(stage: &Stage) -> Done {
    let path = written(stage);
    Done::entry(dav(stage, "PUT", &path, &[], b"two"), GU, "node.write", node(stage, &path))
}

fn mkcol(stage: &Stage) -> Done {
    let path = fresh();
    Done::entry(dav(stage, "MKCOL", &path, &[], b""), GU, "node.create", node(stage, &path))
}

fn relocate(stage: &Stage) -> Done {
    let (path, to) = (written(stage), fresh());
    let destination = format!("{}{to}", stage.place.url);
    Done::entry(dav(stage, "MOVE", &path, &[("destination", &destination)], b""), GU, "node.rename", node(stage, &to))
}

fn copy(stage: &Stage) -> Done {
    let (path, to) = (written(stage), fresh());
    let destination = format!("{}{to}", stage.place.url);
    Done::entry(dav(stage, "COPY", &path, &[("destination", &destination)], b""), GU, "node.copy", node(stage, &to))
}

fn delete(stage: &Stage) -> Done {
    let path = written(stage);
    let object = node(stage, &path);
    Done::entry(dav(stage, "DELETE", &path, &[], b""), GU, "node.delete", object)
}

fn proppatch(stage: &Stage) -> Done {
    let path = written(stage);
    let body = br#"<?xml version="1.0"?><D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x xmlns="urn:x">1</x></D:prop></D:set></D:propertyupdate>"#;
    Done::entry(dav(stage, "PROPPATCH", &path, &[], body), GU, "node.properties", node(stage, &path))
}

fn locked(stage: &Stage, path: &str) -> Reply {
    let body = br#"<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"#;
    dav(stage, "LOCK", path, &[("timeout", "Second-60")], body)
}

fn lock(stage: &Stage) -> Done {
    let path = written(stage);
    Done::entry(locked(stage, &path), GU, "node.lock", node(stage, &path))
}

fn unlock(stage: &Stage) -> Done {
    let path = written(stage);
    let token = locked(stage, &path).header("lock-token").unwrap().to_owned();
    Done::entry(dav(stage, "UNLOCK", &path, &[("lock-token", &token)], b""), GU, "node.unlock", node(stage, &path))
}

fn get(stage: &Stage) -> Done {
    let path = written(stage);
    Done::entry(dav(stage, "GET", &path, &[], b""), GU, "node.read", node(stage, &path))
}

/// The frame has no answer over HTTP; its commit lies in the digests like that of a message over REST.
fn frame(stage: &Stage) -> Done {
    let room = stage.group();
    let mut socket = Socket::open(&stage.place, &stage.gu);
    let id = cid();
    socket.send(&json!({"t": "send", "cid": id, "conv": room, "body": {"type": "text", "text": "一帧"}}));
    let ack = socket.wait(|frame| frame["t"] == "ack" && frame["cid"] == id.as_str());
    assert!(!text(&ack["g"]).is_empty());
    let reply = stage.gu.get(&format!("/api/v1/conversations/{room}")).unwrap();
    Done { reply, by: GU.to_owned(), leaves: Leaves::Digest("messages are their own record (DESIGN 6)") }
}
