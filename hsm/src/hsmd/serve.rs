use std::{
    fs, io,
    os::{
        fd::{AsFd, FromRawFd, OwnedFd},
        unix::net::{UnixListener, UnixStream},
    },
    path::PathBuf,
    process,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use crossbeam_channel::{Sender, bounded};
use holdfast_base::World;
use nix::sys::{
    prctl,
    socket::{getsockopt, sockopt::PeerCredentials},
};

use super::{
    EXIT_RESTART, HsmdConfig,
    worker::{Job, Worker},
};
use crate::{
    limits,
    protocol::{Answer, Fault, Verb, read_frame, write_frame},
};

/// Where connections come from.
#[derive(Debug, Clone)]
pub enum Listener {
    /// A socket of our own; what lies at the path is replaced.
    Path(PathBuf),
    /// The first socket that systemd hands in.
    Systemd,
    /// Standard input is the listening socket: how [`supervise()`](super::supervise()) hands it in.
    StandardInput,
}

impl Listener {
    pub(super) fn bind(&self) -> io::Result<UnixListener> {
        match self {
            Self::Path(path) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                    _ => UnixListener::bind(path),
                }
            }
            Self::Systemd => inherited(),
            Self::StandardInput => io::stdin().as_fd().try_clone_to_owned().map(UnixListener::from),
        }
    }
}

#[expect(unsafe_code, reason = "systemd hands sockets over by number")]
fn inherited() -> io::Result<UnixListener> {
    let first = systemd::daemon::listen_fds().map_err(io::Error::other)?.iter().next();
    let number = first.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "systemd handed in no socket"))?;
    // SAFETY: sd_listen_fds says that this descriptor was passed to this process; it is taken once, at the start.
    Ok(UnixListener::from(unsafe { OwnedFd::from_raw_fd(number) }))
}

/// Serves until the process is ended. Returns only when the listener cannot be had.
pub fn run(config: HsmdConfig, listener: &Listener, world: World) -> io::Result<()> {
    prctl::set_dumpable(false)?;
    fs::create_dir_all(&config.state)?;
    let listener = listener.bind()?;
    let door =
        Door { uids: config.allowed_uids.clone(), gids: config.allowed_gids.clone(), own: nix::unistd::geteuid().as_raw() };
    let (jobs, queue) = bounded(limits::WAITING_CALLS);
    thread::Builder::new().name("token".into()).spawn(move || {
        let _ends = EndsProcess;
        Worker::new(config, world).run(&queue);
    })?;
    if let Err(error) = systemd::daemon::notify([(systemd::daemon::STATE_READY, "1")].iter()) {
        tracing::debug!(%error, "nobody waits for readiness");
    }
    let connections = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        if !door.admits(&stream) || connections.load(Ordering::Relaxed) >= limits::CONNECTIONS {
            continue;
        }
        connections.fetch_add(1, Ordering::Relaxed);
        let (jobs, count) = (jobs.clone(), connections.clone());
        let spawned = thread::Builder::new().name("connection".into()).spawn(move || {
            serve(&stream, &jobs).unwrap_or_else(|error| tracing::warn!(%error, "connection"));
            count.fetch_sub(1, Ordering::Relaxed);
        });
        if spawned.is_err() {
            connections.fetch_sub(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

/// Without its worker hsmd would only say that it is busy. A token that claims an absurd length can make it panic.
struct EndsProcess;

impl Drop for EndsProcess {
    fn drop(&mut self) {
        tracing::error!("the worker ended: ending, to be started again");
        process::exit(EXIT_RESTART);
    }
}

/// Who may come in, by the kernel's word (SO_PEERCRED).
struct Door {
    own: u32,
    uids: Vec<u32>,
    gids: Vec<u32>,
}

impl Door {
    fn admits(&self, stream: &UnixStream) -> bool {
        let Ok(peer) = getsockopt(stream, PeerCredentials) else { return false };
        let admitted = peer.uid() == self.own || self.uids.contains(&peer.uid()) || self.gids.contains(&peer.gid());
        if !admitted {
            tracing::warn!(uid = peer.uid(), gid = peer.gid(), "turned away");
        }
        admitted
    }
}

fn serve(mut stream: &UnixStream, jobs: &Sender<Job>) -> io::Result<()> {
    stream.set_write_timeout(Some(limits::CALL_TIMEOUT))?;
    // A connection that says nothing is ended; the vault opens a new one for each call.
    stream.set_read_timeout(Some(limits::SLOW_CALL_TIMEOUT))?;
    while let Some(verb) = read_frame::<Verb>(&mut stream)? {
        let (name, patience) = (verb.name(), patience(&verb));
        let (answer, waiting) = bounded(1);
        let answered = match jobs.try_send(Job { verb, answer }) {
            Ok(()) => waiting.recv_timeout(patience).ok(),
            Err(_) => {
                write_frame::<Answer>(&mut stream, &Err(Fault::Busy))?;
                continue;
            }
        };
        let Some(answered) = answered else {
            tracing::error!(verb = name, "the token hangs: ending, to be started again");
            process::exit(EXIT_RESTART);
        };
        let written = write_frame(&mut stream, &answered.answer);
        if answered.restart {
            tracing::error!(verb = name, "a fresh module is needed: ending, to be started again");
            process::exit(EXIT_RESTART);
        }
        written?;
    }
    Ok(())
}

fn patience(verb: &Verb) -> Duration {
    if verb.is_slow() { limits::SLOW_CALL_TIMEOUT } else { limits::TOKEN_HANGS_AFTER }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_and_the_listed_users_come_in() {
        let (stream, _peer) = UnixStream::pair().unwrap();
        let (uid, gid) = (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw());
        let door = |own, uids: &[u32], gids: &[u32]| Door { own, uids: uids.to_vec(), gids: gids.to_vec() };
        assert!(door(uid, &[], &[]).admits(&stream));
        assert!(!door(uid + 1, &[], &[]).admits(&stream));
        assert!(!door(uid + 1, &[uid + 2], &[gid + 2]).admits(&stream));
        assert!(door(uid + 1, &[uid], &[]).admits(&stream));
        assert!(door(uid + 1, &[], &[gid]).admits(&stream));
    }
}
