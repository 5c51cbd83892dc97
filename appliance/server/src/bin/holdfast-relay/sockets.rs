//! Sockets of the machine's network, in a process that has none.
//!
//! The relay's unit has a network of its own with nothing in it. What it reaches out with are TCP sockets that were made outside,
//! by `holdfast-relay --make-sockets` (ExecStartPre, as root), kept by systemd and handed in with the listener, as the web's
//! listeners are to the server: it can open no other. One carries one connection at a time; afterwards it is disconnected
//! (`connect` to `AF_UNSPEC`, connect(2)) and used again.

use std::{
    fs::File,
    io,
    net::{Shutdown, SocketAddr, TcpStream},
    ops::Deref,
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::net::UnixListener,
    },
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    libc,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sched::{CloneFlags, setns},
    sys::socket::{AddressFamily, SockFlag, SockType, SockaddrStorage, connect, getsockopt, socket, sockopt::SocketError},
    unistd::pipe,
};
use parking_lot::Mutex;
use systemd::daemon;

/// Sockets of each family: as many as connections at once.
const EACH: usize = super::CONNECTIONS;
/// How systemd names them.
const NAMES: [(&str, AddressFamily); 2] = [("out4", AddressFamily::Inet), ("out6", AddressFamily::Inet6)];
/// How long systemd may take to keep them.
const KEPT: Duration = Duration::from_secs(5);
/// How long a connection that both sides have ended may take to be gone.
const GONE: Duration = Duration::from_secs(5);
/// `tcpi_state` of a socket without a connection (linux/tcp.h).
const TCP_CLOSE: u8 = 7;

/// Makes the sockets in the network of the first process and hands them to systemd to keep.
pub fn make() -> io::Result<()> {
    let machine = File::open("/proc/1/ns/net")?;
    if std::fs::read_link("/proc/self/ns/net")? != std::fs::read_link("/proc/1/ns/net")? {
        setns(machine, CloneFlags::CLONE_NEWNET)?;
    }
    for (name, family) in NAMES {
        let mut made = Vec::new();
        for _ in 0..EACH {
            match socket(family, SockType::Stream, SockFlag::SOCK_CLOEXEC, None) {
                Ok(one) => made.push(one),
                // A machine without IPv6.
                Err(Errno::EAFNOSUPPORT) => break,
                Err(error) => return Err(error.into()),
            }
        }
        let numbers: Vec<_> = made.iter().map(AsRawFd::as_raw_fd).collect();
        // Not polled: a socket without a connection looks like one whose other side has hung up.
        tell(&[("FDSTORE", "1"), ("FDNAME", name), ("FDPOLL", "0")], &numbers)?;
    }
    // systemd asks who sent this, and would not learn it of a process that has ended.
    let (ours, theirs) = pipe()?;
    tell(&[("BARRIER", "1")], &[theirs.as_raw_fd()])?;
    drop(theirs);
    wait(&ours, PollFlags::POLLHUP, KEPT)
}

fn tell(state: &[(&str, &str)], numbers: &[i32]) -> io::Result<()> {
    match daemon::pid_notify_with_fds(0, state.iter(), numbers).map_err(io::Error::other)? {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::NotFound, "systemd does not listen: start this as ExecStartPre of the unit")),
    }
}

fn wait(on: &OwnedFd, what: PollFlags, within: Duration) -> io::Result<()> {
    let mut watched = [PollFd::new(std::os::fd::AsFd::as_fd(on), what)];
    match poll(&mut watched, PollTimeout::try_from(within).unwrap_or(PollTimeout::MAX))? {
        0 => Err(io::ErrorKind::TimedOut.into()),
        _ => Ok(()),
    }
}

/// What systemd hands in: the listener, and the sockets that were made. Without any of these the relay opens its own.
#[expect(unsafe_code, reason = "systemd hands sockets over by number")]
pub fn inherited() -> io::Result<(UnixListener, Option<Arc<Pool>>)> {
    let (mut listener, mut pool) = (None, Pool::default());
    for (number, name) in daemon::listen_fds_with_names().map_err(io::Error::other)?.iter() {
        // SAFETY: systemd says that this descriptor was passed to this process; each is taken once, at the start.
        let fd = unsafe { OwnedFd::from_raw_fd(number) };
        match NAMES.iter().find(|(known, _)| name.to_str() == Ok(known)) {
            Some((_, family)) => pool.put_back(*family, fd),
            None => listener = Some(UnixListener::from(fd)),
        }
    }
    let listener = listener.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "systemd handed in no socket"))?;
    let any = pool.free.get_mut().iter().any(|(_, fds)| !fds.is_empty());
    Ok((listener, any.then(|| Arc::new(pool))))
}

/// Sockets without a connection.
pub struct Pool {
    free: Mutex<[(AddressFamily, Vec<OwnedFd>); 2]>,
}

impl Default for Pool {
    fn default() -> Self {
        Self { free: Mutex::new(NAMES.map(|(_, family)| (family, Vec::new()))) }
    }
}

/// A connection, and where its socket goes afterwards.
pub struct Connection {
    stream: TcpStream,
    home: Option<(Arc<Pool>, AddressFamily, OwnedFd)>,
}

