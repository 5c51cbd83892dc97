//! Files of a conversation: nodes in the conversation's own space. Members see them, nobody else; `im` says who is one.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Path, Payload, Query},
};
use holdfast_base::{ConversationId, Error, NodeId};
use holdfast_drive::{Declared, Expect, Name, NewContent, OnConflict};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::transfer::{self, Shown, media_of, receive};
use crate::http::{Created, Problem, Session, problem::Refusals};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Named {
    pub name: String,
}

/// What a message of type `file` names.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attachment {
    pub node: NodeId,
    pub name: String,
    pub size: u64,
    pub media: Option<String>,
}

/// Stores a file for a message of this conversation.
#[utoipa::path(tag = "conversations", params(("id" = String, Path), Named), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Attachment), Refusals))]
#[post("/conversations/{id}/files")]
pub async fn attach(
    by: Session,
    request: HttpRequest,
    id: Path<ConversationId>,
    named: Query<Named>,
    body: Payload,
) -> Result<Created<Attachment>, Problem> {
    let (conversation, named) = (id.into_inner(), named.into_inner());
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let size = transfer::content_length(&request);
    let (rooms, actor) = (by.rooms.clone(), by.actor.clone());
    let attachment = receive(&request, &by.actor, body, move |parts| {
        let name = Name::new(&named.name)?;
        let new =
            NewContent { media: media_of(media.as_deref(), name.as_str()), changed_at: None, on_conflict: OnConflict::Rename };
        let (drive, im, who) = (rooms.drive.clone(), rooms.im.clone(), actor.clone());
        // The space first, so that quota can be asked before any byte is taken.
        let space = rooms.write_ledger(move |tx| {
            im.member(&who, conversation)?;
            drive.conversation_space(tx, &who, conversation)
        })?;
        let (drive, view) = (rooms.drive.clone(), rooms.ledger.view());
        let mut incoming = drive.begin(&view, &drive.attachments(&view, &space, &actor)?, &name, size)?;
        drop(view);
        transfer::fill(&mut incoming, parts)?;
        let received = incoming.finish(&Declared { size, sha256: None })?;
        let im = rooms.im.clone();
        rooms.write_ledger(move |tx| {
            im.member(&actor, conversation)?;
            let folder = drive.attachments(tx, &space, &actor)?;
            let (entry, _) = drive.put(tx, &folder, &name, received, &new, &Expect::default())?;
            Ok(Attachment { node: entry.id, name: entry.name, size: entry.size, media: entry.media })
        })
    })
    .await?;
    Ok(Created(attachment))
}

/// The bytes, for members.
#[utoipa::path(tag = "conversations", params(("id" = String, Path), ("node" = String, Path), ("Range" = Option<String>, Header)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 206, description = "the range"),
        (status = 304, description = "unchanged"), (status = 416, description = "no such range"), Refusals))]
#[get("/conversations/{id}/files/{node}")]
pub async fn read(by: Session, request: HttpRequest, path: Path<(ConversationId, NodeId)>) -> Result<HttpResponse, Problem> {
    let (conversation, node) = path.into_inner();
    let (content, name) = by
        .run(move |rooms, actor| {
            let view = rooms.ledger.view();
            rooms.im.member(actor, conversation)?;
            let space = rooms.drive.find_conversation_space(&view, conversation)?.ok_or(Error::NotFound)?;
            let file = rooms.drive.attachment(&view, &space, actor, node)?;
            Ok((rooms.drive.open_content(&view, &file, None)?, file.entry().name.clone()))
        })
        .await?;
    transfer::deliver(&by.rooms, &by.actor, &request, content, &name, Shown::Attachment).await
}
