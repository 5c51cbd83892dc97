//! Two tokens, and another wrap mechanism.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::Path};

use holdfast_base::World;
use holdfast_hsm::{
    Context, DekHandle, Domain, Epoch, HsmError, SealReason, SecondToken, Vault, VaultConfig, WrapMechanism,
    ceremony::{init_token, prepare_second},
    softtoken::{HsmdCommand, HsmdProcess, prepare},
    testing::TestBox,
};

const DOMAINS: [Domain; 2] = [Domain("db"), Domain("ledger")];
const SECOND_PIN: &str = "975310";

fn test_box() -> Option<TestBox> {
    let made = TestBox::with_program(Path::new(env!("CARGO_BIN_EXE_holdfast-hsmd")), &DOMAINS);
    assert!(made.is_some() || std::env::var_os("CI").is_none(), "SoftHSM2 is missing");
    made
}

fn place() -> Context {
    Context::new("test.v1").u64(1)
}

/// A token of its own behind an hsmd of its own.
struct Beside {
    command: HsmdCommand,
    process: Option<HsmdProcess>,
}

impl Beside {
    fn new(it: &TestBox, name: &str) -> Self {
        let at = |part: &str| it.at(&format!("{name}-{part}"));
        fs::write(at("pin"), SECOND_PIN).unwrap();
        let command = HsmdCommand {
            socket: at("hsm.sock"),
            state: at("hsmd"),
            pin_file: Some(at("pin")),
            softhsm_conf: Some(prepare(&at("token")).unwrap()),
            ceremony: true,
            ..it.hsmd.clone()
        };
        let mut beside = Self { command, process: None };
        beside.start();
        init_token(beside.command.socket.clone(), &TestBox::pin("86420"), &TestBox::pin(SECOND_PIN)).unwrap();
        beside.start();
        beside
    }

    fn start(&mut self) {
        self.stop();
        self.process = Some(self.command.start().unwrap());
    }

    /// Together with what it started.
    fn stop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let id = process.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        process.stop();
        for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(child), nix::sys::signal::Signal::SIGKILL);
        }
    }

    /// Makes its keys, and serves from then on.
    fn prepare(&mut self, it: &TestBox) -> Result<String, HsmError> {
        let prepared = prepare_second(self.command.socket.clone(), &it.at("keyring"), &TestBox::pin(SECOND_PIN));
        self.command.ceremony = false;
        self.start();
        prepared
    }

    fn vault(&self, it: &TestBox) -> Vault {
        let (socket, second_socket) = (it.hsmd.socket.clone(), Some(self.command.socket.clone()));
        Vault::connect(VaultConfig { socket, second_socket, keyring: it.at("keyring") }, World::system())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stop();
    }
}

fn sealed(vault: &Vault) -> (DekHandle, Vec<u8>) {
    let key = vault.create_key(Domain("ledger")).unwrap();
    let sealed = key.seal(&place(), b"kept").unwrap();
    (key, sealed)
}

fn objects(beside: &Beside) -> usize {
    let tokens = beside.command.softhsm_conf.as_ref().unwrap().parent().unwrap().join("tokens");
    let token = fs::read_dir(tokens).unwrap().next().unwrap().unwrap().path();
    let is_object = |name: &str| name.ends_with(".object") && name != "token.object";
    fs::read_dir(token).unwrap().filter(|entry| is_object(&entry.as_ref().unwrap().file_name().to_string_lossy())).count()
}

fn second(vault: &Vault) -> SecondToken {
    vault.second().unwrap().unwrap()
}

