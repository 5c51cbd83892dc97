use std::{collections::BTreeSet, net::IpAddr};

use nix::{ifaddrs::getifaddrs, unistd::gethostname};

/// How people on the LAN may call this box: localhost, the host's name, `<host>.local`, and every address of its
/// interfaces. Sorted. Link-local addresses are left out: a browser cannot reach them by a bare address.
pub(crate) fn of_this_box() -> Vec<String> {
    let mut names = BTreeSet::from(["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()]);
    if let Some(host) = host() {
        let short = host.split('.').next().unwrap_or(&host).to_owned();
        names.insert(format!("{short}.local"));
        names.insert(host);
    }
    for interface in getifaddrs().into_iter().flatten() {
        let Some(address) = interface.address else { continue };
        let address = match (address.as_sockaddr_in(), address.as_sockaddr_in6()) {
            (Some(v4), _) => IpAddr::V4(v4.ip()),
            (_, Some(v6)) => IpAddr::V6(v6.ip()),
            _ => continue,
        };
        if is_reachable(address) {
            names.insert(address.to_string());
        }
    }
    names.into_iter().collect()
}

/// The host's own name, where it is one.
pub(crate) fn host() -> Option<String> {
    gethostname().ok().and_then(|name| name.into_string().ok()).filter(|name| is_dns_name(name))
}

/// What a certificate can be made out to: a DNS name, or an address.
pub(crate) fn may_be_asked_for(name: &str) -> bool {
    name.parse::<IpAddr>().is_ok() || is_dns_name(name)
}

fn is_reachable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !v4.is_link_local() && !v4.is_unspecified(),
        IpAddr::V6(v6) => !v6.is_unicast_link_local() && !v6.is_unspecified(),
    }
}

/// RFC 1123 letters, digits and hyphens.
fn is_dns_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_box_has_names_without_repetition() {
        let names = of_this_box();
        for always in ["localhost", "127.0.0.1", "::1"] {
            assert_eq!(names.iter().filter(|name| *name == always).count(), 1);
        }
        assert!(names.iter().all(|name| name.parse::<IpAddr>().is_ok() || is_dns_name(name)));
    }

    #[test]
    fn what_is_no_dns_name_is_left_out() {
        assert!(is_dns_name("holdfast") && is_dns_name("box-1.example.cn"));
        for bad in ["", "a_b", "-a", "a-", "a..b", "盒子"] {
            assert!(!is_dns_name(bad), "{bad:?}");
        }
    }
}
