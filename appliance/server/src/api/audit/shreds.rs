//! Shreddings as the auditor sees them: what was destroyed, for which case, and the certificate that says so.

use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, ContentType},
    web::{Path, Query},
};

use crate::{
    http::{
        Answer, Auditor, Json, Problem,
        page::{Page, PageQuery, numbered},
        problem::Refusals,
    },
    shred::views::{self, Shred},
};

/// What was shredded and what is to be, the newest first.
#[utoipa::path(tag = "audit", params(PageQuery), responses((status = 200, body = Page<Shred>), Refusals))]
#[get("/audit/shreds")]
pub async fn list(by: Auditor, query: Query<PageQuery>) -> Answer<Page<Shred>> {
    let before = query.before()?;
    let limit = query.limit();
    let page = by.session.run(move |rooms, _| views::shreds(&rooms.ledger, &rooms.directory.org(), before, limit));
    Ok(Json(page.await?))
}

/// The certificate of one that is done: a C2SP signed note. `holdfast-audit verify-note` checks it.
#[utoipa::path(tag = "audit", params(("id" = String, Path)),
    responses((status = 200, description = "C2SP signed note", content_type = "text/plain"), Refusals))]
#[get("/audit/shreds/{id}/certificate")]
pub async fn certificate(by: Auditor, at: Path<String>) -> Result<HttpResponse, Problem> {
    let id = numbered(&at)?;
    let note = by.session.run(move |rooms, actor| views::certificate(&rooms.ledger, &rooms.audit, actor, id)).await?;
    let name = format!("attachment; filename=\"holdfast-shred-{id}.note\"");
    let mut answer = HttpResponse::Ok();
    answer.content_type(ContentType::plaintext()).insert_header((CONTENT_DISPOSITION, name));
    Ok(answer.body(note))
}
