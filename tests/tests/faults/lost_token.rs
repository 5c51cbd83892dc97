//! The token is lost for good: an empty one and three of five officers bring the box back, and nobody with less.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use holdfast_tests::{Chance, Client, Options, TestBox, client::cid, oracle::Oracle};
use serde_json::{Value, json};
use ureq::http::Method;

use super::tools::{entries, holdfast, make_kit, operator, program, scrub, wait_state};

const WORD: &str = "紫檀木匣";

/// A message and a file that say the word.
pub(super) fn write(gu: &Client) -> (String, String) {
    let room = json!({"cid": cid(), "kind": "group", "title": "交接", "members": ["han.ruoxi"]});
    let room = gu.post("/api/v1/conversations", &room).unwrap().ok()["id"].as_str().unwrap().to_owned();
    send(gu, &room);
    let spaces = gu.get("/api/v1/drive/spaces").unwrap().ok();
    let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").unwrap();
    let path = format!("/api/v1/drive/nodes/{}/content?name=kept.txt", own["root"].as_str().unwrap());
    let text = format!("{WORD}\n").repeat(2_000).into_bytes();
    let file = gu.send(Method::PUT, &path, &[("content-type", "application/octet-stream")], text).unwrap().ok();
    (room, file["id"].as_str().unwrap().to_owned())
}

pub(super) fn send(gu: &Client, room: &str) {
    let body = json!({"cid": cid(), "body": {"type": "text", "text": format!("{WORD}在三楼")}});
    gu.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap().ok();
}

pub(super) fn messages(gu: &Client, room: &str) -> usize {
    let page = gu.get_patiently(&format!("/api/v1/conversations/{room}/messages?limit=50")).unwrap().ok();
    let all = page["items"].as_array().unwrap().iter();
    all.filter(|message| message["body"]["text"].as_str().is_some_and(|text| text.contains(WORD))).count()
}

/// Hits of this kind, once there are any.
fn hits(gu: &Client, kind: &str) -> Vec<Value> {
    let query: String = WORD.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for _ in 0..200 {
        let found = gu.get_patiently(&format!("/api/v1/search?q={query}&kind=all")).unwrap().ok();
        let group = found["groups"].as_array().unwrap().iter().find(|group| group["kind"] == kind);
        let items = group.and_then(|group| group["items"].as_array()).cloned().unwrap_or_default();
        if !items.is_empty() {
            return items;
        }
        thread::sleep(Duration::from_millis(50));
    }
    Vec::new()
}

fn recover(boxed: &TestBox, shares: &[&str]) -> (Option<i32>, String, Value) {
    let data = boxed.data.display().to_string();
    let done = program("holdfast", &["recovery", "recover", "--json", "--data", &data], &shares.join("\n"));
    let told = serde_json::from_slice(&done.stdout).unwrap_or(Value::Null);
    (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned(), told)
}

