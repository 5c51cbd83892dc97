//! People's pictures: one JPEG each, cached by browsers for as long as its address says which one it is.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::header,
    put,
    web::{BytesMut, Path, Payload, Query},
};
use futures_util::StreamExt;
use holdfast_base::Error;
use holdfast_directory::{
    avatars::{self, Picture, Version},
    limits::AVATAR_UPLOAD_BYTES,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::{Answer, Json, NoContent, Problem, Session, SystemAdmin, problem::Refusals};

/// A browser keeps a picture whose version it knows; any other it asks for again.
const OF_VERSION: &str = "private, max-age=31536000, immutable";
const OF_NONE: &str = "private, no-cache";

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// The `avatar` of the person: this address never has another picture.
    #[param(value_type = Option<String>, pattern = "^[0-9a-f]{16}$")]
    pub v: Option<Version>,
}

/// Which picture the person has now.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewAvatar {
    pub avatar: Version,
}

/// A person's picture: a square JPEG.
#[utoipa::path(tag = "directory", params(("uid" = String, Path), VersionQuery),
    responses((status = 200, body = Vec<u8>, content_type = "image/jpeg"), (status = 304, description = "the one that the caller has"), Refusals))]
#[get("/people/{uid}/avatar")]
pub async fn show(
    by: Session,
    request: HttpRequest,
    at: Path<String>,
    query: Query<VersionQuery>,
) -> Result<HttpResponse, Problem> {
    let uid = at.into_inner();
    let shown = by.run(move |rooms, actor| avatars::show(&rooms.directory, &rooms.directory.sight(actor)?, &uid)).await?;
    let etag = format!("\"{}\"", shown.version);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim() == etag));
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, if query.v == Some(shown.version) { OF_VERSION } else { OF_NONE }))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    Ok(if is_known { answer.finish() } else { answer.content_type("image/jpeg").body(shown.jpeg) })
}

/// Sets one's own picture: PNG, JPEG or WebP. It is cut to a square and encoded anew.
#[utoipa::path(tag = "session",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = NewAvatar), Refusals))]
#[put("/me/avatar")]
pub async fn set_own(by: Session, body: Payload) -> Answer<NewAvatar> {
    let bytes = whole(body).await?;
    let put = by.run(move |rooms, actor| {
        let picture = Picture::from_upload(&bytes)?;
        rooms.write_db(|tx| avatars::set_own(tx, &rooms.directory, actor, &picture))
    });
    Ok(Json(NewAvatar { avatar: put.await? }))
}

/// Initials again.
#[utoipa::path(tag = "session", responses((status = 204), Refusals))]
#[delete("/me/avatar")]
pub async fn remove_own(by: Session) -> Result<NoContent, Problem> {
    by.run(move |rooms, actor| rooms.write_db(|tx| avatars::remove_own(tx, &rooms.directory, actor))).await?;
    Ok(NoContent)
}

/// Sets somebody's picture.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = NewAvatar), Refusals))]
#[put("/people/{uid}/avatar")]
pub async fn set(by: SystemAdmin, at: Path<String>, body: Payload) -> Answer<NewAvatar> {
    let (bytes, uid, proof) = (whole(body).await?, at.into_inner(), by.proof);
    let put = by.session.run(move |rooms, _| {
        let picture = Picture::from_upload(&bytes)?;
        rooms.write_db(|tx| avatars::set(tx, &rooms.directory, &proof, &uid, &picture))
    });
    Ok(Json(NewAvatar { avatar: put.await? }))
}

/// Removes somebody's picture.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 204), Refusals))]
#[delete("/people/{uid}/avatar")]
pub async fn remove(by: SystemAdmin, at: Path<String>) -> Result<NoContent, Problem> {
    let (uid, proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| avatars::remove(tx, &rooms.directory, &proof, &uid))).await?;
    Ok(NoContent)
}

async fn whole(mut body: Payload) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Problem::bad_request("the body broke off"))?;
        if bytes.len() + chunk.len() > AVATAR_UPLOAD_BYTES {
            return Err(Error::TooLarge { limit: AVATAR_UPLOAD_BYTES as u64 }.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
