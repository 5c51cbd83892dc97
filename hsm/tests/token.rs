//! Custody against a real SoftHSM2 token and a real hsmd process.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use holdfast_base::World;
use holdfast_hsm::{
    Context, CryptoError, Domain, HsmError, KeyId, SealReason, SealState, Vault,
    ceremony::{self, CeremonyConfig},
    testing::TestBox,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

const DOMAINS: [Domain; 3] = [Domain("db"), Domain("ledger"), Domain("audit")];

fn test_box() -> Option<TestBox> {
    let made = TestBox::with_program(Path::new(env!("CARGO_BIN_EXE_holdfast-hsmd")), &DOMAINS);
    if made.is_none() {
        assert!(std::env::var_os("CI").is_none(), "SoftHSM2 is missing");
        eprintln!("SKIPPED: SoftHSM2 is not installed");
    }
    made
}

/// Bounds are what is promised of a quiet machine; beside other work a test waits so many times as long.
const BUSY: u32 = 3;

fn place() -> Context {
    Context::new("test.v1").u64(1)
}

fn wait_for(vault: &Vault, within: Duration, wanted: impl Fn(&SealState) -> bool) -> Duration {
    let begun = Instant::now();
    while !wanted(&vault.state()) {
        assert!(begun.elapsed() < within * BUSY, "still {:?}", vault.state());
        thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed()
}

fn is_sealed(why: SealReason) -> impl Fn(&SealState) -> bool {
    move |state| matches!(state, SealState::Sealed { why: found, .. } if *found == why)
}

fn is_unsealed(state: &SealState) -> bool {
    matches!(state, SealState::Unsealed { .. })
}

#[test]
fn ceremony_unseal_seal_and_again() {
    let Some(it) = test_box() else { return };
    let vault = it.connect();
    assert!(is_sealed(SealReason::Start)(&vault.state()));
    assert!(matches!(vault.domain(Domain("db")), Err(HsmError::Sealed)));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    vault.subscribe(Box::new(move |state| told.lock().unwrap().push(state.clone())));

    vault.unseal(None).unwrap();
    vault.unseal(None).unwrap();
    let handle = vault.domain(Domain("ledger")).unwrap();
    let sealed = handle.seal(&place(), "你好".as_bytes()).unwrap();
    assert!(matches!(vault.domain(Domain("nobody")), Err(HsmError::KeyMissing(_))));
    assert!(matches!(vault.key(KeyId([9; 16])), Err(HsmError::KeyMissing(_))));
    let data = vault.create_key(Domain("ledger")).unwrap();
    assert_ne!(data.id(), handle.id());
    let body = data.seal_stream(&place(), &[7; 50_000]).unwrap();

    let signature = vault.sign_audit(b"checkpoint").unwrap();
    let spki = vault.audit_public_key().unwrap();
    let verifier = ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_ASN1, &spki[26..]);
    verifier.verify(b"checkpoint", &signature).unwrap();

    let status = vault.status().unwrap();
    assert!(status.software);
    assert_eq!((status.label.as_str(), status.mechanism.as_str()), ("holdfast", "prf-hmac-sha256"));
    assert_eq!((status.domain_keys, status.data_keys), (3, 1));
    assert!(status.spare_keys > 4_000);

    vault.seal(SealReason::Operator);
    vault.seal(SealReason::Operator);
    assert!(is_sealed(SealReason::Operator)(&vault.state()));
    assert_eq!(handle.open(&place(), &sealed), Err(CryptoError::Sealed));
    assert_eq!(handle.blind("name", b"x"), Err(CryptoError::Sealed));
    assert!(handle.sqlcipher_key().is_err());
    assert!(matches!(vault.sign_audit(b"checkpoint"), Err(HsmError::Sealed)));
    assert_eq!(vault.audit_public_key().unwrap(), spki);
    thread::sleep(Duration::from_millis(1_300));
    assert!(is_sealed(SealReason::Operator)(&vault.state()), "the box unsealed itself");

    vault.unseal(Some(TestBox::pin(TestBox::PIN))).unwrap();
    assert_eq!(handle.open(&place(), &sealed).unwrap(), "你好".as_bytes());
    let read = &mut |offset: u64, out: &mut [u8]| {
        out.copy_from_slice(&body[offset as usize..][..out.len()]);
        Ok(())
    };
    assert_eq!(vault.key(data.id()).unwrap().open_stream_range(&place(), 50_000, 20_000..20_003, read).unwrap(), [7; 3]);
    vault.seal(SealReason::Stopping);
    thread::sleep(Duration::from_millis(200));
    let words: Vec<String> =
        seen.lock().unwrap().iter().map(|state| format!("{state:?}").split([' ', '{']).next().unwrap().to_owned()).collect();
    assert_eq!(words, ["Unsealing", "Unsealed", "Sealed", "Unsealing", "Unsealed", "Sealed"]);
}

#[test]
fn a_second_ceremony_is_refused() {
    let Some(mut it) = test_box() else { return };
    it.stop_hsmd();
    it.hsmd.ceremony = true;
    it.start_hsmd().unwrap();
    let hold = |keyring: &str| {
        let config = CeremonyConfig {
            socket: it.hsmd.socket.clone(),
            keyring: it.at(keyring),
            domains: &DOMAINS,
            pin: TestBox::pin(TestBox::PIN),
        };
        ceremony::hold(config, &World::system())
    };
    let error = hold("keyring").unwrap_err().to_string();
    assert!(error.contains("keys already"), "{error}");
    let error = hold("elsewhere").unwrap_err().to_string();
    assert!(error.contains("holds Holdfast's keys already"), "{error}");
    assert!(ceremony::init_token(it.hsmd.socket.clone(), &TestBox::pin("1234"), &TestBox::pin("1234")).is_err());
}

#[test]
fn outside_the_ceremony_no_key_is_made() {
    let Some(it) = test_box() else { return };
    let config = CeremonyConfig {
        socket: it.hsmd.socket.clone(),
        keyring: it.at("elsewhere"),
        domains: &DOMAINS,
        pin: TestBox::pin(TestBox::PIN),
    };
    let error = ceremony::hold(config, &World::system()).unwrap_err().to_string();
    assert!(error.contains("only in the ceremony"), "{error}");
    assert!(!it.at("elsewhere").exists());
}

#[test]
fn no_ceremony_no_keys() {
    let Some(it) = test_box() else { return };
    let config = holdfast_hsm::VaultConfig { socket: it.hsmd.socket.clone(), second_socket: None, keyring: it.at("elsewhere") };
    let vault = Vault::connect(config, World::system());
    assert_eq!(vault.state(), SealState::Uninitialised);
    assert!(matches!(vault.unseal(None), Err(HsmError::Uninitialised)));
    assert!(matches!(vault.domain(Domain("db")), Err(HsmError::Uninitialised)));
    assert!(!it.at("elsewhere").exists());
}

#[test]
fn a_refused_pin_is_not_tried_again() {
    let Some(mut it) = test_box() else { return };
    let vault = it.connect();
    assert!(matches!(vault.unseal(Some(TestBox::pin("111111"))), Err(HsmError::PinRejected)));
    assert!(it.at("hsmd/pin-refused").exists());
    let record = fs::read(it.at("hsmd/pin-refused")).unwrap();

    // Written into the credential, after a restart: refused without a word to the token, so the record is the same.
    fs::write(it.at("holdfast-pin"), "111111\n").unwrap();
    it.stop_hsmd();
    it.start_hsmd().unwrap();
    assert!(matches!(vault.unseal(None), Err(HsmError::PinRejected)));
    assert_eq!(fs::read(it.at("hsmd/pin-refused")).unwrap(), record);

    fs::write(it.at("holdfast-pin"), TestBox::PIN).unwrap();
    vault.unseal(None).unwrap();
    assert!(!it.at("hsmd/pin-refused").exists());
    // A typed PIN is checked also while the token is logged in.
    let second = it.connect();
    assert!(matches!(second.unseal(Some(TestBox::pin("222222"))), Err(HsmError::PinRejected)));
}

#[test]
fn nonsense_on_the_socket_harms_nobody() {
    let Some(it) = test_box() else { return };
    let vault = it.unsealed().unwrap();
    let serving = it.serving();
    for junk in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 64], &[0xff; 64], &[0, 0, 0, 2, 1, 200], &[0, 0, 0, 1, 9]] {
        let mut stream = UnixStream::connect(&it.hsmd.socket).unwrap();
        stream.write_all(junk).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty(), "{junk:?} was answered");
    }
    assert!(vault.sign_audit(&[1; 32]).is_ok());
    assert_eq!(it.serving(), serving);
}

