//! How the process ends without cutting anybody off.
//!
//! The listeners belong to systemd and outlive us: who connects now waits there for the next process. Ours stop accepting first;
//! what was accepted is answered; sockets are told to come back; only then do the workers end, who would drop what still waits
//! for them.

use std::{
    io,
    time::{Duration, Instant},
};

use actix_web::{dev::ServerHandle, web::Data};
use tokio::signal::unix::{SignalKind, signal};

use super::{STOP_SECONDS, tell_systemd};
use crate::app::App;

/// As long as this nothing may have been under way: a connection that was accepted last may not have asked yet.
const QUIET: Duration = Duration::from_millis(400);
const LOOK: Duration = Duration::from_millis(20);

/// Stops `server` at SIGTERM or SIGINT.
pub(super) fn at_signal(app: Data<App>, server: ServerHandle) -> io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    actix_web::rt::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tell_systemd("STOPPING=1");
        tracing::info!(under_way = app.under_way.count(), "stopping");
        server.pause().await;
        app.under_way.end();
        if let Ok(rooms) = app.rooms() {
            rooms.hub.close("restarting");
        }
        quiet(&app).await;
        server.stop(true).await;
    });
    Ok(())
}

async fn quiet(app: &App) {
    let began = Instant::now();
    let mut since = began;
    while since.elapsed() < QUIET && began.elapsed() < Duration::from_secs(STOP_SECONDS) {
        actix_web::rt::time::sleep(LOOK).await;
        if app.under_way.count() > 0 {
            since = Instant::now();
        }
    }
}
