//! The LAN: ports, names, addresses.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    os::unix::net::UnixStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::{Finding, Look};
use crate::names;

const METRICS: u16 = 9464;
const STARTING: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(50);

pub(super) fn web_port(at: &Look<'_>) -> Finding {
    let any = [SocketAddr::from((Ipv6Addr::UNSPECIFIED, at.port)), SocketAddr::from((Ipv4Addr::UNSPECIFIED, at.port))];
    port(at, "port-web", "holdfast.socket", &any)
}

pub(super) fn metrics_port(at: &Look<'_>) -> Finding {
    if !at.places.is_installed() {
        return at.ok("port-metrics", at.language.pick("not needed here", "此处不需要"));
    }
    port(at, "port-metrics", "holdfast-metrics.socket", &[SocketAddr::from((Ipv4Addr::LOCALHOST, METRICS))])
}

fn port(at: &Look<'_>, check: &'static str, unit: &str, addresses: &[SocketAddr]) -> Finding {
    let number = addresses.first().map_or(0, SocketAddr::port);
    // Of an installed box systemd holds the listener; elsewhere the running box itself does.
    let ours = || match at.places.is_installed() {
        true => at.host.run("systemctl", &["is-active", unit]).is_some(),
        false => answers(&at.places.data().join("run/control.sock")),
    };
    // A machine without IPv6 answers something else than "in use"; its IPv4 address is asked next.
    let taken =
        addresses.iter().any(|address| TcpListener::bind(address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse));
    if !taken {
        return at.ok(check, at.language.pick(format!("{number} is free"), format!("{number} 空闲")));
    }
    if ours() {
        return at.ok(check, at.language.pick(format!("{number} is ours already"), format!("{number} 已由本系统监听")));
    }
    at.refused(
        check,
        at.language.pick(format!("{number} is in use"), format!("{number} 已被占用")),
        "`ss -ltnp` shows by whom: stop it, or give the web another port in the answers",
        "可用 `ss -ltnp` 查看占用者：请停掉它，或在答案文件里换一个网页端口",
    )
}

/// A box that is just starting has its port a moment before its own socket.
fn answers(socket: &Path) -> bool {
    let until = Instant::now() + STARTING;
    while UnixStream::connect(socket).is_err() {
        if Instant::now() > until {
            return false;
        }
        thread::sleep(PAUSE);
    }
    true
}

pub(super) fn name(at: &Look<'_>) -> Finding {
    let host = at.host.proc("sys/kernel/hostname");
    if !host.is_empty() && !host.starts_with("localhost") && names::may_be_asked_for(&host) {
        return at.ok("host-name", host);
    }
    at.warning(
        "host-name",
        host,
        "people type this name: hostnamectl set-hostname NAME, and an entry in the LAN's DNS",
        "员工要输入这个名字：请用 hostnamectl set-hostname 设置，并在内网 DNS 中登记",
    )
}

pub(super) fn addresses(at: &Look<'_>) -> Finding {
    let all = names::of_this_box();
    let lan: Vec<&String> =
        all.iter().filter(|name| name.parse::<IpAddr>().is_ok_and(|address| !address.is_loopback())).collect();
    if lan.is_empty() {
        return at.warning(
            "addresses",
            at.language.pick("none on a LAN", "没有局域网地址"),
            "connect the machine before people are to reach it, then holdfast-setup renew",
            "请先接入局域网，再运行 holdfast-setup renew",
        );
    }
    at.ok("addresses", lan.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" "))
}
