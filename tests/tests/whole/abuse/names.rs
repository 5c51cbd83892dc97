//! Names that are none, over REST and WebDAV, and names that only look strange.

use holdfast_tests::{
    client::{basic, cid},
    shared,
};
use serde_json::json;
use ureq::http::Method;

use super::{escaped, is_clear, meanwhile, put, root};

/// What is wrong with a name, and the rule that says so.
fn bad() -> Vec<(String, &'static str)> {
    vec![
        ("a/b.txt".to_owned(), "forbidden-character"),
        ("a\0b".to_owned(), "forbidden-character"),
        ("line\nbreak".to_owned(), "forbidden-character"),
        ("\u{1b}[31mred".to_owned(), "forbidden-character"),
        // Shown as "reportexe.pdf".
        ("report\u{202e}fdp.exe".to_owned(), "forbidden-character"),
        ("a\u{2067}b".to_owned(), "forbidden-character"),
        ("x".repeat(300), "too-long"),
        ("文".repeat(300), "too-long"),
        ("x".repeat(5_000), "too-long"),
        (".".to_owned(), "reserved"),
        ("..".to_owned(), "reserved"),
        (String::new(), "required"),
    ]
}

fn good() -> [String; 6] {
    [
        format!("😀👩‍👩‍👧‍👦 {}.png", cid()),
        // A mark of direction inside Hebrew text is part of how it is written.
        format!("שלום\u{200f}! {}", cid()),
        format!("{}{}", "文".repeat(72), cid()),
        format!("CON {}", cid()),
        format!("%2e%2e%2f {}", cid()),
        format!("<img src=x> {}", cid()),
    ]
}

#[test]
fn over_rest_a_bad_name_is_named_with_its_rule() {
    let gu = shared().person("gu.wenzhou");
    let home = root(&gu);
    let node = put(&gu, &home, &cid(), b"x".to_vec()).ok()["id"].as_str().unwrap().to_owned();
    meanwhile(shared(), || {
        for (name, rule) in bad() {
            let folder = json!({"cid": cid(), "kind": "folder", "name": name});
            let upload = json!({"cid": cid(), "parent": home, "name": name, "size": 1, "on_conflict": "refuse"});
            let answers = [
                put(&gu, &home, &name, b"x".to_vec()),
                gu.post(&format!("/api/v1/drive/nodes/{home}/children"), &folder).unwrap(),
                gu.post("/api/v1/drive/uploads", &upload).unwrap(),
                gu.patch(&format!("/api/v1/drive/nodes/{node}"), &json!({"name": name})).unwrap(),
                gu.post(&format!("/api/v1/drive/nodes/{node}/copy"), &json!({"cid": cid(), "parent": home, "name": name}))
                    .unwrap(),
            ];
            for reply in answers {
                let said = reply.json();
                assert!(is_clear(&reply), "{name:?}: {} {said}", reply.status);
                assert_eq!((said["code"].as_str(), said["field"].as_str()), (Some("invalid"), Some("name")), "{name:?}: {said}");
                assert_eq!(said["rule"], rule, "{name:?}");
            }
        }
        for name in good() {
            let made = put(&gu, &home, &name, b"x".to_vec()).ok();
            assert_eq!(made["name"], name.as_str());
        }
    });
}

#[test]
fn over_webdav_too() {
    let place = shared();
    let app = place.sign_ins.app_password.clone().unwrap();
    let authorization = basic(&app.uid, &app.password);
    let dav = |method: &str, path: &str, more: &[(&str, &str)]| {
        let mut headers = vec![("authorization", authorization.as_str())];
        headers.extend_from_slice(more);
        place.stranger().send(Method::from_bytes(method.as_bytes()).unwrap(), path, &headers, b"x".to_vec()).unwrap()
    };
    let there = format!("/dav/personal/{}", cid());
    assert_eq!(dav("PUT", &there, &[]).status, 201);
    meanwhile(place, || {
        for (name, _) in bad() {
            // `.`, `..`, the empty name and a plain `/` are paths, not names: the client resolves them itself.
            if name.is_empty() || name.starts_with('.') {
                continue;
            }
            let path = format!("/dav/personal/{}", escaped(&name));
            let destination = format!("{}{path}", place.url);
            for reply in [dav("PUT", &path, &[]), dav("MOVE", &there, &[("destination", &destination)])] {
                assert!((400..500).contains(&reply.status), "{name:?}: {}", reply.status);
            }
        }
        for name in good() {
            let path = format!("/dav/personal/{}", escaped(&name));
            assert_eq!(dav("PUT", &path, &[]).status, 201, "{name:?}");
            assert_eq!(dav("GET", &path, &[]).bytes, b"x", "{name:?}");
        }
        assert_eq!(dav("GET", &there, &[]).status, 200, "what was refused changed nothing");
    });
}

/// Names of people, departments, conversations and app passwords are texts of one line.
#[test]
fn titles_are_one_line_of_text() {
    let place = shared();
    let (gu, system) = (place.person("gu.wenzhou"), place.administrator("system"));
    for bad in ["a\0b".to_owned(), "a\nb".to_owned(), "a\u{202e}b".to_owned(), "x".repeat(300), "文".repeat(5_000)] {
        let person = json!({"cid": cid(), "uid": format!("u{}", &cid()[28..]), "name": bad, "departments": []});
        let group = json!({"cid": cid(), "kind": "group", "title": bad, "members": ["han.ruoxi"]});
        let answers = [
            system.post("/api/v1/people", &person).unwrap(),
            system.post("/api/v1/departments", &json!({"cid": cid(), "name": bad})).unwrap(),
            gu.post("/api/v1/conversations", &group).unwrap(),
            gu.post("/api/v1/me/app-passwords", &json!({"cid": cid(), "label": bad, "door": "webdav"})).unwrap(),
        ];
        for (at, reply) in answers.iter().enumerate() {
            assert!(is_clear(reply) && reply.code() == "invalid", "{at} {bad:?}: {} {}", reply.status, reply.json());
        }
    }
}
