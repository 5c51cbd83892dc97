//! Two verifiers that share no code judge the same logs: `holdfast-audit` and the Python one that is shipped beside it. Whole
//! logs, pruned logs, and whatever is done to them: both find the same first entry, or neither finds anything.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use holdfast_audit::{
    AuditConfig, AuditLog, CheckpointSigner, Event, Filter, Object, Retention,
    verify::{
        folder::Dir,
        layout::{Bundle, bundle_path},
    },
};
use holdfast_base::{Actor, Clock, Door, PersonId, RequestId, Source, Timestamp, Who, World};
use holdfast_hsm::testing::throwaway_key;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python/holdfast_audit_verify.py");

struct Calendar(AtomicI64);

impl Clock for Calendar {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn at_least(&self, instant: Timestamp) {
        self.0.fetch_max(instant.0, Ordering::SeqCst);
    }

    fn boot(&self) -> Duration {
        Duration::ZERO
    }
}

struct Signer(EcdsaKeyPair);

impl CheckpointSigner for Signer {
    fn public_key(&self) -> holdfast_base::Result<Vec<u8>> {
        let prefix = hex::decode("3059301306072a8648ce3d020106082a8648ce3d030107034200").unwrap();
        Ok([&prefix, self.0.public_key().as_ref()].concat())
    }

    fn sign(&self, text: &[u8]) -> holdfast_base::Result<Vec<u8>> {
        Ok(self.0.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec())
    }
}

fn actor(world: &World, person: u64) -> Actor {
    let source = Source { door: Door::Web, address: None, agent: String::new() };
    Actor { who: Who::Person(PersonId(person)), session: None, source, request: RequestId(world.uuid()), now: world.now() }
}

/// The verifier key, an export of 900 entries, and one of the same log after its first 512 were pruned.
fn exports(place: &Path) -> (String, PathBuf, PathBuf) {
    let mut world = World::system();
    let calendar = Arc::new(Calendar(AtomicI64::new(1_768_435_200_000_000)));
    world.clock = calendar.clone();
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
    let config = AuditConfig { dir: place.join("audit"), jsonl: None, origin: "box.example/audit".to_owned() };
    let log = AuditLog::open_with(config, throwaway_key(&world), Box::new(Signer(pair)), world.clone()).unwrap();
    let append = |count: u64, person: u64| {
        for n in 0..count {
            let event = Event::new(&actor(&world, person), "person.freeze", Object::new("person", n)).text("reason", "离职");
            log.append(event).unwrap();
        }
    };
    append(600, 1);
    calendar.0.fetch_add(200 * DAY, Ordering::SeqCst);
    append(290, 1);
    append(10, 2);
    let export = |name: &str| {
        let tar = place.join(format!("{name}.tar"));
        log.export(&Filter::by(PersonId(2)), fs::File::create(&tar).unwrap()).unwrap();
        tar::Archive::new(fs::File::open(&tar).unwrap()).unpack(place.join(name)).unwrap();
        place.join(name).join("holdfast-audit")
    };
    let whole = export("whole");
    let pruned = log.prune(Retention::of_days(184).unwrap(), &actor(&world, 3), "年度清理").unwrap().unwrap();
    assert_eq!((pruned.minimum, pruned.entry), (512, 900));
    let front = export("pruned");
    fs::write(place.join("proof"), log.prove(700).unwrap()).unwrap();
    let vkey = log.vkey().unwrap();
    log.close();
    (vkey, whole, front)
}

struct Said {
    code: Option<i32>,
    first: Option<u64>,
    text: String,
}

fn ask(mut command: Command) -> Said {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.starts_with("bad: entry ") || line.contains("first bad index ")).unwrap_or_default();
    let digits = line.split_once("index ").or_else(|| line.split_once("entry ")).map_or("", |(_, rest)| rest);
    let first = digits.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    Said { code: output.status.code(), first, text }
}

fn both(arguments: &[&str], ours: &str) -> [Said; 2] {
    let mut first = Command::new(env!("CARGO_BIN_EXE_holdfast-audit"));
    first.arg(ours).args(arguments);
    let mut second = Command::new("python3");
    second.arg(SCRIPT).args(if ours == "verify-proof" { &["--proof"][..] } else { &[] }).args(arguments);
    [ask(first), ask(second)]
}

