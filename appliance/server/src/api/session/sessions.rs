//! Sessions: signing in, looking at one's own, signing out.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    delete, get, post,
    web::Path,
};
use holdfast_base::{Error, SessionId};
use holdfast_directory::{
    limits::SESSION_ABSOLUTE,
    password::Password,
    people,
    session::{self, Attempt, Opened},
    views::{Person, SessionView},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        Answer, Json, NoContent, Problem, Session, Stranger,
        page::Page,
        problem::Refusals,
        who::{COOKIE, blocking},
    },
    rooms::Rooms,
};

/// Who wants to come in. `totp` has its place for later; it is not asked for yet.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    #[schema(max_length = 64)]
    pub uid: String,
    pub password: Password,
}

/// A browser gets the cookie instead of the token.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    pub person: Person,
}

/// Signs in. Wrong name and wrong password are one answer, in one time.
#[utoipa::path(tag = "session", security(()), request_body = SignIn, responses((status = 201, body = SignedIn), Refusals))]
#[post("/sessions")]
pub async fn open(by: Stranger, ask: Json<SignIn>) -> Result<HttpResponse, Problem> {
    let ask = ask.into_inner();
    by.count_sign_in()?;
    let rooms = by.app.rooms()?;
    let actor = by.actor;
    let attempt = Attempt { uid: ask.uid, password: ask.password, source: actor.source, request: actor.request, now: actor.now };
    let opened = blocking(move || signed_in(&rooms, session::open(&rooms.directory, &rooms.audit, &attempt)?)).await?;
    Ok(answer(by.browser, opened))
}

/// The session that was opened, and whose it is.
pub(super) fn signed_in(rooms: &Rooms, opened: Opened) -> holdfast_base::Result<(Opened, Person)> {
    let org = rooms.directory.org();
    let person = people::view(&org, org.person(opened.person).ok_or(Error::NotSignedIn)?);
    Ok((opened, person))
}

/// The token goes to a program only, the cookie to a browser only.
pub(super) fn answer(browser: bool, (opened, person): (Opened, Person)) -> HttpResponse {
    let mut answer = HttpResponse::Created();
    if browser {
        answer.cookie(cookie(opened.token.to_string()));
        return answer.json(SignedIn { token: None, person });
    }
    answer.json(SignedIn { token: Some(opened.token.to_string()), person })
}

/// One's own sessions, the one used last first.
#[utoipa::path(tag = "session", responses((status = 200, body = Page<SessionView>), Refusals))]
#[get("/sessions")]
pub async fn list(by: Session) -> Answer<Page<SessionView>> {
    let person = by.actor.person().ok_or(Error::NotSignedIn)?;
    let page = session::list(&by.rooms.directory, person, by.actor.session);
    Ok(Json(Page { items: page.items, next: page.next }))
}

/// Signs out.
#[utoipa::path(tag = "session", responses((status = 204), Refusals))]
#[delete("/sessions/current")]
pub async fn end_current(by: Session) -> Result<HttpResponse, Problem> {
    let id = by.actor.session.ok_or(Error::NotSignedIn)?;
    end_one(&by, id).await?;
    let mut gone = cookie(String::new());
    gone.set_max_age(Duration::ZERO);
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// Ends one of one's own sessions, at every door at once.
#[utoipa::path(tag = "session", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/sessions/{id}")]
pub async fn end(by: Session, at: Path<SessionId>) -> Result<NoContent, Problem> {
    end_one(&by, at.into_inner()).await?;
    Ok(NoContent)
}

async fn end_one(by: &Session, id: SessionId) -> Result<(), Problem> {
    by.run(move |rooms, actor| {
        let (directory, actor) = (rooms.directory.clone(), actor.clone());
        rooms.write_freeing(move |tx| session::end(tx, &directory, &actor, id))
    })
    .await
}

/// `__Host-` asks for Secure, Path=/ and no Domain (RFC 6265bis 4.1.3.2). Strict: no other site's link carries it.
fn cookie(value: String) -> Cookie<'static> {
    let lifetime = Duration::seconds(i64::try_from(SESSION_ABSOLUTE.as_secs()).unwrap_or(0));
    Cookie::build(COOKIE, value).path("/").secure(true).http_only(true).same_site(SameSite::Strict).max_age(lifetime).finish()
}
