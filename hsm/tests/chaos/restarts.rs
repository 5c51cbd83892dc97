//! Hangs and crashes: hsmd ends, is started again, and the box is back in service by itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use holdfast_hsm::{Domain, HsmError, SealReason, Vault, testing::TestBox};

use crate::{Plan, chaos_box, injection::is_wide, is_sealed, is_unsealed, place, wait_for};

/// Generous: the machine is shared. Printed is what it took.
const BACK: Duration = Duration::from_secs(6);

#[test]
fn a_crash_under_load_is_not_felt() {
    let plan = Plan::new();
    let Some(it) = chaos_box(&plan, TestBox::PIN) else { return };
    let vault = it.unsealed().unwrap();
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let load: Vec<_> = (0..4)
        .map(|thread| {
            let (vault, stop, done) = (vault.clone(), stop.clone(), done.clone());
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let handle = vault.create_key(Domain("ledger")).unwrap();
                    for n in 0..50u64 {
                        let plain = [thread, n].map(u64::to_be_bytes).concat();
                        let sealed = handle.seal(&place(), &plain).unwrap();
                        assert_eq!(handle.open(&place(), &sealed).unwrap(), plain);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    // The supervisor waits longer each time, so that a third crash at once would be a loss of the token by the rules.
    for _ in 0..2 {
        crash(&plan, &it, &vault);
    }
    stop.store(true, Ordering::Relaxed);
    load.into_iter().for_each(|thread| thread.join().unwrap());
    eprintln!("and without load:");
    crash(&plan, &it, &vault);
    eprintln!("{} values sealed and opened meanwhile", done.load(Ordering::Relaxed));
}

/// Kills hsmd from within the module, and answers when the vault is in service again.
fn crash(plan: &Plan, it: &TestBox, vault: &Vault) {
    let before = it.serving().unwrap();
    plan.set("C_Sign 1 crash");
    let crashed = thread::scope(|scope| {
        let started = scope.spawn(|| {
            while it.serving().is_none_or(|now| now == before) {
                thread::sleep(Duration::from_millis(1));
            }
            Instant::now()
        });
        while plan.calls("C_Sign") == 0 {
            let _ = vault.sign_audit(&[1; 32]);
        }
        let crashed = Instant::now();
        while vault.sign_audit(&[1; 32]).is_err() {
            assert!(crashed.elapsed() < BACK, "not back");
            thread::sleep(Duration::from_millis(2));
        }
        let (signed, started) = (Instant::now(), started.join().unwrap());
        eprintln!("crash: signs {:?} after it, {:?} after hsmd's own restart", signed - crashed, signed - started);
        crashed
    });
    wait_for(vault, BACK, is_unsealed);
    assert!(crashed.elapsed() < BACK);
}

#[test]
fn a_hanging_call_ends_hsmd_which_is_started_again() {
    let plan = Plan::new();
    let Some(it) = chaos_box(&plan, TestBox::PIN) else { return };
    let vault = it.unsealed().unwrap();
    let before = it.serving().unwrap();
    plan.set("C_Sign 1 hang 300");
    let sealed = wait_for(&vault, Duration::from_secs(6), is_sealed);
    let begun = Instant::now();
    while it.serving().is_none_or(|now| now == before) {
        assert!(begun.elapsed() < Duration::from_secs(10), "hsmd hangs for ever");
        thread::sleep(Duration::from_millis(10));
    }
    let back = wait_for(&vault, Duration::from_secs(6), is_unsealed);
    eprintln!("hang: sealed after {sealed:?}, hsmd ended {:?} later, unsealed {back:?} after that", begun.elapsed() - back);
    assert_eq!(plan.calls("C_Login"), 1);
    // A slow token may take half a minute for a login, so this takes as long.
    if !is_wide() {
        return;
    }
    vault.seal(SealReason::Operator);
    plan.set("C_Login 1 hang 300");
    let error = vault.unseal(None).unwrap_err();
    assert!(matches!(error, HsmError::LoginUnanswered), "{error:?}");
    assert_eq!(plan.calls("C_Login"), 1);
}
