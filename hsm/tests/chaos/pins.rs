//! At most one login for each act of an operator.

use std::{fs, thread, time::Duration};

use holdfast_hsm::{HsmError, SealReason, SealState, testing::TestBox};

use crate::{Plan, chaos_box, is_sealed, is_unsealed, wait_for};

#[test]
fn a_refused_pin_is_not_tried_again_over_restarts() {
    let plan = Plan::new();
    let Some(mut it) = chaos_box(&plan, TestBox::PIN) else { return };
    let vault = it.connect();
    fs::write(it.at("holdfast-pin"), "111111").unwrap();
    plan.set("");
    assert!(matches!(vault.unseal(None), Err(HsmError::PinRejected)));
    assert_eq!(plan.calls("C_Login"), 1);
    for _ in 0..3 {
        it.stop_hsmd();
        it.start_hsmd().unwrap();
        assert!(matches!(vault.unseal(None), Err(HsmError::PinRejected)));
        assert!(matches!(vault.unseal_unasked(), Err(HsmError::PinRejected)));
        assert!(matches!(vault.unseal(Some(TestBox::pin("111111"))), Err(HsmError::PinRejected)));
    }
    assert_eq!(plan.calls("C_Login"), 1, "the token was asked again about a PIN that it had refused");
    fs::write(it.at("holdfast-pin"), TestBox::PIN).unwrap();
    vault.unseal(None).unwrap();
    assert_eq!(plan.calls("C_Login"), 2);
}

#[test]
fn every_way_to_refuse_a_pin_is_remembered() {
    let plan = Plan::new();
    let Some(it) = chaos_box(&plan, TestBox::PIN) else { return };
    let vault = it.connect();
    // PIN_INCORRECT, PIN_INVALID, PIN_LEN_RANGE, PIN_EXPIRED, PIN_LOCKED.
    for code in ["0xa0", "0xa1", "0xa2", "0xa3", "0xa4"] {
        let _ = fs::remove_file(it.at("hsmd/pin-refused"));
        plan.set(&format!("C_Login * return {code}"));
        for _ in 0..3 {
            assert!(matches!(vault.unseal(None), Err(HsmError::PinRejected)), "{code}");
        }
        assert_eq!(plan.calls("C_Login"), 1, "{code}");
    }
}

#[test]
fn an_unanswered_login_is_left_to_an_operator() {
    let plan = Plan::new();
    let Some(it) = chaos_box(&plan, TestBox::PIN) else { return };
    let vault = it.connect();
    for deed in ["crash", "return 5", "return 0x80000123", "return 0x30"] {
        plan.set(&format!("C_Login * {deed}"));
        let error = vault.unseal(None).unwrap_err();
        let expected = match deed {
            "crash" => matches!(error, HsmError::LoginUnanswered),
            "return 0x30" => matches!(error, HsmError::TokenGone),
            _ => matches!(error, HsmError::Device(_)),
        };
        assert!(expected, "{deed}: {error:?}");
        assert!(matches!(vault.unseal_unasked(), Err(HsmError::LoginUnanswered)), "{deed}");
        assert_eq!(plan.calls("C_Login"), 1, "{deed}");
        assert!(is_sealed(&vault.state()));
        plan.set("");
        assert!(matches!(vault.unseal_unasked(), Err(HsmError::LoginUnanswered)), "{deed}");
        vault.unseal(None).unwrap();
        vault.seal(SealReason::Operator);
        vault.unseal_unasked().unwrap();
        vault.seal(SealReason::Operator);
    }
}

#[test]
fn a_module_that_crashes_in_the_login_is_asked_once_by_nobody() {
    let plan = Plan::new();
    let Some(it) = chaos_box(&plan, TestBox::PIN) else { return };
    let vault = it.unsealed().unwrap();
    // The probe brings hsmd down, and so does the login that follows its restart.
    plan.set("C_Sign 1 crash\nC_Login * crash");
    wait_for(&vault, Duration::from_secs(6), |state| matches!(state, SealState::Sealed { why: SealReason::HsmdLost, .. }));
    thread::sleep(Duration::from_millis(2_500));
    assert_eq!(plan.calls("C_Login"), 1, "the vault went on trying by itself");
    plan.set("");
    thread::sleep(Duration::from_millis(1_200));
    assert!(is_sealed(&vault.state()));
    vault.unseal(None).unwrap();
    assert!(is_unsealed(&vault.state()));
}
