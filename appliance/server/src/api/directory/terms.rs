//! What ends by itself: an account, a membership. Roles and freezes get their end where they are given.

use actix_web::{get, put, web::Path};
use holdfast_base::{DepartmentId, Timestamp};
use holdfast_directory::{
    may::AccountAct,
    terms,
    views::{Person, Terms},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{Answer, DirectoryKeeper, Json, Proven, Session, problem::Refusals};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// It ends by itself then; `null`: it does not.
    pub until: Option<Timestamp>,
}

/// What of the account ends by itself, and when.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 200, body = Terms), Refusals))]
#[get("/people/{uid}/terms")]
pub async fn read(by: Session, at: Path<String>) -> Answer<Terms> {
    let keeper = by.rooms.directory.org().account_keeper(&by.actor, &at, AccountAct::State)?;
    Ok(Json(terms::terms(&by.rooms.directory, &keeper)?))
}

/// The account freezes by itself then: every session ends at every door within a second.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), request_body = End, responses((status = 200, body = Person), Refusals))]
#[put("/people/{uid}/terms")]
pub async fn set_account_end(Proven(by): Proven, at: Path<String>, ask: Json<End>) -> Answer<Person> {
    let (uid, until) = (at.into_inner(), ask.into_inner().until);
    let set = by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::State)?;
        rooms.write_db(|tx| terms::set_account_end(tx, &rooms.directory, &keeper, until))
    });
    Ok(Json(set.await?))
}

/// The person is no longer in the department from then on.
#[utoipa::path(tag = "administration", params(("uid" = String, Path), ("id" = String, Path, pattern = "^[0-9]{1,19}$")),
    request_body = End, responses((status = 200, body = Person), Refusals))]
#[put("/people/{uid}/departments/{id}/terms")]
pub async fn set_membership_end(by: DirectoryKeeper, at: Path<(String, DepartmentId)>, ask: Json<End>) -> Answer<Person> {
    let ((uid, department), until, proof) = (at.into_inner(), ask.into_inner().until, by.proof);
    let set = by.session.run(move |rooms, _| {
        rooms.write_db(|tx| terms::set_membership_end(tx, &rooms.directory, &proof, &uid, department, until))
    });
    Ok(Json(set.await?))
}
