//! Epochs begin while people work.

use std::{fs, thread, time::Duration};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle};
use serde_json::json;

use super::tools::{entries, holdfast, make_kit, program, wait_state};

#[test]
fn epochs_begin_under_load_and_nobody_is_refused() {
    let mut chance = Chance::of_this_run("rotation");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let mut oracle = Oracle::new(&place, chance.fork());
    let security = place.administrator("security");
    let epoch = || security.get_patiently("/api/v1/security/hsm").unwrap().ok();
    let shares = make_kit(&boxed);
    let first = epoch();
    assert_eq!(first["rotates_at"].as_i64().unwrap() - first["epoch_since"].as_i64().unwrap(), 24 * 3600 * 1_000_000);
    let longest = oracle.under_load(&place, || {
        let mut longest = Duration::ZERO;
        for n in 0..6 {
            thread::sleep(chance.between(Duration::from_millis(50), Duration::from_millis(400)));
            let begun = std::time::Instant::now();
            if n % 2 == 0 {
                let begun = security.post("/api/v1/security/rotations", &json!({})).unwrap();
                assert_eq!((begun.status, begun.json()["epoch"].as_u64()), (201, Some(2 + n)));
            } else {
                let (code, told) = holdfast(&boxed, &["rotate"], "");
                assert_eq!((code, told["epoch"].as_u64()), (Some(0), Some(2 + n)), "{told}");
            }
            longest = longest.max(begun.elapsed());
        }
        longest
    });
    println!("the longest of six rotations took {longest:.1?}");
    let told = oracle.settle(&place);
    assert!(told.refused.is_empty(), "refused: {:?}", told.refused);
    oracle.check_all(&place);
    let now = epoch();
    assert_eq!(now["epoch"], 7);
    assert!(now["epoch_since"].as_i64() > first["epoch_since"].as_i64());
    for action in ["token.begin-rotation", "token.rotate"] {
        let all = entries(&boxed, action);
        assert_eq!(all.len(), 6, "{action}");
        assert!(all.iter().all(|entry| entry["outcome"] == "success"));
    }
    // Where the token is away, nothing changes, and the log has how it ended.
    boxed.kill_hsmd().unwrap();
    let away = security.post("/api/v1/security/rotations", &json!({})).unwrap();
    assert!(away.status == 503 && ["busy", "sealed"].contains(&away.code().as_str()), "{} {}", away.status, away.code());
    boxed.start_hsmd().unwrap();
    // Long enough that it has sealed meanwhile, or will not any more.
    thread::sleep(Duration::from_secs(3));
    wait_state(&boxed, "unsealed");
    boxed.wait_ready().unwrap();
    let failed = entries(&boxed, "token.rotate").into_iter().filter(|entry| entry["outcome"] == "failed").count();
    assert_eq!(failed, entries(&boxed, "token.begin-rotation").len() - 6);
    // Over a restart, by the kit of the first epoch, and by the token.
    boxed.kill_server().unwrap();
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    let (code, told) = holdfast(&boxed, &["recovery", "rehearse"], &shares[..3].join("\n"));
    assert_eq!((code, told["rehearsal"]["epoch"].as_u64()), (Some(0), Some(7)), "{told}");
    assert_eq!(epoch()["epoch"], 7);
    oracle.settle(&place);
    oracle.check_all(&place);
}

#[test]
fn a_rotation_that_is_killed_anywhere_is_finished_by_the_next_one() {
    let mut chance = Chance::of_this_run("killed-rotation");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let mut oracle = Oracle::new(&place, chance.fork());
    let security = place.administrator("security");
    let shares = make_kit(&boxed);
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(6_usize).clamp(6, 60);
    let (data, mut cut) = (boxed.data.display().to_string(), 0);
    for round in 0..rounds {
        let rotating = data.clone();
        let rotating = thread::spawn(move || program("holdfast", &["--data", &rotating, "rotate"], "").status.success());
        thread::sleep(chance.between(Duration::from_millis(1), Duration::from_millis(120)));
        // The box and its token's keeper by turns.
        if round % 3 == 2 {
            boxed.kill_hsmd().unwrap();
        } else {
            boxed.kill_server().unwrap();
        }
        cut += usize::from(!rotating.join().unwrap());
        if round % 3 == 2 {
            boxed.start_hsmd().unwrap();
            thread::sleep(Duration::from_secs(3));
        } else {
            boxed.start_server().unwrap();
        }
        wait_state(&boxed, "unsealed");
        boxed.wait_ready().unwrap();
        oracle.under_load(&place, || thread::sleep(Duration::from_millis(150)));
        oracle.settle(&place);
    }
    println!("{cut} of {rounds} rotations were cut short");
    let epoch = || security.again(&place).get_patiently("/api/v1/security/hsm").unwrap().ok()["epoch"].as_u64().unwrap();
    let before = epoch();
    let (code, told) = holdfast(&boxed, &["rotate"], "");
    assert_eq!((code, told["epoch"].as_u64()), (Some(0), Some(before + 1)), "{told}");
    let (code, told) = holdfast(&boxed, &["recovery", "rehearse"], &shares[2..].join("\n"));
    assert_eq!((code, told["rehearsal"]["epoch"].as_u64()), (Some(0), Some(before + 1)), "{told}");
    oracle.check_all(&place);
}

#[test]
fn a_box_begins_epochs_by_itself() {
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    boxed.stop().unwrap();
    let config = boxed.data.join("holdfast.toml");
    fs::write(&config, "[keys]\nepoch_seconds = 5\n").unwrap();
    boxed.server_environment.push(("HOLDFAST_CONFIG".to_owned(), config.into()));
    boxed.start().unwrap();
    let until = std::time::Instant::now() + Duration::from_secs(90);
    let by_itself = loop {
        let all = entries(&boxed, "token.rotate");
        if all.len() >= 2 {
            break all;
        }
        assert!(std::time::Instant::now() < until, "{all:?}");
        thread::sleep(Duration::from_millis(200));
    };
    assert!(by_itself.iter().all(|entry| entry["actor"]["kind"] == "system" && entry["source"]["door"] == "internal"));
    // The server's clock tells the seconds that a whole epoch lasted at least.
    let at = |n: usize| by_itself[n]["at"].as_i64().unwrap();
    assert!(at(1) - at(0) >= 5_000_000, "{} microseconds", at(1) - at(0));
    boxed.stop().unwrap();
    fs::write(boxed.data.join("holdfast.toml"), "[keys]\nepoch_seconds = 0\n").unwrap();
    boxed.start().unwrap();
    let before = entries(&boxed, "token.rotate").len();
    let told = boxed.place().administrator("security").get("/api/v1/security/hsm").unwrap().ok();
    assert!(told["rotates_at"].is_null(), "{told}");
    thread::sleep(Duration::from_secs(8));
    assert_eq!(entries(&boxed, "token.rotate").len(), before);
}
