//! Taking back one's own message.

use actix_web::{post, web::Path};
use holdfast_base::ConversationId;
use holdfast_im::views::Message;

use super::Attempt;
use crate::http::{Answer, Json, Session, problem::Refusals};

/// Recalls a message of one's own that is not older than 24 hours. Answers the tombstone.
#[utoipa::path(tag = "conversations", params(("id" = String, Path), ("seq" = u64, Path)), request_body = Attempt,
    responses((status = 200, body = Message), Refusals))]
#[post("/conversations/{id}/messages/{seq}/recall")]
pub(super) async fn recall(by: Session, at: Path<(ConversationId, u64)>, ask: Json<Attempt>) -> Answer<Message> {
    let ((id, seq), cid) = (at.into_inner(), ask.cid);
    let tombstone = by.run(move |rooms, actor| {
        let (im, member) = (rooms.im.clone(), rooms.im.member(actor, id)?);
        rooms.write_ledger(move |tx| im.recall(tx, &member, seq, cid))
    });
    Ok(Json(tombstone.await?))
}