#[test]
fn the_second_token_takes_over_and_the_first_is_brought_up_when_it_comes_back() {
    let Some(mut it) = test_box() else { return };
    let mut beside = Beside::new(&it, "second");
    let alone = it.unsealed().unwrap();
    assert_eq!(alone.second().unwrap(), None);
    assert!(matches!(alone.copy_to_second(None), Err(HsmError::Device(_))), "there is no hsmd before a second token");
    alone.seal(SealReason::Operator);

    let vault = beside.vault(&it);
    vault.unseal(None).unwrap();
    let serial = beside.prepare(&it).unwrap();
    assert!(matches!(vault.copy_to_second(Some(TestBox::pin("wrong"))), Err(HsmError::PinRejected)));
    // What was not made for this box is behind, and is brought up.
    vault.rotate(&[]).unwrap();
    let told = vault.copy_to_second(Some(TestBox::pin(SECOND_PIN))).unwrap();
    assert_eq!((told.serial.as_str(), told.epoch, told.is_current), (serial.as_str(), Epoch(2), true));
    assert_eq!(objects(&beside), 3, "the key of this epoch, and two halves of the audit key");
    let shred = vault.create_key(Domain("ledger")).unwrap();
    vault.rotate(&[shred.id()]).unwrap();
    assert_eq!((second(&vault).epoch, objects(&beside)), (Epoch(3), 3));
    let (key, kept) = sealed(&vault);
    let first = vault.audit_public_key().unwrap();
    assert!(matches!(vault.unseal_with_second(None), Err(HsmError::Device(_))), "the box is not sealed");

    // It misses two rotations, cannot take over, and catches up by itself with the next one.
    beside.stop();
    vault.rotate(&[]).unwrap();
    vault.rotate(&[]).unwrap();
    assert_eq!((second(&vault).epoch, second(&vault).is_current), (Epoch(3), false));
    vault.seal(SealReason::Operator);
    let error = vault.unseal_with_second(None).unwrap_err().to_string();
    assert!(error.contains("epoch 3, the box at 5"), "{error}");
    vault.unseal(None).unwrap();
    beside.start();
    vault.rotate(&[]).unwrap();
    assert_eq!((second(&vault).epoch, second(&vault).is_current, objects(&beside)), (Epoch(6), true, 3));
    vault.seal(SealReason::Operator);

    // The first is lost.
    it.stop_hsmd();
    fs::rename(it.at("token"), it.at("token-away")).unwrap();
    assert!(vault.unseal(None).is_err());
    vault.unseal_with_second(None).unwrap();
    assert_eq!(key.open(&place(), &kept).unwrap(), b"kept");
    let now = vault.audit_public_key().unwrap();
    assert_ne!(now, first);
    assert_eq!(vault.former_audit_keys().unwrap().iter().map(|(key, _)| key).collect::<Vec<_>>(), [&first]);
    assert_eq!(vault.status().unwrap().serial, serial);
    vault.sign_audit(b"checkpoint").unwrap();
    vault.rotate(&[]).unwrap();
    assert_eq!((second(&vault).epoch, second(&vault).is_current), (Epoch(6), false));
    vault.seal(SealReason::Operator);
    vault.unseal(None).unwrap();

    // And comes back.
    fs::rename(it.at("token-away"), it.at("token")).unwrap();
    it.start_hsmd().unwrap();
    let told = vault.copy_to_second(None).unwrap();
    assert_eq!((told.epoch, told.is_current, &told.audit_public_key), (Epoch(7), true, &first));
    vault.seal(SealReason::Operator);
    beside.stop();
    vault.unseal_with_second(None).unwrap();
    assert_eq!((vault.audit_public_key().unwrap(), key.open(&place(), &kept).unwrap()), (first, b"kept".to_vec()));
    assert!(vault.former_audit_keys().unwrap().iter().any(|(key, _)| *key == now));
    vault.forget_second().unwrap();
    assert_eq!(vault.second().unwrap(), None);
}

#[test]
fn a_strange_token_is_no_second_one() {
    let Some(it) = test_box() else { return };
    let mut beside = Beside::new(&it, "second");
    let mut strange = Beside::new(&it, "strange");
    let vault = beside.vault(&it);
    vault.unseal(None).unwrap();
    beside.command.ceremony = false;
    beside.start();
    let error = vault.copy_to_second(None).unwrap_err();
    assert!(matches!(error, HsmError::KeyMissing(_)), "an empty token: {error}");
    assert_eq!(vault.second().unwrap(), None);
    beside.command.ceremony = true;
    beside.start();
    beside.prepare(&it).unwrap();
    vault.copy_to_second(None).unwrap();

    strange.prepare(&it).unwrap();
    beside.stop();
    let other = strange.vault(&it);
    vault.seal(SealReason::Operator);
    other.unseal(None).unwrap();
    assert!(matches!(other.copy_to_second(None), Err(HsmError::WrongToken { .. })));
    other.rotate(&[]).unwrap();
    assert!(!second(&other).is_current);
    assert_eq!(objects(&strange), 3, "a token that is not ours is left alone");
}

#[test]
fn another_wrap_mechanism_and_back() {
    let Some(mut it) = test_box() else { return };
    let vault = it.unsealed().unwrap();
    let (key, kept) = sealed(&vault);
    let mut epoch = 1;
    for mechanism in [WrapMechanism::AesGcm, WrapMechanism::AesGcm, WrapMechanism::Prf, WrapMechanism::AesGcm] {
        epoch += 1;
        assert_eq!(vault.rotate_to(mechanism).unwrap(), Epoch(epoch));
        assert_eq!(vault.status().unwrap().mechanism, mechanism.name());
        vault.seal(SealReason::Operator);
        it.stop_hsmd();
        it.start_hsmd().unwrap();
        vault.unseal(None).unwrap();
        assert_eq!(key.open(&place(), &kept).unwrap(), b"kept");
    }
    // Stays what it is.
    vault.rotate(&[]).unwrap();
    assert_eq!(vault.status().unwrap().mechanism, "aes-256-gcm");
    std::thread::sleep(std::time::Duration::from_millis(1_300));
    assert!(vault.status().unwrap().last_probe_at.is_some());
    vault.seal(SealReason::Operator);

    // A wrapped key that was altered is no fault of the device.
    let header = fs::read(it.at("keyring/header")).unwrap();
    let at = header.windows(3).position(|bytes| bytes == [70, 2, 1]).unwrap();
    let mut altered = header.clone();
    altered[at + 40] ^= 1;
    fs::write(it.at("keyring/header"), &altered).unwrap();
    assert!(matches!(vault.unseal(None), Err(HsmError::Integrity(_))));
    fs::write(it.at("keyring/header"), &header).unwrap();
    vault.unseal(None).unwrap();
    assert_eq!(key.open(&place(), &kept).unwrap(), b"kept");
}
