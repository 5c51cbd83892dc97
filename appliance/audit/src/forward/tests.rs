//! A SIEM that listens over real TLS, goes away and comes back; a relay that speaks the words of holdfast-relay.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use parking_lot::Mutex;
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

use super::{Begin, Forwarder, Line, Syslog, SyslogConfig, journal, syslog, through_relay};
use crate::{
    AuditLog, Ending, Party,
    log_tests::Bench,
    verify::note::{Signed, SignedCheckpoint},
};

struct Siem {
    address: SocketAddr,
    ca: Vec<u8>,
    heard: Arc<Mutex<Vec<String>>>,
    /// Takes connections and never reads.
    black_hole: Arc<AtomicBool>,
    /// Reads a part and hangs up.
    hang_up: Arc<AtomicBool>,
}

impl Siem {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["siem.example.cn".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let tls = Arc::new(tls.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let siem = Self {
            address: listener.local_addr().unwrap(),
            ca: made.cert.pem().into_bytes(),
            heard: Arc::default(),
            black_hole: Arc::default(),
            hang_up: Arc::default(),
        };
        let (heard, black_hole, hang_up) = (siem.heard.clone(), siem.black_hole.clone(), siem.hang_up.clone());
        thread::spawn(move || {
            let mut held = Vec::new();
            for peer in listener.incoming().flatten() {
                if black_hole.load(Ordering::SeqCst) {
                    held.push(peer);
                    continue;
                }
                held.clear();
                let mut stream = StreamOwned::new(ServerConnection::new(tls.clone()).unwrap(), peer);
                let hang_up = hang_up.load(Ordering::SeqCst);
                while let Some(message) = counted(&mut stream) {
                    heard.lock().push(message);
                    if hang_up {
                        break;
                    }
                }
                if hang_up {
                    let _ = stream.sock.shutdown(Shutdown::Both);
                    continue;
                }
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        });
        siem
    }

    fn forwarder(&self, name: &str, relay: PathBuf) -> Box<dyn Forwarder> {
        let address = self.address;
        let config = SyslogConfig {
            name: name.to_owned(),
            host: "box.example".to_owned(),
            ca_pem: self.ca.clone(),
            server_name: "siem.example.cn".to_owned(),
            trust_bare_close: false,
        };
        let connect = move || {
            let stream = through_relay(&relay, address)?;
            stream.set_read_timeout(Some(Duration::from_millis(700)))?;
            Ok(Box::new(stream) as Box<dyn super::ReadWrite>)
        };
        Box::new(Syslog::new(config, Box::new(connect)).unwrap())
    }

    fn indices(&self) -> Vec<u64> {
        let of = |message: &String| message.split_once("idx=\"")?.1.split_once('"')?.0.parse().ok();
        self.heard.lock().iter().filter_map(of).collect()
    }
}

/// `LENGTH MESSAGE`
fn counted(from: &mut impl Read) -> Option<String> {
    let mut length = 0;
    loop {
        let mut byte = [0];
        from.read_exact(&mut byte).ok()?;
        match byte[0] {
            b' ' => break,
            digit => length = length * 10 + usize::from(digit - b'0'),
        }
    }
    let mut message = vec![0; length];
    from.read_exact(&mut message).ok()?;
    String::from_utf8(message).ok()
}

/// As appliance/server/src/bin/holdfast-relay.rs does it.
fn relay(socket: &Path, allowed: SocketAddr) -> Arc<AtomicBool> {
    let listener = UnixListener::bind(socket).unwrap();
    let away = Arc::new(AtomicBool::new(false));
    let is_away = away.clone();
    thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            let away = is_away.load(Ordering::SeqCst);
            thread::spawn(move || one(caller, allowed, away));
        }
    });
    away
}

