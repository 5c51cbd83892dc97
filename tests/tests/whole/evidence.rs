//! The evidence report says what other doors of the same box say, and is nobody's but the auditor's.

use holdfast_tests::shared;
use serde_json::{Value, json};

#[test]
fn the_report_is_read_from_this_box() {
    let place = shared();
    let (auditor, security) = (place.administrator("audit"), place.administrator("security"));
    let verified = auditor.post("/api/v1/audit/verifications", &json!({})).unwrap().ok();
    let report = auditor.get("/api/v1/audit/evidence").unwrap().ok();

    let hsm = security.get("/api/v1/security/hsm").unwrap().ok();
    for part in ["token", "epoch", "mechanism", "audit_key"] {
        assert_eq!(report["hsm"][part], hsm[part], "{part}");
    }
    assert_eq!(report["hsm"]["keys"]["domains"], hsm["keys"]["domains"]);
    assert_eq!(report["roles"], security.get("/api/v1/roles").unwrap().ok()["items"]);

    let disk = nix::sys::statvfs::statvfs(&place.data).unwrap();
    let own = &report["storage"][0];
    assert_eq!(own["size_bytes"].as_u64().unwrap(), disk.blocks() * disk.fragment_size());
    let folders: Vec<_> = own["folders"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!([".", "audit", "db", "ledger", "packs"].iter().all(|one| folders.contains(one)), "{folders:?}");

    let way_out = json!({"closed": true, "started": 0, "relay": "off", "allowed": [], "relayed": 0});
    assert_eq!(report["egress"], way_out);
    assert_eq!((report["verification"]["verdict"].as_str(), &verified["verdict"]), (Some("clean"), &json!("clean")));
    assert!(report["verification"]["size"].as_u64().unwrap() >= verified["size"].as_u64().unwrap());
    let retention = &report["retention"];
    assert_eq!((retention["days"].as_u64(), retention["floor_days"].as_u64()), (Some(1_096), Some(184)));
    assert_eq!((retention["first_kept"].as_u64(), &retention["prunings"]), (Some(0), &json!([])));
    assert_eq!((&report["site"], &report["rehearsal"]), (&Value::Null, &Value::Null));

    // The number leads to the entry, and the first checkpoint covers it.
    let number = report["number"].as_u64().unwrap();
    let entry = auditor.get(&format!("/api/v1/audit/entries/{number}")).unwrap().ok();
    assert_eq!((&entry["action"], &entry["actor"]["uid"]), (&json!("audit.evidence"), &report["made_by"]["uid"]));
    let checkpoint = &report["checkpoints"][0];
    assert!(checkpoint["size"].as_u64().unwrap() > number);
    let vkey = place.vkey().unwrap();
    assert!(vkey.starts_with(&format!("{}+", checkpoint["key"].as_str().unwrap())), "{checkpoint}");
    assert_eq!(checkpoint["origin"].as_str(), vkey.split('+').next());
}

#[test]
fn the_page_for_paper_holds_the_same_in_both_languages_and_can_do_nothing() {
    let place = shared();
    let auditor = place.administrator("audit");
    let report = auditor.get("/api/v1/audit/evidence").unwrap().ok();
    for (language, title) in [("zh-CN", "证据报告"), ("en", "Evidence report")] {
        let page = auditor.get(&format!("/api/v1/audit/evidence.html?language={language}")).unwrap();
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'sha256-") && !policy.contains("unsafe"));
        let text = String::from_utf8(page.bytes.clone()).unwrap();
        assert!(text.contains(title) && text.contains(&format!("<html lang=\"{language}\">")), "{text}");
        assert!(!text.contains("<script") && !text.contains(" style="), "{text}");
        let token = &report["hsm"]["token"];
        for told in [&token["serial"], &token["label"], &report["storage"][0]["device"], &report["made_by"]["name"]] {
            assert!(text.contains(told.as_str().unwrap()), "{told} is not in the page");
        }
        for grant in report["roles"].as_array().unwrap() {
            assert!(text.contains(grant["person"]["uid"].as_str().unwrap()));
        }
    }
    assert_eq!(auditor.get("/api/v1/audit/evidence.html?language=fr").unwrap().status, 400);
    for other in ["system", "security"] {
        assert_eq!(place.administrator(other).get("/api/v1/audit/evidence").unwrap().status, 403);
    }
}
