//! One suite over tokens of six makes, and over Kryoptic where `HOLDFAST_KRYOPTIC` names its module: it takes minutes to
//! build (`cargo build --lib --no-default-features --features minimal,kryoptic-lib/dynamic` in its crate). SDF is not among
//! them, since it is not PKCS#11.

use std::{
    env,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use holdfast_hsm::{CryptoError, Domain, HsmError, SealReason, Vault, WrapMechanism, testing::TestBox};

use crate::{DOMAINS, Keeper, Plan, chaos_box, is_unsealed, module, place, verifies, wait_for};

fn suite(name: &str, pin: &str, more: &str) {
    let plan = Plan::new();
    let personality = format!("personality = {name}\n{more}\n");
    plan.set(&personality);
    let Some(it) = chaos_box(&plan, pin) else { return };
    assert_eq!((plan.calls("C_GenerateKeyPair") > 0, plan.calls("C_InitToken")), (true, 0), "{name}");
    serves(it, &plan, name, pin, &personality);
}

/// After the ceremony: unseal, seal and open, sign, probe, rotate, destroy, restart of hsmd.
fn serves(mut it: TestBox, plan: &Plan, name: &str, pin: &str, personality: &str) {
    let vault = it.connect();
    vault.unseal(None).unwrap();
    let stays = vault.create_key(Domain("ledger")).unwrap();
    let goes = vault.create_key(Domain("ledger")).unwrap();
    let kept = stays.seal(&place(), b"kept").unwrap();
    let signature = vault.sign_audit(b"checkpoint").unwrap();
    assert!(verifies(&vault, b"checkpoint", &signature), "{name}");
    assert!(verifies(&vault, b"again", &vault.sign_audit(b"again").unwrap()));

    plan.set(personality);
    assert_eq!(vault.rotate(&[goes.id()]).unwrap().0, 2);
    assert!(plan.calls("C_GenerateKey") <= 2, "two forms of one request at most");
    assert_eq!((plan.calls("C_DestroyObject"), plan.calls("C_Login")), (1, 0));
    assert_eq!(stays.open(&place(), &kept).unwrap(), b"kept");
    assert!(matches!(vault.key(goes.id()), Err(HsmError::KeyMissing(_))));

    thread::sleep(Duration::from_millis(2_300));
    assert!(is_unsealed(&vault.state()), "{name}: {:?}", vault.state());
    let status = vault.status().unwrap();
    assert!(status.last_probe_at.is_some() && !status.serial.ends_with('\0'));

    it.stop_hsmd();
    it.start_hsmd().unwrap();
    wait_for(&vault, Duration::from_secs(4), is_unsealed);
    assert!(vault.sign_audit(b"after a restart").is_ok());
    vault.seal(SealReason::Operator);
    assert_eq!(stays.open(&place(), &kept), Err(CryptoError::Sealed));
    plan.set(personality);
    vault.unseal(Some(TestBox::pin(pin))).unwrap();
    assert_eq!(plan.calls("C_Login"), 1, "{name}");
    assert_eq!(stays.open(&place(), &kept).unwrap(), b"kept");
    changes_its_wrap(&vault, name);
    assert_eq!(stays.open(&place(), &kept).unwrap(), b"kept");
    vault.seal(SealReason::Operator);
    assert!(matches!(vault.unseal(Some(TestBox::pin("0001wrongwrong"))), Err(HsmError::PinRejected)), "{name}");
}

/// To AES-GCM and back, where the token takes a nonce from outside; elsewhere it is refused, and nothing has changed.
fn changes_its_wrap(vault: &Vault, name: &str) {
    let done = vault.rotate_to(WrapMechanism::AesGcm);
    if ["yubi", "cloudhsm", "strict-fips"].contains(&name) {
        let error = done.unwrap_err().to_string();
        assert!(error.contains("does not do aes-256-gcm"), "{name}: {error}");
        assert_eq!(vault.status().unwrap().mechanism, "prf-hmac-sha256");
        return assert_eq!(vault.rotate(&[]).unwrap().0, 3, "{name}");
    }
    assert_eq!(done.unwrap().0, 3, "{name}");
    assert_eq!(vault.status().unwrap().mechanism, "aes-256-gcm");
    vault.seal(SealReason::Operator);
    vault.unseal(None).unwrap();
    assert_eq!(vault.rotate_to(WrapMechanism::Prf).unwrap().0, 4, "{name}");
}

#[test]
fn softhsm() {
    suite("softhsm", TestBox::PIN, "");
}

#[test]
fn yubi_whose_sessions_are_kept_alive_by_the_probe() {
    suite("yubi", &format!("0001{}", TestBox::PIN), "idle = 1.7");
}

/// hsmd is started again each time, before the box gives it up. Where the machine is too busy for that (the cases of every return
/// code run beside it) the box seals, as it should: then it is tried again.
#[test]
fn yubi_whose_sessions_die_between_two_probes() {
    let begun = Instant::now();
    while let Err(error) = sessions_die() {
        assert!(error == CryptoError::Sealed && begun.elapsed() < Duration::from_secs(90), "{error}");
    }
}

fn sessions_die() -> Result<(), CryptoError> {
    let plan = Plan::new();
    plan.set("personality = yubi");
    let Some(mut it) = chaos_box(&plan, &format!("0001{}", TestBox::PIN)) else { return Ok(()) };
    let _keeper = Keeper::new(&mut it).unwrap();
    let vault = it.unsealed().unwrap();
    // Shorter than the probe's second, and long enough that a busy machine logs in within one session.
    plan.set("personality = yubi\nidle = 0.9");
    let handle = vault.domain(Domain("db")).unwrap();
    let begun = Instant::now();
    // No more deaths than that: between starts that fail again and again the keeper pauses for longer than a box waits.
    while plan.calls("C_Login") < 2 {
        handle.seal(&place(), b"in use")?;
        assert!(begun.elapsed() < Duration::from_secs(12), "hsmd was not started again, with the credential");
        thread::sleep(Duration::from_millis(50));
    }
    plan.set("personality = yubi");
    let begun = Instant::now();
    while !is_unsealed(&vault.state()) {
        handle.seal(&place(), b"in use")?;
        assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", vault.state());
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

#[test]
fn cloudhsm() {
    suite("cloudhsm", &format!("crypto_user:{}", TestBox::PIN), "");
}

#[test]
fn luna() {
    suite("luna", TestBox::PIN, "");
}

#[test]
fn strict_fips() {
    suite("strict-fips", TestBox::PIN, "");
}

#[test]
fn kryoptic() {
    let Some(real) = env::var_os("HOLDFAST_KRYOPTIC") else {
        eprintln!("SKIPPED: HOLDFAST_KRYOPTIC names no module");
        return;
    };
    let plan = Plan::new();
    let program = plan.program_before(&PathBuf::from(real));
    let it = TestBox::on(&program, &module(), &DOMAINS).unwrap();
    serves(it, &plan, "kryoptic", TestBox::PIN, "");
}

#[test]
fn nshield() {
    suite("nshield", TestBox::PIN, "");
}
