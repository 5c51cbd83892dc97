//! A token that says OK and lies: wrong lengths, wrong bytes, objects that are not there or there twice.

use std::{
    thread,
    time::{Duration, Instant},
};

use holdfast_hsm::{DekHandle, Domain, HsmError, SealReason, Vault, testing::TestBox};

use crate::{Keeper, Plan, chaos_box, place, verifies};

/// The token is honest again: the box opens what it sealed before.
fn comes_back(vault: &Vault, handle: &DekHandle, sealed: &[u8], case: &str) {
    let begun = Instant::now();
    while let Err(error) = vault.unseal(None) {
        assert!(begun.elapsed() < Duration::from_secs(12), "{case}: does not come back: {error}");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(handle.open(&place(), sealed).unwrap(), b"kept", "{case}");
}

#[test]
fn no_lie_is_handed_on() {
    let plan = Plan::new();
    let Some(mut it) = chaos_box(&plan, TestBox::PIN) else { return };
    let _keeper = Keeper::new(&mut it).unwrap();
    let vault = it.unsealed().unwrap();
    let handle = vault.create_key(Domain("ledger")).unwrap();
    let sealed = handle.seal(&place(), b"kept").unwrap();
    vault.seal(SealReason::Operator);
    let absurd = u64::MAX.to_string();
    for lie in [
        "C_Sign WHEN length 31".to_owned(),
        "C_Sign WHEN length 0".to_owned(),
        format!("C_Sign WHEN length {absurd}"),
        "C_Sign WHEN flip".to_owned(),
        "C_FindObjects WHEN none".to_owned(),
        "C_FindObjects WHEN twice".to_owned(),
        "C_FindObjects WHEN length 11".to_owned(),
        format!("C_GetAttributeValue WHEN length {absurd}"),
        "C_GetAttributeValue WHEN length 12".to_owned(),
        "C_GetAttributeValue WHEN flip".to_owned(),
        "C_GetSlotList WHEN none".to_owned(),
        format!("C_GetSlotList WHEN length {absurd}"),
    ] {
        for when in ["1", "2", "3", "4", "5", "6", "*"] {
            let lie = lie.replace("WHEN", when);
            plan.set(&lie);
            let unsealed = vault.unseal_within(None, Duration::from_millis(900));
            if unsealed.is_ok() {
                assert_eq!(handle.open(&place(), &sealed).unwrap(), b"kept", "{lie}");
                if let Ok(signature) = vault.sign_audit(b"checkpoint") {
                    assert!(verifies(&vault, b"checkpoint", &signature), "{lie}");
                }
                if when == "*" {
                    assert!(!lie.contains("C_Sign "), "{lie}: unsealed");
                }
            }
            if let Err(error) = &unsealed {
                let known = matches!(
                    error,
                    HsmError::Device(_)
                        | HsmError::WorkerLost
                        | HsmError::LoginUnanswered
                        | HsmError::TokenGone
                        | HsmError::Ambiguous(_)
                        | HsmError::KeyMissing(_)
                        | HsmError::WrongToken { .. }
                );
                assert!(known, "{lie}: {error:?}");
                if when != "*" {
                    assert!(!matches!(error, HsmError::KeyMissing(_)), "{lie}: believed at once");
                }
            }
            assert_eq!(plan.calls("C_GenerateKey") + plan.calls("C_GenerateKeyPair"), 0, "{lie}: made a key");
            assert!(plan.calls("C_Login") <= 1, "{lie}");
            vault.seal(SealReason::Operator);
            plan.set("");
            comes_back(&vault, &handle, &sealed, &lie);
            vault.seal(SealReason::Operator);
        }
    }
}

#[test]
fn a_wrong_hmac_is_never_wrapped_under() {
    let plan = Plan::new();
    let Some(mut it) = chaos_box(&plan, TestBox::PIN) else { return };
    let _keeper = Keeper::new(&mut it).unwrap();
    let vault = it.unsealed().unwrap();
    let handle = vault.create_key(Domain("ledger")).unwrap();
    let sealed = handle.seal(&place(), b"kept").unwrap();
    for at in 1..=24 {
        plan.set(&format!("C_Sign {at} flip"));
        // Whether it came about or not: what counts is that the keyring opens afterwards.
        let _ = vault.rotate(&[]);
        vault.seal(SealReason::Operator);
        plan.set("");
        comes_back(&vault, &handle, &sealed, &format!("C_Sign {at} flip"));
    }
    assert!(verifies(&vault, b"x", &vault.sign_audit(b"x").unwrap()));
}