#[test]
fn an_empty_token_and_three_of_five_officers_bring_the_box_back() {
    let mut chance = Chance::of_this_run("lost-token");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let (place, server) = (boxed.place(), boxed.server_id());
    let mut oracle = Oracle::new(&place, chance.fork());
    let (gu, security) = (place.person("gu.wenzhou"), place.administrator("security"));
    let (room, file) = write(&gu);
    assert_eq!((hits(&gu, "messages").len(), hits(&gu, "files").len()), (1, 1));
    let keys = |security: &Client| security.get_patiently("/api/v1/security/hsm").unwrap().ok();
    assert!(keys(&security)["kit"].is_null());

    let voided = make_kit(&boxed);
    let shares: Vec<String> = make_kit(&boxed).iter().map(|line| line.to_lowercase()).collect();
    let shares: Vec<&str> = shares.iter().map(String::as_str).collect();
    let rehearse = |boxed: &TestBox, shares: &[&str]| holdfast(boxed, &["recovery", "rehearse"], &shares.join("\n"));
    let (code, told) = rehearse(&boxed, &voided.iter().map(String::as_str).collect::<Vec<_>>()[..3]);
    assert_eq!(code, Some(1), "the kit before opens nothing: {told}");
    assert!(keys(&security)["kit"]["rehearsed_at"].is_null());
    let (code, told) = rehearse(&boxed, &shares[1..4]);
    assert_eq!((code, &told["rehearsal"]["shares"]), (Some(0), &json!([2, 3, 4])), "{told}");
    let kit = keys(&security)["kit"].clone();
    assert!(kit["rehearsed_at"].is_number() && kit["needed"] == 3 && kit["of"] == 5, "{kit}");
    let before = keys(&security);

    // Gone, under load.
    oracle.under_load(&place, || {
        thread::sleep(chance.between(Duration::from_millis(200), Duration::from_millis(600)));
        fs::remove_dir_all(boxed.data.join("token")).unwrap();
        wait_state(&boxed, "sealed");
    });
    boxed.kill_hsmd().unwrap();
    fs::remove_dir_all(boxed.data.join("hsmd")).unwrap();
    let _ = fs::remove_dir_all(boxed.data.join("token"));

    let header = fs::read(boxed.data.join("keyring/header")).unwrap();
    let refusals: [(&[&str], &str); 4] = [
        (&shares[..2], "2 shares are too few: 3 are needed"),
        (&[shares[0], shares[1], shares[0]], "share 1 is there twice"),
        (&[shares[0], shares[1], &shares[2][..90]], "line 3 is mistyped"),
        (&[], "too few"),
    ];
    for (given, says) in refusals {
        let (code, said, _) = recover(&boxed, given);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(says), "{said}");
        let (code, told) = rehearse(&boxed, given);
        assert!(code == Some(1) && told["error"].as_str().unwrap().contains(says), "{told}");
    }
    assert_eq!(fs::read(boxed.data.join("keyring/header")).unwrap(), header, "a refusal changes nothing");
    assert!(fs::read_dir(boxed.data.join("token/tokens")).map_or(true, |mut all| all.next().is_none()), "and makes no token");

    let (code, told) = rehearse(&boxed, &shares[..3]);
    assert_eq!((code, told["state"].as_str()), (Some(0), Some("sealed")), "{told}");
    let (code, said, told) = recover(&boxed, &[shares[4], shares[0], shares[2]]);
    assert_eq!((code, &told["shares"]), (Some(0), &json!([5, 1, 3])), "{said}");
    assert_ne!(told["audit_key"], told["former_audit_key"]);
    let (code, said, _) = recover(&boxed, &shares[..3]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("nothing is to be recovered"), "{said}");

    boxed.start_hsmd().unwrap();
    let (done, said) = operator(&boxed, "unseal");
    assert!(done, "{said}");
    boxed.wait_ready().unwrap();
    assert_eq!(boxed.server_id(), server, "without a restart");

    let after = keys(&security);
    assert_ne!(after["audit_key"]["vkey"], before["audit_key"]["vkey"]);
    assert_ne!(after["token"]["serial"], before["token"]["serial"]);
    assert_eq!(after["kit"]["id"], before["kit"]["id"]);
    oracle.record.succeed(after["audit_key"]["vkey"].as_str().unwrap());
    oracle.settle(&place);
    oracle.check_all(&place);
    assert_eq!(messages(&gu, &room), 1);
    send(&gu, &room);
    assert_eq!(messages(&gu, &room), 2);
    let read = gu.get_patiently(&format!("/api/v1/drive/nodes/{file}/content")).unwrap();
    assert_eq!((read.status, read.bytes.len()), (200, 2_000 * (WORD.len() + 1)));
    assert!(!hits(&gu, "messages").is_empty() && hits(&gu, "files").len() == 1);
    oracle.under_load(&place, || thread::sleep(Duration::from_millis(500)));
    oracle.settle(&place);
    let (code, told) = holdfast(&boxed, &["rotate"], "");
    assert_eq!(code, Some(0), "epochs go on: {told}");

    // What happened while nobody could write into the log stands in it, in order.
    let outcomes = |action: &str| -> Vec<(String, String)> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        entries(&boxed, action).iter().map(|entry| (word(&entry["outcome"]), word(&entry["code"]))).collect()
    };
    let of = |outcome: &str, code: &str| (outcome.to_owned(), code.to_owned());
    let rehearsals = outcomes("recovery.rehearse");
    let expected = [
        of("refused", "other-kit"),
        of("success", ""),
        of("refused", "too-few-shares"),
        of("refused", "share-twice"),
        of("refused", "mistyped-share"),
        of("refused", "too-few-shares"),
        of("success", ""),
    ];
    assert_eq!(rehearsals, expected);
    assert_eq!(outcomes("recovery.recover"), [of("success", "")]);
    assert_eq!(outcomes("audit.change-key"), [of("success", "")]);
    let changed = entries(&boxed, "audit.change-key")[0]["index"].clone();
    let detail = place.administrator("audit").get(&format!("/api/v1/audit/entries/{changed}")).unwrap().ok();
    assert_eq!(detail["details"]["former"], before["audit_key"]["vkey"]);
    assert_eq!(detail["details"]["key"], after["audit_key"]["vkey"]);

    // The auditor on her own machine: with the new key clean, and told of the change; with the old one not.
    let folder = boxed.data.join("audit").display().to_string();
    let verify = |key: &Value| program("holdfast-audit", &["verify", &folder, "--json", "--key", key.as_str().unwrap()], "");
    let clean = verify(&after["audit_key"]["vkey"]);
    let report: Value = serde_json::from_slice(&clean.stdout).unwrap();
    assert_eq!((report["verdict"].as_str(), &report["key_changes"]), (Some("clean"), &json!([changed])), "{report}");
    assert_eq!(verify(&before["audit_key"]["vkey"]).status.code(), Some(1));

    // Over a restart too, and the kit goes on.
    boxed.stop().unwrap();
    boxed.start().unwrap();
    assert_eq!(entries(&boxed, "audit.change-key").len(), 1);
    assert_eq!(rehearse(&boxed, &shares[2..]).0, Some(0));

    // Lost again, while the box does not run: what nobody has opened since is as it was written.
    boxed.stop().unwrap();
    fs::remove_dir_all(boxed.data.join("token")).unwrap();
    let (code, said, _) = recover(&boxed, &shares[1..4]);
    assert_eq!(code, Some(0), "{said}");
    boxed.start_hsmd().unwrap();
    assert_eq!(scrub(&boxed), []);
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    assert_eq!((entries(&boxed, "audit.change-key").len(), messages(&gu, &room)), (2, 2));
}

