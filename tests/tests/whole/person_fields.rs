//! Fields that an enterprise adds: what may stand in them, who sees them, who changes them.

use holdfast_tests::{Client, Options, Reply, TestBox, client::cid, shared};
use serde_json::{Value, json};

fn settings(word: &str, sensitivity: &str, more: Value) -> Value {
    let mut settings = json!({
        "label_zh": format!("字段{word}"), "label_en": format!("Field {word}"),
        "sensitivity": sensitivity, "editor": "administrator", "on_card": true,
    });
    for (key, value) in more.as_object().unwrap() {
        settings[key] = value.clone();
    }
    settings
}

fn define(system: &Client, key: &str, kind: &str, settings: Value) -> Reply {
    system.post("/api/v1/person-fields", &json!({"cid": cid(), "key": key, "kind": kind, "settings": settings})).unwrap()
}

fn word() -> String {
    cid()[24..].to_owned()
}

/// The values of a field on a card, or none.
fn on_card(card: &Value, key: &str) -> Option<Vec<String>> {
    let field = card["fields"].as_array()?.iter().find(|field| field["key"] == key)?;
    Some(field["values"].as_array()?.iter().map(|value| value.as_str().unwrap_or_default().to_owned()).collect())
}

/// A kind, its settings, what goes in and stands there, what is refused and by which rule.
type Case = (&'static str, Value, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

#[test]
fn each_kind_takes_its_own_and_refuses_the_rest() {
    let system = shared().administrator("system");
    let cases: [Case; 7] = [
        (
            "text",
            json!({"most": "5"}),
            &[(" 五个字以内 ", "五个字以内")],
            &[("六个字就太长", "too-long"), ("a\u{7}", "control-character")],
        ),
        (
            "number",
            json!({"least": "-2", "most": "10.5"}),
            &[("007.50", "7.5"), ("-2", "-2")],
            &[("ten", "not-a-number"), ("10.51", "above-most"), ("-3", "below-least")],
        ),
        (
            "date",
            json!({"least": "2020-01-01"}),
            &[("2024/3/5", "2024-03-05")],
            &[("2024-02-30", "not-a-date"), ("2019-12-31", "below-least")],
        ),
        ("yes-no", json!({}), &[("是", "yes"), ("FALSE", "no")], &[("maybe", "not-yes-or-no")]),
        ("choice", json!({"choices": ["S", "M", "L"]}), &[("m", "M")], &[("XL", "not-a-choice")]),
        ("person", json!({}), &[("gu.wenzhou", "gu.wenzhou")], &[("nobody.at.all", "unknown-person")]),
        ("link", json!({}), &[("https://a.example/x", "https://a.example/x")], &[("javascript:alert(1)", "not-a-link")]),
    ];
    for (kind, more, right, wrong) in cases {
        let (key, word) = (format!("k_{}", word()), word());
        define(&system, &key, kind, settings(&word, "internal", more)).ok();
        for (value, stored) in right {
            let card = system.patch("/api/v1/people/han.ruoxi", &json!({"fields": {&key: [value]}})).unwrap().ok();
            assert_eq!(on_card(&card, &key), Some(vec![(*stored).to_owned()]), "{kind} {value}");
        }
        for (value, rule) in wrong {
            let refused = system.patch("/api/v1/people/han.ruoxi", &json!({"fields": {&key: [value]}})).unwrap();
            assert_eq!((refused.status, refused.json()["rule"].as_str()), (422, Some(*rule)), "{kind} {value}");
        }
        let two = system.patch("/api/v1/people/han.ruoxi", &json!({"fields": {&key: [right[0].0, right[0].0, "x"]}})).unwrap();
        assert_eq!(two.status, 422, "{kind}: one value only");
        system.patch("/api/v1/people/han.ruoxi", &json!({"fields": {&key: []}})).unwrap().ok();
        assert_eq!(on_card(&system.get("/api/v1/people/han.ruoxi").unwrap().ok(), &key), None);
        system.delete(&format!("/api/v1/person-fields/{key}")).unwrap();
    }
}

#[test]
fn definitions_keep_to_their_rules() {
    let system = shared().administrator("system");
    let name = word();
    let bad = [
        ("Upper", "text", json!({}), "not-a-field-key"),
        ("name", "text", json!({}), "taken"),
        ("ok_a", "choice", json!({}), "empty"),
        ("ok_b", "text", json!({"choices": ["a"]}), "not-of-this-kind"),
        ("ok_c", "choice", json!({"choices": ["a", "a"]}), "twice"),
        ("ok_d", "choice", json!({"choices": ["a;b"]}), "separator"),
        ("ok_e", "number", json!({"least": "5", "most": "4"}), "below-least"),
        ("ok_f", "text", json!({"most": "0"}), "out-of-range"),
        ("ok_g", "text", json!({"label_zh": "手机号"}), "taken"),
        ("ok_h", "link", json!({"most": "9"}), "not-of-this-kind"),
    ];
    for (key, kind, more, rule) in bad {
        let refused = define(&system, key, kind, settings(&name, "public", more));
        assert_eq!((refused.status, refused.json()["rule"].as_str()), (422, Some(rule)), "{key}");
    }
    let key = format!("d_{name}");
    let ask = json!({"cid": cid(), "key": key, "kind": "text", "settings": settings(&name, "public", json!({}))});
    let made = system.post("/api/v1/person-fields", &ask).unwrap().ok();
    assert_eq!(system.post("/api/v1/person-fields", &ask).unwrap().ok(), made, "asked twice is done once");
    let again = define(&system, &key, "text", settings(&word(), "public", json!({})));
    assert_eq!(again.json()["rule"], "taken");
    let employee = shared().person("han.ruoxi");
    for refused in [
        define(&employee, "mine", "text", settings("mine", "public", json!({}))),
        employee.patch(&format!("/api/v1/person-fields/{key}"), &json!({"place": 0})).unwrap(),
        employee.delete(&format!("/api/v1/person-fields/{key}")).unwrap(),
    ] {
        assert_eq!((refused.status, refused.code().as_str()), (403, "forbidden"));
    }
    let listed = employee.get("/api/v1/person-fields").unwrap().ok();
    assert!(listed["items"].as_array().unwrap().iter().any(|field| field["key"] == key.as_str()));
    assert_eq!(system.delete(&format!("/api/v1/person-fields/{key}")).unwrap().status, 204);
    assert_eq!(system.delete(&format!("/api/v1/person-fields/{key}")).unwrap().status, 404);
}

/// A boss, somebody below, and a stranger to both: each sees what the sensitivity says, before and after a restart.
#[test]
fn what_is_sensitive_is_seen_by_those_whom_it_concerns() {
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let system = place.administrator("system");
    for (key, sensitivity) in
        [("s_public", "public"), ("s_internal", "internal"), ("s_restricted", "restricted"), ("s_secret", "confidential")]
    {
        define(&system, key, "text", settings(key, sensitivity, json!({"editor": "person"}))).ok();
    }
    define(&system, "s_hidden", "text", settings("s_hidden", "public", json!({"on_card": false}))).ok();
    let values = json!({"s_public": ["a"], "s_internal": ["b"], "s_restricted": ["c"], "s_secret": ["d"], "s_hidden": ["e"]});
    system.patch("/api/v1/people/han.ruoxi", &json!({"manager": "gu.wenzhou", "fields": values})).unwrap().ok();
    let seen = |client: &Client| -> Vec<String> {
        let card = client.get("/api/v1/people/han.ruoxi").unwrap().ok();
        let fields = card["fields"].as_array().unwrap();
        fields.iter().map(|field| field["values"][0].as_str().unwrap().to_owned()).collect()
    };
    let mut others = place.sign_ins.people.iter().map(|one| one.uid.as_str());
    let stranger = others.find(|uid| !["han.ruoxi", "gu.wenzhou"].contains(uid)).unwrap().to_owned();
    let look = |place: &holdfast_tests::Place| {
        assert_eq!(seen(&place.person(&stranger)), ["a", "b"], "{stranger}");
        assert_eq!(seen(&place.person("gu.wenzhou")), ["a", "b", "c"], "in the chain of managers");
        assert_eq!(seen(&place.person("han.ruoxi")), ["a", "b", "c", "d", "e"], "oneself");
        assert_eq!(seen(&place.administrator("system")), ["a", "b", "c", "d", "e"], "keeps the records");
        assert_eq!(seen(&place.administrator("security")), ["a", "b"], "no administrator of people");
    };
    look(&place);

    let own = place.person("han.ruoxi");
    let me = own.patch("/api/v1/me/fields", &json!({"fields": {"s_secret": ["mine"]}})).unwrap().ok();
    assert_eq!(on_card(&me["person"], "s_secret"), Some(vec!["mine".to_owned()]));
    let refused = own.patch("/api/v1/me/fields", &json!({"fields": {"s_hidden": ["x"]}})).unwrap();
    assert_eq!(refused.json()["rule"], "not-yours-to-change");
    let unknown = own.patch("/api/v1/me/fields", &json!({"fields": {"s_nothing": ["x"]}})).unwrap();
    assert_eq!(unknown.json()["rule"], "unknown");
    own.patch("/api/v1/me/fields", &json!({"fields": {"s_secret": ["d"]}})).unwrap().ok();

    // What is sensitive is no business of the auditors: its name stands in the log, its value does not.
    let auditor = place.administrator("audit");
    let entries = auditor.get("/api/v1/audit/entries?action=person.edit&limit=50").unwrap();
    let text = String::from_utf8_lossy(&entries.bytes).into_owned();
    assert!(!text.contains("mine"), "{text}");

    boxed.stop().unwrap();
    boxed.start().unwrap();
    look(&boxed.place());
}
