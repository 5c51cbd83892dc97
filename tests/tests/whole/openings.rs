//! What is sealed from a single auditor: queries and messages open for two, for a stated case, and every step is logged.

use holdfast_tests::{Client, client::cid, shared};
use serde_json::{Value, json};

/// A second auditor, made by the two other administrators.
pub(super) fn second_auditor(system: &Client, security: &Client, stranger: &Client) -> Client {
    let uid = format!("a{}", &cid().replace('-', "")[20..]);
    let (first, password) = ("correct-horse-staple-1", "correct-horse-staple-2");
    let new = json!({"cid": cid(), "uid": uid, "name": "第二审计员", "departments": [], "password": first});
    system.post("/api/v1/people", &new).unwrap().ok();
    let change = json!({"current": first, "password": password});
    assert_eq!(stranger.sign_in(&uid, first).unwrap().post("/api/v1/me/password", &change).unwrap().status, 204);
    let grant = json!({"cid": cid(), "role": "audit", "uid": uid, "reason": "双人"});
    security.post("/api/v1/roles", &grant).unwrap().ok();
    stranger.sign_in(&uid, password).unwrap()
}

fn ask(by: &Client, kind: &str, id: &str) -> Value {
    by.post("/api/v1/audit/openings", &json!({"content": {"kind": kind, "id": id}, "case": "举报 2026-3"})).unwrap().ok()
}

#[test]
fn two_auditors_open_a_recalled_message_and_a_query_and_one_does_not() {
    let place = shared();
    let one = place.administrator("audit");
    let other = second_auditor(&place.administrator("system"), &place.administrator("security"), &place.stranger());
    let gu = place.person("gu.wenzhou");
    let new = json!({"cid": cid(), "kind": "group", "title": "开启", "members": ["han.ruoxi"]});
    let room = gu.post("/api/v1/conversations", &new).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let body = json!({"cid": cid(), "body": {"type": "text", "text": "撤回之前的话"}});
    let seq = gu.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap().ok()["seq"].as_u64().unwrap();
    gu.post(&format!("/api/v1/conversations/{room}/messages/{seq}/recall"), &json!({"cid": cid()})).unwrap().ok();
    gu.get("/api/v1/search?q=%E7%A7%98%E5%AF%86%E6%90%9C%E7%B4%A2&kind=all").unwrap().ok();

    let entries = one.get("/api/v1/audit/entries?limit=50&action=search.query&actor=gu.wenzhou").unwrap().ok();
    let index = entries["items"][0]["index"].as_u64().unwrap();
    let shown = one.get(&format!("/api/v1/audit/entries/{index}")).unwrap().ok().to_string();
    assert!(shown.contains("query-sealed") && !shown.contains("秘密搜索"), "{shown}");

    for (kind, id, secret) in [("message", format!("{room}-{seq}"), "撤回之前的话"), ("query", index.to_string(), "秘密搜索")]
    {
        let opening = ask(&one, kind, &id);
        let path = format!("/api/v1/audit/openings/{}", opening["id"].as_str().unwrap());
        let content = |by: &Client| by.get(&format!("{path}/content")).unwrap();
        let agree = |by: &Client| by.post(&format!("{path}/agree"), &json!({})).unwrap();
        assert_eq!(
            (opening["state"].as_str(), content(&one).status, content(&other).status),
            (Some("asked"), 409, 403),
            "{kind}"
        );
        assert_eq!(agree(&one).json()["rule"], "needs-another-auditor", "nobody agrees with oneself");
        assert_eq!((agree(&gu).status, content(&gu).status), (403, 403));
        assert_eq!(agree(&other).ok()["state"], "open");
        for by in [&one, &other] {
            assert!(content(by).ok().to_string().contains(secret), "{kind}");
        }
        let object = format!("opening/{}", opening["id"].as_str().unwrap());
        let steps = one.get(&format!("/api/v1/audit/entries?limit=50&object={object}")).unwrap().ok();
        let mut steps: Vec<&str> = steps["items"].as_array().unwrap().iter().filter_map(|one| one["action"].as_str()).collect();
        steps.sort_unstable();
        assert_eq!(steps, ["opening.agree", "opening.ask", "opening.read", "opening.read"]);
    }
    for (kind, id, status) in [("message", "99999999-1", 404), ("query", "0", 404), ("message", "x", 422), ("query", "-1", 422)] {
        let new = json!({"content": {"kind": kind, "id": id}, "case": "x"});
        assert_eq!(one.post("/api/v1/audit/openings", &new).unwrap().status, status, "{kind} {id}");
    }
}
