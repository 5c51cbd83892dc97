//! Read marks.

use actix_web::{put, web::Path};
use holdfast_base::ConversationId;
use holdfast_im::limits::READ_RANGES;
use serde::Deserialize;
use utoipa::{
    ToSchema,
    openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
};

use crate::http::{Json, NoContent, Problem, Session, problem::Refusals};

/// Inclusive ranges of message numbers, at most 100.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadRanges {
    #[schema(schema_with = ranges)]
    pub ranges: Vec<[u64; 2]>,
}

/// Pairs of numbers: the derived schema would leave their count open.
fn ranges() -> Schema {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0));
    let pair = ArrayBuilder::new().items(number).min_items(Some(2)).max_items(Some(2));
    ArrayBuilder::new().items(pair).max_items(Some(READ_RANGES)).into()
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
