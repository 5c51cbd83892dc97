//! Who asks: extractors. A handler that takes one cannot be entered without it.
//!
//! A browser carries a cookie, a program a bearer token; both name a session of the directory. A cookie is sent by the
//! browser on its own, so a cookie-borne change must also prove where it comes from (Fetch Metadata and Origin).

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{Method, header},
    web::{self, Data},
};
use holdfast_base::{Actor, Door, Error, RequestId, Result, Source, Who, limits::AGENT_BYTES};
use holdfast_directory as directory;

use super::Problem;
use crate::{app::App, rooms::Rooms};

/// The session cookie. `__Host-`: only this host, only https, path `/` (RFC 6265bis 4.1.3.2).
pub const COOKIE: &str = "__Host-holdfast";

/// Somebody who has signed in.
pub struct Session {
    pub actor: Actor,
    pub rooms: Arc<Rooms>,
    pub app: Data<App>,
}

/// The host name that passkeys are made for.
pub struct PasskeyHost(pub directory::passkeys::Host);

/// Nobody in particular: sign-in, status. The rooms may be closed.
pub struct Stranger {
    pub actor: Actor,
    pub app: Data<App>,
    /// Has `Sec-Fetch-Site`: gets the cookie and not the token.
    pub browser: bool,
}

/// A session whose person has shown within the last minutes who they are. For what must not be done by whoever finds a
/// browser open: keeping accounts, and one's own ways to sign in.
pub struct Proven(pub Session);

/// A session whose person is a system administrator.
pub struct SystemAdmin {
    pub session: Session,
    pub proof: directory::SystemAdmin,
}

/// A session whose person keeps the directory, or a part of it.
pub struct DirectoryKeeper {
    pub session: Session,
    pub proof: directory::DirectoryKeeper,
}

/// A session whose person looks through who holds what.
pub struct Reviewer {
    pub session: Session,
    pub proof: directory::Reviewer,
}

/// A session whose person is a security administrator.
pub struct SecurityAdmin {
    pub session: Session,
    pub proof: directory::SecurityAdmin,
}

/// A session whose person is an auditor.
pub struct Auditor {
    pub session: Session,
    pub proof: directory::Auditor,
}

impl Session {
    /// Runs the synchronous core on a thread that may block. The only bridge from handlers to slices.
    pub async fn run<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Rooms, &Actor) -> Result<T> + Send + 'static,
    {
        let (rooms, actor) = (self.rooms.clone(), self.actor.clone());
        blocking(move || f(&rooms, &actor)).await
    }
}

impl Stranger {
    /// Another attempt of this address to prove who it is.
    pub fn count_sign_in(&self) -> Result<(), Problem> {
        self.actor.source.address.map_or(Ok(()), |address| self.app.rates.sign_in(address))
    }
}

/// Runs `f` on a thread that may block.
pub async fn blocking<T, F>(f: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    let answer = web::block(f).await.map_err(Error::internal("run on the blocking pool"))?;
    Ok(answer?)
}

/// The actor of a request before anybody has signed in.
pub fn stranger(request: &HttpRequest, door: Door) -> Actor {
    let app = app(request);
    let agent = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let agent = agent.chars().take(AGENT_BYTES).filter(|c| !c.is_control()).collect();
    let address = request.peer_addr().map(|peer| peer.ip());
    Actor {
        who: Who::Stranger,
        session: None,
        source: Source { door, address, agent },
        request: request_id(request),
        now: app.world.now(),
    }
}

/// Every request passes the middleware that names it, so the fallback is for tests of single handlers.
pub fn request_id(request: &HttpRequest) -> RequestId {
    request.extensions().get::<RequestId>().copied().unwrap_or_else(|| RequestId(app(request).world.uuid()))
}

/// The request was sent by a browser (Fetch Metadata; every supported engine sends it).
pub fn is_browser(request: &HttpRequest) -> bool {
    request.headers().contains_key("sec-fetch-site")
}

#[expect(clippy::expect_used, reason = "serve() registers the app before any route; without it nothing can be answered")]
fn app(request: &HttpRequest) -> &Data<App> {
    request.app_data::<Data<App>>().expect("the app is registered")
}

fn session(request: &HttpRequest) -> Result<Session, Problem> {
    resolved(request).map(|(session, _)| session)
}

/// The session, and whether its person has shown lately who they are.
fn resolved(request: &HttpRequest) -> Result<(Session, bool), Problem> {
    let app = app(request).clone();
    let rooms = app.rooms()?;
    let (token, door) = credentials(request)?;
    if door == Door::Web && !is_safe(request.method()) {
        same_origin(request, &app)?;
    }
    let mut actor = stranger(request, door);
    let found = rooms.directory.resolve(&token)?;
    app.rates.request(found.person)?;
    if found.must_change_password && !may_before_change(request) {
        return Err(Problem::new(
            "password-change-required",
            "the password was set by somebody else or is too old: change it first",
        ));
    }
    if found.lacks.is_some() && !may_before_enrolment(request) {
        return Err(Problem::new("enrolment-required", "a second factor or a passkey is asked for: make one first"));
    }
    actor.who = Who::Person(found.person);
    actor.session = Some(found.session);
    Ok((Session { actor, rooms, app }, found.proved))
}

