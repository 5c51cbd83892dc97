//! Hangs and crashes: hsmd ends, is started again, and the box is back in service by itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use holdfast_hsm::{Domain, HsmError, SealReason, testing::TestBox};

use crate::{Plan, chaos_box, is_sealed, is_unsealed, place, wait_for};

/// Generous: the machine is shared. Printed is what it took.
const BACK: Duration = Duration::from_secs(2);

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
    for _ in 0..4 {
        let before = it.serving().unwrap();
        plan.set("C_Sign 1 crash");
        while it.serving() == Some(before) {
            let _ = vault.sign_audit(&[1; 32]);
        }
        // Gone; what follows is the supervisor's wait, then hsmd's own start.
        let ended = Instant::now();
        while it.serving().is_none_or(|now| now == before) {
            thread::sleep(Duration::from_millis(1));
        }
        let started = ended.elapsed();
        while vault.sign_audit(&[1; 32]).is_err() {
            assert!(ended.elapsed() < BACK, "not back");
            thread::sleep(Duration::from_millis(2));
        }
        let total = ended.elapsed();
        eprintln!("crash: signs again {total:?} after it, {:?} after hsmd's own restart", total.saturating_sub(started));
        assert!(total < BACK);
        wait_for(&vault, BACK, is_unsealed);
    }
    stop.store(true, Ordering::Relaxed);
    load.into_iter().for_each(|thread| thread.join().unwrap());
    eprintln!("{} values sealed and opened meanwhile", done.load(Ordering::Relaxed));
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
    vault.seal(SealReason::Operator);
    plan.set("C_Login 1 hang 300");
    // A slow token may take its time for a login: 30 s. The vault gives up first, and says that it does not know.
    let error = thread::spawn(move || vault.unseal(None).unwrap_err()).join().unwrap();
    assert!(matches!(error, HsmError::LoginUnanswered), "{error:?}");
    assert_eq!(plan.calls("C_Login"), 1);
}
