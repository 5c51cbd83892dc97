//! New data keys for everything, while the box serves.

use actix_web::{
    get, post,
    web::{Path, Query},
};

use crate::{
    http::{
        Answer, Created, Json, Problem, SecurityAdmin,
        page::{Page, PageQuery, numbered},
        problem::Refusals,
    },
    renewal::{
        self,
        views::{self, NewRenewal, Renewal},
    },
    shred::views::line,
};

/// What was renewed and what is being renewed, the newest first.
#[utoipa::path(tag = "security", params(PageQuery), responses((status = 200, body = Page<Renewal>), Refusals))]
#[get("/security/renewals")]
pub async fn list(by: SecurityAdmin, query: Query<PageQuery>) -> Answer<Page<Renewal>> {
    let (before, limit) = (query.before()?, query.limit());
    let page = by.session.run(move |rooms, _| views::list(&rooms.ledger, &rooms.directory.org(), before, limit));
    Ok(Json(page.await?))
}

/// Seals messages, files, index and database again under new data keys, and destroys the old ones. Begins at once, goes on after a
/// restart, and takes time: every byte is read and written. Backups from before cannot be restored afterwards: make a new one. `renewal-running`: one at a time.
#[utoipa::path(tag = "security", request_body = NewRenewal, responses((status = 201, body = Renewal), Refusals))]
#[post("/security/renewals")]
pub async fn create(by: SecurityAdmin, ask: Json<NewRenewal>) -> Result<Created<Renewal>, Problem> {
    let ask = ask.into_inner();
    let made = by.session.run(move |rooms, actor| {
        let (reason, actor) = (line("reason", &ask.reason)?, actor.clone());
        let number = rooms.write_ledger(move |tx| renewal::ask(tx, &actor, &reason))?;
        rooms.shredder.wake();
        views::one(&rooms.ledger, &rooms.directory.org(), number)
    });
    Ok(Created(made.await?))
}

/// One of them.
#[utoipa::path(tag = "security", params(("id" = String, Path)), responses((status = 200, body = Renewal), Refusals))]
#[get("/security/renewals/{id}")]
pub async fn one(by: SecurityAdmin, at: Path<String>) -> Answer<Renewal> {
    let id = numbered(&at)?;
    Ok(Json(by.session.run(move |rooms, _| views::one(&rooms.ledger, &rooms.directory.org(), id)).await?))
}
