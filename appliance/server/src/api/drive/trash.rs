//! The trash of a space.

use actix_web::{
    delete, get, post,
    web::{Path, Query},
};
use holdfast_base::{Error, NodeId, Result, SpaceId, Timestamp};
use holdfast_drive::{Node, TrashItem};

use super::versions::Restore;
use crate::http::{
    Answer, Json, NoContent, Problem, Session,
    page::{Page, PageQuery},
    problem::Refusals,
};

/// Newest first.
#[utoipa::path(tag = "drive", params(("id" = String, Path), PageQuery), responses((status = 200, body = Page<TrashItem>), Refusals))]
#[get("/drive/spaces/{id}/trash")]
pub async fn list(by: Session, id: Path<SpaceId>, page: Query<PageQuery>) -> Answer<Page<TrashItem>> {
    let (id, page) = (id.into_inner(), page.into_inner());
    let page = by
        .run(move |rooms, actor| {
            let view = rooms.ledger.view();
            let space = rooms.drive.space(&view, actor, id)?;
            let root = rooms.drive.reader(&view, actor, space.root)?;
            let after = page.cursor.as_deref().map(position).transpose()?;
            let limit = page.limit();
            let mut items = rooms.drive.trash(&view, &root, after, limit + 1)?;
            let more = items.len() > limit;
            items.truncate(limit);
            let next = items.last().filter(|_| more).map(|last| format!("{}-{}", last.deleted_at, last.node.id));
            Ok(Page { items, next })
        })
        .await?;
    Ok(Json(page))
}

fn position(cursor: &str) -> Result<(Timestamp, NodeId)> {
    let refusal = || Error::invalid("cursor", "unknown");
    let (at, node) = cursor.split_once('-').ok_or_else(refusal)?;
    Ok((Timestamp(at.parse().map_err(|_| refusal())?), node.parse().map_err(|_| refusal())?))
}

/// Back to where it was, or to the root of the space when that folder is gone; a taken name gets a number.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), request_body = Restore, responses((status = 200, body = Node), Refusals))]
#[post("/drive/nodes/{id}/restore")]
pub async fn restore(by: Session, id: Path<NodeId>, order: Json<Restore>) -> Answer<Node> {
    let (id, cid) = (id.into_inner(), order.cid);
    let node = by
        .run(move |rooms, actor| {
            let (drive, actor) = (rooms.drive.clone(), actor.clone());
            rooms.write_ledger(move |tx| {
                if !drive.restored_before(tx, &actor, id, Some(cid))? {
                    let trashed = drive.trashed(tx, &actor, id)?;
                    drive.restore(tx, &trashed, Some(cid))?;
                }
                Ok(drive.node(&drive.reader(tx, &actor, id)?))
            })
        })
        .await?;
    Ok(Json(node))
}

/// For good.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), responses((status = 204, description = "erased"), Refusals))]
#[delete("/drive/trash/{id}")]
pub async fn erase(by: Session, id: Path<NodeId>) -> Result<NoContent, Problem> {
    let id = id.into_inner();
    by.run(move |rooms, actor| {
        let (drive, actor) = (rooms.drive.clone(), actor.clone());
        rooms.write_freeing(move |tx| {
            let trashed = drive.trashed(tx, &actor, id)?;
            drive.erase(tx, &trashed)
        })
    })
    .await?;
    Ok(NoContent)
}
