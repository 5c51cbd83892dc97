//! Older versions of a file.

use actix_web::{HttpRequest, get, post, web::Path};
use holdfast_base::{ClientId, NodeId};
use holdfast_drive::{Node, Version};
use serde::Deserialize;
use utoipa::ToSchema;

use super::expectation;
use crate::http::{Answer, Json, Session, page::Page, problem::Refusals};

/// Newest first, the current one included.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), responses((status = 200, body = Page<Version>), Refusals))]
#[get("/drive/nodes/{id}/versions")]
pub async fn list(by: Session, id: Path<NodeId>) -> Answer<Page<Version>> {
    let id = id.into_inner();
    let versions = by
        .run(move |rooms, actor| {
            let view = rooms.ledger.view();
            let file = rooms.drive.reader(&view, actor, id)?;
            rooms.drive.versions(&view, &file)
        })
        .await?;
    Ok(Json(Page::whole(versions)))
}

/// A create that may come twice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveRestore)]
pub struct Restore {
    pub cid: ClientId,
}

/// The older content becomes the newest version.
#[utoipa::path(tag = "drive", params(("id" = String, Path), ("version" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = Restore, responses((status = 200, body = Node), Refusals))]
#[post("/drive/nodes/{id}/versions/{version}/restore")]
pub async fn restore(by: Session, request: HttpRequest, path: Path<(NodeId, u64)>, order: Json<Restore>) -> Answer<Node> {
    let ((id, version), cid, expect) = (path.into_inner(), order.cid, expectation(request.headers())?);
    let node = by
        .run(move |rooms, actor| {
            let (drive, actor) = (rooms.drive.clone(), actor.clone());
            rooms.write_ledger(move |tx| {
                let file = drive.writer(tx, &actor, id)?;
                drive.restore_version(tx, &file, version, Some(cid), &expect)?;
                Ok(drive.node(&drive.reader(tx, &actor, id)?))
            })
        })
        .await?;
    Ok(Json(node))
}