#[test]
fn a_killed_hsmd_is_waited_out() {
    let Some(it) = test_box() else { return };
    let vault = it.unsealed().unwrap();
    let handle = vault.domain(Domain("ledger")).unwrap();
    let states = Arc::new(Mutex::new(Vec::new()));
    let told = states.clone();
    vault.subscribe(Box::new(move |state| told.lock().unwrap().push(state.clone())));
    for _ in 0..3 {
        let victim = it.serving().unwrap();
        kill(Pid::from_raw(victim), Signal::SIGKILL).unwrap();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(1_500) {
            let sealed = handle.seal(&place(), b"under use").unwrap();
            assert_eq!(handle.open(&place(), &sealed).unwrap(), b"under use");
            vault.create_key(Domain("ledger")).unwrap();
        }
        wait_for(&vault, Duration::from_secs(2), is_unsealed);
        let signing = Instant::now();
        while vault.sign_audit(&[1; 32]).is_err() {
            assert!(signing.elapsed() < Duration::from_secs(2) * BUSY);
            thread::sleep(Duration::from_millis(20));
        }
        assert_ne!(it.serving(), Some(victim));
    }
    assert!(!states.lock().unwrap().iter().any(|state| matches!(state, SealState::Sealed { .. })));
}

#[test]
fn a_rotation_is_no_loss_of_the_token() {
    let Some(it) = test_box() else { return };
    let vault = it.unsealed().unwrap();
    let states = Arc::new(Mutex::new(Vec::new()));
    let told = states.clone();
    vault.subscribe(Box::new(move |state| told.lock().unwrap().push(state.clone())));
    // Most probes wait behind a rotation, and are answered after the epoch that they asked for.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(8) {
        vault.rotate(&[]).unwrap();
    }
    let others: Vec<_> = states.lock().unwrap().iter().filter(|state| !is_unsealed(state)).cloned().collect();
    assert_eq!(others, []);
}

