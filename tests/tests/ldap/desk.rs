//! What the tests of this door share: a connector of their own, and the tools of Debian.

use std::process::{Command, Output};

use holdfast_tests::{Client, Place, client::cid, ldap::Ldap};
use serde_json::{Value, json};

pub(super) const SUFFIX: &str = "dc=holdfast,dc=internal";

/// A connector, its bind name and its secret.
pub(super) struct Connector {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) secret: String,
}

/// Everything, from this machine, without passwords.
pub(super) fn open_settings() -> Value {
    json!({
        "networks": ["127.0.0.0/8"], "entries": 1_000_000, "seconds": 60, "connections": 100,
        "departments": [], "attributes": [], "checks_passwords": false, "changes_passwords": false,
    })
}

/// The open settings with some of them changed.
pub(super) fn settings(changed: &Value) -> Value {
    let mut settings = open_settings();
    for (key, value) in changed.as_object().unwrap() {
        settings[key] = value.clone();
    }
    settings
}

pub(super) fn connector(place: &Place, name: &str, settings: &Value) -> Connector {
    let made =
        place.administrator("security").post("/api/v1/connectors", &json!({"cid": cid(), "name": name, "settings": settings}));
    let made = made.unwrap().ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Connector { id: text(&made["connector"]["id"]), name: text(&made["connector"]["bind_name"]), secret: text(&made["secret"]) }
}

pub(super) fn signed_in(place: &Place, connector: &Connector) -> Ldap {
    let mut ldap = Ldap::tls(place, &place.ldaps).unwrap();
    assert_eq!(ldap.bind(&connector.name, &connector.secret).unwrap().code, 0);
    ldap
}

/// A new person with a password that was changed once, so that it need not be again.
pub(super) fn person(place: &Place, uid: &str, password: &str) -> Client {
    let system = place.administrator("system");
    let first = "First-of-all-77";
    let new = json!({"cid": cid(), "uid": uid, "name": "吕测试", "departments": [], "mail": format!("{uid}@example.com"), "password": first});
    system.post("/api/v1/people", &new).unwrap().ok();
    let person = place.stranger().sign_in(uid, first).unwrap();
    let change = person.post("/api/v1/me/password", &json!({"current": first, "password": password})).unwrap();
    assert!(change.status < 300, "{}", change.status);
    person
}

pub(super) fn name_of(uid: &str) -> String {
    format!("uid={uid},ou=people,{SUFFIX}")
}

/// A tool of ldap-utils; none where it is missing, which fails in CI.
pub(super) fn tool(place: &Place, name: &str, arguments: &[&str]) -> Option<Output> {
    let done = Command::new(name).args(arguments).env("LDAPTLS_CACERT", &place.authority).output();
    match done {
        Ok(output) => Some(output),
        Err(_) => {
            assert!(std::env::var_os("CI").is_none(), "{name} is missing");
            println!("SKIPPED: {name} is missing");
            None
        }
    }
}

pub(super) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
