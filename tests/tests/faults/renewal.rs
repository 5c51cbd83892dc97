//! New data keys for everything while people work: nobody is refused, everything is as it was, and older copies open under no key.

use std::{
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Chance, Options, Place, TestBox, oracle::Oracle};
use serde_json::{Value, json};

use super::{
    put_back::{STORES, copy, copy_stores},
    shredded::{plant, readable},
    tools::{entries, scrub},
};

/// Of a room whose every line is compared.
const ITEMS: usize = 600;

fn ask(place: &Place) -> String {
    let asked =
        place.administrator("security").post("/api/v1/security/renewals", &json!({"reason": "演练 2026-3"})).unwrap().ok();
    asked["id"].as_str().unwrap().to_owned()
}

fn look(place: &Place, number: &str) -> Value {
    let path = format!("/api/v1/security/renewals/{number}");
    place.administrator("security").get_patiently(&path).unwrap().ok()
}

fn done(place: &Place, number: &str) -> Value {
    let begun = Instant::now();
    loop {
        let now = look(place, number);
        if now["stage"] == "done" {
            eprintln!("{now} after {:?}", begun.elapsed());
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(180), "{now}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn everything_goes_under_new_keys_while_people_work() {
    let mut chance = Chance::of_this_run("renewal");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let secrets = plant(&place, ITEMS);
    let said = readable(&place, &secrets);
    assert!(said.len() >= ITEMS);
    boxed.stop().unwrap();
    let before = boxed.data.with_extension("before");
    copy_stores(&boxed.data, &before);
    boxed.start().unwrap();
    boxed.wait_ready().unwrap();

    let mut oracle = Oracle::new(&place, chance.fork());
    let security = place.administrator("security");
    let renewed = oracle.under_load(&place, || {
        let number = ask(&place);
        let twice = security.post("/api/v1/security/renewals", &json!({"reason": "noch eine"})).unwrap();
        // Where it is done already, another one begins.
        assert!(twice.status == 201 || twice.json()["rule"] == "renewal-running", "{}", twice.json());
        if twice.status == 201 {
            done(&place, twice.json()["id"].as_str().unwrap());
        }
        done(&place, &number)
    });
    let told = oracle.settle(&place);
    assert!(told.refused.is_empty(), "refused: {:?}", told.refused);
    oracle.check_all(&place);
    assert_eq!(readable(&place, &secrets), said);
    let count = |name: &str| renewed[name].as_u64().unwrap();
    assert!(count("messages") >= 590 && count("contents") >= 6 && count("conversations") > 1, "{renewed}");
    assert!(count("keys") >= count("conversations") + count("contents") + count("chunks") + 2, "{renewed}");
    for action in ["keys.renew", "keys.renewed"] {
        assert!(!entries(&boxed, action).is_empty(), "{action}");
    }
    boxed.stop().unwrap();
    boxed.start_hsmd().unwrap();
    assert_eq!(scrub(&boxed), []);

    // The stores of before, with the keyring and the HSM of today: not one key of theirs is there.
    let today = boxed.data.with_extension("today");
    for store in STORES {
        if store != "keyring" {
            copy(&boxed.data.join(store), &today.join(store));
            copy(&before.join(store), &boxed.data.join(store));
        }
    }
    boxed.start_server().unwrap();
    assert!(!boxed.ready_within(Duration::from_secs(3)).unwrap(), "a box whose database no key opens does not serve");
    boxed.kill_server().unwrap();
    for store in STORES {
        if store != "keyring" {
            copy(&today.join(store), &boxed.data.join(store));
        }
    }
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    assert_eq!(readable(&place, &secrets), said);
}

#[test]
fn a_renewal_that_is_cut_off_anywhere_goes_on() {
    let mut chance = Chance::of_this_run("killed-renewal");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let secrets = plant(&place, ITEMS);
    let said = readable(&place, &secrets);
    let mut oracle = Oracle::new(&place, chance.fork());
    let mut stages = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let number = ask(&place);
        for _ in 0..5 {
            thread::sleep(chance.between(Duration::ZERO, Duration::from_millis(60)));
            boxed.kill_server().unwrap();
            boxed.start_server().unwrap();
            boxed.wait_ready().unwrap();
            let stage = look(&place, &number)["stage"].as_str().unwrap().to_owned();
            let is_done = stage == "done";
            stages.insert(stage);
            if is_done {
                break;
            }
            oracle.under_load(&place, || thread::sleep(Duration::from_millis(100)));
            oracle.settle(&place);
        }
        done(&place, &number);
        assert_eq!(readable(&place, &secrets), said);
    }
    eprintln!("found after a cut: {stages:?}");
    oracle.check_all(&place);
    boxed.stop().unwrap();
    boxed.start_hsmd().unwrap();
    assert_eq!(scrub(&boxed), []);
}
