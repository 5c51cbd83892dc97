//! Read marks.

use actix_web::{
    put,
    web::{Json, Path},
};
use holdfast_base::ConversationId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{NoContent, Problem, Session, problem::Refusals};

/// Inclusive ranges of message numbers, at most 100.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadRanges {
    pub ranges: Vec<[u64; 2]>,
}

/// Marks messages as read. Marks only grow.
#[utoipa::path(tag = "conversations", params(("id" = String, Path)), request_body = ReadRanges, responses((status = 204), Refusals))]
#[put("/conversations/{id}/read")]
pub(super) async fn mark(by: Session, at: Path<ConversationId>, ask: Json<ReadRanges>) -> Result<NoContent, Problem> {
    let (id, ask) = (at.into_inner(), ask.into_inner());
    by.run(move |rooms, actor| {
        let (im, member) = (rooms.im.clone(), rooms.im.member(actor, id)?);
        rooms.write_ledger(move |tx| im.mark_read(tx, &member, &ask.ranges))
    })
    .await?;
    Ok(NoContent)
}
