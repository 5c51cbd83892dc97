//! Two tokens: the first is lost, and the box goes on by the second within the minute, without a kit.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use holdfast_tests::{Chance, Client, Options, TestBox, oracle::Oracle};
use serde_json::{Value, json};

use super::{
    lost_token::{messages, send, write},
    tools::{entries, holdfast, operator, program, wait_state},
};

/// The hsmd before the second token.
struct Second(Child);

impl Second {
    fn start(boxed: &TestBox) -> Self {
        let data = &boxed.data;
        let mut tool = std::env::current_exe().unwrap();
        tool.pop();
        tool.pop();
        let socket = data.join("run/hsmd-second.sock");
        let mut command = Command::new(tool.join("holdfast-hsmd"));
        command.arg("--socket").arg(&socket).arg("--state").arg(data.join("hsmd-second"));
        command.arg("--pin-file").arg(data.join("credentials/holdfast-second-pin"));
        command.env("SOFTHSM2_CONF", data.join("second-token/softhsm2.conf")).stdin(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        while !socket.exists() {
            thread::sleep(Duration::from_millis(10));
        }
        Self(child)
    }

    /// Together with what it started.
    fn stop(&mut self) {
        let id = self.0.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let _ = self.0.kill();
        let _ = self.0.wait();
        for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(child), nix::sys::signal::Signal::SIGKILL);
        }
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        self.stop();
    }
}

fn token(boxed: &TestBox, verb: &str) -> (Option<i32>, Value) {
    holdfast(boxed, &["token", verb], "")
}

#[test]
fn the_box_goes_on_by_its_second_token_when_the_first_is_lost() {
    let mut chance = Chance::of_this_run("second-token");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let (place, server) = (boxed.place(), boxed.server_id());
    let mut oracle = Oracle::new(&place, chance.fork());
    let (gu, security) = (place.person("gu.wenzhou"), place.administrator("security"));
    let keys = |security: &Client| security.get_patiently("/api/v1/security/hsm").unwrap().ok();
    let (room, _) = write(&gu);

    let (code, told) = token(&boxed, "copy");
    assert!(code == Some(1) && told["error"].as_str().unwrap().contains("no hsmd is set up"), "{told}");
    assert!(keys(&security)["second_token"].is_null());
    let data = boxed.data.display().to_string();
    let made = program("holdfast-setup", &["second-token", "--json", "--data", &data], "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let again = program("holdfast-setup", &["second-token", "--data", &data], "");
    assert_eq!(again.status.code(), Some(3), "what is there is never replaced");
    let mut second = Second::start(&boxed);
    let (code, told) = token(&boxed, "copy");
    assert_eq!((code, &told["second_token"]["is_current"]), (Some(0), &json!(true)), "{told}");
    let before = keys(&security);
    assert_eq!(before["second_token"]["serial"], made["token_serial"]);
    assert_eq!(before["second_token"]["is_current"], true);

    // Migration of the wrap takes it along; a rotation that it misses does not.
    let (code, told) = holdfast(&boxed, &["rotate", "--wrap", "aes-256-gcm"], "");
    assert_eq!((code, told["epoch"].as_u64()), (Some(0), Some(2)), "{told}");
    assert_eq!(keys(&security)["mechanism"], "aes-256-gcm");
    assert_eq!((&keys(&security)["second_token"]["mechanism"], messages(&gu, &room)), (&json!("aes-256-gcm"), 1));
    second.stop();
    assert_eq!(holdfast(&boxed, &["rotate"], "").0, Some(0));
    let (_, told) = token(&boxed, "show");
    assert_eq!((&told["second_token"]["is_current"], &told["second_token"]["epoch"]), (&json!(false), &json!(2)), "{told}");
    second = Second::start(&boxed);
    assert_eq!(token(&boxed, "copy").1["second_token"]["is_current"], true);

    // Lost, under load.
    oracle.under_load(&place, || {
        thread::sleep(chance.between(Duration::from_millis(200), Duration::from_millis(600)));
        fs::rename(boxed.data.join("token"), boxed.data.join("token-away")).unwrap();
        wait_state(&boxed, "sealed");
    });
    boxed.kill_hsmd().unwrap();
    let (done, _) = operator(&boxed, "unseal");
    assert!(!done, "the first token is away");
    let (code, told) = holdfast(&boxed, &["unseal", "--second"], "");
    assert_eq!(code, Some(0), "{told}");
    boxed.wait_ready().unwrap();
    assert_eq!(boxed.server_id(), server, "without a restart");
    let after = keys(&security);
    assert_eq!(after["token"]["serial"], made["token_serial"]);
    assert_eq!(after["audit_key"]["vkey"], before["second_token"]["vkey"]);
    oracle.record.succeed(after["audit_key"]["vkey"].as_str().unwrap());
    oracle.settle(&place);
    oracle.check_all(&place);
    send(&gu, &room);
    assert_eq!(messages(&gu, &room), 2);

    // The key that signs now was named while the one before it still signed.
    let copied = entries(&boxed, "token.copy");
    let outcomes: Vec<_> = copied.iter().map(|entry| entry["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["failed", "success", "success"]);
    let auditor = place.administrator("audit");
    let detail = auditor.get(&format!("/api/v1/audit/entries/{}", copied[1]["index"])).unwrap().ok();
    assert_eq!(detail["details"]["vkey"], after["audit_key"]["vkey"]);
    assert_eq!(entries(&boxed, "audit.change-key").len(), 1);

    // Over a restart; then the first one comes back, is the second, and takes over in its turn.
    boxed.stop().unwrap();
    boxed.start_server().unwrap();
    fs::rename(boxed.data.join("token-away"), boxed.data.join("token")).unwrap();
    boxed.start_hsmd().unwrap();
    boxed.wait_ready().unwrap();
    assert_eq!(holdfast(&boxed, &["rotate"], "").0, Some(0));
    assert_eq!(keys(&security)["second_token"]["serial"], before["token"]["serial"]);
    assert_eq!(token(&boxed, "copy").1["second_token"]["is_current"], true);
    assert!(operator(&boxed, "seal").0);
    second.stop();
    assert_eq!(holdfast(&boxed, &["unseal", "--second"], "").0, Some(0));
    boxed.wait_ready().unwrap();
    assert_eq!((messages(&gu, &room), entries(&boxed, "audit.change-key").len()), (2, 2));
    assert_eq!(token(&boxed, "forget").0, Some(0));
    assert!(keys(&security)["second_token"].is_null());
    let folder = boxed.data.join("audit").display().to_string();
    let key = keys(&security)["audit_key"]["vkey"].as_str().unwrap().to_owned();
    assert_eq!(program("holdfast-audit", &["verify", &folder, "--key", &key], "").status.code(), Some(0));
}
