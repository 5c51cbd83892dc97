//! Listeners: those that systemd hands over, by their `FileDescriptorName=`, else the one of the configuration.

use std::{io, net::TcpListener, os::fd::AsFd};

use systemd::daemon;

use super::ServeError;
use crate::config::Config;

/// Connections waiting to be accepted.
const BACKLOG: i32 = 1024;
/// Names of the sockets in the units.
const WEB: &str = "web";
const METRICS: &str = "metrics";

/// What the process answers on.
pub(super) struct Listeners {
    /// https for everybody.
    pub(super) web: Vec<TcpListener>,
    /// Plain http for the machine itself; empty in development, where `/metrics` is asked for on the web.
    pub(super) metrics: Vec<TcpListener>,
}

pub(super) fn all(config: &Config) -> Result<Listeners, ServeError> {
    let inherited = inherited().map_err(|source| ServeError::Inherit { source })?;
    if !inherited.web.is_empty() {
        return Ok(inherited);
    }
    let refuse = |source| ServeError::Listen { address: config.listen.to_string(), source };
    let listener = TcpListener::bind(config.listen).map_err(refuse)?;
    // std listens with 128; a reconnect storm needs more, and listen(2) again only raises it.
    nix::sys::socket::listen(
        &listener.as_fd(),
        nix::sys::socket::Backlog::new(BACKLOG).unwrap_or(nix::sys::socket::Backlog::MAXCONN),
    )
    .map_err(|error| refuse(error.into()))?;
    Ok(Listeners { web: vec![listener], metrics: inherited.metrics })
}

fn inherited() -> io::Result<Listeners> {
    let mut found = Listeners { web: Vec::new(), metrics: Vec::new() };
    let sockets = daemon::listen_fds_with_names().map_err(io::Error::other)?;
    for (fd, name) in sockets.iter() {
        let inet = daemon::is_socket_inet(fd, None, Some(daemon::SocketType::Stream), daemon::Listening::IsListening, None);
        let place = match name.to_str() {
            Ok(WEB) => &mut found.web,
            Ok(METRICS) => &mut found.metrics,
            // One that is served by nobody would let people wait for ever.
            _ => return Err(io::Error::other(format!("{} is no socket of this process", name.to_string_lossy()))),
        };
        if !inet.map_err(io::Error::other)? {
            return Err(io::Error::other(format!("{} is no listening TCP socket", name.to_string_lossy())));
        }
        place.push(daemon::tcp_listener(fd).map_err(io::Error::other)?);
    }
    Ok(found)
}