#[test]
fn an_hsmd_that_stays_away_seals_the_box_and_opens_it_again() {
    let Some(mut it) = test_box() else { return };
    let vault = it.unsealed().unwrap();
    let handle = vault.domain(Domain("ledger")).unwrap();
    it.stop_hsmd();
    let took = wait_for(&vault, Duration::from_secs(4), is_sealed(SealReason::HsmdLost));
    eprintln!("sealed {took:?} after hsmd was killed");
    assert_eq!(handle.seal(&place(), b"x"), Err(CryptoError::Sealed));
    it.start_hsmd().unwrap();
    let took = wait_for(&vault, Duration::from_secs(4), is_unsealed);
    eprintln!("unsealed {took:?} after hsmd was there again");
    handle.seal(&place(), b"x").unwrap();
}

#[test]
fn an_hsmd_that_hangs_seals_the_box() {
    let Some(it) = test_box() else { return };
    let vault = it.unsealed().unwrap();
    let pid = Pid::from_raw(it.serving().unwrap());
    kill(pid, Signal::SIGSTOP).unwrap();
    let took = wait_for(&vault, Duration::from_secs(5), is_sealed(SealReason::HsmdLost));
    eprintln!("sealed {took:?} after hsmd hung");
    kill(pid, Signal::SIGCONT).unwrap();
    wait_for(&vault, Duration::from_secs(4), is_unsealed);
}

#[test]
fn without_a_credential_a_restarted_hsmd_needs_the_operator() {
    let Some(it) = test_box() else { return };
    fs::remove_file(it.at("holdfast-pin")).unwrap();
    let vault = it.connect();
    assert!(vault.unseal(None).unwrap_err().to_string().contains("no PIN"));
    vault.unseal(Some(TestBox::pin(TestBox::PIN))).unwrap();
    kill(Pid::from_raw(it.serving().unwrap()), Signal::SIGKILL).unwrap();
    wait_for(&vault, Duration::from_secs(4), is_sealed(SealReason::HsmdLost));
    thread::sleep(Duration::from_millis(1_500));
    assert!(is_sealed(SealReason::HsmdLost)(&vault.state()));
    vault.unseal(Some(TestBox::pin(TestBox::PIN))).unwrap();
    assert!(is_unsealed(&vault.state()));
}

#[test]
fn a_lost_token_seals_the_box_until_it_is_back() {
    let Some(it) = test_box() else { return };
    for moved in ["token/tokens", "token"] {
        let vault = it.unsealed().unwrap();
        let handle = vault.domain(Domain("ledger")).unwrap();
        let sealed = handle.seal(&place(), b"kept").unwrap();
        fs::rename(it.at(moved), it.at("moved")).unwrap();
        let took = wait_for(&vault, Duration::from_secs(3), is_sealed(SealReason::TokenLost));
        eprintln!("sealed {took:?} after {moved} was gone");
        assert_eq!(handle.open(&place(), &sealed), Err(CryptoError::Sealed));
        assert!(matches!(vault.unseal(None), Err(HsmError::TokenGone | HsmError::WorkerLost)));
        assert!(is_sealed(SealReason::TokenLost)(&vault.state()));
        if moved == "token" {
            // SoftHSM makes nothing of its own in the meantime; the fresh folder would be in the way.
            let _ = fs::remove_dir_all(it.at("token"));
        } else {
            let _ = fs::remove_dir_all(it.at("token/tokens"));
        }
        fs::rename(it.at("moved"), it.at(moved)).unwrap();
        let begun = Instant::now();
        vault.unseal(None).unwrap();
        eprintln!("unsealed {:?} after it was back", begun.elapsed());
        assert_eq!(handle.open(&place(), &sealed).unwrap(), b"kept");
        vault.seal(SealReason::Stopping);
    }
}

