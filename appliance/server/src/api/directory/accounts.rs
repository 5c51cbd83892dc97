//! Accounts: freezing, unfreezing, a new password, a code to choose one with, sessions, lost second factors. For who holds one of the three roles a security administrator does it, in the departments given to them delegates.

use actix_web::{delete, get, post, web::Path};
use holdfast_base::Timestamp;
use holdfast_directory::{
    enrolments,
    may::AccountAct,
    password::Password,
    people, second_factors, session,
    views::{NewEnrolment, Person, SessionView},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{Answer, Created, Json, NoContent, Problem, Proven, Session, page::Page, problem::Refusals};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    #[schema(max_length = 200)]
    pub reason: Option<String>,
    /// The freeze ends by itself then.
    pub until: Option<Timestamp>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    pub password: Password,
}

/// Ends every session and app password of the person at once. What the person made stays.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), request_body = Freeze, responses((status = 200, body = Person), Refusals))]
#[post("/people/{uid}/freeze")]
pub async fn freeze(Proven(by): Proven, at: Path<String>, ask: Json<Freeze>) -> Answer<Person> {
    let (uid, Freeze { reason, until }) = (at.into_inner(), ask.into_inner());
    let frozen = by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::State)?;
        rooms.write_db(|tx| people::freeze(tx, &rooms.directory, &keeper, reason.as_deref(), until))
    });
    Ok(Json(frozen.await?))
}

/// Lets the person sign in again.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 200, body = Person), Refusals))]
#[post("/people/{uid}/unfreeze")]
pub async fn unfreeze(Proven(by): Proven, at: Path<String>) -> Answer<Person> {
    let uid = at.into_inner();
    let unfrozen = by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::State)?;
        rooms.write_db(|tx| people::unfreeze(tx, &rooms.directory, &keeper))
    });
    Ok(Json(unfrozen.await?))
}

/// Sets a password that must be changed at the next sign-in. Every session ends.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), request_body = SetPassword, responses((status = 204), Refusals))]
#[post("/people/{uid}/password")]
pub async fn password(Proven(by): Proven, at: Path<String>, ask: Json<SetPassword>) -> Result<NoContent, Problem> {
    let (uid, password) = (at.into_inner(), ask.into_inner().password);
    by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::SignIn)?;
        let set = people::set_password(&rooms.directory, &keeper, &password)?;
        rooms.audit.settle(&set.mark)
    })
    .await?;
    Ok(NoContent)
}

/// Makes a one-time code with which the person chooses a password at `/enrolments/redeem`. It is in this answer and never
/// again; the code before it is worth nothing from now on.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 201, body = NewEnrolment), Refusals))]
#[post("/people/{uid}/enrolment")]
pub async fn enrolment(Proven(by): Proven, at: Path<String>) -> Result<Created<NewEnrolment>, Problem> {
    let uid = at.into_inner();
    let issued = by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::SignIn)?;
        rooms.write_db(|tx| enrolments::issue(tx, &rooms.directory, &keeper))
    });
    Ok(Created(issued.await?))
}

/// The sessions of the person, the one used last first.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 200, body = Page<SessionView>), Refusals))]
#[get("/people/{uid}/sessions")]
pub async fn sessions(by: Session, at: Path<String>) -> Answer<Page<SessionView>> {
    let keeper = by.rooms.directory.org().account_keeper(&by.actor, &at, AccountAct::SignIn)?;
    let page = session::list_of(&by.rooms.directory, &keeper);
    Ok(Json(Page { items: page.items, next: page.next }))
}

/// Signs the person out everywhere, at every door at once.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 204), Refusals))]
#[delete("/people/{uid}/sessions")]
pub async fn sign_out(Proven(by): Proven, at: Path<String>) -> Result<NoContent, Problem> {
    let uid = at.into_inner();
    by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::SignIn)?;
        let directory = rooms.directory.clone();
        rooms.write_freeing(move |tx| session::end_all(tx, &directory, &keeper))
    })
    .await?;
    Ok(NoContent)
}

/// The person has lost telephone and recovery codes: what they had besides the password is gone, and every session ends.
#[utoipa::path(tag = "administration", params(("uid" = String, Path)), responses((status = 204), Refusals))]
#[delete("/people/{uid}/second-factors")]
pub async fn reset_second_factors(Proven(by): Proven, at: Path<String>) -> Result<NoContent, Problem> {
    let uid = at.into_inner();
    by.run(move |rooms, actor| {
        let keeper = rooms.directory.org().account_keeper(actor, &uid, AccountAct::SignIn)?;
        rooms.write_db(|tx| second_factors::reset(tx, &rooms.directory, &keeper))
    })
    .await?;
    Ok(NoContent)
}