/// With a socket of the pool, or with a new one where there is no pool.
pub fn reach(pool: Option<&Arc<Pool>>, address: SocketAddr, within: Duration) -> io::Result<Connection> {
    let Some(pool) = pool else {
        return Ok(Connection { stream: TcpStream::connect_timeout(&address, within)?, home: None });
    };
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let fd = pool.take(family).ok_or_else(|| io::Error::new(io::ErrorKind::WouldBlock, "all sockets are in use"))?;
    match join(&fd, address, within) {
        Ok(stream) => Ok(Connection { stream, home: Some((pool.clone(), family, fd)) }),
        Err(error) => {
            pool.put_back(family, fd);
            Err(error)
        }
    }
}

fn join(fd: &OwnedFd, address: SocketAddr, within: Duration) -> io::Result<TcpStream> {
    let stream = TcpStream::from(fd.try_clone()?);
    stream.set_nonblocking(true)?;
    match connect(fd.as_raw_fd(), &SockaddrStorage::from(address)) {
        Err(Errno::EINPROGRESS) => {
            wait(fd, PollFlags::POLLOUT, within)?;
            match getsockopt(fd, SocketError)? {
                0 => {}
                code => return Err(io::Error::from_raw_os_error(code)),
            }
        }
        done => done?,
    }
    stream.set_nonblocking(false)?;
    Ok(stream)
}

impl Deref for Connection {
    type Target = TcpStream;

    fn deref(&self) -> &TcpStream {
        &self.stream
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some((pool, family, fd)) = self.home.take() else { return };
        // What is still on its way to the other side would be lost with the connection.
        let (_ended, until) = (self.stream.shutdown(Shutdown::Both), Instant::now() + GONE);
        while state(&fd) != Some(TCP_CLOSE) && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
        pool.put_back(family, fd);
    }
}

impl Pool {
    fn take(&self, wanted: AddressFamily) -> Option<OwnedFd> {
        self.free.lock().iter_mut().find(|(family, _)| *family == wanted)?.1.pop()
    }

    /// One that cannot be disconnected is not used again.
    fn put_back(&self, of: AddressFamily, fd: OwnedFd) {
        if let Err(error) = disconnect(&fd) {
            tracing::warn!(%error, "a socket is of no more use");
            return;
        }
        if let Some((_, free)) = self.free.lock().iter_mut().find(|(family, _)| *family == of) {
            free.push(fd);
        }
    }
}

#[expect(unsafe_code, reason = "no library has the address of no family")]
fn disconnect(fd: &OwnedFd) -> io::Result<()> {
    let nobody = libc::sockaddr { sa_family: libc::AF_UNSPEC as libc::sa_family_t, sa_data: [0; 14] };
    let length = libc::socklen_t::try_from(size_of_val(&nobody)).map_err(io::Error::other)?;
    // SAFETY: the descriptor is open, the address lives until the call returns, and its length is its own.
    Errno::result(unsafe { libc::connect(fd.as_raw_fd(), &raw const nobody, length) })?;
    Ok(())
}

/// `tcpi_state`, the first byte of TCP_INFO.
#[expect(unsafe_code, reason = "one byte of a structure that grows with the kernel")]
fn state(fd: &OwnedFd) -> Option<u8> {
    let (mut state, mut length) = (0_u8, 1);
    // SAFETY: the kernel writes at most `length` bytes to where `state` lies.
    let done =
        unsafe { libc::getsockopt(fd.as_raw_fd(), libc::IPPROTO_TCP, libc::TCP_INFO, (&raw mut state).cast(), &raw mut length) };
    (done == 0 && length == 1).then_some(state)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
    };

    use super::*;

    fn pool_of_one() -> Arc<Pool> {
        let pool = Pool::default();
        pool.put_back(AddressFamily::Inet, socket(AddressFamily::Inet, SockType::Stream, SockFlag::SOCK_CLOEXEC, None).unwrap());
        Arc::new(pool)
    }

    #[test]
    fn one_socket_carries_one_connection_after_another_whole() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let pool = pool_of_one();
        let said = vec![7; 3_000_000];
        for round in 0..5 {
            let there = thread::scope(|scope| {
                let heard = scope.spawn(|| {
                    let (mut peer, _) = listener.accept().unwrap();
                    let mut heard = Vec::new();
                    peer.read_to_end(&mut heard).unwrap();
                    heard.len()
                });
                let connection = reach(Some(&pool), address, Duration::from_secs(5)).unwrap();
                assert!(reach(Some(&pool), address, Duration::from_secs(5)).is_err(), "there is only one");
                (&*connection).write_all(&said).unwrap();
                connection.shutdown(Shutdown::Write).unwrap();
                let mut rest = Vec::new();
                (&*connection).read_to_end(&mut rest).unwrap();
                drop(connection);
                heard.join().unwrap()
            });
            assert_eq!(there, said.len(), "round {round}");
        }
    }

    #[test]
    fn a_socket_that_nobody_answered_is_used_again() {
        let pool = pool_of_one();
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        for _ in 0..3 {
            let refused = reach(Some(&pool), gone, Duration::from_secs(5)).map(drop).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        reach(Some(&pool), listener.local_addr().unwrap(), Duration::from_secs(5)).unwrap();
    }
}
