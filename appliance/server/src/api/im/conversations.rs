//! Conversations: the list, making one, looking at one, changing one.

use actix_web::{
    HttpResponse, get, patch, post,
    web::{Path, Query},
};
use holdfast_base::ConversationId;
use holdfast_im::{
    NewConversation, SettingsChange,
    views::{Conversation, Kind},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::commit_cursor;
use crate::http::{
    Answer, Json, Problem, Session,
    page::{Page, PageQuery},
    problem::Refusals,
};

/// What is absent stays as it is. The title is the owner's to change; an empty one takes it away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConversationChanges {
    #[schema(max_length = 100)]
    pub title: Option<String>,
    pub muted: Option<bool>,
    pub pinned: Option<bool>,
}

/// The conversations that one is in, the most recently written first.
#[utoipa::path(tag = "conversations", params(PageQuery), responses((status = 200, body = Page<Conversation>), Refusals))]
#[get("/conversations")]
pub(super) async fn list(by: Session, query: Query<PageQuery>) -> Answer<Page<Conversation>> {
    let after = query.cursor.as_deref().map(commit_cursor).transpose()?;
    let limit = query.limit();
    let page = by.run(move |rooms, actor| rooms.im.conversations(actor, after, limit)).await?;
    let next = page.next.map(|(g, id)| format!("{g}.{id}"));
    Ok(Json(Page { items: page.items, next }))
}

/// Begins a conversation. A direct one that exists is answered as it is (200).
#[utoipa::path(tag = "conversations", request_body = NewConversation, responses(
    (status = 201, body = Conversation), (status = 200, body = Conversation, description = "the direct conversation of the two"), Refusals))]
#[post("/conversations")]
pub(super) async fn create(by: Session, ask: Json<NewConversation>) -> Result<HttpResponse, Problem> {
    let ask = ask.into_inner();
    let is_group = ask.kind == Kind::Group;
    let made = by.run(move |rooms, actor| {
        let (im, maker) = (rooms.im.clone(), actor.clone());
        let made = rooms.write_ledger(move |tx| im.create(tx, &maker, &ask))?;
        let conversation = rooms.im.conversation(&rooms.im.member(actor, made.conversation)?)?;
        Ok((conversation, made.fresh))
    });
    let (conversation, fresh) = made.await?;
    // A group is only ever answered again to a retry of the same client id, and a retry gets the same answer.
    let mut answer = if fresh || is_group { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(conversation))
}

/// One conversation.
#[utoipa::path(tag = "conversations", params(("id" = String, Path)), responses((status = 200, body = Conversation), Refusals))]
#[get("/conversations/{id}")]
pub(super) async fn read(by: Session, at: Path<ConversationId>) -> Answer<Conversation> {
    let id = at.into_inner();
    let found = by.run(move |rooms, actor| rooms.im.conversation(&rooms.im.member(actor, id)?));
    Ok(Json(found.await?))
}

/// Renames a group (its owner), mutes or pins for oneself.
#[utoipa::path(tag = "conversations", params(("id" = String, Path)), request_body = ConversationChanges,
    responses((status = 200, body = Conversation), Refusals))]
#[patch("/conversations/{id}")]
pub(super) async fn change(by: Session, at: Path<ConversationId>, ask: Json<ConversationChanges>) -> Answer<Conversation> {
    let (id, ask) = (at.into_inner(), ask.into_inner());
    let changed = by.run(move |rooms, actor| {
        let (im, member) = (rooms.im.clone(), rooms.im.member(actor, id)?);
        rooms.write_ledger(move |tx| {
            if let Some(title) = &ask.title {
                im.rename(tx, &member.clone().owner()?, title)?;
            }
            im.set(tx, &member, SettingsChange { muted: ask.muted, pinned: ask.pinned })
        })?;
        rooms.im.conversation(&rooms.im.member(actor, id)?)
    });
    Ok(Json(changed.await?))
}
