//! GET and HEAD: a file's bytes. Folders have none.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
};

use super::{
    answer::{Answer, Refusal},
    path::Target,
    who::Caller,
};
use crate::api::drive::transfer::{self, Shown, http_date};

pub(super) async fn get(caller: Caller, request: &HttpRequest, target: Target) -> Answer {
    let found = caller
        .run(move |rooms, actor| {
            if target.is_root() {
                return Ok(Err(None));
            }
            let view = rooms.ledger.view();
            let file = target.find(&view, &rooms.drive, actor)?;
            if file.is_folder() {
                return Ok(Err(Some((file.entry().etag(), file.entry().changed_at))));
            }
            Ok(Ok((rooms.drive.open_content(&view, &file, None)?, file.entry().name.clone())))
        })
        .await?;
    match found {
        Ok((content, name)) => Ok(transfer::deliver(&caller.rooms, &caller.actor, request, content, &name, Shown::AsIs).await?),
        // Clients ask with HEAD whether a folder is there.
        Err(Some((etag, at))) if *request.method() == Method::HEAD => Ok(HttpResponse::Ok()
            .insert_header((header::ETAG, format!("\"{etag}\"")))
            .insert_header((header::LAST_MODIFIED, http_date(at)))
            .finish()),
        Err(None) if *request.method() == Method::HEAD => Ok(HttpResponse::Ok().finish()),
        Err(_) => Err(Refusal::status(405)),
    }
}
