//! COPY and MOVE: one act each, whatever hangs below.

use actix_web::{HttpRequest, HttpResponse};
use holdfast_drive::Overwrite;

use super::{
    answer::{Answer, Refusal},
    condition::Conditions,
    path::Target,
    who::Caller,
};

pub(super) async fn copy(caller: Caller, request: &HttpRequest, target: Target) -> Answer {
    let shallow = match depth(request) {
        Some("0") => true,
        Some("infinity") | None => false,
        Some(_) => return Err(Refusal::status(400)),
    };
    let (parent, name, overwrite) = destination(request, &target)?;
    let conditions = Conditions::of_request(request)?;
    let expect = conditions.expect(request)?;
    let replaced = caller
        .change(move |tx, drive, actor| {
            conditions.check(tx, drive, actor, &target)?;
            let source = target.find(tx, drive, actor)?;
            let folder = parent.find_folder(tx, drive, actor)?;
            Ok(drive.copy(tx, &source, &folder, &name, overwrite, shallow, None, &expect)?.1)
        })
        .await?;
    Ok(done(replaced))
}

pub(super) async fn relocate(caller: Caller, request: &HttpRequest, target: Target) -> Answer {
    if depth(request).is_some_and(|depth| depth != "infinity") {
        return Err(Refusal::status(400));
    }
    let (parent, name, overwrite) = destination(request, &target)?;
    let conditions = Conditions::of_request(request)?;
    let expect = conditions.expect(request)?;
    let replaced = caller
        .change(move |tx, drive, actor| {
            conditions.check(tx, drive, actor, &target)?;
            let source = target.find_to_change(tx, drive, actor)?;
            let folder = parent.find_folder(tx, drive, actor)?;
            Ok(drive.relocate(tx, &source, Some(&folder), Some(&name), overwrite, &expect)?.1)
        })
        .await?;
    Ok(done(replaced))
}

fn depth(request: &HttpRequest) -> Option<&str> {
    request.headers().get("depth").and_then(|v| v.to_str().ok()).map(str::trim)
}

fn destination(request: &HttpRequest, source: &Target) -> Result<(Target, holdfast_drive::Name, Overwrite), Refusal> {
    let to = Target::of_destination(request)?;
    if source.is_fixed() || to.href(true) == source.href(true) {
        return Err(Refusal::status(403));
    }
    let (parent, name) = to.parent().ok_or_else(|| Refusal::status(403))?;
    let overwrite = match request.headers().get("overwrite").and_then(|v| v.to_str().ok()).map(str::trim) {
        Some(word) if word.eq_ignore_ascii_case("f") => Overwrite::Refuse,
        Some(word) if !word.eq_ignore_ascii_case("t") => return Err(Refusal::status(400)),
        _ => Overwrite::Replace,
    };
    Ok((parent, name, overwrite))
}

fn done(replaced: bool) -> HttpResponse {
    if replaced { HttpResponse::NoContent().finish() } else { HttpResponse::Created().finish() }
}
