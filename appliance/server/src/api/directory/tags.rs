//! Tags of people.

use actix_web::{
    delete, get, patch, post, put,
    web::{Path, Query},
};
use holdfast_audit::{Event, Object};
use holdfast_base::{Error, TagId};
use holdfast_directory::{
    Subject,
    tags::{self, MemberView, NewMember, NewTag, TagAsk, TagChange, TagPreview, TagView},
    views::PeoplePage,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::paging;
use crate::http::{
    Answer, Created, Json, NoContent, Problem, Session, SystemAdmin,
    page::{Page, PageQuery, within},
    problem::Refusals,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TagQuery {
    /// Part of the name.
    pub q: Option<String>,
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

/// Tags by name, for the system and security administrators.
#[utoipa::path(tag = "administration", params(TagQuery), responses((status = 200, body = Page<TagView>), Refusals))]
#[get("/tags")]
pub async fn list(by: Session, query: Query<TagQuery>) -> Answer<Page<TagView>> {
    let page = by.run(move |rooms, actor| {
        let proof = rooms.directory.org().administrator(actor)?;
        let q = query.q.as_deref().unwrap_or_default();
        tags::list(&rooms.directory, &proof, q, &paging(query.cursor.as_ref(), query.limit))
    });
    Ok(Json(page.await?))
}

/// A new tag, with a rule or for members that are named.
#[utoipa::path(tag = "administration", request_body = NewTag, responses((status = 201, body = TagView), Refusals))]
#[post("/tags")]
pub async fn create(by: SystemAdmin, ask: Json<NewTag>) -> Result<Created<TagView>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| rooms.write_db(|tx| tags::create(tx, &rooms.directory, &proof, &ask)));
    Ok(Created(made.await?))
}

/// Whom a rule would hold. Changes nothing.
#[utoipa::path(tag = "administration", request_body = TagAsk, responses((status = 200, body = TagPreview), Refusals))]
#[post("/tags/preview")]
pub async fn preview(by: SystemAdmin, ask: Json<TagAsk>) -> Answer<TagPreview> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let looked = by.session.run(move |rooms, actor| {
        let preview = tags::preview(&rooms.directory, &proof, &ask)?;
        rooms.audit.append(Event::new(actor, "tag.preview", Object::new("tag", "new")))?;
        Ok(preview)
    });
    Ok(Json(looked.await?))
}

/// One tag.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), responses((status = 200, body = TagView), Refusals))]
#[get("/tags/{id}")]
pub async fn read(by: Session, at: Path<TagId>) -> Answer<TagView> {
    let proof = by.rooms.directory.org().administrator(&by.actor)?;
    Ok(Json(tags::view(&by.rooms.directory, &proof, at.into_inner())?))
}

/// Renames it, or changes its rule.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), request_body = TagChange,
    responses((status = 200, body = TagView), Refusals))]
#[patch("/tags/{id}")]
pub async fn edit(by: SystemAdmin, at: Path<TagId>, ask: Json<TagChange>) -> Answer<TagView> {
    let (id, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let edited = by.session.run(move |rooms, _| rooms.write_db(|tx| tags::edit(tx, &rooms.directory, &proof, id, &ask)));
    Ok(Json(edited.await?))
}

/// Deletes a tag that no rule and no other tag names.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/tags/{id}")]
pub async fn delete(by: SystemAdmin, at: Path<TagId>) -> Result<NoContent, Problem> {
    let (id, proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| tags::delete(tx, &rooms.directory, &proof, id))).await?;
    Ok(NoContent)
}

/// What the tag names.
#[utoipa::path(tag = "administration", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<MemberView>), Refusals))]
#[get("/tags/{id}/members")]
pub async fn members(by: Session, at: Path<TagId>, query: Query<PageQuery>) -> Answer<Page<MemberView>> {
    let proof = by.rooms.directory.org().administrator(&by.actor)?;
    let paging = paging(query.cursor.as_ref(), query.limit);
    Ok(Json(tags::members(&by.rooms.directory, &proof, at.into_inner(), &paging)?))
}

/// Puts a member into it, or gives one that is there another end.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), request_body = NewMember,
    responses((status = 200, body = MemberView), Refusals))]
#[put("/tags/{id}/members")]
pub async fn put_member(by: SystemAdmin, at: Path<TagId>, ask: Json<NewMember>) -> Answer<MemberView> {
    let (id, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let put = by.session.run(move |rooms, _| rooms.write_db(|tx| tags::put_member(tx, &rooms.directory, &proof, id, &ask)));
    Ok(Json(put.await?))
}

/// Takes a member out of it.
#[utoipa::path(tag = "administration", params(("id" = String, Path), ("kind" = String, Path), ("member" = String, Path)),
    responses((status = 204), Refusals))]
#[delete("/tags/{id}/members/{kind}/{member}")]
pub async fn take_member(by: SystemAdmin, at: Path<(TagId, String, String)>) -> Result<NoContent, Problem> {
    let ((id, kind, member), proof) = (at.into_inner(), by.proof);
    let subject = member.parse().ok().and_then(|member| Subject::parse(&kind, member)).ok_or(Error::NotFound)?;
    let taken = move |rooms: &crate::rooms::Rooms, _: &holdfast_base::Actor| {
        rooms.write_db(|tx| tags::take_member(tx, &rooms.directory, &proof, id, subject))
    };
    by.session.run(taken).await?;
    Ok(NoContent)
}

/// Everybody whom it holds in the end.
#[utoipa::path(tag = "administration", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = PeoplePage), Refusals))]
#[get("/tags/{id}/people")]
pub async fn people(by: Session, at: Path<TagId>, query: Query<PageQuery>) -> Answer<PeoplePage> {
    let id = at.into_inner();
    let page = by.run(move |rooms, actor| {
        let proof = rooms.directory.org().administrator(actor)?;
        tags::people(&rooms.directory, &proof, id, &paging(query.cursor.as_ref(), query.limit))
    });
    Ok(Json(page.await?))
}
