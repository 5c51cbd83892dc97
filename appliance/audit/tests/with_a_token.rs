//! The whole way with a real SoftHSM2 token: sealed under the vault's key, signed by the token, exported, and judged by the
//! auditor's own program, which knows nothing of the box.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Output},
};

use holdfast_audit::{
    AuditConfig, AuditKeys, AuditLog, Event, Filter, Header, MonthlyKeys, Object,
    verify::layout::{Bundle, bundle_path},
};
use holdfast_base::{Actor, Door, Error, PersonId, RequestId, Source, Who, World};
use holdfast_hsm::{Domain, KeyId, SealReason, testing::TestBox};
use serde_json::Value;

const AUDIT: Domain = Domain("audit");

fn event(world: &World, person: u64, object: u64) -> Event {
    let source = Source { door: Door::Web, address: None, agent: String::new() };
    let who = Who::Person(PersonId(person));
    let actor = Actor { who, session: None, source, request: RequestId(world.uuid()), now: world.now() };
    Event::new(&actor, "person.freeze", Object::new("person", object)).text("reason", "离职")
}

fn audit(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_holdfast-audit")).args(arguments).output().unwrap()
}

fn first_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// None, and said: without SoftHSM2 there is no token.
fn token() -> Option<TestBox> {
    let place = TestBox::new(&[AUDIT]);
    if place.is_none() {
        assert!(std::env::var_os("CI").is_none(), "SoftHSM2 is needed");
        eprintln!("SKIPPED: SoftHSM2 is not installed");
    }
    place
}

fn config(place: &TestBox) -> AuditConfig {
    AuditConfig { dir: place.at("audit"), jsonl: None, origin: "box.example/audit".to_owned() }
}

#[test]
fn the_auditors_program_judges_a_log_that_a_token_signed() {
    let Some(place) = token() else { return };
    let world = World::system();
    let vault = place.unsealed().unwrap();
    let open = || AuditLog::open(config(&place), vault.domain(AUDIT).unwrap(), vault.clone(), world.clone());
    let log = open().unwrap();
    for n in 0..300 {
        log.append_soon(event(&world, n % 2, n));
    }
    log.append(event(&world, 9, 9)).unwrap();
    let (vkey, kept) = (log.vkey().unwrap(), place.at("kept"));
    fs::write(&kept, log.checkpoint().unwrap()).unwrap();

    // A running box: its end is signed within a second.
    let dir = place.at("audit");
    log.append(event(&world, 9, 10)).unwrap();
    let live = audit(&["verify", text(&dir), "--key", &vkey]);
    assert_eq!((live.status.code(), first_line(&live).starts_with("clean")), (Some(0), true), "{}", first_line(&live));

    let tar = place.at("export.tar");
    log.export(&Filter::by(PersonId(1)), File::create(&tar).unwrap()).unwrap();
    let clean = audit(&["verify", text(&tar), "--key", &vkey, "--since", text(&kept)]);
    assert_eq!(clean.status.code(), Some(0), "{}", first_line(&clean));
    assert!(first_line(&clean).contains("clean"));
    let shown = audit(&["show", text(&tar), "--key", &vkey, "--json"]);
    let lines: Vec<Value> =
        String::from_utf8_lossy(&shown.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 151);
    assert_eq!((&lines[0]["details"]["reason"], &lines[150]["verdict"]), (&"离职".into(), &"clean".into()));

    let blind = audit(&["verify", text(&tar)]);
    assert_eq!((blind.status.code(), first_line(&blind).starts_with("cannot tell")), (Some(2), true));
    assert_eq!(audit(&["verify", text(&tar), "--key", "nonsense"]).status.code(), Some(2));
    let file = place.at("vkey");
    fs::write(&file, format!("{vkey}\n")).unwrap();
    assert_eq!(audit(&["verify", text(&tar), "--key", &format!("@{}", text(&file))]).status.code(), Some(0));

    // Sealed: nothing is written; unsealed: everything goes on where it stood.
    vault.seal(SealReason::Operator);
    assert!(matches!(log.append(event(&world, 1, 1)), Err(Error::Sealed)));
    log.close();
    vault.unseal(None).unwrap();
    let log = open().unwrap();
    assert_eq!(log.append(event(&world, 1, 1)).unwrap().index, 302);
    log.close();

    let bundle = dir.join(bundle_path(1, 256));
    let mut bytes = fs::read(&bundle).unwrap();
    bytes[100] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    let bad = audit(&["verify", text(&dir), "--key", &vkey]);
    assert_eq!(
        (bad.status.code(), first_line(&bad).starts_with("bad: first bad index 256:")),
        (Some(1), true),
        "{}",
        first_line(&bad)
    );
    assert!(open().is_err(), "the box does not go on over a changed log");
}

#[test]
fn a_month_whose_key_is_destroyed_stays_proven_and_is_unreadable() {
    let Some(place) = token() else { return };
    let world = World::system();
    let vault = place.unsealed().unwrap();
    let months = || MonthlyKeys::new(vault.clone(), AUDIT);
    let open = || AuditLog::open_keyed(config(&place), Box::new(months()), Box::new(vault.clone()), world.clone());
    let log = open().unwrap();
    log.append(event(&world, 1, 1)).unwrap();
    log.close();
    let log = open().unwrap();
    log.append(event(&world, 1, 2)).unwrap();
    assert_eq!(log.query(&Filter::by(PersonId(1)), None, 10).unwrap().entries.len(), 2);

    let bundle = Bundle::parse(fs::read(place.at("audit").join(bundle_path(0, 256))).unwrap());
    let keys: Vec<KeyId> = bundle.iter().map(|entry| KeyId(Header::split(entry).unwrap().0.key)).collect();
    assert_eq!(keys[0], keys[1], "one key for one month, over a restart too");
    assert_ne!(keys[0], vault.domain(AUDIT).unwrap().id());
    months().forget(&keys[..1]).unwrap();
    months().forget(&keys[..1]).unwrap();
    assert!(log.query(&Filter::by(PersonId(1)), None, 10).is_err(), "nobody reads it any more");
    assert_eq!(log.verify().unwrap().exit_code(), 0, "and it is what was signed");
    log.close();
}