fn one(mut caller: UnixStream, allowed: SocketAddr, away: bool) {
    let mut line = String::new();
    BufReader::with_capacity(1, &mut caller).read_line(&mut line).unwrap();
    let address: Option<SocketAddr> = line.trim_end().parse().ok();
    if address != Some(allowed) {
        return drop(caller.write_all(b"NO not in the list\n"));
    }
    if away {
        return drop(caller.write_all(b"NO not reached\n"));
    }
    let there = TcpStream::connect(allowed).unwrap();
    caller.write_all(b"OK\n").unwrap();
    let (mut from, mut to) = (caller.try_clone().unwrap(), there.try_clone().unwrap());
    let out = thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut &there, &mut caller);
    let _ = caller.shutdown(Shutdown::Write);
    let _ = out.join();
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(30), "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn append(bench: &Bench, log: &AuditLog, count: u64) {
    for n in 1..count {
        log.append_soon(bench.event(n, n));
    }
    log.append(bench.event(0, 0)).unwrap();
}

fn assert_gap_free(mut indices: Vec<u64>, end: u64) {
    indices.sort_unstable();
    indices.dedup();
    assert_eq!(indices, (0..end).collect::<Vec<_>>());
}

#[test]
fn a_siem_that_goes_away_and_comes_back_has_every_entry() {
    let bench = Bench::new();
    let siem = Siem::new();
    let socket = bench.at.join("relay.sock");
    let away = relay(&socket, siem.address);
    let log = bench.open();
    append(&bench, &log, 700);
    log.forward(siem.forwarder("siem", socket.clone()), Begin::Oldest).unwrap();
    assert!(log.forward(siem.forwarder("siem", socket.clone()), Begin::Oldest).is_err(), "one cursor, one forwarder");
    until("the first entries arrive", || log.forwarding()[0].behind == 0);
    assert_gap_free(siem.indices(), 700);

    // The relay does not reach it, then nobody answers, then it hangs up in the middle. The log does not care.
    for (switch, lost) in [(&away, true), (&siem.black_hole, true), (&siem.hang_up, true)] {
        switch.store(lost, Ordering::SeqCst);
        let begin = Instant::now();
        append(&bench, &log, 300);
        log.append(bench.event(1, 1)).unwrap();
        assert!(begin.elapsed() < Duration::from_secs(2));
        until("it is seen to fail", || log.forwarding()[0].failing);
        assert!(log.forwarding()[0].behind > 0);
        switch.store(false, Ordering::SeqCst);
        until("what was missed arrives", || log.forwarding()[0].behind == 0);
    }
    assert_gap_free(siem.indices(), log.size());

    // Closed while it is behind, opened again: it goes on where it stood.
    away.store(true, Ordering::SeqCst);
    append(&bench, &log, 100);
    let begin = Instant::now();
    log.close();
    assert!(begin.elapsed() < Duration::from_secs(2), "closing waits for no SIEM");
    away.store(false, Ordering::SeqCst);
    let before = siem.indices().len();
    let log = bench.open();
    log.forward(siem.forwarder("siem", socket), Begin::Oldest).unwrap();
    until("the rest arrives", || log.forwarding()[0].behind == 0);
    assert_gap_free(siem.indices(), log.size());
    assert!(siem.indices().len() - before < 400, "and not everything again");
    log.close();

    // Off the box lies what the box can not take back.
    let heard = siem.heard.lock();
    let note = heard.iter().find_map(|message| message.split_once("[checkpoint@32473 note=\"")?.1.split_once('"')).unwrap().0;
    let note = SignedCheckpoint::parse(&BASE64.decode(note).unwrap()).unwrap();
    assert_eq!(note.check(&bench.signer.vkey), Signed::Good);
    assert!(!heard.iter().any(|message| message.contains("secret")), "no details leave");
}

