//! The wall clock jumps a day ahead and two days back, while the box runs and over a restart.

use std::{fs, path::PathBuf, thread, time::Duration};

use holdfast_tests::{Chance, Options, Place, TestBox, oracle::Oracle};
use serde_json::Value;
use tempfile::TempDir;

use super::{times::Starts, tools::skip};

fn faketime() -> Option<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path().join("faketime/libfaketimeMT.so.1"));
    libraries.into_iter().find(|path| path.exists())
}

/// Instants of the last entries of the log, newest first.
fn instants(place: &Place) -> Vec<i64> {
    let page = place.administrator("audit").get("/api/v1/audit/entries?limit=200").unwrap().ok();
    page["items"].as_array().unwrap().iter().map(|entry: &Value| entry["at"].as_i64().unwrap()).collect()
}

#[test]
fn order_holds_and_sessions_live_by_another_clock() {
    let Some(library) = faketime() else { return skip("faketime is missing: tests/deps.sh installs it") };
    let (folder, mut chance) = (TempDir::with_prefix("holdfast-").unwrap(), Chance::of_this_run("clock"));
    let shift = folder.path().join("shift");
    let set = |offset: &str| fs::write(&shift, format!("{offset}\n")).unwrap();
    set("+0");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let variable = |name: &str, value: &str| (name.to_owned(), value.into());
    boxed.server_environment = vec![
        ("LD_PRELOAD".to_owned(), library.into_os_string()),
        ("FAKETIME_TIMESTAMP_FILE".to_owned(), shift.clone().into_os_string()),
        variable("FAKETIME_NO_CACHE", "1"),
        // Lifetimes go by the boot clock, which no administrator sets.
        variable("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    boxed.kill_server().unwrap();
    let (mut starts, place) = (Starts::default(), boxed.place());
    starts.start(&mut boxed).unwrap();
    let mut oracle = Oracle::new(&place, chance.fork());
    let before = *instants(&place).first().unwrap();
    let (mut highest, together) = (before, 60_000_000);
    for offset in ["+1d", "-1d", "+2d", "+0"] {
        oracle.under_load(&place, || {
            thread::sleep(Duration::from_millis(200));
            set(offset);
            thread::sleep(Duration::from_millis(300));
        });
        // Everybody who was signed in still is: settling asks with the tokens of the beginning.
        oracle.settle(&place);
        // Entries bear the instant at which they were made, so one that was under way while the clock jumped may stand behind a
        // later one. What is begun after that is never earlier than what the log has.
        let entries = instants(&place);
        assert!(entries[0] + together > highest, "{offset}: time went back by {} us", highest - entries[0]);
        highest = highest.max(*entries.iter().max().unwrap());
    }
    assert!(highest - before > 86_400_000_000, "the box did not see the clock jump");
    oracle.check_all(&place);

    // Over a restart only the wall clock tells how long a session slept: ahead it ends, behind it lives on, as it should.
    let gu = place.person("gu.wenzhou");
    boxed.kill_server().unwrap();
    starts.start(&mut boxed).unwrap();
    assert_eq!(gu.again(&place).get("/api/v1/me").unwrap().status, 200, "the clock did not move since");
    boxed.kill_server().unwrap();
    set("+30d");
    starts.start(&mut boxed).unwrap();
    assert_eq!(gu.again(&place).get("/api/v1/me").unwrap().code(), "not-signed-in", "asleep for a month");
    let again = place.person("gu.wenzhou");
    boxed.kill_server().unwrap();
    set("-30d");
    starts.start(&mut boxed).unwrap();
    assert_eq!(again.again(&place).get("/api/v1/me").unwrap().status, 200);
}
