//! Second factors, passkeys, policy and proofs, each success with its refusals. A box of its own: a policy is everybody's.

use std::{fs, path::PathBuf};

use holdfast_tests::{
    Client, Options, Place, Reply, TestBox,
    authenticator::{App, SecurityKey},
    client::cid,
};
use serde_json::{Value, json};
use ureq::http::Method;

const PASSWORD: &str = "Correct-horse-staple-9";

/// Somebody new who has chosen [`PASSWORD`], signed in.
fn newcomer(place: &Place, system: &Client, uid: &str) -> Client {
    let new = json!({"cid": cid(), "uid": uid, "name": "新来的", "departments": []});
    system.post("/api/v1/people", &new).unwrap().ok();
    let code = system.post(&format!("/api/v1/people/{uid}/enrolment"), &json!({})).unwrap().ok()["code"].clone();
    signed_in(place, &place.stranger().post("/api/v1/enrolments/redeem", &json!({"code": code, "password": PASSWORD})).unwrap())
}

fn signed_in(place: &Place, reply: &Reply) -> Client {
    let mut client = place.stranger();
    client.token = Some(reply.ok()["token"].as_str().unwrap().to_owned());
    client
}

fn sign_in(place: &Place, body: &Value) -> Reply {
    place.stranger().post("/api/v1/sessions", body).unwrap()
}

fn refusal(reply: &Reply) -> (u16, String, String) {
    (reply.status, reply.code(), reply.json()["rule"].as_str().unwrap_or_default().to_owned())
}

fn challenge(client: &Client, path: &str) -> String {
    client.get(path).unwrap().ok()["challenge"].as_str().unwrap().to_owned()
}

const OWN: &str = "/api/v1/me/passkey-challenge";
const ANYBODY: &str = "/api/v1/passkey-challenge";

