use std::{
    io,
    os::fd::OwnedFd,
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use super::Listener;
use crate::limits;

/// Stands in for systemd where there is none: holds the listening socket, starts `command` with it as standard input,
/// and starts it again whenever it ends, at once at first and more slowly if it keeps ending. Callers that connect in
/// between wait in the socket. The child should ask for a signal when its parent ends.
pub fn supervise(listener: &Listener, command: impl Fn() -> Command) -> io::Result<()> {
    let socket = listener.bind()?;
    let (shortest, longest) = limits::RESTART_WAIT;
    let mut wait = shortest;
    loop {
        let started = Instant::now();
        match command().stdin(Stdio::from(OwnedFd::from(socket.try_clone()?))).status() {
            Ok(status) => tracing::warn!(%status, "hsmd ended; starting it again"),
            Err(error) => tracing::error!(%error, "hsmd was not started; trying again"),
        }
        if started.elapsed() > longest {
            wait = shortest;
        }
        thread::sleep(wait);
        wait = longest.min(wait * 2);
    }
}
