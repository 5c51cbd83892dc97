//! App passwords: for WebDAV and for what a machine does by itself.

use actix_web::{delete, get, post, web::Path};
use holdfast_base::Error;
use holdfast_directory::{
    app_passwords::{self, NewAppPasswordRequest},
    views::{AppPassword, NewAppPassword},
};
use uuid::Uuid;

use crate::http::{Answer, Created, Json, NoContent, Problem, Proven, Session, page::Page, problem::Refusals};

/// One's own, the newest first.
#[utoipa::path(tag = "session", responses((status = 200, body = Page<AppPassword>), Refusals))]
#[get("/me/app-passwords")]
pub async fn list(by: Session) -> Answer<Page<AppPassword>> {
    let person = by.actor.person().ok_or(Error::NotSignedIn)?;
    let page = by.run(move |rooms, _| app_passwords::list(&rooms.directory, person)).await?;
    Ok(Json(Page { items: page.items, next: page.next }))
}

/// Makes one. The password is in this answer and never again.
#[utoipa::path(tag = "session", request_body = NewAppPasswordRequest, responses((status = 201, body = NewAppPassword), Refusals))]
#[post("/me/app-passwords")]
pub async fn create(Proven(by): Proven, ask: Json<NewAppPasswordRequest>) -> Result<Created<NewAppPassword>, Problem> {
    let ask = ask.into_inner();
    let made = by.run(move |rooms, actor| rooms.write_db(|tx| app_passwords::create(tx, &rooms.directory, actor, &ask))).await?;
    Ok(Created(made))
}

/// Revokes one of one's own, at once.
#[utoipa::path(tag = "session", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/me/app-passwords/{id}")]
pub async fn revoke(by: Session, at: Path<Uuid>) -> Result<NoContent, Problem> {
    let id = at.into_inner();
    by.run(move |rooms, actor| rooms.write_db(|tx| app_passwords::revoke(tx, &rooms.directory, actor, id))).await?;
    Ok(NoContent)
}
