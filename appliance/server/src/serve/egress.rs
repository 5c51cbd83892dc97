//! Nothing leaves: from here on the kernel refuses this process every new INET socket (DESIGN section 6).
//!
//! The listeners stay. The filter is inherited by children and by every thread, and cannot be taken off.

use std::collections::BTreeMap;

use seccompiler::{BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule};

use super::ServeError;

/// Families that reach beyond the machine. AF_NETLINK stays: it only asks the kernel.
const REFUSED: [i32; 3] = [libc::AF_INET, libc::AF_INET6, libc::AF_PACKET];

pub(super) fn close() -> Result<(), ServeError> {
    let program = program().map_err(|error| ServeError::Egress { reason: error.to_string() })?;
    seccompiler::apply_filter_all_threads(&program).map_err(|error| ServeError::Egress { reason: error.to_string() })?;
    // A filter that does not bite must stop the start, not surprise an auditor.
    match std::net::UdpSocket::bind(("127.0.0.1", 0)) {
        Err(_) => Ok(()),
        Ok(_) => Err(ServeError::Egress { reason: "an INET socket could still be opened".to_owned() }),
    }
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