fn agree(folder: &Path, key: &str, what: &str) -> Said {
    let [ours, theirs] = both(&[folder.to_str().unwrap(), "--key", key], "verify");
    assert_eq!((ours.code, ours.first), (theirs.code, theirs.first), "{what}:\n{}\n{}", ours.text, theirs.text);
    ours
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn bundle(entries: &[Vec<u8>]) -> Vec<u8> {
    entries.iter().flat_map(|entry| [&u16::try_from(entry.len()).unwrap().to_be_bytes()[..], entry].concat()).collect()
}

type Change = Box<dyn Fn(&mut Vec<Vec<u8>>)>;

/// Deletes, inserts, doubles, swaps and cuts within one bundle.
fn changes() -> Vec<(&'static str, Change)> {
    vec![
        ("delete", Box::new(|entries| drop(entries.remove(40)))),
        ("insert", Box::new(|entries| entries.insert(41, b"no entry at all".to_vec()))),
        ("double", Box::new(|entries| entries.insert(43, entries[42].clone()))),
        ("swap", Box::new(|entries| entries.swap(50, 51))),
        ("distant swap", Box::new(|entries| entries.swap(3, 80))),
        ("copy", Box::new(|entries| entries[60] = entries[20].clone())),
        ("empty", Box::new(Vec::clear)),
        ("half", Box::new(|entries| entries.truncate(30))),
        ("longer", Box::new(|entries| entries[70].push(0))),
    ]
}

fn tampered(folder: &Path, key: &str, minimum: u64) -> usize {
    let mut judged = 0;
    let mut state = 7_u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let all: Vec<_> =
        files(folder).into_iter().filter(|path| !path.ends_with("README.txt") && !path.ends_with("keys.json")).collect();
    for path in &all {
        let good = fs::read(path).unwrap();
        for _ in 0..3 {
            let (at, bit) = (next(good.len()), next(8));
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            fs::write(path, &bad).unwrap();
            assert_eq!(agree(folder, key, &format!("{path:?}, byte {at}, bit {bit}")).code, Some(1));
            judged += 1;
        }
        fs::remove_file(path).unwrap();
        assert_eq!(agree(folder, key, &format!("{path:?} removed")).code, Some(1));
        fs::write(path, &good).unwrap();
        judged += 1;
    }
    for (number, width) in [(minimum / 256, 256), (3, 900 + usize::from(minimum > 0) - 768)] {
        let path = folder.join(bundle_path(number, width));
        let good = fs::read(&path).unwrap();
        let entries: Vec<Vec<u8>> = Bundle::parse(good.clone()).iter().map(<[u8]>::to_vec).collect();
        for (what, change) in changes() {
            let mut other = entries.clone();
            change(&mut other);
            fs::write(&path, bundle(&other)).unwrap();
            let said = agree(folder, key, &format!("{what} in bundle {number}"));
            assert_eq!(said.code, Some(1), "{what}: {}", said.text);
            judged += 1;
        }
        fs::write(&path, good).unwrap();
    }
    judged
}

#[test]
fn both_verifiers_say_the_same_of_whole_pruned_and_tampered_logs() {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is needed");
        eprintln!("SKIPPED: python3 is not installed");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let (key, whole, pruned) = exports(place.path());
    assert_eq!(agree(&whole, &key, "untouched").code, Some(0));
    let said = agree(&pruned, &key, "pruned");
    assert!(said.code == Some(0) && said.text.contains("minimum index 512"), "{}", said.text);
    assert!(Dir(pruned.clone()).0.join(bundle_path(2, 256)).exists() && !pruned.join(bundle_path(1, 256)).exists());
    let judged = tampered(&whole, &key, 0) + tampered(&pruned, &key, 512);
    println!("{judged} changes judged alike");

    let proof = place.path().join("proof");
    let good = fs::read(&proof).unwrap();
    for (bad, code) in [(good.clone(), 0), ([&good[..60], b"A", &good[61..]].concat(), 1)] {
        fs::write(&proof, bad).unwrap();
        for said in both(&[proof.to_str().unwrap(), "--key", &key], "verify-proof") {
            assert_eq!(said.code, Some(code), "{}", said.text);
        }
    }
    witnessed(place.path(), &key, &whole, &pruned);
}

/// The auditor's witness at the command line: whole log, then the same one pruned, then back again.
fn witnessed(place: &Path, key: &str, whole: &Path, pruned: &Path) {
    let state = place.join("state");
    let once = |act: &str, from: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast-audit"));
        command.args(["witness", act, "--state", state.to_str().unwrap(), "--key", key, "--json"]).args(from);
        let said = ask(command);
        (said.code, serde_json::from_str::<serde_json::Value>(&said.text).unwrap()["size"].as_u64())
    };
    assert_eq!(once("init", &[]), (Some(0), Some(0)));
    assert_eq!(once("init", &[]).0, Some(2), "it does not forget");
    assert_eq!(once("once", &[whole.to_str().unwrap()]), (Some(0), Some(900)));
    assert_eq!(once("once", &[pruned.to_str().unwrap()]), (Some(0), Some(901)));
    assert_eq!(once("once", &[whole.join("checkpoint").to_str().unwrap()]), (Some(1), Some(901)), "rolled back");
}