#[test]
fn a_certificate_of_another_authority_is_not_spoken_to() {
    let bench = Bench::new();
    let (siem, other) = (Siem::new(), Siem::new());
    let socket = bench.at.join("relay.sock");
    relay(&socket, siem.address);
    let log = bench.open();
    append(&bench, &log, 3);
    let forwarder = Siem { ca: other.ca, ..siem };
    log.forward(forwarder.forwarder("siem", socket), Begin::Oldest).unwrap();
    until("it is refused", || log.forwarding()[0].failing);
    assert_eq!((log.forwarding()[0].delivered, forwarder.heard.lock().len()), (0, 0));
    log.close();
    assert!(through_relay(&bench.at.join("nobody"), forwarder.address).is_err());
}

/// Takes a few at a time, fails every third time, and remembers.
struct Moody(Arc<Mutex<BTreeMap<u64, usize>>>, AtomicUsize);

impl Forwarder for Moody {
    fn name(&self) -> &str {
        "moody"
    }

    fn deliver(&mut self, entries: &[Line], _: Option<&str>) -> io::Result<u64> {
        assert!(entries.is_sorted_by(|a, b| a.index + 1 == b.index));
        let turn = self.1.fetch_add(1, Ordering::SeqCst);
        for line in entries.iter().take(100) {
            *self.0.lock().entry(line.index).or_default() += 1;
        }
        if turn % 3 == 2 { Err(io::Error::other("moody")) } else { Ok(entries[entries.len().min(100) - 1].index + 1) }
    }
}

#[test]
fn what_is_taken_in_part_is_not_lost_and_begins_where_it_was_told_to() {
    let bench = Bench::new();
    let log = bench.open();
    append(&bench, &log, 600);
    let heard: Arc<Mutex<BTreeMap<u64, usize>>> = Arc::default();
    log.forward(Box::new(Moody(heard.clone(), AtomicUsize::new(0))), Begin::Now).unwrap();
    append(&bench, &log, 1_000);
    until("all of it", || log.forwarding()[0].behind == 0);
    assert_eq!(heard.lock().keys().copied().collect::<Vec<_>>(), (600..1_600).collect::<Vec<_>>());
    log.close();
    let cursor = fs::read_to_string(bench.dir().join("forward/moody")).unwrap();
    assert!(cursor.trim().parse::<u64>().unwrap() <= 1_600);
}

fn line() -> Line {
    Line {
        index: 7,
        at: holdfast_base::Timestamp(1_768_435_200_000_001),
        action: "session.open".to_owned(),
        outcome: Ending::Refused,
        code: Some("wrong-credentials".to_owned()),
        actor: Party::Person(42),
        door: "web".to_owned(),
        address: Some("192.0.2.7".to_owned()),
        object_kind: "session".to_owned(),
        object_id: "a\"b]c\\d\ne".to_owned(),
        request: "r".to_owned(),
    }
}

#[test]
fn a_message_is_one_of_rfc_5424() {
    assert_eq!(
        syslog::message(&line(), "box", None),
        "<109>1 2026-01-15T00:00:00.000001Z box holdfast - session.open [audit@32473 idx=\"7\" uid=\"person/42\" \
         src=\"192.0.2.7\" obj=\"session/a\\\"b\\]c\\\\d e\" cid=\"r\" door=\"web\" outcome=\"refused\" \
         code=\"wrong-credentials\"]"
    );
    assert!(syslog::message(&line(), "box", Some("x\n")).ends_with("\"][checkpoint@32473 note=\"eAo=\"]"));
}

#[test]
fn the_journal_is_given_fields() {
    let fields = journal::fields(&line());
    for field in
        ["AUDIT_IDX=7", "AUDIT_CLASS=session.open", "PRIORITY=5", "AUDIT_ACTOR=person/42", "AUDIT_CODE=wrong-credentials"]
    {
        assert!(fields.iter().any(|there| there == field), "{field} in {fields:?}");
    }
    assert!(fields.iter().any(|field| field.starts_with("MESSAGE_ID=")));
    assert!(!fields.iter().any(|field| field.contains("192.0.2.7")), "no addresses in the journal");
}
