//! A one-time code becomes a password, over REST. All tests of this binary come from one address, and five wrong codes would
//! lock it: what else is wrong or ended is tried at the directory's own door.

use holdfast_tests::{Client, Reply, client::cid, shared};
use serde_json::{Value, json};
use ureq::http::Method;

const CHOSEN: &str = "a-gate-of-iron-closed-1";

fn invited(system: &Client, uid: &str) {
    let new = json!({"cid": cid(), "uid": uid, "name": "报到", "departments": []});
    let made = system.post("/api/v1/people", &new).unwrap().ok();
    assert_eq!(made["state"], "invited");
}

fn issue(by: &Client, uid: &str) -> Reply {
    by.send(Method::POST, &format!("/api/v1/people/{uid}/enrolment"), &[], Vec::new()).unwrap()
}

fn code(by: &Client, uid: &str) -> String {
    issue(by, uid).ok()["code"].as_str().unwrap().to_owned()
}

fn look(code: &str) -> Reply {
    shared().stranger().post("/api/v1/enrolments/lookup", &json!({"code": code})).unwrap()
}

fn redeem(code: &str, password: &str) -> Reply {
    shared().stranger().post("/api/v1/enrolments/redeem", &json!({"code": code, "password": password})).unwrap()
}

fn signed_in(opened: &Reply) -> Client {
    let mut client = shared().stranger();
    client.token = opened.json()["token"].as_str().map(str::to_owned);
    client
}

fn logged(action: &str, object: &str) -> Vec<Value> {
    let auditor = shared().administrator("audit");
    let all = auditor.get(&format!("/api/v1/audit/entries?action={action}&limit=200")).unwrap().ok();
    let all = all["items"].as_array().unwrap().iter();
    all.filter(|entry| entry["object"]["id"] == object).cloned().collect()
}

#[test]
fn a_code_is_redeemed_once_and_everything_of_it_is_logged() {
    let place = shared();
    let system = place.administrator("system");
    invited(&system, "bao.dao");
    let issued = issue(&system, "bao.dao");
    assert_eq!(issued.status, 201);
    let (issued, code) = (issued.json(), issued.json()["code"].as_str().unwrap().to_owned());
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 4], "{code}");
    let lifetime =
        issued["expires_at"].as_i64().unwrap() - i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_micros()).unwrap();
    assert!((71 * 3_600..=72 * 3_600).contains(&(lifetime / 1_000_000)), "{lifetime}");

    let seen = look(&code.to_lowercase().replace('-', " ")).ok();
    assert_eq!((&seen["uid"], &seen["name"], &seen["roles"]), (&"bao.dao".into(), &"报到".into(), &json!([])));
    let weak = redeem(&code, "short");
    assert_eq!(
        (weak.status, weak.json()["field"].as_str(), weak.json()["rule"].as_str()),
        (422, Some("password"), Some("too-short"))
    );
    let opened = redeem(&code, CHOSEN);
    assert_eq!((opened.status, opened.json()["person"]["uid"].as_str()), (201, Some("bao.dao")));
    let person = signed_in(&opened);
    let me = person.get("/api/v1/me").unwrap().ok();
    assert_eq!((&me["must_change_password"], &me["person"]["state"]), (&false.into(), &"active".into()));

    for again in [redeem(&code, CHOSEN), look(&code), look("0000-0000-0000-0000")] {
        assert_eq!((again.status, again.code().as_str()), (404, "not-found"), "used and unknown are one answer");
    }
    let malformed = look("not a code");
    assert_eq!((malformed.status, malformed.json()["rule"].as_str()), (422, Some("malformed")));
    assert!(place.stranger().sign_in("bao.dao", CHOSEN).is_ok());
    assert_eq!(system.get("/api/v1/me").unwrap().status, 200, "who was signed in stays so");

    let id = me["person"]["id"].as_str().unwrap();
    for (action, uid) in [("enrolment.create", Some("he.jiahe")), ("enrolment.look", None), ("enrolment.redeem", Some("bao.dao"))]
    {
        let entries = logged(action, id);
        assert_eq!(entries.len(), 1, "{action}");
        assert_eq!(entries[0]["actor"]["uid"].as_str(), uid, "{action}");
        let details = place.administrator("audit").get(&format!("/api/v1/audit/entries/{}", entries[0]["index"])).unwrap().ok();
        assert!(!details.to_string().contains(&code), "{details}");
    }
    assert!(logged("enrolment.refuse", "unknown").len() >= 3);
}

#[test]
fn a_browser_gets_the_cookie_and_another_site_nothing() {
    let place = shared();
    let system = place.administrator("system");
    invited(&system, "liu.lan");
    let body = json!({"code": code(&system, "liu.lan"), "password": CHOSEN}).to_string().into_bytes();
    let send = |site: &str, origin: &str| {
        let headers = [("content-type", "application/json"), ("sec-fetch-site", site), ("origin", origin)];
        place.stranger().send(Method::POST, "/api/v1/enrolments/redeem", &headers, body.clone()).unwrap()
    };
    assert_eq!(send("cross-site", "https://evil.example").status, 403);
    let reply = send("same-origin", &place.url);
    assert_eq!(reply.status, 201, "{}", String::from_utf8_lossy(&reply.bytes));
    assert!(reply.json()["token"].is_null());
    assert!(reply.header("set-cookie").unwrap().starts_with("__Host-holdfast="));
}

#[test]
fn who_may_issue_and_for_whom() {
    let place = shared();
    let (system, security) = (place.administrator("system"), place.administrator("security"));
    invited(&system, "dai.ma");
    let first = code(&system, "dai.ma");
    let second = code(&system, "dai.ma");
    assert_eq!(look(&first).status, 404, "a new code ends the one before it");
    assert_eq!(look(&second).status, 200);
    assert_eq!(issue(&place.person("han.ruoxi"), "dai.ma").code(), "forbidden");
    assert_eq!(issue(&security, "dai.ma").code(), "forbidden", "no role: the system administrator's");
    assert_eq!(issue(&system, "cheng.yuan").code(), "forbidden", "the auditor's account is not the system administrator's");
    assert_eq!(issue(&security, "song.yining").code(), "forbidden", "nobody for oneself");
    assert_eq!(issue(&system, "nobody.at.all").code(), "not-found");

    invited(&system, "ti.sheng");
    assert_eq!(redeem(&code(&system, "ti.sheng"), CHOSEN).status, 201);
    let grant = json!({"cid": cid(), "role": "audit", "uid": "ti.sheng", "reason": "测试"});
    assert_eq!(security.post("/api/v1/roles", &grant).unwrap().status, 201);
    let again = code(&security, "ti.sheng");
    assert_eq!(look(&again).ok()["roles"], json!(["audit"]));
    let opened = redeem(&again, "another-gate-of-iron-2");
    let auditor = signed_in(&opened);
    assert_eq!(auditor.get("/api/v1/audit/actions").unwrap().status, 200, "the role is really there");
    assert_eq!(security.delete("/api/v1/roles/audit/ti.sheng").unwrap().status, 204);

    system.post("/api/v1/people/dai.ma/freeze", &json!({})).unwrap().ok();
    let refused = issue(&system, "dai.ma");
    assert_eq!((refused.status, refused.json()["rule"].as_str()), (409, Some("frozen")));
}
