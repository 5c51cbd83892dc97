//! Signing in, and who gets what.

use holdfast_tests::shared;
use serde_json::json;
use ureq::http::Method;

#[test]
fn a_program_gets_a_token_and_a_browser_only_a_cookie() {
    let place = shared();
    let one = &place.sign_ins.people[0];
    let body = json!({"uid": one.uid, "password": one.password}).to_string().into_bytes();
    let json_type = ("content-type", "application/json");
    let program = place.stranger().send(Method::POST, "/api/v1/sessions", &[json_type], body.clone()).unwrap();
    assert_eq!(program.status, 201);
    assert!(program.json()["token"].is_string() && program.header("set-cookie").is_none());

    let origin = place.url.clone();
    let browser = [json_type, ("sec-fetch-site", "same-origin"), ("origin", origin.as_str())];
    let reply = place.stranger().send(Method::POST, "/api/v1/sessions", &browser, body.clone()).unwrap();
    assert_eq!(reply.status, 201, "{}", String::from_utf8_lossy(&reply.bytes));
    assert!(reply.json()["token"].is_null());
    let cookie = reply.header("set-cookie").unwrap().to_owned();
    for part in ["__Host-holdfast=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let value = cookie.split(';').next().unwrap().to_owned();
    let with = |method: Method, headers: &[(&str, &str)]| {
        let mut all = vec![("cookie", value.as_str())];
        all.extend_from_slice(headers);
        place.stranger().send(method, "/api/v1/me", &all, b"{\"theme\":\"dark\"}".to_vec()).unwrap()
    };
    assert_eq!(with(Method::GET, &[]).status, 200);
    // A cookie-borne change from another site, or from nowhere, is refused.
    let change = [json_type, ("sec-fetch-site", "same-origin"), ("origin", origin.as_str())];
    assert_eq!(with(Method::PATCH, &change).status, 200);
    for bad in [
        vec![json_type],
        vec![json_type, ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        vec![json_type, ("sec-fetch-site", "same-site"), ("origin", origin.as_str())],
    ] {
        let reply = with(Method::PATCH, &bad);
        assert_eq!((reply.status, reply.code().as_str()), (403, "forbidden"), "{bad:?}");
    }
}

#[test]
fn a_wrong_name_and_a_wrong_password_are_the_same_answer() {
    let place = shared();
    let uid = &place.sign_ins.people[0].uid;
    for (uid, password) in [(uid.as_str(), "not-the-password"), ("nobody.at.all", "not-the-password")] {
        let reply = place.stranger().post("/api/v1/sessions", &json!({"uid": uid, "password": password})).unwrap();
        assert_eq!((reply.status, reply.code().as_str()), (401, "wrong-credentials"));
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    }
}

#[test]
fn signing_out_ends_the_session_at_once() {
    let client = shared().person("han.ruoxi");
    assert_eq!(client.get("/api/v1/me").unwrap().ok()["person"]["uid"], "han.ruoxi");
    assert_eq!(client.delete("/api/v1/sessions/current").unwrap().status, 204);
    assert_eq!(client.get("/api/v1/me").unwrap().status, 401);
}

#[test]
fn an_app_password_is_shown_once_and_revoked_for_good() {
    let place = shared();
    let client = place.person("ma.xiao");
    let ask = json!({"cid": "0192f0c1-2b7a-7c3e-8a51-9d5f0e6b4a77", "label": "笔记本", "door": "webdav"});
    let made = client.post("/api/v1/me/app-passwords", &ask).unwrap().ok();
    let secret = made["password"].as_str().unwrap().to_owned();
    let listed = client.get("/api/v1/me/app-passwords").unwrap();
    assert!(!String::from_utf8_lossy(&listed.bytes).contains(&secret));
    let basic = holdfast_tests::client::basic("ma.xiao", &secret);
    let dav = || {
        place.stranger().send(
            Method::from_bytes(b"PROPFIND").unwrap(),
            "/dav/",
            &[("authorization", &basic), ("depth", "0")],
            vec![],
        )
    };
    assert_eq!(dav().unwrap().status, 207);
    let id = made["id"].as_str().unwrap();
    assert_eq!(client.delete(&format!("/api/v1/me/app-passwords/{id}")).unwrap().status, 204);
    assert_eq!(dav().unwrap().status, 401);
}
