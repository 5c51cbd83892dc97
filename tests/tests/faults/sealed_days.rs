//! While the box is sealed its log is closed. What happens then stands in it afterwards: in order, with the instants of then,
//! none lost and none twice, whenever the box is killed.

use std::{fs, process::Command, thread, time::Duration};

use holdfast_tests::{Chance, Options, TestBox};
use serde_json::Value;

use super::tools::{entries, holdfast, operator, wait_state};

/// Outcome and code of the last entries with this action.
fn last(boxed: &TestBox, action: &str, count: usize) -> Vec<(String, String)> {
    let all = entries(boxed, action);
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all[all.len() - count..].iter().map(|entry| (word(&entry["outcome"]), word(&entry["code"]))).collect()
}

fn of(outcome: &str, code: &str) -> (String, String) {
    (outcome.to_owned(), code.to_owned())
}

fn try_pin(boxed: &TestBox, pin: &str) {
    let (code, told) = holdfast(boxed, &["unseal", "--pin-stdin"], pin);
    assert_eq!(code, Some(1), "{told}");
}

#[test]
fn what_happens_while_sealed_is_logged_with_the_instant_of_then() {
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let starts = entries(&boxed, "box.start").len();
    assert!(starts > 0 && last(&boxed, "box.unseal", 1) == [of("success", "")]);
    assert!(operator(&boxed, "seal").0);
    wait_state(&boxed, "sealed");
    try_pin(&boxed, "not-the-pin-1");
    let (tokens, away) = (boxed.data.join("token/tokens"), boxed.data.join("token/away"));
    fs::rename(&tokens, &away).unwrap();
    assert!(!operator(&boxed, "unseal").0);
    let _ = fs::remove_dir_all(&tokens);
    // Another token of the same name is not ours, and is not asked for its PIN.
    let conf = boxed.data.join("token/softhsm2.conf");
    fs::create_dir(&tokens).unwrap();
    let made = Command::new("softhsm2-util")
        .env("SOFTHSM2_CONF", &conf)
        .args(["--init-token", "--free", "--label", "holdfast", "--pin", "13579", "--so-pin", "97531"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (done, said) = operator(&boxed, "unseal");
    assert!(!done && said.contains("wrong token"), "{said}");
    fs::remove_dir_all(&tokens).unwrap();
    fs::rename(&away, &tokens).unwrap();
    assert!(!operator(&boxed, "release").0, "nothing is quarantined");
    let sealed_for = Duration::from_secs(3);
    thread::sleep(sealed_for);
    assert!(operator(&boxed, "unseal").0);
    boxed.wait_ready().unwrap();

    let unseals = last(&boxed, "box.unseal", 4);
    assert_eq!([&unseals[0], &unseals[2]], [&of("refused", "pin-refused"), &of("failed", "wrong-token")]);
    assert_eq!(unseals[3], of("success", ""));
    assert!(unseals[1].0 == "failed" && ["token-gone", "hsmd-away"].contains(&unseals[1].1.as_str()), "{unseals:?}");
    assert_eq!(last(&boxed, "box.seal", 1), [of("success", "")]);
    assert_eq!(last(&boxed, "box.order-release", 1), [of("refused", "not-quarantined")]);
    let all = entries(&boxed, "box.unseal");
    let (tried, opened) = (&all[all.len() - 4], &all[all.len() - 1]);
    let apart = opened["at"].as_i64().unwrap() - tried["at"].as_i64().unwrap();
    assert!(apart >= i64::try_from(sealed_for.as_micros()).unwrap(), "{apart} microseconds");
    assert_eq!(tried["source"]["door"], "command-line");

    // Nothing of it is readable on the disk of a sealed box.
    assert!(operator(&boxed, "seal").0);
    wait_state(&boxed, "sealed");
    try_pin(&boxed, "not-the-pin-2");
    let kept = fs::read(boxed.data.join("daybook/records")).unwrap();
    assert!(kept.len() > 100);
    for word in ["unseal", "refused", "command-line", "not-the-pin"] {
        assert!(!kept.windows(word.len()).any(|bytes| bytes == word.as_bytes()), "{word}");
    }
    // A record that somebody changed is told of.
    let mut harmed = kept.clone();
    let end = harmed.len() - 1;
    harmed[end] ^= 1;
    fs::write(boxed.data.join("daybook/records"), harmed).unwrap();
    assert!(operator(&boxed, "unseal").0);
    boxed.wait_ready().unwrap();
    assert_eq!(last(&boxed, "audit.take-over", 1), [of("failed", "damaged")]);

    boxed.stop().unwrap();
    boxed.start().unwrap();
    assert_eq!(entries(&boxed, "box.start").len(), starts + 1);
    assert!(!entries(&boxed, "box.stop").is_empty());
}

#[test]
fn no_attempt_is_lost_or_doubled_by_kills() {
    let mut chance = Chance::of_this_run("sealed-days");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let before = entries(&boxed, "box.unseal").iter().filter(|entry| entry["outcome"] == "refused").count();
    let pin = fs::read_to_string(boxed.data.join("credentials/holdfast-pin")).unwrap();
    let mut tried = 0;
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4_usize).clamp(4, 50);
    for round in 0..rounds {
        if operator(&boxed, "seal").0 {
            wait_state(&boxed, "sealed");
        }
        for n in 0..3 {
            // A PIN that was refused is not tried again: each is another one.
            try_pin(&boxed, &format!("wrong-{round}-{n}"));
            tried += 1;
        }
        // Opened, and killed at any instant of taking the book over: hsmd's credential opens it at the next start.
        let opening = boxed.data.clone();
        let right = pin.clone();
        let unsealing = thread::spawn(move || {
            let data = opening.display().to_string();
            super::tools::program("holdfast", &["--data", &data, "unseal", "--pin-stdin"], &right);
        });
        thread::sleep(chance.between(Duration::from_millis(1), Duration::from_millis(150)));
        boxed.kill_server().unwrap();
        unsealing.join().unwrap();
        boxed.start_server().unwrap();
        wait_state(&boxed, "unsealed");
        boxed.wait_ready().unwrap();
        let refused = entries(&boxed, "box.unseal").iter().filter(|entry| entry["outcome"] == "refused").count();
        assert_eq!(refused, before + tried, "in round {round}");
    }
}
