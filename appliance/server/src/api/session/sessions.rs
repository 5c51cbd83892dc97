//! Sessions: signing in, looking at one's own, signing out.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    delete, get, post,
    web::{Path, Query},
};
use holdfast_base::{Error, SessionId};
use holdfast_directory::{
    Sight,
    limits::SESSION_ABSOLUTE,
    passkeys::{self, Assertion},
    password::Password,
    people,
    second_factors::SecondFactor,
    session::{self, Attempt, Opened, Shown},
    views::{self, PasskeyChallenge, Person, SessionView},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        Answer, Json, NoContent, Problem, Session, Stranger,
        page::{Page, PageQuery},
        problem::Refusals,
        who::{COOKIE, PasskeyHost, blocking},
    },
    rooms::Rooms,
};

/// Who wants to come in.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    #[schema(max_length = 64)]
    pub uid: String,
    pub password: Password,
    /// For who has an authenticator app: its code, or a recovery code in its place.
    #[schema(max_length = 64)]
    pub totp: Option<String>,
    #[schema(max_length = 64)]
    pub recovery_code: Option<String>,
}

/// Who one is, once more: the password (and the code, for who has an authenticator app), or a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProof {
    pub password: Option<Password>,
    #[schema(max_length = 64)]
    pub totp: Option<String>,
    #[schema(max_length = 64)]
    pub recovery_code: Option<String>,
    /// To a challenge of `/me/passkey-challenge`.
    pub passkey: Option<Assertion>,
}

/// A browser gets the cookie instead of the token.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    pub person: Person,
}

/// Signs in. Wrong name and wrong password are one answer, in one time. `second-factor-required`: the password is right, and
/// the same is asked again with a code. `passkey-required`: this person signs in at `/sessions/passkey`.
#[utoipa::path(tag = "session", security(()), request_body = SignIn, responses((status = 201, body = SignedIn), Refusals))]
#[post("/sessions")]
pub async fn open(by: Stranger, ask: Json<SignIn>) -> Result<HttpResponse, Problem> {
    let ask = ask.into_inner();
    by.count_sign_in()?;
    let rooms = by.app.rooms()?;
    let actor = by.actor;
    let second = SecondFactor::given(ask.totp, ask.recovery_code);
    let (source, request, now) = (actor.source, actor.request, actor.now);
    let attempt = Attempt { uid: ask.uid, password: ask.password, second, source, request, now };
    let opened = blocking(move || signed_in(&rooms, session::open(&rooms.directory, &rooms.audit, &attempt)?)).await?;
    Ok(answer(by.browser, opened))
}

/// What a passkey signs to sign in, within five minutes.
#[utoipa::path(tag = "session", security(()), responses((status = 200, body = PasskeyChallenge), Refusals))]
#[get("/passkey-challenge")]
pub async fn begin(by: Stranger, PasskeyHost(host): PasskeyHost) -> Answer<PasskeyChallenge> {
    by.count_sign_in()?;
    Ok(Json(passkeys::for_stranger(&by.app.rooms()?.directory, &host)?))
}

/// Signs in with a passkey and nothing else. Whatever is wrong is one answer.
#[utoipa::path(tag = "session", security(()), request_body = Assertion, responses((status = 201, body = SignedIn), Refusals))]
#[post("/sessions/passkey")]
pub async fn open_with_passkey(
    by: Stranger,
    PasskeyHost(host): PasskeyHost,
    ask: Json<Assertion>,
) -> Result<HttpResponse, Problem> {
    by.count_sign_in()?;
    let (rooms, actor, ask) = (by.app.rooms()?, by.actor, ask.into_inner());
    let opened =
        blocking(move || signed_in(&rooms, passkeys::open(&rooms.directory, &rooms.audit, &actor, &host, &ask)?)).await?;
    Ok(answer(by.browser, opened))
}

/// Shows once more who one is: what administrators change, and one's own ways to sign in, ask for it every fifteen minutes.
#[utoipa::path(tag = "session", request_body = NewProof, responses((status = 204), Refusals))]
#[post("/sessions/current/proof")]
pub async fn prove(by: Session, host: Result<PasskeyHost, Problem>, ask: Json<NewProof>) -> Result<NoContent, Problem> {
    let ask = ask.into_inner();
    let shown = match (ask.passkey, ask.password) {
        (Some(assertion), None) => Shown::Passkey(host?.0, assertion),
        (None, Some(password)) => Shown::Password(password, SecondFactor::given(ask.totp, ask.recovery_code)),
        _ => return Err(Problem::invalid("password", "required")),
    };
    by.run(move |rooms, actor| session::prove(&rooms.directory, &rooms.audit, actor, &shown)).await?;
    Ok(NoContent)
}

/// The session that was opened, and whose it is.
pub(super) fn signed_in(rooms: &Rooms, opened: Opened) -> holdfast_base::Result<(Opened, Person)> {
    let org = rooms.directory.org();
    let sight = Sight::of(&org, opened.person);
    let person = people::view(&sight.person(opened.person).ok_or(Error::NotSignedIn)?);
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

/// Ends all of one's own sessions but this one, at every door at once.
#[utoipa::path(tag = "session", responses((status = 204), Refusals))]
#[delete("/sessions")]
pub async fn end_others(by: Session) -> Result<NoContent, Problem> {
    by.run(move |rooms, actor| {
        let (directory, actor) = (rooms.directory.clone(), actor.clone());
        rooms.write_freeing(move |tx| session::end_others(tx, &directory, &actor))
    })
    .await?;
    Ok(NoContent)
}

/// When somebody came, or tried to come, into one's own account, the newest first.
#[utoipa::path(tag = "session", params(PageQuery), responses((status = 200, body = Page<views::SignInRecord>), Refusals))]
#[get("/me/sign-ins")]
pub async fn sign_ins(by: Session, query: Query<PageQuery>) -> Answer<Page<views::SignInRecord>> {
    let (before, limit) = (query.before()?, query.limit());
    let page = by.run(move |rooms, actor| session::sign_ins(&rooms.directory, &rooms.audit, actor, before, limit)).await?;
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
