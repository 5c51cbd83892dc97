//! MKCOL and DELETE.

use actix_web::{HttpRequest, HttpResponse, web::Payload};
use futures_util::StreamExt;
use holdfast_base::Error;

use super::{
    answer::{Answer, Refusal},
    condition::Conditions,
    path::Target,
    who::Caller,
};

pub(super) async fn mkcol(caller: Caller, request: &HttpRequest, target: Target, mut body: Payload) -> Answer {
    while let Some(part) = body.next().await {
        // No body of MKCOL is defined (RFC 4918 section 9.3).
        if part.is_ok_and(|bytes| !bytes.is_empty()) {
            return Err(Refusal::status(415));
        }
    }
    let (parent, name) = match target.parent() {
        Some(found) => found,
        // The root and the spaces are there already, or nobody can make them here.
        None => {
            let there = target.is_root()
                || caller.run(move |rooms, actor| target.find(&rooms.ledger.view(), &rooms.drive, actor)).await.is_ok();
            return Err(Refusal::status(if there { 405 } else { 403 }));
        }
    };
    let conditions = Conditions::of_request(request)?;
    let expect = conditions.expect(request)?;
    caller
        .change(move |tx, drive, actor| {
            conditions.check(tx, drive, actor, &target)?;
            if target.find(tx, drive, actor).is_ok() {
                return Err(Error::conflict("exists"));
            }
            let folder = parent.find_folder(tx, drive, actor)?;
            drive.create_folder(tx, &folder, &name, None, &expect)
        })
        .await?;
    Ok(HttpResponse::Created().finish())
}

/// To the trash, with everything below, in one act.
pub(super) async fn delete(caller: Caller, request: &HttpRequest, target: Target) -> Answer {
    if target.is_fixed() {
        return Err(Refusal::status(403));
    }
    let conditions = Conditions::of_request(request)?;
    let expect = conditions.expect(request)?;
    caller
        .change(move |tx, drive, actor| {
            conditions.check(tx, drive, actor, &target)?;
            let node = target.find_to_change(tx, drive, actor)?;
            drive.delete(tx, &node, &expect)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
