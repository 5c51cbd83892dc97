//! PUT: a whole file of any length, streamed. Nothing changes before all of it is here and durable.

use actix_web::{HttpRequest, HttpResponse, http::header, web::Payload};
use holdfast_base::{Error, Timestamp};
use holdfast_drive::{Declared, NewContent, OnConflict};

use super::{
    answer::{Answer, Refusal},
    condition::Conditions,
    path::Target,
    who::Caller,
};
use crate::api::drive::transfer::{self, media_of, receive, sha256};

pub(super) async fn put(caller: Caller, request: &HttpRequest, target: Target, body: Payload) -> Answer {
    // A part of a file must not become the file (RFC 9110 section 14.4).
    if request.headers().contains_key(header::CONTENT_RANGE) {
        return Err(Refusal::status(400));
    }
    let (folder, name) = target.parent().ok_or_else(|| Refusal::status(405))?;
    let conditions = Conditions::of_request(request)?;
    let expect = conditions.expect(request)?;
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let changed_at = text("x-oc-mtime").and_then(|seconds| mtime(&seconds));
    let size = transfer::content_length(request).or_else(|| text("x-expected-entity-length")?.parse().ok());
    let declared = Declared { size, sha256: checksum(text("oc-checksum").as_deref())? };
    let total = text("oc-total-length").and_then(|total| total.parse::<u64>().ok());
    let new = NewContent {
        media: media_of(text("content-type").as_deref(), name.as_str()),
        changed_at,
        on_conflict: OnConflict::Version,
    };
    let Caller { actor, rooms } = caller;
    let sender = actor.clone();
    let (entry, created) = receive(request, &sender, body, move |parts| {
        let (drive, view) = (rooms.drive.clone(), rooms.ledger.view());
        // Asked before the body is taken, for the sender's sake; asked again by the commit, for good.
        conditions.check(&view, &drive, &actor, &target)?;
        let writer = folder.find_folder(&view, &drive, &actor)?;
        if drive.resolve(&view, writer.reader(), std::slice::from_ref(&name)).is_ok_and(|there| there.is_folder()) {
            return Err(Error::conflict("not-a-file"));
        }
        let mut incoming = drive.begin(&view, &writer, &name, size)?;
        drop(view);
        transfer::fill(&mut incoming, parts)?;
        if total.is_some_and(|total| total != incoming.received()) {
            return Err(Error::invalid("size", "body-length-differs"));
        }
        let received = incoming.finish(&declared)?;
        rooms.write_ledger(move |tx| {
            conditions.check(tx, &drive, &actor, &target)?;
            let writer = folder.find_folder(tx, &drive, &actor)?;
            drive.put(tx, &writer, &name, received, &new, &expect)
        })
    })
    .await?;
    let etag = format!("\"{}\"", entry.etag());
    let mut answer = if created { HttpResponse::Created() } else { HttpResponse::NoContent() };
    answer.insert_header((header::ETAG, etag.clone())).insert_header(("OC-ETag", etag));
    answer.insert_header(("OC-FileId", format!("{:08}holdfast", entry.id.0)));
    if changed_at.is_some() {
        answer.insert_header(("X-OC-MTime", "accepted"));
    }
    Ok(answer.finish())
}

/// Seconds since 1970, as the sync clients send them.
fn mtime(text: &str) -> Option<Timestamp> {
    let seconds = text.trim().split('.').next()?.parse::<i64>().ok()?;
    seconds.checked_mul(1_000_000).map(Timestamp)
}

/// `SHA256:<hex>` is checked; other kinds are not ours to compute.
fn checksum(header: Option<&str>) -> Result<Option<[u8; 32]>, Refusal> {
    let Some((kind, value)) = header.and_then(|header| header.split_once(':')) else {
        return Ok(None);
    };
    if !kind.trim().eq_ignore_ascii_case("sha256") {
        return Ok(None);
    }
    Ok(Some(sha256(value)?))
}
