//! Conversations and messages.

use holdfast_tests::client::cid;
use serde_json::json;
use ureq::http::Method;

use super::stage::{Done, GU, Leaves, Scenario, Stage, id, text};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario { operation: "POST /api/v1/conversations", act: create },
    Scenario { operation: "PATCH /api/v1/conversations/{id}", act: rename },
    Scenario { operation: "PATCH /api/v1/conversations/{id}", act: mute },
    Scenario { operation: "POST /api/v1/conversations/{id}/members", act: add },
    Scenario { operation: "DELETE /api/v1/conversations/{id}/members/{uid}", act: remove },
    Scenario { operation: "POST /api/v1/conversations/{id}/messages", act: send },
    Scenario { operation: "PUT /api/v1/conversations/{id}/read", act: read },
    Scenario { operation: "POST /api/v1/conversations/{id}/messages/{seq}/recall", act: recall },
    Scenario { operation: "POST /api/v1/conversations/{id}/files", act: attach },
    Scenario { operation: "POST /api/v1/conversations/{id}/files", act: attach_first },
];

fn create(stage: &Stage) -> Done {
    let ask = json!({"cid": cid(), "kind": "group", "title": "一组", "members": ["han.ruoxi"]});
    let reply = stage.gu.post("/api/v1/conversations", &ask).unwrap();
    let object = format!("conversation/{}", id(&reply.json()));
    Done::entry(reply, GU, "conversation.create", object)
}

fn rename(stage: &Stage) -> Done {
    let room = stage.group();
    let reply = stage.gu.patch(&format!("/api/v1/conversations/{room}"), &json!({"title": "改名"})).unwrap();
    Done::entry(reply, GU, "conversation.rename", format!("conversation/{room}"))
}

fn mute(stage: &Stage) -> Done {
    let room = stage.group();
    let reply = stage.gu.patch(&format!("/api/v1/conversations/{room}"), &json!({"muted": true})).unwrap();
    Done::entry(reply, GU, "conversation.set", format!("conversation/{room}"))
}

fn add(stage: &Stage) -> Done {
    let room = stage.group();
    let ask = json!({"cid": cid(), "members": ["ma.xiao"]});
    let reply = stage.gu.post(&format!("/api/v1/conversations/{room}/members"), &ask).unwrap();
    Done::entry(reply, GU, "members.add", format!("conversation/{room}"))
}

fn remove(stage: &Stage) -> Done {
    let room = stage.group();
    let reply = stage.gu.delete(&format!("/api/v1/conversations/{room}/members/han.ruoxi")).unwrap();
    Done::entry(reply, GU, "members.remove", format!("conversation/{room}"))
}

fn send(stage: &Stage) -> Done {
    let reply = stage.message(&stage.group());
    Done { reply, by: GU.to_owned(), leaves: Leaves::Digest("messages are their own record (DESIGN 6)") }
}

fn read(stage: &Stage) -> Done {
    let room = stage.group();
    stage.message(&room).ok();
    let reply = stage.han.put(&format!("/api/v1/conversations/{room}/read"), &json!({"ranges": [[1, 2]]})).unwrap();
    Done { reply, by: "han.ruoxi".to_owned(), leaves: Leaves::Digest("read marks are their own record (DESIGN 6)") }
}

fn recall(stage: &Stage) -> Done {
    let room = stage.group();
    let sent = stage.message(&room).ok();
    let path = format!("/api/v1/conversations/{room}/messages/{}/recall", sent["seq"]);
    let reply = stage.gu.post(&path, &json!({"cid": cid()})).unwrap();
    Done::entry(reply, GU, "message.recall", format!("message/{}", id(&sent)))
}

fn file(stage: &Stage, room: &str) -> holdfast_tests::Reply {
    let path = format!("/api/v1/conversations/{room}/files?name=wave.csv");
    stage.gu.send(Method::POST, &path, &[("content-type", "application/octet-stream")], b"t,v\n0,1\n".to_vec()).unwrap()
}

fn attach(stage: &Stage) -> Done {
    let room = stage.group();
    file(stage, &room).ok();
    let reply = file(stage, &room);
    let object = format!("node/{}", text(&reply.json()["node"]));
    Done::entry(reply, GU, "node.create", object)
}

/// The first file of a conversation makes its space too.
fn attach_first(stage: &Stage) -> Done {
    let reply = file(stage, &stage.group());
    let node = text(&reply.json()["node"]);
    Done::entry(reply, GU, "node.create", format!("node/{node}"))
}
