//! `holdfast-box run` serves a lasting box with the sample company; `holdfast-box throwaway` one that ends with standard input.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use holdfast_tests::{Options, TestBox, end};
use serde_json::json;

#[derive(Parser)]
#[command(about = "Boots a box with the sample company")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until interrupted; keeps its folder.
    Run {
        #[arg(long)]
        data: PathBuf,
        #[arg(long)]
        listen: SocketAddr,
        #[arg(long)]
        sample: PathBuf,
    },
    /// Serve until standard input closes; one JSON line says where.
    Throwaway {
        #[arg(long)]
        sample: Option<PathBuf>,
        /// A handful of people instead of a thousand.
        #[arg(long)]
        small: bool,
    },
}

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        Command::Run { data, listen, sample } => {
            run(&Options { data: Some(data), listen: Some(listen), sample: Some(sample), small: false })
        }
        Command::Throwaway { sample, small } => throwaway(&Options { data: None, listen: None, sample, small }),
    };
    end("holdfast-box", ended)
}

type Ended = Result<(), Box<dyn std::error::Error>>;

fn throwaway(options: &Options) -> Ended {
    let running = TestBox::boot(options)?;
    let place = running.place();
    let line = json!({
        "url": place.url,
        "ca": place.authority,
        // The root only lists spaces; suites write, so they are pointed at one that takes files.
        "webdav": format!("{}/dav/personal/", place.url),
        "ldap": place.ldaps,
        "ldap_start_tls": place.ldap,
        "metrics": format!("{}/metrics", place.url),
        "data": place.data,
        "vkey": place.vkey()?,
        "people": place.sign_ins.people,
        "app_password": place.sign_ins.app_password,
    });
    let mut out = io::stdout();
    writeln!(out, "{line}")?;
    out.flush()?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn run(options: &Options) -> Ended {
    let mut out = io::stdout();
    writeln!(out, "Starting the box; the first time it makes a token and loads the sample company (about a minute).")?;
    let running = TestBox::boot(options)?;
    let place = running.place();
    writeln!(out, "\nHoldfast serves at {}", place.url)?;
    for address in lan_addresses()? {
        writeln!(out, "              and https://{}", SocketAddr::new(address, running.address.port()))?;
    }
    writeln!(out, "\n{TRUST}")?;
    writeln!(out, "  certificate: {}  (also {}/ca.crt)\n", place.authority.display(), place.url)?;
    writeln!(out, "Sign-ins of the sample company:")?;
    for one in &place.sign_ins.people {
        let roles = if one.roles.is_empty() { "employee".to_owned() } else { format!("{} administrator", one.roles.join(", ")) };
        writeln!(out, "  {:<16} {:<24} {roles}", one.uid, one.password)?;
    }
    if let Some(app) = &place.sign_ins.app_password {
        writeln!(out, "  {:<16} {:<24} app password for WebDAV at {}/dav/", app.uid, app.password, place.url)?;
    }
    writeln!(out, "\nKey for auditors (holdfast-audit verify DIR --key ...):\n  {}", place.vkey()?)?;
    writeln!(out, "\nCtrl+C ends it; 'make run' starts the same box again.")?;
    out.flush()?;
    wait_for_interrupt()?;
    Ok(())
}

/// How the desks come to trust the box.
const TRUST: &str = "\
The box has a certificate of its own authority. To trust it, once for each desk:
  Windows  certutil -addstore -user Root ca.crt   (or double-click: Install, Trusted Root Certification Authorities)
  macOS    security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ca.crt
  Linux    sudo cp ca.crt /usr/local/share/ca-certificates/holdfast.crt && sudo update-ca-certificates
           (Chromium: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n holdfast -i ca.crt; Firefox: Settings, Certificates)";

fn lan_addresses() -> io::Result<Vec<IpAddr>> {
    let mut all: Vec<IpAddr> = nix::ifaddrs::getifaddrs()?
        .filter_map(|one| one.address)
        .filter_map(|address| address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip())))
        .filter(|address| !address.is_loopback())
        .collect();
    all.sort();
    all.dedup();
    Ok(all)
}

fn wait_for_interrupt() -> io::Result<()> {
    let mut signals = nix::sys::signal::SigSet::empty();
    for signal in [nix::sys::signal::Signal::SIGINT, nix::sys::signal::Signal::SIGTERM, nix::sys::signal::Signal::SIGHUP] {
        signals.add(signal);
    }
    signals.thread_block()?;
    signals.wait()?;
    Ok(())
}
