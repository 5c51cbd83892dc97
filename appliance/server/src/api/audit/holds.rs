//! Legal holds, placed and lifted by the auditor: what is held is not shredded, whoever asks.

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
    shred::views::{self, Hold, NewCase},
};

/// Why it is not needed any more; one line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftOrder {
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
}

/// Holds, the newest first; lifted ones too.
#[utoipa::path(tag = "audit", params(PageQuery), responses((status = 200, body = Page<Hold>), Refusals))]
#[get("/audit/holds")]
pub async fn list(by: Auditor, query: Query<PageQuery>) -> Answer<Page<Hold>> {
    let before = query.before()?;
    let limit = query.limit();
    let page = by.session.run(move |rooms, _| views::holds(&rooms.ledger, &rooms.directory.org(), before, limit));
    Ok(Json(page.await?))
}

/// Places a hold. It covers what the subject is a part of and what is a part of it: that of a person covers the person's files
/// and every conversation the person ever was in.
#[utoipa::path(tag = "audit", request_body = NewCase, responses((status = 201, body = Hold), Refusals))]
#[post("/audit/holds")]
pub async fn create(by: Auditor, ask: Json<NewCase>) -> Result<Created<Hold>, Problem> {
    let ask = ask.into_inner();
    let made = by.session.run(move |rooms, actor| {
        let (subject, case) = ask.check(&rooms.directory.org())?;
        let (shredder, actor) = (rooms.shredder.clone(), actor.clone());
        let number = rooms.write_ledger(move |tx| shredder.hold(tx, &actor, subject, &case))?;
        views::one_hold(&rooms.ledger.view(), &rooms.directory.org(), number)
    });
    Ok(Created(made.await?))
}

/// Lifts a hold. Again: nothing.
#[utoipa::path(tag = "audit", params(("id" = String, Path)), request_body = LiftOrder, responses((status = 200, body = Hold), Refusals))]
#[post("/audit/holds/{id}/lift")]
pub async fn lift(by: Auditor, at: Path<String>, order: Json<LiftOrder>) -> Answer<Hold> {
    let (id, reason) = (numbered(&at)?, views::line("reason", &order.reason)?);
    let lifted = by.session.run(move |rooms, actor| {
        let (shredder, actor) = (rooms.shredder.clone(), actor.clone());
        rooms.write_ledger(move |tx| shredder.lift(tx, &actor, id, &reason))?;
        views::one_hold(&rooms.ledger.view(), &rooms.directory.org(), id)
    });
    Ok(Json(lifted.await?))
}
