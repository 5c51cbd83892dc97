//! Signing in to a Linux machine through SSSD, as Debian has it.

use std::{path::Path, process::Command};

use holdfast_tests::shared;
use serde_json::json;

use super::desk::{self, SUFFIX, connector, settings};

#[test]
fn sssd_knows_people_and_their_groups_and_signs_them_in() {
    let tools = ["/usr/sbin/sssd", "/usr/bin/pamtester"];
    if !nix::unistd::geteuid().is_root() || !tools.iter().all(|tool| Path::new(tool).exists()) {
        assert!(std::env::var_os("CI").is_none(), "sssd, pamtester and root are needed");
        println!("SKIPPED: sssd, pamtester and root are needed");
        return;
    }
    let place = shared();
    desk::person(place, "ldap.linux", "Wooden-bridge-91");
    let by = connector(place, "sssd", &settings(&json!({"checks_passwords": true, "networks": ["127.0.0.0/8"]})));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ldap/sssd.sh");
    let mut sssd = Command::new("unshare");
    sssd.args(["-m", "bash", script, &place.ldaps]).arg(&place.authority);
    let done = sssd.args([&by.name, &by.secret, SUFFIX, "ldap.linux", "Wooden-bridge-91"]).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    for word in ["ldap.linux:*:10", "groups: everybody", "successfully authenticated", "signed in", "refused"] {
        assert!(said.contains(word), "no {word:?} in {said}");
    }
}
