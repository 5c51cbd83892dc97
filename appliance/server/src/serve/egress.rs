//! Nothing leaves: from here on the kernel refuses this process every new INET socket (DESIGN section 6).
//!
//! The listeners stay. The filter is inherited by children and by every thread, and cannot be taken off.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    net::UdpSocket,
    os::fd::RawFd,
};

use nix::sys::socket::{SockaddrStorage, getpeername, getsockname};
use seccompiler::{BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule};

use super::ServeError;

/// Families that reach beyond the machine. AF_NETLINK stays: it only asks the kernel.
const REFUSED: [i32; 3] = [libc::AF_INET, libc::AF_INET6, libc::AF_PACKET];

pub(super) fn close() -> Result<(), ServeError> {
    let program = program().map_err(|error| ServeError::Egress { reason: error.to_string() })?;
    seccompiler::apply_filter_all_threads(&program).map_err(|error| ServeError::Egress { reason: error.to_string() })?;
    // A filter that does not bite must stop the start, not surprise an auditor.
    if !is_closed() {
        return Err(ServeError::Egress { reason: "an INET socket could still be opened".to_owned() });
    }
    Ok(())
}

/// Tried, not remembered: the kernel refuses this process an INET socket.
pub(crate) fn is_closed() -> bool {
    UdpSocket::bind(("127.0.0.1", 0)).is_err()
}

/// INET connections that this process holds and has begun itself.
pub(crate) fn started() -> io::Result<usize> {
    let open = fs::read_dir("/proc/self/fd")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    Ok(started_among(open))
}

/// Those with a peer whose own port is none that is listened on: what came in has the port of its listener.
fn started_among(open: impl Iterator<Item = RawFd>) -> usize {
    let (mut connected, mut listening) = (Vec::new(), BTreeSet::new());
    for fd in open {
        // What is no socket, or was closed meanwhile, has no address.
        let Some(port) = getsockname::<SockaddrStorage>(fd).ok().and_then(|address| port(&address)) else { continue };
        if getpeername::<SockaddrStorage>(fd).is_ok() {
            connected.push(port);
            continue;
        }
        listening.insert(port);
    }
    connected.iter().filter(|port| !listening.contains(port)).count()
}

fn port(address: &SockaddrStorage) -> Option<u16> {
    let four = address.as_sockaddr_in().map(|address| address.port());
    four.or_else(|| address.as_sockaddr_in6().map(|address| address.port()))
}

fn program() -> Result<BpfProgram, seccompiler::BackendError> {
    let rules = REFUSED
        .iter()
        .map(|family| {
            let family = u64::try_from(*family).unwrap_or(u64::MAX);
            let condition = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, family)?;
            SeccompRule::new(vec![condition])
        })
        .collect::<Result<Vec<_>, _>>()?;
    let refusal = u32::try_from(libc::EAFNOSUPPORT).unwrap_or(1);
    SeccompFilter::new(
        BTreeMap::from([(libc::SYS_socket, rules)]),
        SeccompAction::Allow,
        SeccompAction::Errno(refusal),
        std::env::consts::ARCH.try_into()?,
    )?
    .try_into()
}

#[cfg(test)]
mod tests {
    use std::{
        net::{TcpListener, TcpStream},
        os::{fd::AsRawFd, unix::net::UnixStream},
    };

    use super::*;

    #[test]
    fn what_came_in_is_no_flow_that_the_box_has_begun() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let began = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (came_in, _) = listener.accept().unwrap();
        let (local, _other) = UnixStream::pair().unwrap();
        let ours = [listener.as_raw_fd(), came_in.as_raw_fd(), local.as_raw_fd()];
        assert_eq!(started_among(ours.into_iter()), 0);
        assert_eq!(started_among(ours.into_iter().chain([began.as_raw_fd()])), 1);
    }
}
