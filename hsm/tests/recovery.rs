//! The lost token: a kit, the keyring and a new token bring everything back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::Path, time::Instant};

use holdfast_base::World;
use holdfast_hsm::{
    Context, Domain, HsmError, SealReason,
    ceremony::{self, CeremonyConfig},
    recovery::{self, RecoverConfig, RecoveryError, Share, Split, make_kit, read_shares, recover, rehearse},
    softtoken::prepare,
    testing::TestBox,
};

const DOMAINS: [Domain; 2] = [Domain("db"), Domain("ledger")];
const NEW_PIN: &str = "975310";

fn test_box() -> Option<TestBox> {
    let made = TestBox::with_program(Path::new(env!("CARGO_BIN_EXE_holdfast-hsmd")), &DOMAINS);
    assert!(made.is_some() || std::env::var_os("CI").is_none(), "SoftHSM2 is missing");
    made
}

fn place() -> Context {
    Context::new("test.v1").u64(1)
}

fn reason(error: &HsmError) -> Option<&RecoveryError> {
    match error {
        HsmError::Recovery(reason) => Some(reason),
        _ => None,
    }
}

/// An empty token in place of the lost one, and an hsmd in ceremony mode before it.
fn new_token(it: &mut TestBox, name: &str) {
    it.stop_hsmd();
    it.hsmd.softhsm_conf = Some(prepare(&it.at(name)).unwrap());
    it.hsmd.state = it.at(&format!("{name}-hsmd"));
    it.hsmd.ceremony = true;
    it.start_hsmd().unwrap();
    ceremony::init_token(it.hsmd.socket.clone(), &TestBox::pin("86420"), &TestBox::pin(NEW_PIN)).unwrap();
    it.stop_hsmd();
    it.start_hsmd().unwrap();
    fs::write(it.at("holdfast-pin"), NEW_PIN).unwrap();
}

fn config(it: &TestBox) -> RecoverConfig {
    RecoverConfig { socket: it.hsmd.socket.clone(), keyring: it.at("keyring"), pin: TestBox::pin(NEW_PIN) }
}

#[test]
fn three_of_five_and_a_new_token_bring_the_box_back() {
    let Some(mut it) = test_box() else { return };
    let world = World::system();
    let vault = it.unsealed().unwrap();
    assert_eq!(vault.kit().unwrap(), None);
    let shares = make_kit(&vault, Split::default()).unwrap();
    assert_eq!((shares.len(), vault.kit().unwrap().unwrap().split), (5, Split { needed: 3, of: 5 }));
    let handles: Vec<_> = (0..50).map(|_| vault.create_key(Domain("ledger")).unwrap()).collect();
    let sealed: Vec<_> = (0u64..).zip(&handles).map(|(n, key)| key.seal(&place(), &n.to_be_bytes()).unwrap()).collect();
    // The kit is older than this epoch, and opens it all the same.
    vault.rotate(&[]).unwrap();
    let former = vault.audit_public_key().unwrap();
    vault.seal(SealReason::Operator);

    it.stop_hsmd();
    fs::remove_dir_all(it.at("token")).unwrap();
    fs::remove_dir_all(it.at("hsmd")).unwrap();
    let begun = Instant::now();
    new_token(&mut it, "second");
    let before = fs::read(it.at("keyring/header")).unwrap();

    let stranger = test_box().unwrap();
    let strange = make_kit(&stranger.unsealed().unwrap(), Split::default()).unwrap();
    let error = recover(config(&it), &shares[..2], &world).unwrap_err();
    assert_eq!(reason(&error), Some(&RecoveryError::TooFew { have: 2, need: 3 }));
    let error = recover(config(&it), &strange[1..4], &world).unwrap_err();
    let (wanted, found) = (shares[0].kit, strange[0].kit);
    assert_eq!(reason(&error), Some(&RecoveryError::OtherKit { number: 2, wanted, found }));
    assert!(error.to_string().contains(&wanted.to_string()) && error.to_string().contains(&found.to_string()));
    let twice = [shares[0].clone(), shares[4].clone(), shares[0].clone()];
    assert_eq!(reason(&recover(config(&it), &twice, &world).unwrap_err()), Some(&RecoveryError::Twice { number: 1 }));
    assert_eq!(fs::read(it.at("keyring/header")).unwrap(), before, "a refusal changed the keyring");

    // As the officers read them from their paper.
    let typed: Vec<String> = [4, 0, 2].iter().map(|at| shares[*at].line().to_lowercase()).collect();
    let typed = read_shares(&typed.join("\n\n")).unwrap();
    assert_eq!(rehearse(&it.at("keyring"), &typed).unwrap().0, 2);
    let report = recover(config(&it), &typed, &world).unwrap();
    assert_eq!((report.shares, report.epoch.0, report.kit), (vec![5, 1, 3], 2, shares[0].kit));
    assert_eq!(report.former_audit_public_key, former);
    assert_ne!(report.audit_public_key, former);
    assert_ne!(report.token_serial, report.lost_token_serial);

    it.stop_hsmd();
    it.hsmd.ceremony = false;
    it.start_hsmd().unwrap();
    // The vault that was there all the time.
    vault.unseal(None).unwrap();
    eprintln!("back {:?} after the token was gone", begun.elapsed());
    for (n, (key, sealed)) in (0u64..).zip(handles.iter().zip(&sealed)) {
        assert_eq!(key.open(&place(), sealed).unwrap(), n.to_be_bytes());
    }
    assert_eq!(vault.audit_public_key().unwrap(), report.audit_public_key);
    assert_eq!(vault.former_audit_keys().unwrap()[0].0, former);
    vault.sign_audit(b"checkpoint").unwrap();

    // On the new token epochs go on, and the kit goes with them.
    assert_eq!(vault.rotate(&[]).unwrap().0, 3);
    assert_eq!(rehearse(&it.at("keyring"), &shares[2..]).unwrap().0, 3);
    let error = recover(config(&it), &shares[2..], &world).unwrap_err();
    assert!(matches!(error, HsmError::Io { .. }), "while the box is open: {error}");
    let second = make_kit(&vault, Split { needed: 2, of: 3 }).unwrap();
    vault.seal(SealReason::Operator);
    assert!(matches!(reason(&rehearse(&it.at("keyring"), &shares).unwrap_err()), Some(RecoveryError::OtherKit { .. })));
    assert_eq!(rehearse(&it.at("keyring"), &second[1..]).unwrap().0, 3);
    // Outside a ceremony hsmd makes no keys for anybody.
    let error = recover(config(&it), &second, &world).unwrap_err().to_string();
    assert!(error.contains("only in the ceremony"), "{error}");
}

