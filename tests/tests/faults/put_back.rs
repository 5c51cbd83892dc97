//! An older valid copy of one store is put back while the box is not looking.

use std::{fs, path::Path, time::Duration};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle};

use super::tools::{operator, run, scrub, state, wait_state};

/// Folder of a copy, exact to the byte.
pub(super) fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    run("cp", &["-a", from.to_str().unwrap(), to.to_str().unwrap()]);
}

pub(super) const STORES: [&str; 6] = ["ledger", "db", "keyring", "audit", "packs", "index"];

pub(super) fn copy_stores(from: &Path, to: &Path) {
    STORES.iter().for_each(|store| copy(&from.join(store), &to.join(store)));
}

fn actions(boxed: &TestBox) -> Vec<String> {
    let page = boxed.place().administrator("audit").get("/api/v1/audit/entries?limit=200").unwrap().ok();
    page["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_store_that_is_older_than_the_others_is_not_served() {
    let mut chance = Chance::of_this_run("put-back");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let mut oracle = Oracle::new(&place, chance.fork());
    let day = |oracle: &mut Oracle, boxed: &mut TestBox| {
        oracle.under_load(&place, || std::thread::sleep(Duration::from_millis(700)));
        oracle.settle(&place);
        boxed.stop().unwrap();
    };
    day(&mut oracle, &mut boxed);
    let (older, newer) = (boxed.data.with_extension("older"), boxed.data.with_extension("newer"));
    copy_stores(&boxed.data, &older);
    boxed.start().unwrap();
    day(&mut oracle, &mut boxed);
    copy_stores(&boxed.data, &newer);
    boxed.start_hsmd().unwrap();
    assert_eq!(scrub(&boxed), [], "nothing was put back yet");

    for (store, word) in [("ledger", "ledger"), ("db", "database"), ("keyring", "keyring"), ("audit", "audit")] {
        copy(&older.join(store), &boxed.data.join(store));
        let found = scrub(&boxed);
        assert!(found.iter().any(|(_, object)| object.contains(word)), "{store}: {found:?}");
        boxed.start_server().unwrap();
        wait_state(&boxed, "quarantined");
        let (_, said) = operator(&boxed, "status");
        assert!(said.contains(word), "{store}: {said}");
        let refused = place.stranger().get("/api/v1/me").unwrap();
        assert_eq!((refused.status, refused.code().as_str()), (503, "sealed"), "{store}");
        let right = |boxed: &TestBox| copy_stores(&newer, &boxed.data);
        // Put right while the box is sealed: the next unsealing looks anew.
        let (sealed, said) = operator(&boxed, "seal");
        assert!(sealed, "{said}");
        wait_state(&boxed, "sealed");
        right(&boxed);
        let (unsealed, said) = operator(&boxed, "unseal");
        assert!(unsealed, "{store}: {said}");
        boxed.wait_ready().unwrap();
        boxed.kill_server().unwrap();
        right(&boxed);
        assert_eq!(scrub(&boxed), [], "{store} is as it was");
    }
    // Packs are written once, and the index catches up: an older copy is found where it matters, or does not matter.
    copy(&older.join("packs"), &boxed.data.join("packs"));
    assert!(scrub(&boxed).iter().all(|(store, _)| store == "packs"));
    copy(&newer.join("packs"), &boxed.data.join("packs"));
    copy(&older.join("index"), &boxed.data.join("index"));
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    oracle.settle(&place);
    oracle.check_all(&place);
    assert_eq!(state(&boxed), "unsealed");

    // The operator says that it is meant: the box goes on from the older ledger, and the log says so.
    boxed.stop().unwrap();
    copy(&older.join("ledger"), &boxed.data.join("ledger"));
    boxed.start_hsmd().unwrap();
    boxed.start_server().unwrap();
    wait_state(&boxed, "quarantined");
    let (released, said) = operator(&boxed, "release");
    assert!(released, "{said}");
    boxed.wait_ready().unwrap();
    let told = actions(&boxed);
    for action in ["box.state", "box.quarantine", "box.release"] {
        assert!(told.iter().any(|found| found == action), "{action}: {told:?}");
    }
    let (again, said) = operator(&boxed, "release");
    assert!(!again, "released what is not in quarantine: {said}");
    for folder in [older, newer] {
        fs::remove_dir_all(folder).unwrap();
    }
}
