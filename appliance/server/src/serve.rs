//! `holdfast serve`: the sealed page first, then the rooms, then nothing more to open.
//!
//! Order: listeners, hsmd's client, web server, ready (sd_notify), seccomp; a keeper opens the rooms when the vault is
//! unsealed and closes them when it seals. From the seccomp filter on, no code of this process can open an INET socket.

mod drain;
pub(crate) mod egress;
mod keeper;
mod listeners;
mod pulse;
mod tls;

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App as WebApp, HttpServer,
    dev::Server,
    middleware::from_fn,
    web::{self, Data, JsonConfig, PathConfig, PayloadConfig, QueryConfig, ServiceConfig},
};
use holdfast_base::World;
use holdfast_hsm::Vault;
use nix::sys::{
    prctl,
    resource::{Resource, setrlimit},
};
use pulse::Pulse;
use utoipa_actix_web::AppExt;

use crate::{
    api,
    app::App,
    config::Config,
    control, dav,
    http::{bodies::BLOCKING_THREADS, headers, limits::JSON_BYTES, problem},
    ldap, ops, realtime, web as client,
};

/// How long requests under way may take after SIGTERM.
const STOP_SECONDS: u64 = 20;
/// How long connections without a request may then take to end.
const IDLE_SECONDS: u64 = 1;
/// How long a client may take to send the head of a request.
const HEAD_SECONDS: u64 = 10;

/// Why the box could not start. Everything after the start is a state, not an error.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("listen on {address}")]
    Listen { address: String, source: io::Error },
    #[error("take over the sockets of systemd")]
    Inherit { source: io::Error },
    #[error("use the certificate {path}: {reason}")]
    Certificate { path: String, reason: String },
    #[error("open the control socket")]
    Control { source: io::Error },
    #[error("keep the memory from others")]
    Memory { source: io::Error },
    #[error("close the way out: {reason}")]
    Egress { reason: String },
    #[error("serve")]
    Serve { source: io::Error },
}

/// No core file, and no look into this process's memory by others of its user: it holds keys and what people write.
fn keep_memory() -> Result<(), ServeError> {
    let kept = setrlimit(Resource::RLIMIT_CORE, 0, 0).and_then(|()| prctl::set_dumpable(false));
    kept.map_err(|source| ServeError::Memory { source: source.into() })
}

/// Serves until SIGTERM or SIGINT.
pub async fn serve(config: Config) -> Result<(), ServeError> {
    keep_memory()?;
    let world = World::system();
    let listeners = listeners::all(&config)?;
    let tls = tls::acceptor(&config)?;
    let vault = Vault::connect(config.vault(), world.clone());
    let origins = config.origins.iter().map(|origin| origin.to_ascii_lowercase()).collect();
    let app = Data::from(App::new(config, vault, world, origins));
    control::listen(app.clone()).map_err(|source| ServeError::Control { source })?;
    let pulse = Pulse::new();
    let (shared, beat) = (app.clone(), pulse.clone());
    let mut server = HttpServer::new(move || {
        beat.join();
        routes(shared.clone())
    })
    .worker_max_blocking_threads(BLOCKING_THREADS)
    .client_request_timeout(Duration::from_secs(HEAD_SECONDS))
    // Small frames go at once: held back until the one before is acknowledged, a message takes 40 ms longer.
    .tcp_nodelay(true)
    .disable_signals()
    .shutdown_timeout(IDLE_SECONDS);
    for listener in listeners.web {
        server = server
            .listen_rustls_0_23(listener, tls.clone())
            .map_err(|source| ServeError::Listen { address: "an inherited socket".to_owned(), source })?;
    }
    let metrics = machine(listeners.metrics, &app)?;
    let ldap = ldap::start(app.clone(), listeners.ldap, Arc::new(tls)).map_err(|source| ServeError::Serve { source })?;
    let keeper = keeper::start(app.clone()).map_err(|source| ServeError::Serve { source })?;
    egress::close()?;
    pulse.watch().map_err(|source| ServeError::Serve { source })?;
    if let Some(metrics) = metrics {
        actix_web::rt::spawn(metrics);
    }
    tell_systemd("READY=1");
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "serving");
    let server = server.run();
    drain::at_signal(app, server.handle()).map_err(|source| ServeError::Serve { source })?;
    let ended = server.await;
    if let Some(ldap) = ldap {
        ldap.stop().await;
    }
    keeper.stop();
    ended.map_err(|source| ServeError::Serve { source })
}

/// The listener of the machine itself: health and metrics, without TLS and without people.
fn machine(listeners: Vec<TcpListener>, app: &Data<App>) -> Result<Option<Server>, ServeError> {
    if listeners.is_empty() {
        return Ok(None);
    }
    let app = app.clone();
    let mut server = HttpServer::new(move || {
        WebApp::new().app_data(app.clone()).service(ops::healthz).service(ops::readyz).service(ops::read_metrics)
    })
    .workers(1)
    .disable_signals()
    .client_request_timeout(Duration::from_secs(HEAD_SECONDS));
    for listener in listeners {
        server = server
            .listen(listener)
            .map_err(|source| ServeError::Listen { address: "the socket for metrics".to_owned(), source })?;
    }
    Ok(Some(server.run()))
}

fn routes(
    app: Data<App>,
) -> WebApp<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    WebApp::new()
        .app_data(app)
        .app_data(JsonConfig::default().limit(JSON_BYTES).error_handler(problem::json_refusal))
        .app_data(PayloadConfig::new(JSON_BYTES))
        .app_data(PathConfig::default().error_handler(problem::path_refusal))
        .app_data(QueryConfig::default().error_handler(problem::query_refusal))
        .wrap(from_fn(headers::finish))
        .configure(doors)
        .into_utoipa_app()
        .configure(api::configure)
        .into_app()
        .default_service(web::route().to(client::serve))
}

/// The doors that are not REST.
fn doors(config: &mut ServiceConfig) {
    config
        .service(ops::healthz)
        .service(ops::readyz)
        .service(ops::read_metrics)
        .service(ops::authority)
        .configure(realtime::configure)
        .configure(dav::configure);
}

fn tell_systemd(state: &str) {
    let Some((key, value)) = state.split_once('=') else { return };
    if let Err(error) = systemd::daemon::notify([(key, value)].iter()) {
        tracing::warn!(%error, "could not tell systemd {state}");
    }
}
