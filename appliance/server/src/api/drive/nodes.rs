//! One node: look, rename, move, copy, delete.

use actix_web::{HttpRequest, delete, get, patch, post, web::Path};
use holdfast_base::{ClientId, Error, NodeId};
use holdfast_drive::{Expect, Name, Node, NodeDetail, Overwrite};
use serde::Deserialize;
use utoipa::ToSchema;

use super::expectation;
use crate::http::{Answer, Created, Json, NoContent, Problem, Session, problem::Refusals};

/// A node and the names above it.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), responses((status = 200, body = NodeDetail), Refusals))]
#[get("/drive/nodes/{id}")]
pub async fn read(by: Session, id: Path<NodeId>) -> Answer<NodeDetail> {
    let id = id.into_inner();
    let detail = by
        .run(move |rooms, actor| {
            let view = rooms.ledger.view();
            let reader = rooms.drive.reader(&view, actor, id)?;
            rooms.drive.detail(&view, &reader)
        })
        .await?;
    Ok(Json(detail))
}

/// Another name, another folder, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveNodeChange)]
pub struct Change {
    pub name: Option<String>,
    pub parent: Option<NodeId>,
}

/// Renames, moves. A taken name is 409 `name-taken`; a folder cannot go into itself.
#[utoipa::path(tag = "drive", params(("id" = String, Path), ("If-Match" = Option<String>, Header)), request_body = Change,
    responses((status = 200, body = Node), Refusals))]
#[patch("/drive/nodes/{id}")]
pub async fn change(by: Session, request: HttpRequest, id: Path<NodeId>, change: Json<Change>) -> Answer<Node> {
    let (id, change, expect) = (id.into_inner(), change.into_inner(), expectation(request.headers())?);
    let node = by
        .run(move |rooms, actor| {
            if change.name.is_none() && change.parent.is_none() {
                return Err(Error::invalid("name", "required"));
            }
            let name = change.name.as_deref().map(Name::new).transpose()?;
            let (drive, actor) = (rooms.drive.clone(), actor.clone());
            rooms.write_ledger(move |tx| {
                let writer = drive.writer(tx, &actor, id)?;
                let to = change.parent.map(|parent| drive.writer(tx, &actor, parent)).transpose()?;
                drive.relocate(tx, &writer, to.as_ref(), name.as_ref(), Overwrite::Refuse, &expect)?;
                Ok(drive.node(&drive.reader(tx, &actor, id)?))
            })
        })
        .await?;
    Ok(Json(node))
}

/// Where a copy goes. Without a name it keeps its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveCopy)]
pub struct Copy {
    pub cid: ClientId,
    pub parent: NodeId,
    pub name: Option<String>,
}

/// Copies a file, or a folder with everything in it. No content is copied.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), request_body = Copy, responses((status = 201, body = Node), Refusals))]
#[post("/drive/nodes/{id}/copy")]
pub async fn copy(by: Session, id: Path<NodeId>, copy: Json<Copy>) -> Result<Created<Node>, Problem> {
    let (id, copy) = (id.into_inner(), copy.into_inner());
    let node = by
        .run(move |rooms, actor| {
            let (drive, actor) = (rooms.drive.clone(), actor.clone());
            rooms.write_ledger(move |tx| {
                let source = drive.reader(tx, &actor, id)?;
                let to = drive.writer(tx, &actor, copy.parent)?;
                let name = Name::new(copy.name.as_deref().unwrap_or(&source.entry().name))?;
                let expect = Expect::default();
                let (entry, _) = drive.copy(tx, &source, &to, &name, Overwrite::Refuse, false, Some(copy.cid), &expect)?;
                Ok(drive.node(&drive.reader(tx, &actor, entry.id)?))
            })
        })
        .await?;
    Ok(Created(node))
}

/// To the trash of its space, with everything below.
#[utoipa::path(tag = "drive", params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204, description = "in the trash"), Refusals))]
#[delete("/drive/nodes/{id}")]
pub async fn delete(by: Session, request: HttpRequest, id: Path<NodeId>) -> Result<NoContent, Problem> {
    let (id, expect) = (id.into_inner(), expectation(request.headers())?);
    by.run(move |rooms, actor| {
        let (drive, actor) = (rooms.drive.clone(), actor.clone());
        rooms.write_freeing(move |tx| {
            let writer = drive.writer(tx, &actor, id)?;
            drive.delete(tx, &writer, &expect)
        })
    })
    .await?;
    Ok(NoContent)
}
