//! Folders, files, versions, the trash and resumable uploads.

use holdfast_tests::{Reply, client::cid};
use serde_json::json;
use ureq::http::Method;

use super::stage::{Done, GU, Leaves, Scenario, Stage, id, text};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario { operation: "POST /api/v1/drive/nodes/{id}/children", act: folder },
    Scenario { operation: "PATCH /api/v1/drive/nodes/{id}", act: rename },
    Scenario { operation: "PATCH /api/v1/drive/nodes/{id}", act: relocate },
    Scenario { operation: "POST /api/v1/drive/nodes/{id}/copy", act: copy },
    Scenario { operation: "DELETE /api/v1/drive/nodes/{id}", act: delete },
    Scenario { operation: "POST /api/v1/drive/nodes/{id}/restore", act: restore },
    Scenario { operation: "DELETE /api/v1/drive/trash/{id}", act: erase },
    Scenario { operation: "PUT /api/v1/drive/nodes/{id}/content", act: put },
    Scenario { operation: "PUT /api/v1/drive/nodes/{id}/content", act: put_again },
    Scenario { operation: "POST /api/v1/drive/nodes/{id}/versions/{version}/restore", act: restore_version },
    Scenario { operation: "POST /api/v1/drive/uploads", act: announce },
    Scenario { operation: "PATCH /api/v1/drive/uploads/{id}", act: append },
    Scenario { operation: "POST /api/v1/drive/uploads/{id}/commit", act: commit },
    Scenario { operation: "POST /api/v1/drive/uploads/{id}/commit", act: commit_node },
    Scenario { operation: "DELETE /api/v1/drive/uploads/{id}", act: cancel },
];

const BYTES: usize = 300_000;

fn folder(stage: &Stage) -> Done {
    let ask = json!({"cid": cid(), "kind": "folder", "name": cid()});
    let reply = stage.gu.post(&format!("/api/v1/drive/nodes/{}/children", stage.root()), &ask).unwrap();
    let object = format!("node/{}", id(&reply.json()));
    Done::entry(reply, GU, "node.create", object)
}

fn rename(stage: &Stage) -> Done {
    let node = stage.folder();
    let reply = stage.gu.patch(&format!("/api/v1/drive/nodes/{node}"), &json!({"name": cid()})).unwrap();
    Done::entry(reply, GU, "node.rename", format!("node/{node}"))
}

fn relocate(stage: &Stage) -> Done {
    let (node, to) = (stage.folder(), stage.folder());
    let reply = stage.gu.patch(&format!("/api/v1/drive/nodes/{node}"), &json!({"parent": to})).unwrap();
    Done::entry(reply, GU, "node.move", format!("node/{node}"))
}

fn copy(stage: &Stage) -> Done {
    let (node, to) = (stage.folder(), stage.folder());
    let ask = json!({"cid": cid(), "parent": to});
    let reply = stage.gu.post(&format!("/api/v1/drive/nodes/{node}/copy"), &ask).unwrap();
    let object = format!("node/{}", id(&reply.json()));
    Done::entry(reply, GU, "node.copy", object)
}

fn delete(stage: &Stage) -> Done {
    let node = stage.folder();
    let reply = stage.gu.delete(&format!("/api/v1/drive/nodes/{node}")).unwrap();
    Done::entry(reply, GU, "node.delete", format!("node/{node}"))
}

fn trashed(stage: &Stage) -> String {
    let node = stage.folder();
    stage.gu.delete(&format!("/api/v1/drive/nodes/{node}")).unwrap().ok();
    node
}

fn restore(stage: &Stage) -> Done {
    let node = trashed(stage);
    let reply = stage.gu.post(&format!("/api/v1/drive/nodes/{node}/restore"), &json!({"cid": cid()})).unwrap();
    Done::entry(reply, GU, "node.restore", format!("node/{node}"))
}

fn erase(stage: &Stage) -> Done {
    let node = trashed(stage);
    let reply = stage.gu.delete(&format!("/api/v1/drive/trash/{node}")).unwrap();
    Done::entry(reply, GU, "node.erase", format!("node/{node}"))
}

fn put(stage: &Stage) -> Done {
    let reply = stage.file(&stage.folder(), "a.txt", b"one");
    let object = format!("node/{}", id(&reply.json()));
    Done::entry(reply, GU, "node.create", object)
}

fn put_again(stage: &Stage) -> Done {
    let parent = stage.folder();
    stage.file(&parent, "a.txt", b"one").ok();
    let reply = stage.file(&parent, "a.txt", b"two");
    let object = format!("node/{}", id(&reply.json()));
    Done::entry(reply, GU, "node.write", object)
}

fn restore_version(stage: &Stage) -> Done {
    let parent = stage.folder();
    stage.file(&parent, "a.txt", b"one").ok();
    let node = id(&stage.file(&parent, "a.txt", b"two").ok());
    let reply = stage.gu.post(&format!("/api/v1/drive/nodes/{node}/versions/1/restore"), &json!({"cid": cid()})).unwrap();
    Done::entry(reply, GU, "version.restore", format!("node/{node}"))
}

fn announced(stage: &Stage) -> Reply {
    let ask = json!({"cid": cid(), "parent": stage.root(), "name": cid(), "size": BYTES, "on_conflict": "refuse"});
    stage.gu.post("/api/v1/drive/uploads", &ask).unwrap()
}

fn sent(stage: &Stage, upload: &str) -> Reply {
    let headers = [("content-type", "application/offset+octet-stream"), ("upload-offset", "0")];
    stage.gu.send(Method::PATCH, &format!("/api/v1/drive/uploads/{upload}"), &headers, vec![7; BYTES]).unwrap()
}

fn announce(stage: &Stage) -> Done {
    let reply = announced(stage);
    let object = format!("upload/{}", id(&reply.json()));
    Done::entry(reply, GU, "upload.create", object)
}

fn append(stage: &Stage) -> Done {
    let upload = id(&announced(stage).ok());
    let reply = sent(stage, &upload);
    Done { reply, by: GU.to_owned(), leaves: Leaves::Digest("file chunks are their own record (DESIGN 6)") }
}

fn committed(stage: &Stage) -> (String, Reply) {
    let upload = id(&announced(stage).ok());
    sent(stage, &upload).ok();
    let reply = stage.gu.post(&format!("/api/v1/drive/uploads/{upload}/commit"), &json!({})).unwrap();
    (upload, reply)
}

fn commit(stage: &Stage) -> Done {
    let (upload, reply) = committed(stage);
    Done::entry(reply, GU, "upload.commit", format!("upload/{upload}"))
}

/// The file that an upload becomes has an entry too.
fn commit_node(stage: &Stage) -> Done {
    let (_, reply) = committed(stage);
    let object = format!("node/{}", text(&reply.json()["id"]));
    Done::entry(reply, GU, "node.create", object)
}

fn cancel(stage: &Stage) -> Done {
    let upload = id(&announced(stage).ok());
    let reply = stage.gu.delete(&format!("/api/v1/drive/uploads/{upload}")).unwrap();
    Done::entry(reply, GU, "upload.cancel", format!("upload/{upload}"))
}