#[test]
fn a_deleted_key_is_missing_and_is_not_made_again() {
    let Some(mut it) = test_box() else { return };
    // Finds the file of the HMAC key: the one without which unsealing fails by its name.
    let token = fs::read_dir(it.at("token/tokens")).unwrap().next().unwrap().unwrap().path();
    let objects: Vec<_> = fs::read_dir(&token)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "object") && path.file_name().unwrap() != "token.object")
        .collect();
    assert_eq!(objects.len(), 3);
    it.stop_hsmd();
    let mut missing = 0;
    for object in &objects {
        let hidden = it.at("hidden");
        fs::rename(object, &hidden).unwrap();
        it.start_hsmd().unwrap();
        let vault = it.connect();
        if let Err(HsmError::KeyMissing(name)) = vault.unseal(None) {
            assert!(name == "root.prf.1" || name == "sign.audit.1", "{name}");
            missing += 1;
        }
        it.stop_hsmd();
        assert_eq!(
            fs::read_dir(&token)
                .unwrap()
                .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|ext| ext == "object"))
                .count(),
            3
        );
        fs::rename(&hidden, object).unwrap();
    }
    assert_eq!(missing, 3);
    it.start_hsmd().unwrap();
    it.unsealed().unwrap();
}

#[test]
fn a_new_epoch_keeps_what_stays_and_shreds_the_rest() {
    let Some(it) = test_box() else { return };
    let vault = it.unsealed().unwrap();
    let stays = vault.create_key(Domain("ledger")).unwrap();
    let goes = vault.create_key(Domain("ledger")).unwrap();
    let kept = stays.seal(&place(), b"kept").unwrap();
    let shredded = goes.seal(&place(), b"shredded").unwrap();
    let old: Vec<_> = ["header", "keys.1", "taken.1"].map(|file| (file, fs::read(it.at("keyring").join(file)).unwrap())).into();
    let domain = vault.domain(Domain("db")).unwrap();
    assert!(vault.rotate(&[domain.id()]).is_err());
    assert!(vault.rotate(&[KeyId([1; 16])]).is_err());

    assert_eq!(vault.rotate(&[goes.id()]).unwrap().0, 2);
    assert_eq!(vault.state(), SealState::Unsealed { epoch: holdfast_hsm::Epoch(2) });
    let check = |vault: &Vault| {
        assert_eq!(vault.key(stays.id()).unwrap().open(&place(), &kept).unwrap(), b"kept");
        assert!(matches!(vault.key(goes.id()), Err(HsmError::KeyMissing(_))));
        assert_eq!(vault.domain(Domain("db")).unwrap().id(), domain.id());
    };
    check(&vault);
    assert!(goes.open(&place(), &shredded).is_err());
    vault.create_key(Domain("ledger")).unwrap();
    assert_eq!(vault.rotate(&[]).unwrap().0, 3);
    vault.seal(SealReason::Operator);
    vault.unseal(None).unwrap();
    check(&vault);
    vault.seal(SealReason::Operator);

    // An old copy of the keyring opens no more: its key is destroyed in the token.
    fs::remove_dir_all(it.at("keyring")).unwrap();
    fs::create_dir(it.at("keyring")).unwrap();
    old.iter().for_each(|(file, bytes)| fs::write(it.at("keyring").join(file), bytes).unwrap());
    assert!(matches!(vault.unseal(None), Err(HsmError::KeyMissing(name)) if name == "root.prf.1"));
}

#[test]
fn another_token_of_the_same_name_is_refused() {
    let Some(mut it) = test_box() else { return };
    let Some(other) = test_box() else { return };
    it.stop_hsmd();
    it.hsmd.softhsm_conf = other.hsmd.softhsm_conf.clone();
    it.start_hsmd().unwrap();
    let vault = it.connect();
    assert!(matches!(vault.unseal(None), Err(HsmError::WrongToken { .. })));
    assert!(is_sealed(SealReason::Start)(&vault.state()));
}

#[test]
fn an_altered_keyring_quarantines_the_box() {
    let Some(it) = test_box() else { return };
    let keys = it.at("keyring/keys.1");
    let mut bytes = fs::read(&keys).unwrap();
    bytes[200] ^= 1;
    fs::write(&keys, &bytes).unwrap();
    let vault = it.connect();
    assert!(matches!(vault.unseal(None), Err(HsmError::Integrity(_))));
    assert!(matches!(vault.state(), SealState::Quarantined { .. }));
    bytes[200] ^= 1;
    fs::write(&keys, &bytes).unwrap();
    vault.unseal(None).unwrap();
}
