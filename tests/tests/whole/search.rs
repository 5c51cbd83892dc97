//! The one search box.

use std::{
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Client, client::cid, shared};
use serde_json::{Value, json};

fn search(by: &Client, query: &str) -> Value {
    let escaped: String = query.bytes().map(|b| format!("%{b:02X}")).collect();
    by.get(&format!("/api/v1/search?q={escaped}&kind=all")).unwrap().ok()
}

fn items(found: &Value, kind: &str) -> Vec<Value> {
    let groups = found["groups"].as_array().cloned().unwrap_or_default();
    let group = groups.into_iter().find(|group| group["kind"] == kind);
    group.and_then(|group| group["items"].as_array().cloned()).unwrap_or_default()
}

/// Until `wanted` holds, for at most ten seconds: extraction runs in a process of its own.
fn eventually(mut wanted: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until {
        if wanted() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}

#[test]
fn a_colleague_is_found_by_name_pinyin_and_initials() {
    let gu = shared().person("gu.wenzhou");
    for query in ["韩若溪", "若溪", "hanruoxi", "han ruo", "hrx", "han.ruoxi"] {
        let people = items(&search(&gu, query), "people");
        assert!(people.iter().any(|hit| hit["person"]["uid"] == "han.ruoxi"), "{query}: {people:?}");
    }
}

#[test]
fn a_message_is_found_at_once_by_its_members_only() {
    let place = shared();
    let (gu, han, ma) = (place.person("gu.wenzhou"), place.person("han.ruoxi"), place.person("ma.xiao"));
    let ask = json!({"cid": cid(), "kind": "group", "title": "搜索", "members": ["han.ruoxi"]});
    let room = gu.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let body = json!({"cid": cid(), "body": {"type": "text", "text": "阶跃响应超调偏大，怀疑陀螺仪零偏补偿重复"}});
    gu.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap().ok();
    for query in ["陀螺仪零偏", "超调偏大", "零偏"] {
        let begun = Instant::now();
        let there = eventually(|| {
            items(&search(&han, query), "messages").iter().any(|hit| hit["message"]["conversation"] == room.as_str())
        });
        assert!(there, "{query}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{query}");
        let elsewhere = search(&ma, query);
        assert!(items(&elsewhere, "messages").iter().all(|hit| hit["message"]["conversation"] != room.as_str()), "{query}");
    }
}

#[test]
fn words_inside_files_are_found_by_those_who_may_read_them() {
    let place = shared();
    let (gu, ma) = (place.person("gu.wenzhou"), place.person("ma.xiao"));
    let spaces = gu.get("/api/v1/drive/spaces").unwrap().ok();
    let root = spaces["items"][0]["root"].as_str().unwrap().to_owned();
    let html = "<html><head><title>t</title><script>隐藏词</script></head><body><p>高温段标定要求<b>玻璃化</b>转变温度</p></body></html>";
    let path = format!("/api/v1/drive/nodes/{root}/content?name=spec.html");
    gu.send(ureq::http::Method::PUT, &path, &[("content-type", "text/html")], html.as_bytes().to_vec()).unwrap().ok();
    assert!(eventually(|| items(&search(&gu, "玻璃化转变温度"), "files").iter().any(|hit| hit["node"]["name"] == "spec.html")));
    assert!(items(&search(&gu, "隐藏词"), "files").is_empty(), "a script is not text");
    assert!(items(&search(&ma, "玻璃化转变温度"), "files").is_empty());
}
