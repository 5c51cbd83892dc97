//! The operations door: `/healthz`, `/readyz`, `/metrics`, `/ca.crt`, and the status that needs no session.

pub mod metrics;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{self, Data},
};
use holdfast_base::{Error, Timestamp};
use holdfast_hsm::SealState;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::App, http::Problem};

/// What anybody may know of the box before signing in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Status {
    /// `uninitialised`, `sealed`, `unsealing`, `opening`, `unsealed`, `degraded` or `quarantined`.
    pub state: &'static str,
    /// The enterprise's name.
    pub name: String,
    pub version: &'static str,
    /// Since when the process runs.
    pub since: Timestamp,
    pub languages: [&'static str; 2],
    pub server_time: Timestamp,
}

/// The word of a state, on the wire and in logs.
pub fn state_word(app: &App) -> &'static str {
    match app.vault.state() {
        SealState::Uninitialised => "uninitialised",
        SealState::Sealed { .. } => "sealed",
        SealState::Unsealing => "unsealing",
        SealState::Unsealed { .. } if app.quarantined().is_some() => "quarantined",
        SealState::Unsealed { .. } if app.rooms().is_err() => "opening",
        SealState::Unsealed { .. } => "unsealed",
        SealState::Degraded { .. } => "degraded",
        SealState::Quarantined { .. } => "quarantined",
    }
}

/// The state of the box, for the sign-in and the sealed page.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, body = Status)))]
#[get("/status")]
pub async fn status(app: Data<App>) -> web::Json<Status> {
    web::Json(Status {
        state: state_word(&app),
        name: enterprise(&app),
        version: env!("CARGO_PKG_VERSION"),
        since: app.started,
        languages: ["zh-CN", "en"],
        server_time: app.world.now(),
    })
}

/// The name that the directory knows; while the box is sealed, the one of the configuration.
fn enterprise(app: &App) -> String {
    let known = app.rooms().map(|rooms| rooms.directory.org().enterprise().to_owned());
    known.ok().filter(|name| !name.is_empty()).unwrap_or_else(|| app.config.enterprise.clone())
}

/// The process answers. Says nothing of its stores.
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"status": "ok"}))
}

/// Ready: unsealed, stores open, the disk takes writes.
#[get("/readyz")]
pub async fn readyz(app: Data<App>) -> HttpResponse {
    let asked = app.clone();
    let ready = web::block(move || asked.ready()).await.unwrap_or(false);
    let mut answer = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(serde_json::json!({"state": state_word(&app), "ready": ready}))
}

/// Prometheus text, for loopback and listed addresses only; for others it does not exist.
#[get("/metrics")]
pub async fn read_metrics(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let address = request.peer_addr().map(|peer| peer.ip());
    if !address.is_some_and(|ip| ip.to_canonical().is_loopback() || app.config.metrics_allow.contains(&ip)) {
        return Err(Error::NotFound.into());
    }
    let text = app.metrics.text(&app)?;
    Ok(HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text))
}

/// The certificate of the box's own authority, to be trusted by the desks.
#[get("/ca.crt")]
pub async fn authority(app: Data<App>) -> Result<HttpResponse, Problem> {
    let path = app.config.tls_authority();
    let pem = web::block(move || std::fs::read(path)).await;
    let pem = pem.map_err(Error::internal("read the authority's certificate"))?.map_err(|_| Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("application/x-x509-ca-cert")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"holdfast-ca.crt\""))
        .body(pem))
}
