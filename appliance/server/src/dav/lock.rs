//! LOCK and UNLOCK (RFC 4918 sections 9.10, 9.11).

use actix_web::{HttpRequest, HttpResponse};
use holdfast_base::Error;
use holdfast_drive::{Lock, NewLock};

use super::{
    answer::{Answer, Refusal, XML},
    condition::Conditions,
    path::Target,
    property::active_locks,
    who::Caller,
    xml,
};

/// For a client that names no time, or asks for ever.
const SECONDS: u64 = 3600;

pub(super) async fn lock(caller: Caller, request: &HttpRequest, target: Target, body: &[u8]) -> Answer {
    if target.is_root() {
        return Err(Refusal::status(403));
    }
    let seconds = timeout(request);
    let deep = match request.headers().get("depth").and_then(|v| v.to_str().ok()).map(str::trim) {
        Some("0") => false,
        Some("infinity") | None => true,
        Some(_) => return Err(Refusal::status(400)),
    };
    let new = if body.iter().all(u8::is_ascii_whitespace) { None } else { Some(wanted(body, deep, seconds)?) };
    let conditions = Conditions::of_request(request)?;
    let expect = conditions.expect(request)?;
    let at = target.clone();
    let refresh = new.is_none();
    let (lock, created) = caller
        .change(move |tx, drive, actor| {
            conditions.check(tx, drive, actor, &at)?;
            let found = at.find_to_change(tx, drive, actor);
            match (found, new) {
                (Ok(node), Some(new)) => Ok((drive.lock(tx, &node, &new)?, false)),
                (Ok(node), None) => Ok((drive.refresh_lock(tx, &node, &expect.tokens, seconds)?, false)),
                // A name that is free becomes an empty file (section 7.3).
                (Err(Error::NotFound), Some(new)) => {
                    let (parent, name) = at.parent().ok_or(Error::NotFound)?;
                    let folder = parent.find_folder(tx, drive, actor)?;
                    drive.create_empty(tx, &folder, &name, &expect)?;
                    let node = at.find_to_change(tx, drive, actor)?;
                    Ok((drive.lock(tx, &node, &new)?, true))
                }
                (Err(error), _) => Err(error),
            }
        })
        .await?;
    answer(caller, target, lock, created, refresh).await
}

async fn answer(caller: Caller, target: Target, lock: Lock, created: bool, refresh: bool) -> Answer {
    let token = lock.token.clone();
    let active = caller
        .run(move |rooms, actor| {
            let (view, drive) = (rooms.ledger.view(), &rooms.drive);
            let node = target.find(&view, drive, actor)?;
            let now = drive.now();
            let mut locks = drive.locks(&view, &node, now)?;
            locks.retain(|(_, there)| there.token == lock.token);
            active_locks(&view, drive, &target, &node, &locks, now)
        })
        .await?;
    let mut answer = if created { HttpResponse::Created() } else { HttpResponse::Ok() };
    // A refresh makes no new token, so it names none (section 9.10.2).
    if !refresh {
        answer.insert_header(("Lock-Token", format!("<{token}>")));
    }
    Ok(answer.insert_header(("content-type", XML)).body(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:prop xmlns:D=\"DAV:\"><D:lockdiscovery>{active}</D:lockdiscovery></D:prop>\n"
    )))
}

fn wanted(body: &[u8], deep: bool, seconds: u64) -> Result<NewLock, Refusal> {
    let root = xml::parse(body)?;
    let scope = root.child("lockscope").filter(|_| root.is("lockinfo")).ok_or_else(|| Refusal::status(400))?;
    if root.child("locktype").is_none_or(|kind| kind.child("write").is_none()) {
        return Err(Refusal::status(422));
    }
    let shared = match (scope.child("exclusive"), scope.child("shared")) {
        (Some(_), None) => false,
        (None, Some(_)) => true,
        _ => return Err(Refusal::status(400)),
    };
    let owner = root.child("owner").map(xml::Element::inner).unwrap_or_default();
    Ok(NewLock { shared, deep, owner, seconds })
}

/// `Second-600`, `Infinite`: the first that is understood (section 10.7).
fn timeout(request: &HttpRequest) -> u64 {
    let value = request.headers().get("timeout").and_then(|v| v.to_str().ok()).unwrap_or_default();
    value.split(',').find_map(|word| word.trim().strip_prefix("Second-")?.parse().ok()).unwrap_or(SECONDS)
}

pub(super) async fn unlock(caller: Caller, request: &HttpRequest, target: Target) -> Answer {
    let token = request.headers().get("lock-token").and_then(|v| v.to_str().ok()).map(str::trim);
    let token =
        token.and_then(|token| token.strip_prefix('<')?.strip_suffix('>')).ok_or_else(|| Refusal::status(400))?.to_owned();
    caller
        .change(move |tx, drive, actor| {
            let node = target.find_to_change(tx, drive, actor)?;
            drive.unlock(tx, &node, &token)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
