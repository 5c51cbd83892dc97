//! `holdfast-relay`: the way out. Opens connections to the addresses of its list, for whoever may write to its Unix socket.
//!
//! A caller sends one line, `ADDRESS:PORT`, and gets one: `OK`, or `NO` and why. After `OK` bytes go both ways until one side
//! has closed and the other has said nothing for a while. To `LIST` the answer is `OK` and the list, an address a line.
//! Under systemd it has no network but the sockets that were made for it: see [`sockets`].
//! Always true: an address that does not stand in the list, letter for letter, is not tried; addresses are numbers, so nothing is
//! ever asked of a name server; every attempt is a line in the journal, without a byte of what was said.
//! Absent on purpose: TLS, names, retries, UDP. The entry in the audit log is the caller's, who knows on whose behalf it asks.
//! The audit log asks, for the SIEMs of `holdfast.toml`; until one is named the units are off.
//!
//! Exit codes: 1 the list is not right or the socket cannot be had; 2 the command line is wrong.

mod sockets;

use std::{
    error::Error,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use clap::Parser;
use serde::Deserialize;

use sockets::Pool;

/// Connections at once; each has two threads.
const CONNECTIONS: usize = 32;
/// Addresses of a list.
const ADDRESSES: usize = 64;
/// Longest request line, in bytes: an IPv6 address, a port, brackets.
const LINE_BYTES: u64 = 64;
/// Bytes that a caller who is refused may still send.
const REFUSED_BYTES: u64 = 64 * 1024;
/// How long a caller may take to say where to.
const ASK: Duration = Duration::from_secs(5);
/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(10);
/// How long both sides may be silent.
const SILENCE: Duration = Duration::from_secs(300);

#[derive(Parser)]
#[command(name = "holdfast-relay", version, about = "The way out of the box: connections to listed addresses, nothing else")]
struct Arguments {
    /// The list
    #[arg(long, value_name = "FILE", default_value = "/etc/holdfast/relay.toml")]
    config: PathBuf,
    /// Unix socket to make and serve. Without it: the one that systemd hands in
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Make the sockets that the unit reaches out with, and end. For ExecStartPre of the unit, as root
    #[arg(long)]
    make_sockets: bool,
}

/// `relay.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    /// Addresses with ports, as numbers.
    allow: Vec<SocketAddr>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).without_time().init();
    let done = if arguments.make_sockets { sockets::make().map_err(Into::into) } else { serve(&arguments) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "not serving");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let allowed = Arc::new(list(&arguments.config)?);
    let (listener, pool) = match &arguments.socket {
        Some(path) => (UnixListener::bind(path)?, None),
        None => sockets::inherited()?,
    };
    tracing::info!(addresses = allowed.len(), pooled = pool.is_some(), "serving");
    let open = Arc::new(AtomicUsize::new(0));
    for caller in listener.incoming().flatten() {
        if open.load(Ordering::Relaxed) >= CONNECTIONS {
            tracing::warn!("too many connections: one was turned away");
            continue;
        }
        open.fetch_add(1, Ordering::Relaxed);
        let (allowed, pool, count) = (allowed.clone(), pool.clone(), open.clone());
        let spawned = thread::Builder::new().name("relay".to_owned()).spawn(move || {
            if let Err(error) = relay(&caller, &allowed, pool.as_ref()) {
                tracing::warn!(%error, "connection failed");
            }
            count.fetch_sub(1, Ordering::Relaxed);
        });
        if spawned.is_err() {
            open.fetch_sub(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

fn list(path: &Path) -> Result<Vec<SocketAddr>, Box<dyn Error>> {
    let list: List = toml::from_str(&fs::read_to_string(path)?)?;
    match list.allow.len() {
        0..=ADDRESSES => Ok(list.allow),
        many => Err(format!("{many} addresses: at most {ADDRESSES}").into()),
    }
}

fn relay(caller: &UnixStream, allowed: &[SocketAddr], pool: Option<&Arc<Pool>>) -> io::Result<()> {
    caller.set_read_timeout(Some(ASK))?;
    caller.set_write_timeout(Some(SILENCE))?;
    let asked = asked(caller)?;
    if asked == "LIST" {
        let lines: String = allowed.iter().map(|address| format!("{address}\n")).collect();
        return answer(caller, &format!("OK\n{lines}"));
    }
    let Some(address) = asked.parse().ok().filter(|address| allowed.contains(address)) else {
        tracing::warn!("refused: not in the list");
        return refuse(caller, "NO not in the list\n");
    };
    let there = match sockets::reach(pool, address, CONNECT) {
        Ok(there) => there,
        Err(error) => {
            tracing::warn!(%address, %error, "not reached");
            return refuse(caller, "NO not reached\n");
        }
    };
    there.set_write_timeout(Some(SILENCE))?;
    answer(caller, "OK\n")?;
    tracing::info!(%address, "connected");
    let (out_bytes, in_bytes) = both_ways(caller, &there)?;
    tracing::info!(%address, out_bytes, in_bytes, "closed");
    Ok(())
}

/// The first line. Read byte by byte: what follows it is for the other side.
fn asked(mut caller: &UnixStream) -> io::Result<String> {
    let mut line = Vec::new();
    BufReader::with_capacity(1, &mut caller).take(LINE_BYTES).read_until(b'\n', &mut line)?;
    String::from_utf8(line).map(|text| text.trim_end().to_owned()).map_err(io::Error::other)
}

fn answer(mut caller: &UnixStream, line: &str) -> io::Result<()> {
    caller.write_all(line.as_bytes())
}

/// Says no, and hears the caller out: bytes that nobody read would take the answer away with them.
fn refuse(mut caller: &UnixStream, line: &str) -> io::Result<()> {
    answer(caller, line)?;
    caller.shutdown(Shutdown::Write)?;
    let _rest = io::copy(&mut (&mut caller).take(REFUSED_BYTES), &mut io::sink());
    Ok(())
}

/// Bytes that went out and came in.
fn both_ways(caller: &UnixStream, there: &TcpStream) -> io::Result<(u64, u64)> {
    caller.set_read_timeout(Some(SILENCE))?;
    there.set_read_timeout(Some(SILENCE))?;
    thread::scope(|scope| {
        let (mut from_caller, mut to_there) = (caller, there);
        let out = scope.spawn(move || {
            let count = copy(&mut from_caller, &mut to_there);
            let _gone = there.shutdown(Shutdown::Write);
            count
        });
        let (mut from_there, mut to_caller) = (there, caller);
        let inward = copy(&mut from_there, &mut to_caller);
        let _gone = caller.shutdown(Shutdown::Write);
        Ok((out.join().unwrap_or_default(), inward))
    })
}

/// Until the end, an error or silence; how many bytes went.
fn copy(from: &mut impl Read, to: &mut impl Write) -> u64 {
    let (mut buffer, mut count) = ([0; 16 * 1024], 0);
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
        count += read as u64;
    }
    count
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn say(ask: &str, allowed: Vec<SocketAddr>) -> String {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let relaying = thread::spawn(move || relay(&theirs, &allowed, None));
        (&ours).write_all(ask.as_bytes()).unwrap();
        ours.shutdown(Shutdown::Write).unwrap();
        let mut said = String::new();
        (&ours).read_to_string(&mut said).unwrap();
        relaying.join().unwrap().unwrap();
        said
    }

    #[test]
    fn bytes_reach_a_listed_address_and_no_other() {
        let there = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = there.local_addr().unwrap();
        let echo = thread::spawn(move || {
            let (mut peer, _) = there.accept().unwrap();
            let mut heard = String::new();
            peer.read_to_string(&mut heard).unwrap();
            peer.write_all(heard.to_uppercase().as_bytes()).unwrap();
        });
        assert_eq!(say(&format!("{address}\nhello\n"), vec![address]), "OK\nHELLO\n");
        echo.join().unwrap();
        assert_eq!(say(&format!("{address}\nhello\n"), vec![address]), "NO not reached\n", "it listens no more");
        assert_eq!(say(&format!("{address}\nhello\n"), Vec::new()), "NO not in the list\n");
        assert_eq!(say("LIST\n", vec![address]), format!("OK\n{address}\n"));
        assert_eq!(say("LIST\n", Vec::new()), "OK\n");
        assert_eq!(say("localhost:80\n", vec![address]), "NO not in the list\n", "names are not looked up");
        assert_eq!(say(&"9".repeat(500), vec![address]), "NO not in the list\n");
    }

    #[test]
    fn a_list_is_numbers() {
        let folder = std::env::temp_dir().join(format!("holdfast-relay-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("relay.toml");
        for (text, count) in [("allow = []", Some(0)), ("allow = [\"192.0.2.7:6514\", \"[2001:db8::1]:636\"]", Some(2))] {
            fs::write(&file, text).unwrap();
            assert_eq!(list(&file).ok().map(|list| list.len()), count);
        }
        for text in ["allow = [\"siem.example.cn:6514\"]", "allow = [\"192.0.2.7\"]", "", "deny = []"] {
            fs::write(&file, text).unwrap();
            assert!(list(&file).is_err(), "{text:?}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
