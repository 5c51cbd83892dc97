//! Whole-surface tests: every operation of the OpenAPI document, without exception.

use std::collections::BTreeSet;

use holdfast_tests::shared;
use serde_json::Value;
use ureq::http::Method;

/// Method and path of every operation, with those that need no session marked.
fn operations() -> Vec<(String, String, bool)> {
    let document = shared().stranger().get("/api/v1/openapi.json").unwrap().ok();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let open =
                operation["security"].as_array().is_some_and(|s| s.iter().any(|one| *one == Value::Object(Default::default())));
            all.push((method.to_uppercase(), path.clone(), open));
        }
    }
    assert!(all.len() > 60, "the document lists {} operations", all.len());
    all
}

fn with_ids(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap();
        out.push_str(before);
        out.push_str(if name.contains("uid") {
            "gu.wenzhou"
        } else if name == "role" {
            "system"
        } else {
            "1"
        });
        rest = tail;
    }
    out + rest
}

#[test]
fn every_operation_refuses_a_stranger() {
    let stranger = shared().stranger();
    let mut wrong = Vec::new();
    let mut open = Vec::new();
    for (method, path, is_open) in operations() {
        if is_open {
            open.push(format!("{method} {path}"));
            continue;
        }
        let body = if method == "GET" || method == "DELETE" { Vec::new() } else { b"{}".to_vec() };
        let reply = stranger
            .send(Method::from_bytes(method.as_bytes()).unwrap(), &with_ids(&path), &[("content-type", "application/json")], body)
            .unwrap();
        if (reply.status, reply.code().as_str()) != (401, "not-signed-in") && !(reply.status == 401 && method == "HEAD") {
            wrong.push(format!("{method} {path}: {} {}", reply.status, reply.code()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    open.sort();
    // What needs no session is listed here by hand, so that a new one is noticed.
    assert_eq!(
        open,
        [
            "GET /api/v1/openapi.json",
            "GET /api/v1/passkey-challenge",
            "GET /api/v1/status",
            "POST /api/v1/enrolments/lookup",
            "POST /api/v1/enrolments/redeem",
            "POST /api/v1/sessions",
            "POST /api/v1/sessions/passkey"
        ]
    );
}

#[test]
fn an_employee_may_not_enter_the_administrators_doors() {
    let employee = shared().person("han.ruoxi");
    for path in [
        "/api/v1/admin/people",
        "/api/v1/roles",
        "/api/v1/security/hsm",
        "/api/v1/security/sign-in-policy",
        "/api/v1/people/gu.wenzhou/sessions",
        "/api/v1/audit/entries",
        "/api/v1/audit/actions",
        "/api/v1/audit/evidence",
        "/api/v1/audit/witnesses",
        "/api/v1/audit/filters",
        "/api/v1/audit/evidence.html",
        "/api/v1/people/imports/1",
        "/api/v1/admin/imports",
        "/api/v1/admin/people-sheet?format=csv",
    ] {
        let reply = employee.get(path).unwrap();
        assert_eq!((reply.status, reply.code().as_str()), (403, "forbidden"), "{path}");
    }
}

#[test]
fn bad_input_is_a_clear_problem_and_never_a_5xx() {
    let employee = shared().person("han.ruoxi");
    let system = shared().administrator("system");
    let json = [("content-type", "application/json")];
    for client in [&employee, &system] {
        for (method, path, open) in operations() {
            if open || path.ends_with("/security/seal") || path.ends_with("/sessions/current") || path.ends_with("/sessions") {
                continue;
            }
            let path = with_ids(&path);
            for (headers, body) in [
                (&json[..], &b"{"[..]),
                (&json[..], &b"[1,2]"[..]),
                (&json[..], &b"{\"unknown\":1}"[..]),
                (&[("content-type", "text/html")][..], &b"<b>"[..]),
                (&[][..], &b"\xff\xfe"[..]),
            ] {
                let body = if method == "GET" || method == "HEAD" { Vec::new() } else { body.to_vec() };
                let reply = client.send(Method::from_bytes(method.as_bytes()).unwrap(), &path, headers, body).unwrap();
                assert!(reply.status < 500 || reply.status == 507, "{method} {path}: {} {}", reply.status, reply.code());
                if reply.status >= 400 && method != "HEAD" {
                    assert_eq!(
                        reply.header("content-type"),
                        Some("application/problem+json"),
                        "{method} {path} {}",
                        reply.status
                    );
                    assert!(!reply.code().is_empty(), "{method} {path}");
                }
            }
            let odd = client.send(
                Method::from_bytes(method.as_bytes()).unwrap(),
                &format!("{path}?cursor=%00%FF&limit=-1"),
                &json,
                Vec::new(),
            );
            let status = odd.unwrap().status;
            assert!(status < 500 || status == 507, "{method} {path}: {status}");
        }
    }
}

#[test]
fn every_answer_carries_the_security_headers() {
    let place = shared();
    for path in ["/", "/api/v1/me", "/healthz", "/nowhere.js", "/api/v1/nowhere"] {
        let reply = place.stranger().get(path).unwrap();
        for name in
            ["x-request-id", "x-content-type-options", "content-security-policy", "strict-transport-security", "referrer-policy"]
        {
            assert!(reply.header(name).is_some(), "{path} lacks {name}");
        }
    }
    let page = place.stranger().get("/").unwrap();
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("require-trusted-types-for 'script'") && !policy.contains("unsafe"), "{policy}");
    assert!(!String::from_utf8_lossy(&page.bytes).contains("<style"), "nothing inline");
}

/// The committed document is the one that is served: `holdfast openapi > appliance/server/openapi.json` renews it.
#[test]
fn the_committed_openapi_document_is_current() {
    let served = shared().stranger().get("/api/v1/openapi.json").unwrap().bytes;
    let committed = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../appliance/server/openapi.json")).unwrap();
    assert!(served == committed, "run: holdfast openapi > appliance/server/openapi.json");
}

/// Generated clients need every operation named once and every reference to lead somewhere.
#[test]
fn the_openapi_document_can_be_compiled() {
    let text = String::from_utf8(shared().stranger().get("/api/v1/openapi.json").unwrap().bytes).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut names = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(!name.is_empty() && names.insert(name.to_owned()), "{method} {path}: {name:?} is not its own");
        }
    }
    let schemas = &document["components"]["schemas"];
    for reference in text.split("\"$ref\": \"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.get(name).is_some(), "{name} is referred to and stands nowhere");
    }
}
