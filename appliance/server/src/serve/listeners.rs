//! Listeners: those that systemd hands over, by their `FileDescriptorName=`, else the one of the configuration.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    os::fd::AsFd,
};

use systemd::daemon;

use super::ServeError;
use crate::{config::Config, ldap::Mode};

/// Connections waiting to be accepted.
const BACKLOG: i32 = 1024;
/// Names of the sockets in the units.
const WEB: &str = "web";
const METRICS: &str = "metrics";
const LDAPS: &str = "ldaps";
const LDAP: &str = "ldap";

/// What the process answers on.
pub(super) struct Listeners {
    /// https for everybody.
    pub(super) web: Vec<TcpListener>,
    /// Plain http for the machine itself; empty in development, where `/metrics` is asked for on the web.
    pub(super) metrics: Vec<TcpListener>,
    /// LDAP, where it is wanted.
    pub(super) ldap: Vec<(TcpListener, Mode)>,
}

pub(super) fn all(config: &Config) -> Result<Listeners, ServeError> {
    let mut listeners = inherited().map_err(|source| ServeError::Inherit { source })?;
    for (address, mode) in [(config.ldap.listen, Mode::Tls), (config.ldap.listen_start_tls, Mode::StartTls)] {
        let inherited = listeners.ldap.iter().any(|(_, known)| *known == mode);
        if let Some(address) = address.filter(|_| !inherited) {
            listeners.ldap.push((bind(address)?, mode));
        }
    }
    if listeners.web.is_empty() {
        listeners.web.push(bind(config.listen)?);
    }
    Ok(listeners)
}

fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let refuse = |source| ServeError::Listen { address: address.to_string(), source };
    let listener = TcpListener::bind(address).map_err(refuse)?;
    // std listens with 128; a reconnect storm needs more, and listen(2) again only raises it.
    nix::sys::socket::listen(
        &listener.as_fd(),
        nix::sys::socket::Backlog::new(BACKLOG).unwrap_or(nix::sys::socket::Backlog::MAXCONN),
    )
    .map_err(|error| refuse(error.into()))?;
    Ok(listener)
}

/// What a socket is for.
enum Door {
    Web,
    Metrics,
    Ldap(Mode),
}

fn inherited() -> io::Result<Listeners> {
    let mut found = Listeners { web: Vec::new(), metrics: Vec::new(), ldap: Vec::new() };
    let sockets = daemon::listen_fds_with_names().map_err(io::Error::other)?;
    for (fd, name) in sockets.iter() {
        let inet = daemon::is_socket_inet(fd, None, Some(daemon::SocketType::Stream), daemon::Listening::IsListening, None);
        let door = match name.to_str() {
            Ok(WEB) => Door::Web,
            Ok(METRICS) => Door::Metrics,
            Ok(LDAPS) => Door::Ldap(Mode::Tls),
            Ok(LDAP) => Door::Ldap(Mode::StartTls),
            // One that is served by nobody would let people wait for ever.
            _ => return Err(io::Error::other(format!("{} is no socket of this process", name.to_string_lossy()))),
        };
        if !inet.map_err(io::Error::other)? {
            return Err(io::Error::other(format!("{} is no listening TCP socket", name.to_string_lossy())));
        }
        let listener = daemon::tcp_listener(fd).map_err(io::Error::other)?;
        match door {
            Door::Web => found.web.push(listener),
            Door::Metrics => found.metrics.push(listener),
            Door::Ldap(mode) => found.ldap.push((listener, mode)),
        }
    }
    Ok(found)
}
