//! Shredding, asked for by the security administrator. Legal holds, which forbid it, are the auditor's.

use crate::{
    http::{
        Answer, Created, Json, Problem, SecurityAdmin,
        page::{Page, PageQuery, numbered},
        problem::Refusals,
    },
    shred::views::{self, NewCase, Shred},
};
use actix_web::{
    HttpResponse, get,
    http::header::ContentType,
    post,
    web::{Path, Query},
};

/// What was shredded and what is to be, the newest first.
#[utoipa::path(tag = "security", params(PageQuery), responses((status = 200, body = Page<Shred>), Refusals))]
#[get("/security/shreds")]
pub async fn list(by: SecurityAdmin, query: Query<PageQuery>) -> Answer<Page<Shred>> {
    let before = query.before()?;
    let limit = query.limit();
    let page = by.session.run(move |rooms, _| views::shreds(&rooms.ledger, &rooms.directory.org(), before, limit));
    Ok(Json(page.await?))
}

/// Asks for a shredding. It begins at once, cannot be taken back, and ends with a certificate. `legal-hold`: a hold covers it.
#[utoipa::path(tag = "security", request_body = NewCase, responses((status = 201, body = Shred), Refusals))]
#[post("/security/shreds")]
pub async fn create(by: SecurityAdmin, ask: Json<NewCase>) -> Result<Created<Shred>, Problem> {
    let ask = ask.into_inner();
    let made = by.session.run(move |rooms, actor| {
        let (subject, case) = ask.check(&rooms.directory.org())?;
        let (shredder, actor) = (rooms.shredder.clone(), actor.clone());
        let number = rooms.write_ledger(move |tx| shredder.ask(tx, &actor, subject, &case))?;
        rooms.shredder.wake();
        views::one_shred(&rooms.ledger, &rooms.directory.org(), number)
    });
    Ok(Created(made.await?))
}

/// One of them.
#[utoipa::path(tag = "security", params(("id" = String, Path)), responses((status = 200, body = Shred), Refusals))]
#[get("/security/shreds/{id}")]
pub async fn one(by: SecurityAdmin, at: Path<String>) -> Answer<Shred> {
    let id = numbered(&at)?;
    Ok(Json(by.session.run(move |rooms, _| views::one_shred(&rooms.ledger, &rooms.directory.org(), id)).await?))
}

/// The certificate of one that is done: a C2SP signed note. `holdfast-audit verify-note` checks it.
#[utoipa::path(tag = "security", params(("id" = String, Path)),
    responses((status = 200, description = "C2SP signed note", content_type = "text/plain"), Refusals))]
#[get("/security/shreds/{id}/certificate")]
pub async fn certificate(by: SecurityAdmin, at: Path<String>) -> Result<HttpResponse, Problem> {
    let id = numbered(&at)?;
    let note = by.session.run(move |rooms, actor| views::certificate(&rooms.ledger, &rooms.audit, actor, id)).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::plaintext()).body(note))
}