/// Reading asks for a session; changing asks for a proof that is not older than fifteen minutes.
fn proven(request: &HttpRequest) -> Result<Session, Problem> {
    let (session, proved) = resolved(request)?;
    if !proved && !is_safe(request.method()) {
        return Err(Problem::new("step-up-required", "show who you are once more: POST /api/v1/sessions/current/proof"));
    }
    Ok(session)
}

fn credentials(request: &HttpRequest) -> Result<(String, Door), Problem> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        let token = text.strip_prefix("Bearer ").ok_or(Error::NotSignedIn)?;
        return Ok((token.trim().to_owned(), Door::Rest));
    }
    let cookie = request.cookie(COOKIE).ok_or(Error::NotSignedIn)?;
    Ok((cookie.value().to_owned(), Door::Web))
}

/// What somebody may do whose password was set by an administrator: see oneself, change it, sign out.
fn may_before_change(request: &HttpRequest) -> bool {
    matches!(request.path(), "/api/v1/me" | "/api/v1/me/password" | "/api/v1/sessions/current")
}

/// What somebody may do of whom more than a password is asked and who has no more yet: the same, and make it.
fn may_before_enrolment(request: &HttpRequest) -> bool {
    let own = matches!(
        request.path(),
        "/api/v1/me/second-factors"
            | "/api/v1/me/totp"
            | "/api/v1/me/totp/confirm"
            | "/api/v1/me/passkeys"
            | "/api/v1/me/passkey-challenge"
    );
    own || may_before_change(request) || request.path() == "/api/v1/sessions/current/proof"
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A cookie-borne change must come from our own pages.
pub fn same_origin(request: &HttpRequest, app: &App) -> Result<(), Problem> {
    let headers = request.headers();
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    if site.is_some_and(|site| site != "same-origin") {
        return Err(Error::Forbidden.into());
    }
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()).ok_or(Error::Forbidden)?;
    let origin = origin.to_ascii_lowercase();
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).or_else(|| request.uri().host());
    // Behind inherited sockets the port is the administrator's choice, so the host that was asked for counts too.
    let asked = host.is_some_and(|host| origin == format!("https://{}", host.to_ascii_lowercase()))
        || request.uri().authority().is_some_and(|a| origin == format!("https://{}", a.as_str().to_ascii_lowercase()));
    if asked || app.origins.contains(&origin) { Ok(()) } else { Err(Error::Forbidden.into()) }
}

impl FromRequest for Session {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(session(request))
    }
}

impl FromRequest for Proven {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(proven(request).map(Self))
    }
}

/// The host name for which passkeys are made: what is configured, else what the browser asked for.
impl FromRequest for PasskeyHost {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let configured = app(request).config.passkey_host.clone();
        let asked = || request.headers().get(header::HOST).and_then(|v| v.to_str().ok()).or_else(|| request.uri().host());
        let name = configured.or_else(|| asked().map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned()));
        let name = name.map(|name| name.to_ascii_lowercase()).filter(|name| is_name(name));
        // Browsers make no passkeys for bare addresses.
        let host = name.ok_or_else(|| Error::conflict("passkeys-need-a-name").into());
        ready(host.map(|name| Self(directory::passkeys::Host(name))))
    }
}

fn is_name(host: &str) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    !host.is_empty() && host.bytes().all(inside) && host.parse::<std::net::IpAddr>().is_err()
}

impl FromRequest for Stranger {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let browser = is_browser(request);
        let door = if browser { Door::Web } else { Door::Rest };
        let app = app(request).clone();
        if browser
            && !is_safe(request.method())
            && let Err(problem) = same_origin(request, &app)
        {
            return ready(Err(problem));
        }
        ready(Ok(Self { actor: stranger(request, door), app, browser }))
    }
}

macro_rules! role_extractor {
    ($name:ident, $ask:ident) => {
        impl FromRequest for $name {
            type Error = Problem;
            type Future = Ready<Result<Self, Problem>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(proven(request).and_then(|session| {
                    let proof = session.rooms.directory.org().$ask(&session.actor)?;
                    Ok(Self { session, proof })
                }))
            }
        }
    };
}

role_extractor!(SystemAdmin, system_admin);
role_extractor!(DirectoryKeeper, directory_keeper);
role_extractor!(Reviewer, reviewer);
role_extractor!(SecurityAdmin, security_admin);
role_extractor!(Auditor, auditor);
