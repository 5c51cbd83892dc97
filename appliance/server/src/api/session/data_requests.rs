//! What somebody asks of their own data.

use actix_web::{
    HttpResponse, delete, get,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    post,
    web::Path,
};
use holdfast_directory::{
    data_requests::{self, NewDataRequest, RequestKind},
    views::DataRequest,
};

use crate::http::{
    Answer, Created, Json, NoContent, Problem, Proven, Session,
    page::{Page, numbered},
    problem::Refusals,
};

/// One's own, the newest first.
#[utoipa::path(tag = "session", responses((status = 200, body = Page<DataRequest>), Refusals))]
#[get("/me/data-requests")]
pub async fn list(by: Session) -> Answer<Page<DataRequest>> {
    let page = by.run(|rooms, actor| data_requests::own(&rooms.directory, actor)).await?;
    Ok(Json(Page { items: page.items, next: page.next }))
}

/// Asks for a copy, a correction, deletion or restriction. It has a number and a day by which it is answered; a copy the box makes
/// by itself.
#[utoipa::path(tag = "session", request_body = NewDataRequest, responses((status = 201, body = DataRequest), Refusals))]
#[post("/me/data-requests")]
pub async fn ask(Proven(by): Proven, ask: Json<NewDataRequest>) -> Result<Created<DataRequest>, Problem> {
    let ask = ask.into_inner();
    let asked = by.run(move |rooms, actor| {
        let asked = rooms.write_db(|tx| data_requests::ask(tx, &rooms.directory, actor, &ask))?;
        if ask.kind == RequestKind::Copy {
            rooms.wake_desk();
        }
        Ok(asked)
    });
    Ok(Created(asked.await?))
}

/// Asks for it no more.
#[utoipa::path(tag = "session", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/me/data-requests/{id}")]
pub async fn withdraw(by: Session, at: Path<String>) -> Result<NoContent, Problem> {
    let id = numbered(&at)?;
    by.run(move |rooms, actor| rooms.write_db(|tx| data_requests::withdraw(tx, &rooms.directory, actor, id))).await?;
    Ok(NoContent)
}

/// The copy that was asked for, for its person alone and for seven days. Each fetching is an entry of the audit log.
#[utoipa::path(tag = "session", params(("id" = String, Path)),
    responses((status = 200, description = "the copy", content_type = "application/json"), Refusals))]
#[get("/me/data-requests/{id}/copy")]
pub async fn copy(by: Session, at: Path<String>) -> Result<HttpResponse, Problem> {
    let id = numbered(&at)?;
    let copy = by.run(move |rooms, actor| data_requests::fetch_copy(&rooms.directory, &rooms.audit, actor, id)).await?;
    let name = DispositionParam::Filename(format!("holdfast-my-data-{id}.json"));
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("cache-control", "no-store"))
        .insert_header(ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] })
        .body(copy))
}
