//! Who has read a message.

use actix_web::{get, web::Path};
use holdfast_base::ConversationId;
use holdfast_im::views::Readers;

use crate::http::{Answer, Json, Session, problem::Refusals};

/// Who has read it, with times, and who has not. The sender stands in neither list.
#[utoipa::path(tag = "conversations", params(("id" = String, Path), ("seq" = u64, Path)), responses((status = 200, body = Readers), Refusals))]
#[get("/conversations/{id}/messages/{seq}/readers")]
pub(super) async fn list(by: Session, at: Path<(ConversationId, u64)>) -> Answer<Readers> {
    let (id, seq) = at.into_inner();
    let readers = by.run(move |rooms, actor| rooms.im.readers(&rooms.im.member(actor, id)?, seq));
    Ok(Json(readers.await?))
}