/// A recovery is cut short anywhere: then either the box opens, or it is begun again with an empty token.
#[test]
fn a_recovery_that_is_killed_anywhere_is_begun_again() {
    let mut chance = Chance::of_this_run("killed-recovery");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let gu = boxed.place().person("gu.wenzhou");
    let (room, _) = write(&gu);
    let shares = make_kit(&boxed);
    let shares: Vec<&str> = shares.iter().map(String::as_str).collect();
    let data = boxed.data.display().to_string();
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4_usize).clamp(4, 30);
    let mut cut = 0;
    for round in 0..rounds {
        fs::remove_dir_all(boxed.data.join("token")).unwrap();
        wait_state(&boxed, "sealed");
        boxed.kill_hsmd().unwrap();
        let header = fs::read(boxed.data.join("keyring/header")).unwrap();
        let mut tool = std::env::current_exe().unwrap();
        tool.pop();
        tool.pop();
        let mut setup = Command::new(tool.join("holdfast-setup"));
        setup.args(["recover", "--data", &data]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut setup = setup.spawn().unwrap();
        setup.stdin.take().unwrap().write_all(shares[..3].join("\n").as_bytes()).unwrap();
        thread::sleep(chance.between(Duration::from_millis(1), Duration::from_millis(900)));
        setup.kill().unwrap();
        setup.wait().unwrap();
        // Its hsmd ends with it.
        thread::sleep(Duration::from_millis(200));
        if fs::read(boxed.data.join("keyring/header")).unwrap() == header {
            cut += 1;
            if boxed.data.join("token/tokens").exists() && fs::read_dir(boxed.data.join("token/tokens")).unwrap().next().is_some()
            {
                let (code, said, _) = recover(&boxed, &shares[2..]);
                assert!(code == Some(3) && said.contains("begin again"), "{said}");
                fs::remove_dir_all(boxed.data.join("token/tokens")).unwrap();
            }
            let (code, said, _) = recover(&boxed, &shares[2..]);
            assert_eq!(code, Some(0), "{said}");
        }
        boxed.start_hsmd().unwrap();
        let (done, said) = operator(&boxed, "unseal");
        assert!(done, "{said}");
        boxed.wait_ready().unwrap();
        assert_eq!(messages(&gu, &room), 1 + round);
        send(&gu, &room);
    }
    println!("{cut} of {rounds} recoveries were cut short");
    assert_eq!(entries(&boxed, "audit.change-key").len(), rounds);
}
