//! Connectors: who may come from where, what they see, how soon a change counts.

use std::time::{Duration, Instant};

use holdfast_tests::{
    authenticator::App,
    client::cid,
    ldap::{Ldap, Search, filter},
    shared,
};
use serde_json::json;

use super::desk::{self, SUFFIX, connector, name_of, settings, signed_in};

/// How soon a change counts on a connection that is open.
const SOON: Duration = Duration::from_secs(1);

fn everybody() -> Search<'static> {
    Search::of(SUFFIX, filter::equal("objectClass", "person"))
}

#[test]
fn a_connector_is_shown_its_secret_once_and_opens_only_from_its_network() {
    let place = shared();
    let security = place.administrator("security");
    let ask = json!({"cid": cid(), "name": "once", "settings": desk::open_settings()});
    let made = security.post("/api/v1/connectors", &ask).unwrap().ok();
    assert_eq!(security.post("/api/v1/connectors", &ask).unwrap().ok()["secret"], made["secret"]);
    let listed = security.get("/api/v1/connectors").unwrap().ok();
    assert!(!listed.to_string().contains(made["secret"].as_str().unwrap()));
    assert_eq!(place.administrator("system").get("/api/v1/connectors").unwrap().status, 403);
    let far = connector(place, "far", &settings(&json!({"networks": ["192.0.2.0/24"]})));
    let mut ldap = Ldap::tls(place, &place.ldaps).unwrap();
    assert_eq!(ldap.bind(&far.name, &far.secret).unwrap().code, 49);
    for (wrong, field) in [
        (json!({"networks": []}), "networks"),
        (json!({"networks": ["10.0.0.0/33"]}), "networks"),
        (json!({"entries": 0}), "entries"),
        (json!({"seconds": 601}), "seconds"),
        (json!({"attributes": ["userPassword"]}), "attributes"),
        (json!({"departments": ["999999"]}), "departments"),
        (json!({"changes_passwords": true}), "changes_passwords"),
    ] {
        let refused =
            security.post("/api/v1/connectors", &json!({"cid": cid(), "name": "wrong", "settings": settings(&wrong)})).unwrap();
        assert_eq!((refused.status, refused.json()["field"].as_str()), (422, Some(field)), "{wrong}");
    }
    let again =
        security.post("/api/v1/connectors", &json!({"cid": cid(), "name": "ONCE", "settings": desk::open_settings()})).unwrap();
    assert_eq!((again.status, again.json()["field"].as_str()), (422, Some("name")));
}

#[test]
fn a_view_hides_people_and_attributes_from_results_counts_and_filters() {
    let place = shared();
    let whole = connector(place, "whole", &desk::open_settings());
    let mut all = signed_in(place, &whole);
    let found = all
        .search(&Search { attributes: &["departmentNumber", "title"], ..Search::of(SUFFIX, filter::equal("uid", "gu.wenzhou")) })
        .unwrap();
    let attributes = &found.entries[0].attributes;
    let department =
        String::from_utf8(attributes.iter().find(|(name, _)| name == "departmentNumber").unwrap().1[0].clone()).unwrap();
    let title = attributes.iter().find(|(name, _)| name == "title").unwrap().1[0].clone();
    let narrow = connector(place, "narrow", &settings(&json!({"departments": [department], "attributes": ["mail"]})));
    let mut some = signed_in(place, &narrow);
    let (few, many) = (some.search(&everybody()).unwrap().entries, all.search(&everybody()).unwrap().entries);
    assert!(!few.is_empty() && few.len() < many.len());
    let outside = many.iter().find(|one| !few.contains(one)).unwrap();
    let missing = some.search(&Search { scope: 0, ..Search::of(&outside.name, filter::present("objectClass")) }).unwrap();
    assert_eq!((missing.code, missing.matched.as_str()), (32, "ou=people,dc=holdfast,dc=internal"));
    let uid = outside.name.split([',', '=']).nth(1).unwrap().to_owned();
    assert!(some.search(&Search::of(SUFFIX, filter::equal("uid", &uid))).unwrap().entries.is_empty());
    // What is not seen cannot be asked about either.
    assert!(some.search(&Search::of(SUFFIX, filter::equal("title", &title))).unwrap().entries.is_empty());
    assert!(some.search(&Search::of(SUFFIX, filter::present("memberOf"))).unwrap().entries.is_empty());
    assert!(!all.search(&Search::of(SUFFIX, filter::equal("title", &title))).unwrap().entries.is_empty());
}