#[test]
fn a_kit_may_come_from_the_ceremony() {
    let Some(mut it) = test_box() else { return };
    let world = World::system();
    new_token(&mut it, "fresh");
    let hold = |split| {
        let keyring = it.at("keyring-of-the-fresh");
        let config = CeremonyConfig { socket: it.hsmd.socket.clone(), keyring, domains: &DOMAINS, pin: TestBox::pin(NEW_PIN) };
        ceremony::hold_with_kit(config, split, &world)
    };
    for (needed, of) in [(1, 5), (4, 3), (2, 17), (0, 0)] {
        assert_eq!(reason(&hold(Split { needed, of }).unwrap_err()), Some(&RecoveryError::Split));
    }
    let (report, shares) = hold(Split { needed: 2, of: 2 }).unwrap();
    assert_eq!((report.domains.len(), shares.len()), (2, 2));
    assert_eq!(rehearse(&it.at("keyring-of-the-fresh"), &shares).unwrap().0, 1);
    assert_eq!(reason(&rehearse(&it.at("keyring"), &shares).unwrap_err()), Some(&RecoveryError::NoKit));
}

#[test]
fn a_slip_of_the_finger_names_its_share() {
    let Some(it) = test_box() else { return };
    let shares = make_kit(&it.unsealed().unwrap(), Split::default()).unwrap();
    let mut lines: Vec<String> = shares[..3].iter().map(|share| share.line().to_string()).collect();
    let last = lines[1].pop().unwrap();
    lines[1].push(if last == 'A' { 'B' } else { 'A' });
    let error = read_shares(&lines.join("\n")).unwrap_err();
    assert_eq!(reason(&error), Some(&RecoveryError::Mistyped { line: 2, number: Some(2) }));
    assert!(matches!(reason(&read_shares("hello").unwrap_err()), Some(RecoveryError::Mistyped { line: 1, number: None })));
    assert!(recovery::read_shares(" \n\n").unwrap().is_empty());
    assert!(!format!("{:?}", shares[0]).contains(&shares[0].line()[25..30]));
    assert!(Share::parse(&shares[0].line()).is_some());
}
