//! Listeners: those that systemd hands over, else the one of the configuration.

use std::{io, net::TcpListener, os::fd::AsFd};

use systemd::daemon;

use super::ServeError;
use crate::config::Config;

/// Connections waiting to be accepted.
const BACKLOG: i32 = 1024;

pub(super) fn web(config: &Config) -> Result<Vec<TcpListener>, ServeError> {
    let inherited = inherited().map_err(|source| ServeError::Inherit { source })?;
    if !inherited.is_empty() {
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
    Ok(vec![listener])
}

fn inherited() -> io::Result<Vec<TcpListener>> {
    let fds = daemon::listen_fds().map_err(io::Error::other)?;
    let mut listeners = Vec::new();
    for fd in fds.iter() {
        let inet = daemon::is_socket_inet(fd, None, Some(daemon::SocketType::Stream), daemon::Listening::IsListening, None);
        if inet.map_err(io::Error::other)? {
            listeners.push(daemon::tcp_listener(fd).map_err(io::Error::other)?);
        }
    }
    Ok(listeners)
}
