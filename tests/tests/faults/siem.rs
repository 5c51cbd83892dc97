//! The audit log goes to a SIEM, through the relay, over TLS. The SIEM goes away and comes back: no entry is missing, and the
//! box has not waited for it.

use std::{
    collections::BTreeSet,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle};
use tempfile::TempDir;

use super::tools::run;

/// How long the SIEM may take to have everything.
const CAUGHT_UP: Duration = Duration::from_secs(60);

/// Ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn siem(folder: &Path, port: u16) -> Ended {
    let at = |name: &str| folder.join(name);
    fs::write(at("siem.py"), include_str!("siem.py")).unwrap();
    let mut python = Command::new("python3");
    python.arg(at("siem.py")).arg(port.to_string()).arg(at("siem.crt")).arg(at("siem.key")).arg(at("indices"));
    Ended(python.spawn().unwrap())
}

fn relay(folder: &Path, address: &str) -> Ended {
    let mut tool = std::env::current_exe().unwrap();
    tool.pop();
    tool.pop();
    fs::write(folder.join("relay.toml"), format!("allow = [\"{address}\"]\n")).unwrap();
    let mut relay = Command::new(tool.join("holdfast-relay"));
    relay.arg("--config").arg(folder.join("relay.toml")).arg("--socket").arg(folder.join("relay.sock"));
    Ended(relay.spawn().unwrap())
}

fn received(folder: &Path) -> BTreeSet<u64> {
    let text = fs::read_to_string(folder.join("indices")).unwrap_or_default();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

/// Entries of the log by now.
fn size(boxed: &TestBox) -> u64 {
    let page = boxed.place().administrator("audit").get_patiently("/api/v1/audit/entries?limit=1").unwrap().ok();
    page["items"][0]["index"].as_u64().unwrap() + 1
}

/// Waits until every entry that is there now has arrived.
fn complete(boxed: &TestBox, folder: &Path) {
    let (wanted, begun) = (size(boxed), Instant::now());
    loop {
        let missing: Vec<u64> = {
            let there = received(folder);
            (0..wanted).filter(|index| !there.contains(index)).collect()
        };
        if missing.is_empty() {
            return println!("{wanted} entries are there after {:.1?}", begun.elapsed());
        }
        assert!(begun.elapsed() < CAUGHT_UP, "{} of {wanted} entries are missing, the first is {}", missing.len(), missing[0]);
        thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_siem_that_was_away_has_every_entry_in_the_end() {
    let (folder, mut chance) = (TempDir::with_prefix("holdfast-").unwrap(), Chance::of_this_run("siem"));
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let subject = ["-subj", "/CN=siem.example", "-addext", "subjectAltName=DNS:siem.example", "-days", "2"];
    // Its own authority, and no authority for others.
    let leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
    let request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let (key, certificate) = (at("siem.key"), at("siem.crt"));
    run("openssl", &[&request[..], &subject[..], &leaf[..], &["-keyout", &key, "-out", &certificate]].concat());
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let config = format!(
        "site = \"机房 A\"\nrelay_socket = {:?}\n[[audit.syslog]]\nname = \"siem\"\naddress = \"{address}\"\nserver_name = \"siem.example\"\nauthority = {certificate:?}\n",
        at("relay.sock")
    );
    fs::write(folder.path().join("holdfast.toml"), config).unwrap();

    let _relay = relay(folder.path(), &address);
    let first = siem(folder.path(), port);
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    boxed.kill_server().unwrap();
    boxed.server_environment = vec![("HOLDFAST_CONFIG".to_owned(), at("holdfast.toml").into())];
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    let place = boxed.place();
    let mut oracle = Oracle::new(&place, chance.fork());
    complete(&boxed, folder.path());
    let report = place.administrator("audit").get_patiently("/api/v1/audit/evidence").unwrap().ok();
    let (way_out, listed) = (&report["egress"], serde_json::json!([address]));
    assert_eq!((&way_out["relay"], &way_out["allowed"]), (&"on".into(), &listed), "{way_out}");
    assert!(way_out["relayed"].as_u64().unwrap() > 0 && way_out["started"] == 0, "{way_out}");
    assert_eq!(report["site"], "机房 A");

    // Away while the box works, and while it is killed and started.
    drop(first);
    oracle.under_load(&place, || thread::sleep(Duration::from_secs(1)));
    oracle.settle(&place);
    boxed.kill_server().unwrap();
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    oracle.under_load(&place, || thread::sleep(Duration::from_millis(500)));
    oracle.settle(&place);
    let before = received(folder.path()).len() as u64;
    assert!(size(&boxed) > before + 20, "the box did not wait for it");
    let _second = siem(folder.path(), port);
    complete(&boxed, folder.path());
    let text = fs::read_to_string(folder.path().join("indices")).unwrap();
    println!("{} messages, {} of them again", text.lines().count(), text.lines().count() - received(folder.path()).len());
}
