//! Resumable uploads. The offset in an answer is durable.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, head,
    http::{StatusCode, header},
    patch, post,
    web::{Path, Payload},
};
use holdfast_base::{ClientId, NodeId, Timestamp};
use holdfast_drive::{Name, NewUpload, Node, OnConflict, Upload};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    expectation,
    transfer::{Bytes, media_of, receive, sha256},
};
use crate::http::{Answer, Created, Json, NoContent, Problem, Session, problem::Refusals};

const OFFSET: &str = "upload-offset";
const PART: &str = "application/offset+octet-stream";

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = DriveOnConflict)]
pub enum WhenTaken {
    /// A new version of the file.
    Version,
    /// Both stay: `name (2)`.
    Rename,
    Refuse,
}

impl From<WhenTaken> for OnConflict {
    fn from(word: WhenTaken) -> Self {
        match word {
            WhenTaken::Version => Self::Version,
            WhenTaken::Rename => Self::Rename,
            WhenTaken::Refuse => Self::Refuse,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveNewUpload)]
pub struct New {
    pub cid: ClientId,
    pub parent: NodeId,
    #[schema(min_length = 1, max_length = 255)]
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub media: Option<String>,
    pub changed_at: Option<Timestamp>,
    pub on_conflict: WhenTaken,
}

/// Announces an upload. Quota is asked here, and again by the commit.
#[utoipa::path(tag = "drive", request_body = New, responses((status = 201, body = Upload), Refusals))]
#[post("/drive/uploads")]
pub async fn create(by: Session, new: Json<New>) -> Result<Created<Upload>, Problem> {
    let new = new.into_inner();
    let upload = by
        .run(move |rooms, actor| {
            let name = Name::new(&new.name)?;
            let media = media_of(new.media.as_deref(), name.as_str());
            let wanted = NewUpload {
                cid: Some(new.cid),
                name,
                size: new.size,
                media,
                changed_at: new.changed_at,
                on_conflict: new.on_conflict.into(),
            };
            let (drive, actor) = (rooms.drive.clone(), actor.clone());
            rooms.write_ledger(move |tx| {
                let folder = drive.writer(tx, &actor, new.parent)?;
                drive.create_upload(tx, &folder, &wanted)
            })
        })
        .await?;
    Ok(Created(upload))
}

/// Where to go on.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), responses((status = 200, body = Upload), Refusals))]
#[get("/drive/uploads/{id}")]
pub async fn state(by: Session, id: Path<u64>) -> Answer<Upload> {
    Ok(Json(look(&by, *id).await?))
}

/// The same as headers: `Upload-Offset`, `Upload-Length`.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), responses((status = 200, description = "offset and length as headers"), Refusals))]
#[head("/drive/uploads/{id}")]
pub async fn probe(by: Session, id: Path<u64>) -> Result<HttpResponse, Problem> {
    let upload = look(&by, *id).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((OFFSET, upload.offset.to_string())).insert_header(("upload-length", upload.size.to_string()));
    Ok(answer.finish())
}

async fn look(by: &Session, id: u64) -> Result<Upload, Problem> {
    by.run(move |rooms, actor| rooms.drive.upload(&rooms.ledger.view(), actor, id)).await
}

/// Bytes at the durable offset. Another offset is 409, with the true one in `Upload-Offset`. What a torn connection brought
/// is kept.
#[utoipa::path(tag = "drive", params(("id" = String, Path), ("Upload-Offset" = u64, Header)),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"), responses((status = 200, body = Upload), Refusals))]
#[patch("/drive/uploads/{id}")]
pub async fn append(by: Session, request: HttpRequest, id: Path<u64>, body: Payload) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case(PART) {
        return Err(Problem::new("unsupported-media-type", format!("the body must be {PART}")));
    }
    let offset = request.headers().get(OFFSET).and_then(|v| v.to_str().ok()).and_then(|v| v.trim().parse::<u64>().ok());
    let offset = offset.ok_or_else(|| Problem::bad_request("Upload-Offset must be a number"))?;
    let (rooms, actor) = (by.rooms.clone(), by.actor.clone());
    let answer = receive(&request, &by.actor, body, move |parts| {
        let mut writer = rooms.drive.resume_upload(&actor, id, offset)?;
        loop {
            match parts() {
                Bytes::Some(bytes) => writer.write(&bytes)?,
                // The sender is gone or done: either way what came is worth keeping.
                Bytes::End | Bytes::Torn => return writer.checkpoint(),
            }
        }
    })
    .await;
    match answer {
        Ok(upload) => Ok(HttpResponse::Ok().insert_header((OFFSET, upload.offset.to_string())).json(upload)),
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            let mut answer = problem.respond();
            if let Ok(upload) = look(&by, id).await
                && let Ok(value) = header::HeaderValue::from_str(&upload.offset.to_string())
            {
                answer.headers_mut().insert(header::HeaderName::from_static(OFFSET), value);
            }
            Ok(answer)
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DriveUploadCommit)]
pub struct Commit {
    /// Hexadecimal, of the whole file.
    pub sha256: Option<String>,
}

/// The file gets its name. Repeated, the answer is the same.
#[utoipa::path(tag = "drive", params(("id" = String, Path), ("If-Match" = Option<String>, Header)), request_body = Commit,
    responses((status = 201, body = Node), Refusals))]
#[post("/drive/uploads/{id}/commit")]
pub async fn commit(
    by: Session,
    request: HttpRequest,
    id: Path<u64>,
    order: Option<Json<Commit>>,
) -> Result<Created<Node>, Problem> {
    let (id, expect) = (id.into_inner(), expectation(request.headers())?);
    let order = order.map(Json::into_inner).unwrap_or_default();
    let node = by
        .run(move |rooms, actor| {
            let checksum = order.sha256.as_deref().map(sha256).transpose()?;
            let (entry, committed) = rooms.drive.commit_upload(actor, id, checksum, expect)?;
            if let Some(committed) = committed {
                rooms.audit.settle(&committed.mark)?;
            }
            Ok(rooms.drive.node(&rooms.drive.reader(&rooms.ledger.view(), actor, entry.id)?))
        })
        .await?;
    Ok(Created(node))
}

/// Drops what was received.
#[utoipa::path(tag = "drive", params(("id" = String, Path)), responses((status = 204, description = "gone"), Refusals))]
#[delete("/drive/uploads/{id}")]
pub async fn cancel(by: Session, id: Path<u64>) -> Result<NoContent, Problem> {
    let id = id.into_inner();
    by.run(move |rooms, actor| {
        let (drive, actor) = (rooms.drive.clone(), actor.clone());
        rooms.write_ledger(move |tx| drive.cancel_upload(tx, &actor, id))
    })
    .await?;
    Ok(NoContent)
}
