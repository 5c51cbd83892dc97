//! Sealed content, opened by two auditors for a stated case.

use actix_web::{
    get, post,
    web::{Path, Query},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    http::{
        Answer, Auditor, Created, Json, Problem,
        page::{Page, PageQuery, numbered},
        problem::Refusals,
    },
    openings::{
        self,
        views::{self, NewOpening, Opened, Opening},
    },
};

/// Nothing to choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {}

/// Openings, the newest first.
#[utoipa::path(tag = "audit", params(PageQuery), responses((status = 200, body = Page<Opening>), Refusals))]
#[get("/audit/openings")]
pub async fn list(by: Auditor, query: Query<PageQuery>) -> Answer<Page<Opening>> {
    let before = query.before()?;
    let limit = query.limit();
    let page = by.session.run(move |rooms, _| {
        let now = rooms.world.now();
        views::list(&rooms.ledger, &rooms.directory.org(), now, before, limit)
    });
    Ok(Json(page.await?))
}

/// Asks for what a message says or said, or for what somebody searched for.
#[utoipa::path(tag = "audit", request_body = NewOpening, responses((status = 201, body = Opening), Refusals))]
#[post("/audit/openings")]
pub async fn create(by: Auditor, ask: Json<NewOpening>) -> Result<Created<Opening>, Problem> {
    let (sealed, case) = ask.check()?;
    let made = by.session.run(move |rooms, actor| {
        openings::check(rooms, sealed)?;
        let actor = actor.clone();
        let number = rooms.write_ledger(move |tx| openings::ask(tx, &actor, sealed, &case))?;
        views::one(&rooms.ledger.view(), &rooms.directory.org(), rooms.world.now(), number)
    });
    Ok(Created(made.await?))
}

/// Agrees to what another auditor asks for. `needs-another-auditor`: nobody agrees with oneself.
#[utoipa::path(tag = "audit", params(("id" = String, Path)), request_body = Agreement,
    responses((status = 200, body = Opening), Refusals))]
#[post("/audit/openings/{id}/agree")]
pub async fn agree(by: Auditor, at: Path<String>, _: Json<Agreement>) -> Answer<Opening> {
    let id = numbered(&at)?;
    let agreed = by.session.run(move |rooms, actor| {
        let actor = actor.clone();
        rooms.write_ledger(move |tx| openings::agree(tx, &actor, id))?;
        views::one(&rooms.ledger.view(), &rooms.directory.org(), rooms.world.now(), id)
    });
    Ok(Json(agreed.await?))
}

/// What it says, for the two auditors, for a day. Each reading is logged before it is answered.
#[utoipa::path(tag = "audit", params(("id" = String, Path)), responses((status = 200, body = Opened), Refusals))]
#[get("/audit/openings/{id}/content")]
pub async fn content(by: Auditor, at: Path<String>) -> Answer<Opened> {
    let id = numbered(&at)?;
    Ok(Json(by.session.run(move |rooms, actor| openings::read(rooms, actor, id)).await?))
}