#[test]
fn a_freeze_a_new_password_and_a_revocation_count_at_once_on_open_connections() {
    let place = shared();
    let (system, security) = (place.administrator("system"), place.administrator("security"));
    let by = connector(place, "revoked", &settings(&json!({"checks_passwords": true, "networks": ["127.0.0.0/8"]})));
    let ended = |ldap: &mut Ldap| {
        let began = Instant::now();
        let answer = ldap.search(&everybody()).unwrap();
        // Notice of Disconnection: strongerAuthRequired.
        assert_eq!((answer.tag, answer.code), (0x78, 8), "{answer:?}");
        assert!(began.elapsed() < SOON);
        assert!(ldap.message().unwrap().is_none());
    };
    let of_person = |uid: &str, password: &str| {
        let mut ldap = signed_in(place, &by);
        assert_eq!(ldap.bind(&name_of(uid), password).unwrap().code, 0);
        assert_eq!(ldap.search(&everybody()).unwrap().code, 0);
        ldap
    };
    desk::person(place, "ldap.frozen", "Sudden-winter-61");
    let mut open = of_person("ldap.frozen", "Sudden-winter-61");
    system.post("/api/v1/people/ldap.frozen/freeze", &json!({})).unwrap().ok();
    ended(&mut open);
    assert_eq!(Ldap::tls(place, &place.ldaps).unwrap().bind(&name_of("ldap.frozen"), "Sudden-winter-61").unwrap().code, 49);
    let person = desk::person(place, "ldap.changed", "Sudden-winter-62");
    let mut open = of_person("ldap.changed", "Sudden-winter-62");
    let change = json!({"current": "Sudden-winter-62", "password": "Sudden-spring-63"});
    assert!(person.post("/api/v1/me/password", &change).unwrap().status < 300);
    ended(&mut open);
    let app = place.sign_ins.app_password.clone().unwrap();
    let mut holder = Ldap::tls(place, &place.ldaps).unwrap();
    let opened = holder.bind(&name_of(&app.uid), &app.password).unwrap().code;
    assert!(matches!(opened, 0 | 49), "an app password opens this door or does not: {opened}");
    let mut open = signed_in(place, &by);
    security.post(&format!("/api/v1/connectors/{}/secret", by.id), &json!({})).unwrap().ok();
    ended(&mut open);
    assert_eq!(Ldap::tls(place, &place.ldaps).unwrap().bind(&by.name, &by.secret).unwrap().code, 49);
    let gone = connector(place, "gone", &desk::open_settings());
    let mut open = signed_in(place, &gone);
    assert_eq!(security.delete(&format!("/api/v1/connectors/{}", gone.id)).unwrap().status, 204);
    ended(&mut open);
}

#[test]
fn a_person_signs_in_only_through_a_connector_that_may_check_passwords() {
    let place = shared();
    desk::person(place, "ldap.own", "Silver-cabinet-72");
    let checks = connector(place, "checks", &settings(&json!({"checks_passwords": true})));
    let mut through = signed_in(place, &checks);
    assert_eq!(through.bind(&name_of("ldap.own"), "Silver-cabinet-72").unwrap().code, 0);
    assert_eq!(through.search(&everybody()).unwrap().code, 0);
    // The log knows who came, and what was refused.
    assert_eq!(through.bind(&name_of("ldap.own"), "Wrong-cabinet-72").unwrap().code, 49);
    let auditor = place.administrator("audit");
    let entries = auditor.get("/api/v1/audit/entries?action=ldap.bind").unwrap().ok();
    assert!(entries["items"].as_array().unwrap().iter().any(|one| one["object"]["kind"] == "person"), "{entries}");
    assert!(
        !auditor.get("/api/v1/audit/entries?action=session.refuse&result=refused").unwrap().ok()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // One that must be changed first proves nothing where it cannot be changed.
    let system = place.administrator("system");
    let new = json!({"cid": cid(), "uid": "ldap.first", "name": "初次", "departments": [], "password": "First-of-all-77"});
    system.post("/api/v1/people", &new).unwrap().ok();
    assert_eq!(signed_in(place, &checks).bind(&name_of("ldap.first"), "First-of-all-77").unwrap().code, 49);
}

#[test]
fn whoever_has_more_to_show_is_refused_unless_the_connector_is_exempt() {
    let place = shared();
    let password = "Quiet-lantern-61";
    let person = desk::person(place, "ldap.factor", password);
    let name = name_of("ldap.factor");
    let by = connector(place, "factor", &settings(&json!({"checks_passwords": true})));
    let bind = |by: &desk::Connector| signed_in(place, by).bind(&name, password).unwrap().code;
    assert_eq!(bind(&by), 0);
    let app = App::scanning(person.post("/api/v1/me/totp", &json!({})).unwrap().ok()["uri"].as_str().unwrap());
    person.post("/api/v1/me/totp/confirm", &json!({"code": app.code(0)})).unwrap().ok();
    assert_eq!(bind(&by), 49, "also where the password was right a moment ago");

    let security = place.administrator("security");
    let path = format!("/api/v1/connectors/{}", by.id);
    let pointless = security.put(&path, &settings(&json!({"password_suffices": true}))).unwrap();
    assert_eq!((pointless.status, pointless.json()["field"].as_str()), (422, Some("password_suffices")));
    security.put(&path, &settings(&json!({"checks_passwords": true, "password_suffices": true}))).unwrap().ok();
    assert_eq!(bind(&by), 0);
    let auditor = place.administrator("audit");
    let id = auditor.get("/api/v1/audit/entries?action=ldap.bind&limit=1").unwrap().ok()["items"][0]["index"].clone();
    let entry = auditor.get(&format!("/api/v1/audit/entries/{id}")).unwrap().ok();
    assert_eq!((&entry["details"]["second-factor"], &entry["details"]["connector"]), (&json!("exempt"), &json!("factor")));
    // An app password of this door is a factor of its own.
    let made = json!({"cid": cid(), "label": "thunderbird", "door": "ldap"});
    let made = person.post("/api/v1/me/app-passwords", &made).unwrap().ok();
    assert_eq!(signed_in(place, &by).bind(&name, made["password"].as_str().unwrap()).unwrap().code, 0);
}
