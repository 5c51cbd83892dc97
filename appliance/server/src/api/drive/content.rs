//! A file's bytes.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    put,
    web::{Path, Payload, Query},
};
use holdfast_base::{NodeId, Timestamp};
use holdfast_drive::{Declared, Name, NewContent, Node};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    expectation,
    transfer::{self, Shown, media_of, receive, sha256},
    uploads::WhenTaken,
};
use crate::http::{Problem, Session, page::within, problem::Refusals};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The current one when absent.
    #[serde(default, deserialize_with = "within::<_, _, 0, { i64::MAX }>")]
    pub version: Option<u64>,
}

/// The bytes, as an attachment. One range at a time; the download stands in the audit log before its first byte goes out.
#[utoipa::path(tag = "drive", params(("id" = String, Path), Which, ("Range" = Option<String>, Header), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "the range"), (status = 304, description = "unchanged"), (status = 416, description = "no such range"), Refusals))]
#[get("/drive/nodes/{id}/content")]
pub async fn read(by: Session, request: HttpRequest, id: Path<NodeId>, which: Query<Which>) -> Result<HttpResponse, Problem> {
    let (id, version) = (id.into_inner(), which.version);
    let (content, name) = by
        .run(move |rooms, actor| {
            let view = rooms.ledger.view();
            let file = rooms.drive.reader(&view, actor, id)?;
            Ok((rooms.drive.open_content(&view, &file, version)?, file.entry().name.clone()))
        })
        .await?;
    transfer::deliver(&by.rooms, &by.actor, &request, content, &name, Shown::Attachment).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Written {
    pub name: String,
    pub changed_at: Option<Timestamp>,
    /// Hexadecimal; a body with another one is refused.
    pub sha256: Option<String>,
    /// `version` when absent.
    pub on_conflict: Option<WhenTaken>,
}

/// A whole file in one request: new (201), or a new version of it (200).
#[utoipa::path(tag = "drive", params(("id" = String, Path, description = "The folder."), Written, ("If-Match" = Option<String>, Header), ("If-None-Match" = Option<String>, Header)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Node), (status = 201, body = Node), Refusals))]
#[put("/drive/nodes/{id}/content")]
pub async fn write(
    by: Session,
    request: HttpRequest,
    parent: Path<NodeId>,
    written: Query<Written>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let (parent, written, expect) = (parent.into_inner(), written.into_inner(), expectation(request.headers())?);
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let size = transfer::content_length(&request);
    let (rooms, actor) = (by.rooms.clone(), by.actor.clone());
    let (node, created) = receive(&request, &by.actor, body, move |parts| {
        let name = Name::new(&written.name)?;
        let declared = Declared { size, sha256: written.sha256.as_deref().map(sha256).transpose()? };
        let new = NewContent {
            media: media_of(media.as_deref(), name.as_str()),
            changed_at: written.changed_at,
            on_conflict: written.on_conflict.unwrap_or(WhenTaken::Version).into(),
        };
        let drive = rooms.drive.clone();
        let view = rooms.ledger.view();
        let mut incoming = drive.begin(&view, &drive.writer(&view, &actor, parent)?, &name, size)?;
        drop(view);
        transfer::fill(&mut incoming, parts)?;
        let received = incoming.finish(&declared)?;
        rooms.write_ledger(move |tx| {
            let folder = drive.writer(tx, &actor, parent)?;
            let (entry, created) = drive.put(tx, &folder, &name, received, &new, &expect)?;
            Ok((drive.node(&drive.reader(tx, &actor, entry.id)?), created))
        })
    })
    .await?;
    let mut answer = if created { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.insert_header((header::ETAG, format!("\"{}\"", node.etag))).json(node))
}
