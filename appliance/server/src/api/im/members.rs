//! Who is in a conversation.

use actix_web::{
    delete, get, post,
    web::{Path, Query},
};
use holdfast_base::{ClientId, ConversationId, limits::PAGE_ITEMS};
use holdfast_im::{MemberPage, views::ConversationMember};
use serde::Deserialize;
use utoipa::ToSchema;

use super::commit_cursor;
use crate::http::{
    Answer, Json, NoContent, Problem, Session,
    page::{Page, PageQuery},
    problem::Refusals,
};

/// Uids of the people to bring in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMembers {
    #[serde(default)]
    pub cid: Option<ClientId>,
    pub members: Vec<String>,
}

/// The members, in the order of joining.
#[utoipa::path(tag = "conversations", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<ConversationMember>), Refusals))]
#[get("/conversations/{id}/members")]
pub(super) async fn list(by: Session, at: Path<ConversationId>, query: Query<PageQuery>) -> Answer<Page<ConversationMember>> {
    let id = at.into_inner();
    let after = query.cursor.as_deref().map(commit_cursor).transpose()?;
    let limit = query.limit();
    let members = by.run(move |rooms, actor| Ok(rooms.im.members(&rooms.im.member(actor, id)?, after, limit)));
    Ok(Json(page(members.await?)))
}

/// Brings people into a group; every member may. Answers the first page of the members.
#[utoipa::path(tag = "conversations", params(("id" = String, Path)), request_body = NewMembers,
    responses((status = 200, body = Page<ConversationMember>), Refusals))]
#[post("/conversations/{id}/members")]
pub(super) async fn add(by: Session, at: Path<ConversationId>, ask: Json<NewMembers>) -> Answer<Page<ConversationMember>> {
    let (id, ask) = (at.into_inner(), ask.into_inner());
    let members = by.run(move |rooms, actor| {
        let (im, member) = (rooms.im.clone(), rooms.im.member(actor, id)?);
        rooms.write_ledger(move |tx| im.add_members(tx, &member, ask.cid, &ask.members))?;
        Ok(rooms.im.members(&rooms.im.member(actor, id)?, None, PAGE_ITEMS))
    });
    Ok(Json(page(members.await?)))
}

/// Removes somebody from a group (its owner), or leaves it.
#[utoipa::path(tag = "conversations", params(("id" = String, Path), ("uid" = String, Path)), responses((status = 204), Refusals))]
#[delete("/conversations/{id}/members/{uid}")]
pub(super) async fn remove(by: Session, at: Path<(ConversationId, String)>) -> Result<NoContent, Problem> {
    let (id, uid) = at.into_inner();
    by.run(move |rooms, actor| {
        let (im, member) = (rooms.im.clone(), rooms.im.member(actor, id)?);
        rooms.write_ledger(move |tx| im.remove_member(tx, &member, &uid))
    })
    .await?;
    Ok(NoContent)
}

fn page(page: MemberPage) -> Page<ConversationMember> {
    Page { items: page.items, next: page.next.map(|(g, id)| format!("{g}.{id}")) }
}
