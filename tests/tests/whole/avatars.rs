//! People's pictures: what comes in, who sees them, and that nothing of them lies readable on the disk.

use std::{fs, path::Path};

use holdfast_tests::{Client, Options, Reply, TestBox, client::cid};
use serde_json::{Value, json};
use ureq::http::Method;

/// 48 pixels a side, with words of its own beside the pixels.
const PORTRAIT: &[u8] = include_bytes!("portrait.png");
const WORDS: &[u8] = b"CANARY-in-a-picture";
const GU: &str = "/api/v1/people/gu.wenzhou";

pub(super) fn put_avatar(by: &Client, path: &str) -> Reply {
    put(by, path, PORTRAIT)
}

fn put(by: &Client, path: &str, bytes: &[u8]) -> Reply {
    by.send(Method::PUT, path, &[("content-type", "application/octet-stream")], bytes.to_vec()).unwrap()
}

fn version(by: &Client) -> Option<String> {
    by.get(GU).unwrap().ok()["avatar"].as_str().map(str::to_owned)
}

/// Is the part in one of the files?
fn holds(folder: &Path, part: &[u8]) -> bool {
    let mut found = false;
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found |= holds(&entry.path(), part);
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            found |= bytes.windows(part.len()).any(|one| one == part);
        }
    }
    found
}

#[test]
fn a_picture_is_set_shown_cached_and_removed() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (gu, han, system) = (place.person("gu.wenzhou"), place.person("han.ruoxi"), place.administrator("system"));
    let path = &format!("{GU}/avatar");
    assert_eq!((han.get(path).unwrap().status, version(&han)), (404, None));

    for (bytes, code) in [
        (&b""[..], "invalid"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "invalid"),
        (&PORTRAIT[..PORTRAIT.len() / 2], "invalid"),
        (&vec![7; (2 << 20) + 1], "too-large"),
    ] {
        let refused = put(&gu, "/api/v1/me/avatar", bytes);
        assert!((400..500).contains(&refused.status) && refused.code() == code, "{} {}", refused.status, refused.code());
    }
    assert_eq!(put(&han, path, PORTRAIT).status, 403, "somebody else's");

    let set = put(&gu, "/api/v1/me/avatar", PORTRAIT).ok();
    let first = set["avatar"].as_str().unwrap();
    assert_eq!(version(&han).as_deref(), Some(first));
    let shown = han.get(&format!("{path}?v={first}")).unwrap();
    assert_eq!((shown.status, &shown.bytes[..3]), (200, &[0xff, 0xd8, 0xff][..]));
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(shown.header(name), Some(value));
    }
    let etag = shown.header("etag").unwrap();
    let again = han.send(Method::GET, path, &[("if-none-match", etag)], Vec::new()).unwrap();
    assert_eq!((again.status, again.bytes.len(), again.header("cache-control")), (304, 0, Some("private, no-cache")));
    assert!(!shown.bytes.windows(WORDS.len()).any(|part| part == WORDS), "what was written beside the pixels is gone");

    // In everything that names the person: a message's sender is one.
    let ask = json!({"cid": cid(), "kind": "direct", "members": ["gu.wenzhou"]});
    let conversation = han.post("/api/v1/conversations", &ask).unwrap().ok();
    assert_eq!(conversation["peer"]["avatar"].as_str(), Some(first), "{conversation}");

    let middle = shown.bytes.len() / 2;
    for part in [WORDS, &shown.bytes[middle..middle + 24], &shown.bytes[..20], &PORTRAIT[80..104]] {
        assert!(!holds(&boxed.data, part), "nothing of it is readable on the disk");
    }

    assert_eq!(system.delete(path).unwrap().status, 204);
    assert_eq!((han.get(path).unwrap().status, version(&han)), (404, None));
    assert_eq!(put(&system, path, PORTRAIT).ok()["avatar"].as_str(), Some(first), "the same picture has the same version");
}

#[test]
fn whoever_may_not_see_the_person_or_the_picture_finds_none() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (gu, han, security) = (place.person("gu.wenzhou"), place.person("han.ruoxi"), place.administrator("security"));
    let path = &format!("{GU}/avatar");
    put(&gu, "/api/v1/me/avatar", PORTRAIT).ok();
    let id = gu.get("/api/v1/me").unwrap().ok()["person"]["id"].clone();
    let rule = |effect: &str, fields: Value| {
        let settings = json!({
            "name": effect, "effect": effect, "enabled": true, "objects": [{"kind": "person", "id": id}], "fields": fields,
        });
        let made = security.post("/api/v1/visibility/rules", &json!({"cid": cid(), "settings": settings})).unwrap().ok();
        format!("/api/v1/visibility/rules/{}", made["id"].as_str().unwrap())
    };
    let masked = rule("mask", json!(["avatar"]));
    assert_eq!((han.get(path).unwrap().status, version(&han)), (404, None));
    assert!(gu.get(path).unwrap().status == 200 && version(&gu).is_some(), "nothing of oneself is masked");
    assert_eq!(security.delete(&masked).unwrap().status, 204);
    assert_eq!(han.get(path).unwrap().status, 200);
    rule("hide", json!([]));
    let (hidden, nobody) = (han.get(path).unwrap(), han.get("/api/v1/people/no.body/avatar").unwrap());
    assert_eq!((hidden.status, hidden.code()), (nobody.status, nobody.code()));
}
