//! Leaving: the day, the handover, the grace, and coming back.

use actix_web::{delete, get, post, put, web::Path};
use holdfast_directory::{
    departures::{self, Decision, HandoverKind, Leaving},
    may::AccountAct,
    views::{Departure, Person},
};

use crate::{
    http::{
        Answer, Json, NoContent, Problem, Proven, Session, SystemAdmin,
        page::{Page, numbered},
        problem::Refusals,
    },
    lifecycle::handover::{self, Handover},
};

/// Everybody who is leaving, or gone and not erased yet; the next day first.
#[utoipa::path(tag = "administration", responses((status = 200, body = Page<Departure>), Refusals))]
#[get("/admin/departures")]
pub async fn list(by: SystemAdmin) -> Answer<Page<Departure>> {
    let proof = by.proof;
    let page = by.session.run(move |rooms, _| departures::list(&rooms.directory, &proof)).await?;
    Ok(Json(Page { items: page.items, next: page.next }))
}

/// One of them.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 200, body = Departure), Refusals))]
#[get("/people/{uid}/departure")]
pub async fn read(by: Session, at: Path<String>) -> Answer<Departure> {
    let uid = at.into_inner();
    let found = by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::Departure)?;
        departures::one(&rooms.directory, &keeper)
    });
    Ok(Json(found.await?))
}

/// The person leaves on that day, at once when there is none: from then on nobody signs in with the account. Once everything is
/// handed over the person is gone, hidden everywhere, and erased after fourteen days. Again: another day, reason or heir.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), request_body = Leaving,
    responses((status = 200, body = Departure), Refusals))]
#[put("/people/{uid}/departure")]
pub async fn leave(Proven(by): Proven, at: Path<String>, ask: Json<Leaving>) -> Answer<Departure> {
    let (uid, ask) = (at.into_inner(), ask.into_inner());
    let left = by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::Departure)?;
        let left = rooms.write_db(|tx| departures::leave(tx, &rooms.directory, &keeper, &ask))?;
        rooms.wake_desk();
        Ok(left)
    });
    Ok(Json(left.await?))
}

/// The person stays after all. What was handed over meanwhile stays with its heir.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 200, body = Person), Refusals))]
#[delete("/people/{uid}/departure")]
pub async fn cancel(Proven(by): Proven, at: Path<String>) -> Answer<Person> {
    let uid = at.into_inner();
    let stays = by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::Departure)?;
        rooms.write_db(|tx| departures::cancel(tx, &rooms.directory, &keeper))
    });
    Ok(Json(stays.await?))
}

/// Brings back who is gone, within the grace. `gone` once the shredding of their files has begun.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 200, body = Person), Refusals))]
#[post("/people/{uid}/restore")]
pub async fn restore(Proven(by): Proven, at: Path<String>) -> Answer<Person> {
    let uid = at.into_inner();
    let back = by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::Departure)?;
        rooms.write_db(|tx| departures::restore(tx, &rooms.directory, &keeper))
    });
    Ok(Json(back.await?))
}

/// What the person leaves behind, and what becomes of each thing.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 200, body = Handover), Refusals))]
#[get("/people/{uid}/handover")]
pub async fn left_behind(by: SystemAdmin, at: Path<String>) -> Answer<Handover> {
    let uid = at.into_inner();
    Ok(Json(by.session.run(move |rooms, _| handover::view(rooms, &uid)).await?))
}

/// Names an heir for one thing, or why nobody gets it.
#[utoipa::path(tag = "administration",
    params(("uid" = String, Path), ("kind" = HandoverKind, Path), ("object" = String, Path, pattern = "^[0-9]{1,19}$")),
    request_body = Decision, responses((status = 204), Refusals))]
#[put("/people/{uid}/handover/{kind}/{object}")]
pub async fn decide(
    by: SystemAdmin,
    at: Path<(String, HandoverKind, String)>,
    ask: Json<Decision>,
) -> Result<NoContent, Problem> {
    let ((uid, kind, object), ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let object = numbered(&object)?;
    by.session
        .run(move |rooms, _| {
            handover::check_there(rooms, &uid, kind, object)?;
            rooms.write_db(|tx| departures::decide(tx, &rooms.directory, &proof, &uid, (kind, object), &ask))?;
            rooms.wake_desk();
            Ok(())
        })
        .await?;
    Ok(NoContent)
}