#[test]
fn a_second_factor_is_made_asked_for_and_taken_once() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let system = place.administrator("system");
    let lin = newcomer(&place, &system, "lin.second");
    let app = App::scanning(lin.post("/api/v1/me/totp", &json!({})).unwrap().ok()["uri"].as_str().unwrap());
    let wrong = lin.post("/api/v1/me/totp/confirm", &json!({"code": "000000"})).unwrap();
    assert_eq!(refusal(&wrong), (422, "invalid".into(), "wrong-code".into()));
    let plain = json!({"uid": "lin.second", "password": PASSWORD});
    assert_eq!(sign_in(&place, &plain).status, 201, "what was not confirmed is not asked for");
    let codes = lin.post("/api/v1/me/totp/confirm", &json!({"code": app.code(0)})).unwrap().ok();
    assert_eq!(codes["codes"].as_array().unwrap().len(), 10);
    assert_eq!(
        refusal(&lin.post("/api/v1/me/totp", &json!({})).unwrap()),
        (409, "conflict".into(), "second-factor-there".into())
    );

    let asked = sign_in(&place, &plain);
    assert_eq!(asked.json()["type"], "/problems/second-factor-required");
    assert_eq!((asked.status, asked.json()["token"].is_null()), (401, true));
    let with = |totp: &str| sign_in(&place, &json!({"uid": "lin.second", "password": PASSWORD, "totp": totp}));
    assert_eq!(refusal(&with("123")), (401, "wrong-second-factor".into(), String::new()));
    let next = app.code(1);
    assert_eq!(with(&next).status, 201);
    assert_eq!(with(&next).code(), "wrong-second-factor", "a replay");
    let right_code_wrong_password = json!({"uid": "lin.second", "password": "Wrong-horse-staple-9", "totp": next});
    assert_eq!(sign_in(&place, &right_code_wrong_password).code(), "wrong-credentials");
    let recovery = json!({"uid": "lin.second", "password": PASSWORD, "recovery_code": codes["codes"][0]});
    assert_eq!(sign_in(&place, &recovery).status, 201);
    assert_eq!(sign_in(&place, &recovery).code(), "wrong-second-factor", "each opens once");

    // A one-time code of an administrator is no way around it.
    let code = system.post("/api/v1/people/lin.second/enrolment", &json!({})).unwrap().ok()["code"].clone();
    let redeem = json!({"code": code, "password": "Another-horse-staple-9"});
    assert_eq!(place.stranger().post("/api/v1/enrolments/redeem", &redeem).unwrap().code(), "second-factor-required");
    let redeem = json!({"code": code, "password": "Another-horse-staple-9", "recovery_code": codes["codes"][1]});
    assert_eq!(place.stranger().post("/api/v1/enrolments/redeem", &redeem).unwrap().status, 201);

    // Whoever has lost all of it is helped by who keeps the account.
    let plain = json!({"uid": "lin.second", "password": "Another-horse-staple-9"});
    assert_eq!(sign_in(&place, &plain).code(), "second-factor-required");
    assert_eq!(place.person("han.ruoxi").delete("/api/v1/people/lin.second/second-factors").unwrap().status, 403);
    assert_eq!(system.delete("/api/v1/people/lin.second/second-factors").unwrap().status, 204);
    let lin = signed_in(&place, &sign_in(&place, &plain));
    let seen = lin.get("/api/v1/me/sign-ins?limit=3").unwrap().ok();
    assert_eq!(seen["items"].as_array().unwrap().len(), 3);
    assert_eq!((&seen["items"][0]["succeeded"], &seen["items"][0]["with"]), (&json!(true), &json!("password")));
    assert_eq!(seen["items"][1]["why"], "second-factor-required");
    let rest = lin.get(&format!("/api/v1/me/sign-ins?cursor={}", seen["next"].as_str().unwrap())).unwrap().ok();
    assert!(rest["items"].as_array().unwrap().len() >= 8 && rest["next"].is_null(), "{rest}");
    assert_eq!(place.person("han.ruoxi").get("/api/v1/me/sign-ins").unwrap().ok()["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_passkey_signs_in_by_itself_and_nothing_like_it_does() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let lin = newcomer(&place, &place.administrator("system"), "lin.passkey");
    let make = |key: &mut SecurityKey, challenge: &str| lin.post("/api/v1/me/passkeys", &key.make("笔记本", challenge)).unwrap();
    let broken = |key: &mut SecurityKey| refusal(&make(key, &challenge(&lin, OWN))).2;
    assert_eq!(broken(&mut SecurityKey::new("https://evil.example", "localhost")), "other-host");
    assert_eq!(broken(&mut SecurityKey::new(&place.url, "evil.example")), "other-host");
    let mut unverified = SecurityKey::new(&place.url, "localhost");
    unverified.verifies_its_user = false;
    assert_eq!(broken(&mut unverified), "user-not-verified");
    let mut key = SecurityKey::new(&place.url, "localhost");
    assert_eq!(refusal(&make(&mut key, &challenge(&place.stranger(), ANYBODY))).2, "challenge-ended", "of another purpose");
    assert_eq!(refusal(&make(&mut key, &challenge(&place.person("han.ruoxi"), OWN))).2, "challenge-ended", "of somebody else");
    let malformed = json!({"name": "x", "client_data": "e30", "attestation": "oA"});
    assert_eq!(refusal(&lin.post("/api/v1/me/passkeys", &malformed).unwrap()).2, "malformed");
    let asked = challenge(&lin, OWN);
    assert_eq!(make(&mut key, &asked).ok()["synced"], false);
    assert_eq!(refusal(&make(&mut SecurityKey::new(&place.url, "localhost"), &asked)).2, "challenge-ended", "answered before");
    assert_eq!(refusal(&make(&mut key, &challenge(&lin, OWN))), (409, "conflict".into(), "passkey-there".into()));

    let send = |answer: &Value| place.stranger().post("/api/v1/sessions/passkey", answer).unwrap();
    let asked = challenge(&place.stranger(), ANYBODY);
    let answer = key.sign(&asked);
    assert_eq!(signed_in(&place, &send(&answer)).get("/api/v1/me").unwrap().ok()["person"]["uid"], "lin.passkey");
    // In between somebody comes in rightly, else the lane would be locked before the end.
    let rightly = |key: &mut SecurityKey| assert_eq!(send(&key.sign(&challenge(&place.stranger(), ANYBODY))).status, 201);
    assert_eq!(send(&answer).code(), "wrong-credentials", "a replay");
    assert_eq!(send(&key.sign(&asked)).code(), "wrong-credentials", "a challenge is answered once");
    assert_eq!(send(&key.sign(&challenge(&lin, OWN))).code(), "wrong-credentials", "of another purpose");
    rightly(&mut key);
    let mut forged = key.sign(&challenge(&place.stranger(), ANYBODY));
    forged["authenticator_data"] = unverified.sign("x")["authenticator_data"].clone();
    assert_eq!(send(&forged).code(), "wrong-credentials");
    key.origin = "https://evil.example".to_owned();
    assert_eq!(send(&key.sign(&challenge(&place.stranger(), ANYBODY))).code(), "wrong-credentials", "a false page");
    key.origin = place.url.clone();
    rightly(&mut key);
    key.verifies_its_user = false;
    assert_eq!(send(&key.sign(&challenge(&place.stranger(), ANYBODY))).code(), "wrong-credentials");
    key.verifies_its_user = true;
    let seen = key.counter;
    key.counter = 1;
    assert_eq!(
        send(&key.sign(&challenge(&place.stranger(), ANYBODY))).code(),
        "wrong-credentials",
        "a counter that does not grow"
    );
    let entries = place.administrator("audit").get("/api/v1/audit/entries?action=passkey.counter").unwrap().ok();
    assert_eq!(entries["items"][0]["outcome"], "refused");
    key.counter = seen;
    rightly(&mut key);
    let unknown = |_| send(&SecurityKey::new(&place.url, "localhost").sign(&challenge(&place.stranger(), ANYBODY)));
    assert!((0..10).map(unknown).all(|reply| reply.code() == "wrong-credentials"));
    rightly(&mut key);

    // Policy: with a passkey at hand a password is not enough.
    let security = place.administrator("security");
    let mut policy = security.get("/api/v1/security/sign-in-policy").unwrap().ok();
    policy["requirements"] = json!([{"group": {"kind": "everyone"}, "factor": "passkey"}]);
    security.put("/api/v1/security/sign-in-policy", &policy).unwrap().ok();
    assert_eq!(sign_in(&place, &json!({"uid": "lin.passkey", "password": PASSWORD})).code(), "passkey-required");
    let id = lin.get("/api/v1/me/second-factors").unwrap().ok()["passkeys"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(refusal(&lin.delete(&format!("/api/v1/me/passkeys/{id}")).unwrap()).2, "required-by-policy");
    // Who has none is led to make one, and is let in with it.
    let han = place.person("han.ruoxi");
    assert_eq!(han.get("/api/v1/me").unwrap().ok()["lacks"], "passkey");
    for path in ["/api/v1/conversations", "/api/v1/drive/spaces", "/api/v1/people"] {
        assert_eq!(refusal(&han.get(path).unwrap()), (403, "enrolment-required".into(), String::new()), "{path}");
    }
    let made = SecurityKey::new(&place.url, "localhost").make("手机", &challenge(&han, OWN));
    han.post("/api/v1/me/passkeys", &made).unwrap().ok();
    assert_eq!(han.get("/api/v1/people").unwrap().status, 200);
}

#[test]
fn bare_addresses_have_no_passkeys() {
    let place = holdfast_tests::shared();
    let reply = place.stranger().send(Method::GET, ANYBODY, &[("host", "127.0.0.1:8443")], Vec::new()).unwrap();
    assert_eq!(refusal(&reply), (409, "conflict".into(), "passkeys-need-a-name".into()));
}

#[test]
fn a_password_follows_the_policy_wherever_it_is_set() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (system, security) = (place.administrator("system"), place.administrator("security"));
    let mut policy = security.get("/api/v1/security/sign-in-policy").unwrap().ok();
    assert_eq!((&policy["password"]["profile"], &policy["password"]["length"]), (&json!("dengbao"), &json!(10)));
    policy["password"]["length"] = json!(6);
    let refused = security.put("/api/v1/security/sign-in-policy", &policy).unwrap();
    assert_eq!((refusal(&refused).2.as_str(), &refused.json()["limit"]), ("too-small", &json!(8)));
    policy["password"]["length"] = json!(14);
    policy["password"]["banned"] = json!(["Phoenix"]);
    security.put("/api/v1/security/sign-in-policy", &policy).unwrap().ok();
    assert_eq!(system.put("/api/v1/security/sign-in-policy", &policy).unwrap().status, 403);

    let lin = newcomer(&place, &system, "lin.policy");
    assert_eq!(lin.get("/api/v1/me").unwrap().ok()["password_rules"]["length"], 14);
    let code = system.post("/api/v1/people/lin.policy/enrolment", &json!({})).unwrap().ok()["code"].clone();
    let bad = [
        ("Short-one-9", "too-short"),
        ("only small letters here", "too-few-classes"),
        ("My-Phoenix-rises-9", "too-common"),
        ("Lin.Policy-forever-9", "contains-name"),
        (PASSWORD, "used-before"),
    ];
    for (password, rule) in bad {
        let new = json!({"cid": cid(), "uid": "lin.policy", "name": "新来的", "departments": [], "password": password});
        let replies = [
            lin.post("/api/v1/me/password", &json!({"current": PASSWORD, "password": password})).unwrap(),
            system.post("/api/v1/people/lin.policy/password", &json!({"password": password})).unwrap(),
            place.stranger().post("/api/v1/enrolments/redeem", &json!({"code": code, "password": password})).unwrap(),
            system.post("/api/v1/people", &new).unwrap(),
        ];
        // A newcomer has no earlier passwords, and the uid is taken; one's own is told apart from earlier ones.
        let checked = if rule == "used-before" { 1..3 } else { 0..4 };
        for reply in &replies[checked] {
            assert_eq!((reply.json()["field"].as_str(), refusal(reply).2.as_str()), (Some("password"), rule), "{password}");
        }
    }
}

#[test]
fn what_administrators_change_asks_for_a_fresh_proof() {
    let Some(library) = faketime() else { return skip("faketime is missing: tests/deps.sh installs it") };
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (system, han) = (place.administrator("system"), place.person("han.ruoxi"));
    let department = || json!({"cid": cid(), "name": cid()});
    assert_eq!(system.post("/api/v1/departments", &department()).unwrap().status, 201);

    // A quarter of an hour later.
    boxed.stop().unwrap();
    boxed.server_environment.extend([
        ("LD_PRELOAD".to_owned(), library.into_os_string()),
        ("FAKETIME".to_owned(), "+16m".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".into()),
    ]);
    boxed.start().unwrap();
    let (system, han) = (system.again(&place), han.again(&place));
    assert_eq!(system.get("/api/v1/admin/people").unwrap().status, 200, "looking goes on");
    let asked = |reply: Reply| assert_eq!(refusal(&reply), (403, "step-up-required".into(), String::new()));
    asked(system.post("/api/v1/departments", &department()).unwrap());
    asked(system.post("/api/v1/people/gu.wenzhou/freeze", &json!({})).unwrap());
    asked(system.delete("/api/v1/people/gu.wenzhou/sessions").unwrap());
    asked(han.post("/api/v1/me/totp", &json!({})).unwrap());
    asked(han.post("/api/v1/me/app-passwords", &json!({"cid": cid(), "label": "同步", "door": "webdav"})).unwrap());
    assert_eq!(han.patch("/api/v1/me", &json!({"theme": "dark"})).unwrap().status, 200, "what is only one's own goes on");

    let prove = |body: &Value| system.post("/api/v1/sessions/current/proof", body).unwrap();
    assert_eq!(prove(&json!({"password": "not-the-password"})).code(), "wrong-credentials");
    let passkey = json!({"credential": "", "client_data": "", "authenticator_data": "", "signature": ""});
    assert_eq!(refusal(&prove(&json!({"password": "x", "passkey": passkey}))).2, "required", "one or the other");
    assert_eq!(prove(&json!({"passkey": passkey})).code(), "wrong-credentials");
    asked(system.post("/api/v1/departments", &department()).unwrap());
    let known = place.sign_ins.people.iter().find(|one| one.roles.iter().any(|role| role == "system")).unwrap();
    assert_eq!(prove(&json!({"password": known.password})).status, 204);
    assert_eq!(system.post("/api/v1/departments", &department()).unwrap().status, 201);
}

fn faketime() -> Option<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path().join("faketime/libfaketimeMT.so.1"));
    libraries.into_iter().find(|library| library.exists())
}

fn skip(why: &str) {
    assert!(std::env::var("CI").is_err(), "{why}");
    eprintln!("SKIPPED: {why}");
}
