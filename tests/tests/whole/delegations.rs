//! A part of the directory in somebody else's hands, asked at the doors; and the list of who holds what.

use holdfast_tests::{Client, Options, Place, Reply, TestBox, client::cid, shared};
use serde_json::{Value, json};

const FIRST: &str = "First-of-all-77";
const PASSWORD: &str = "correct-horse-staple-8";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn name() -> String {
    format!("t{}", &cid().replace('-', "")[18..])
}

fn department(system: &Client, parent: Option<&str>) -> String {
    let new = json!({"cid": cid(), "name": name(), "parent": parent});
    text(&system.post("/api/v1/departments", &new).unwrap().ok()["id"])
}

fn person(system: &Client, departments: &[&str]) -> String {
    let uid = name();
    let new = json!({"cid": cid(), "uid": uid, "name": "白测试", "departments": departments, "password": FIRST});
    system.post("/api/v1/people", &new).unwrap().ok();
    uid
}

fn signed_in(place: &Place, uid: &str) -> Client {
    let one = place.stranger().sign_in(uid, FIRST).unwrap();
    assert!(one.post("/api/v1/me/password", &json!({"current": FIRST, "password": PASSWORD})).unwrap().status < 300);
    one
}

fn give(system: &Client, uid: &str, departments: &[&str], powers: &[&str]) -> Reply {
    let new = json!({"cid": cid(), "uid": uid, "departments": departments, "powers": powers, "reason": "分级管理"});
    system.post("/api/v1/delegations", &new).unwrap()
}

#[test]
fn a_delegate_keeps_their_departments_and_no_others() {
    let place = shared();
    let system = place.administrator("system");
    let sales = department(&system, None);
    let north = department(&system, Some(&sales));
    let research = department(&system, None);
    let keeper = person(&system, &[&sales]);
    let (inside, outside) = (person(&system, &[&north]), person(&system, &[&research]));
    let one = signed_in(place, &keeper);
    let act = |method: &str, path: &str, body: &Value| match method {
        "POST" => one.post(path, body).unwrap().status,
        "PATCH" => one.patch(path, body).unwrap().status,
        "PUT" => one.put(path, body).unwrap().status,
        _ => one.delete(path).unwrap().status,
    };
    let title = json!({"title": "改过"});
    let edit = |uid: &str| act("PATCH", &format!("/api/v1/people/{uid}"), &title);
    assert_eq!([edit(&inside), edit(&outside)], [403, 403], "nothing is given yet");
    assert_eq!(one.get("/api/v1/admin/people").unwrap().status, 403);

    let given = give(&system, &keeper, &[&sales], &["people", "departments", "sign-in"]).ok();
    let id = text(&given["id"]);
    let own = one.get("/api/v1/me").unwrap().ok();
    assert_eq!(own["delegated"], json!(["people", "departments", "sign-in"]));
    let reset = json!({"password": "Another-first-77"});
    let made = || json!({"cid": cid(), "uid": name(), "name": "白新人", "departments": [north], "password": FIRST});
    let elsewhere = || json!({"cid": cid(), "uid": name(), "name": "白新人", "departments": [research]});
    let below = |parent: &str| json!({"cid": cid(), "name": name(), "parent": parent});
    for (method, path, body, status) in [
        ("PATCH", format!("/api/v1/people/{inside}"), title.clone(), 200),
        ("PATCH", format!("/api/v1/people/{outside}"), title.clone(), 403),
        ("PATCH", "/api/v1/people/nobody.at.all".to_owned(), title.clone(), 404),
        ("PATCH", format!("/api/v1/people/{inside}"), json!({"departments": [sales]}), 200),
        ("PATCH", format!("/api/v1/people/{inside}"), json!({"departments": [research]}), 403),
        ("POST", "/api/v1/people".to_owned(), made(), 201),
        ("POST", "/api/v1/people".to_owned(), elsewhere(), 403),
        ("POST", format!("/api/v1/people/{inside}/password"), reset.clone(), 204),
        ("POST", format!("/api/v1/people/{outside}/password"), reset, 403),
        ("POST", format!("/api/v1/people/{inside}/freeze"), json!({}), 200),
        ("POST", format!("/api/v1/people/{inside}/unfreeze"), json!({}), 200),
        ("POST", format!("/api/v1/people/{outside}/freeze"), json!({}), 403),
        ("POST", format!("/api/v1/people/{keeper}/freeze"), json!({}), 403),
        ("PUT", format!("/api/v1/people/{inside}/departure"), json!({"reason": "离职"}), 403),
        ("POST", "/api/v1/departments".to_owned(), below(&north), 201),
        ("POST", "/api/v1/departments".to_owned(), below(&research), 403),
        ("PATCH", format!("/api/v1/departments/{north}"), json!({"name": name()}), 200),
        ("PATCH", format!("/api/v1/departments/{sales}"), json!({"name": name()}), 403),
        ("PATCH", format!("/api/v1/departments/{research}"), json!({"parent": sales}), 403),
        ("PATCH", format!("/api/v1/departments/{north}"), json!({"parent": research}), 403),
        ("DELETE", format!("/api/v1/departments/{research}"), json!({}), 403),
        (
            "POST",
            "/api/v1/delegations".to_owned(),
            json!({"cid": cid(), "uid": inside, "departments": [sales], "powers": ["people"], "reason": "x"}),
            403,
        ),
        ("POST", "/api/v1/tags".to_owned(), json!({"cid": cid(), "name": name()}), 403),
    ] {
        assert_eq!(act(method, &path, &body), status, "{method} {path} {body}");
    }

    let page = one.get("/api/v1/admin/people?limit=200").unwrap().ok();
    let uids: Vec<&str> = page["items"].as_array().unwrap().iter().map(|one| one["uid"].as_str().unwrap()).collect();
    assert!(uids.contains(&inside.as_str()) && !uids.contains(&outside.as_str()) && uids.len() == 3, "{uids:?}");
    let tree = one.get("/api/v1/departments?whole=true&limit=200").unwrap().ok();
    assert_eq!(tree["items"].as_array().unwrap().len(), 1, "nothing but what is theirs");

    // What is hidden from the delegate and lies outside is to them as if it were not there.
    let rule = json!({
        "name": name(), "effect": "hide", "enabled": true, "objects": [{"kind": "department", "id": research}],
        "subjects": [], "exempt": [], "fields": [], "own_departments": false,
    });
    let rule =
        place.administrator("security").post("/api/v1/visibility/rules", &json!({"cid": cid(), "settings": rule})).unwrap();
    let rule = text(&rule.ok()["id"]);
    assert_eq!([edit(&outside), edit("nobody.at.all")], [404, 404]);
    assert_eq!(act("PATCH", &format!("/api/v1/departments/{research}"), &json!({"name": "x"})), 404);
    assert_eq!(act("PATCH", &format!("/api/v1/people/{inside}"), &json!({"departments": [research]})), 422);
    place.administrator("security").delete(&format!("/api/v1/visibility/rules/{rule}")).unwrap();

    assert_eq!(system.delete(&format!("/api/v1/delegations/{id}")).unwrap().status, 204);
    assert_eq!([edit(&inside), one.get("/api/v1/admin/people").unwrap().status], [403, 403], "taken back, at once");
    let auditor = text(&place.administrator("audit").get("/api/v1/me").unwrap().ok()["person"]["uid"]);
    assert_eq!(give(&system, &auditor, &[&sales], &["people"]).json()["rule"], "holds-a-role");
}

#[test]
fn who_holds_what_is_read_exported_and_reviewed() {
    let boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (system, security, auditor) =
        (place.administrator("system"), place.administrator("security"), place.administrator("audit"));
    let top = department(&system, None);
    let keeper = person(&system, &[&top]);
    let until = system.get("/api/v1/me").unwrap().ok()["server_time"].as_u64().unwrap() + 3_600_000_000;
    let new = json!({"cid": cid(), "uid": keeper, "departments": [top], "powers": ["people"], "reason": "临时", "until": until});
    system.post("/api/v1/delegations", &new).unwrap().ok();
    let gu = place.person("gu.wenzhou");
    let had = gu.get("/api/v1/me/app-passwords").unwrap().ok()["items"].as_array().unwrap().len();
    for door in ["webdav", "webdav", "ldap"] {
        gu.post("/api/v1/me/app-passwords", &json!({"cid": cid(), "label": "秘密名称", "door": door})).unwrap().ok();
    }
    let group = json!({"cid": cid(), "kind": "group", "title": "秘密标题", "members": [keeper]});
    gu.post("/api/v1/conversations", &group).unwrap().ok();

    let rows = |by: &Client, query: &str| by.get(&format!("/api/v1/holdings?limit=200{query}")).unwrap().ok();
    let count = |page: &Value, kind: &str| page["items"].as_array().unwrap().iter().filter(|row| row["kind"] == kind).count();
    let all = rows(&security, "");
    assert_eq!(rows(&auditor, "")["total"], all["total"]);
    assert!(count(&all, "role") >= 3 && count(&all, "delegation") == 1 && count(&all, "app-password") >= 2);
    assert_eq!(all.get("last_review"), None);
    assert_eq!(system.get("/api/v1/holdings").unwrap().status, 403);
    assert_eq!(gu.get("/api/v1/holdings").unwrap().status, 403);
    let ending = rows(&security, "&ending=true");
    assert_eq!(ending["items"][0]["person"]["uid"], json!(keeper));
    assert_eq!(ending["items"][0]["until"], json!(until));
    let webdav = rows(&security, "&person=gu.wenzhou&kind=app-password");
    let of = |door: &str| webdav["items"].as_array().unwrap().iter().find(|row| row["door"] == door).unwrap()["count"].clone();
    assert_eq!([of("webdav"), of("ldap")], [json!(had + 2), json!(1)]);
    assert!(count(&rows(&security, "&person=gu.wenzhou"), "group") >= 1);
    assert_eq!(security.get("/api/v1/holdings?person=nobody.at.all").unwrap().status, 422);

    let page = security.get("/api/v1/holdings?limit=2").unwrap().ok();
    let next = security.get(&format!("/api/v1/holdings?limit=2&cursor={}", text(&page["next"]))).unwrap().ok();
    assert_ne!(page["items"], next["items"]);

    let sheet = auditor.get("/api/v1/holdings/sheet?format=csv&locale=en").unwrap();
    let sheet = String::from_utf8(sheet.bytes).unwrap();
    assert!(sheet.contains("Delegation") && sheet.contains(&keeper), "{sheet}");
    assert!(!sheet.contains("秘密"), "what app passwords and groups are called is their owners' own");
    assert_eq!(sheet.lines().count() as u64, all["total"].as_u64().unwrap() + 1);
    let book = security.get("/api/v1/holdings/sheet?format=xlsx&kind=role").unwrap();
    assert!(book.bytes.starts_with(b"PK"));

    assert_eq!(auditor.post("/api/v1/reviews", &json!({"cid": cid()})).unwrap().status, 403);
    let ask = json!({"cid": cid(), "note": "季度审查"});
    let done = security.post("/api/v1/reviews", &ask).unwrap().ok();
    assert_eq!(security.post("/api/v1/reviews", &ask).unwrap().ok()["id"], done["id"]);
    let after = rows(&auditor, "&fresh=true&kind=delegation");
    assert_eq!((after["total"].clone(), after["last_review"]["note"].clone()), (json!(0), json!("季度审查")));
    assert_eq!(after["last_review"]["holdings"], all["total"]);
    let logged = |action: &str| {
        auditor.get(&format!("/api/v1/audit/entries?action={action}")).unwrap().ok()["items"].as_array().unwrap().len()
    };
    assert!(logged("review.read") >= 3);
    assert_eq!([logged("review.export"), logged("review.mark")], [2, 1]);
}

#[test]
fn what_decides_says_why() {
    let place = shared();
    let (system, security) = (place.administrator("system"), place.administrator("security"));
    let top = department(&system, None);
    let below = department(&system, Some(&top));
    let (keeper, inside, outside) = (person(&system, &[&top]), person(&system, &[&below]), person(&system, &[]));
    let one = signed_in(place, &keeper);
    give(&system, &keeper, &[&top], &["people", "departments"]).ok();
    let other = signed_in(place, &outside);
    let group = json!({"cid": cid(), "kind": "group", "title": "项目", "members": [outside]});
    let group = text(&one.post("/api/v1/conversations", &group).unwrap().ok()["id"]);
    let root = |by: &Client, kind: &str| {
        let spaces = by.get("/api/v1/drive/spaces").unwrap().ok();
        let space = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == kind).unwrap().clone();
        text(&space["root"])
    };
    let (own, shared_root) = (root(&other, "personal"), root(&one, "department"));
    let me = |by: &Client| text(&by.get("/api/v1/me").unwrap().ok()["person"]["uid"]);
    for (who, act, object, allowed, reason) in [
        (me(&system), "edit-person", &inside, true, "role"),
        (keeper.clone(), "edit-person", &inside, true, "delegation"),
        (keeper.clone(), "edit-person", &outside, false, "outside-scope"),
        (keeper.clone(), "freeze-person", &keeper, false, "own-account"),
        (keeper.clone(), "reset-sign-in", &inside, false, "not-given"),
        (keeper.clone(), "person-leaves", &inside, false, "needs-role"),
        (outside.clone(), "edit-person", &inside, false, "needs-role"),
        (me(&system), "reset-sign-in", &me(&security), false, "needs-role"),
        (keeper.clone(), "rename-department", &below, true, "delegation"),
        (keeper.clone(), "rename-department", &top, false, "top-of-scope"),
        (keeper.clone(), "create-department-below", &top, true, "delegation"),
        (outside.clone(), "see-person", &inside, true, "open"),
        (outside.clone(), "see-person", &outside, true, "oneself"),
        (outside.clone(), "read-node", &own, true, "own-space"),
        (keeper.clone(), "read-node", &own, false, "somebodys-space"),
        (keeper.clone(), "change-node", &shared_root, true, "department-member"),
        (outside.clone(), "read-node", &shared_root, false, "not-in-department"),
        (outside.clone(), "post-message", &group, true, "conversation-member"),
        (outside.clone(), "administer-conversation", &group, false, "not-group-owner"),
        (keeper.clone(), "administer-conversation", &group, true, "group-owner"),
        (inside.clone(), "read-conversation", &group, false, "not-in-conversation"),
        (keeper.clone(), "read-the-audit-log", &String::new(), false, "needs-role"),
    ] {
        let asked = security.get(&format!("/api/v1/explanations?person={who}&act={act}&object={object}")).unwrap().ok();
        assert_eq!((&asked["allowed"], &asked["reason"]), (&json!(allowed), &json!(reason)), "{who} {act} {object}: {asked}");
    }
    system.post(&format!("/api/v1/people/{outside}/freeze"), &json!({})).unwrap().ok();
    let frozen = security.get(&format!("/api/v1/explanations?person={outside}&act=read-node&object={own}")).unwrap().ok();
    assert_eq!((&frozen["allowed"], &frozen["reason"]), (&json!(false), &json!("not-active")));
    for gone in
        ["act=read-node&object=999999999", "act=read-conversation&object=x", "act=edit-person", "act=rename-department&object=0"]
    {
        assert_eq!(security.get(&format!("/api/v1/explanations?person={keeper}&{gone}")).unwrap().status, 404, "{gone}");
    }
    assert_eq!(security.get("/api/v1/explanations?person=nobody.at.all&act=grant-roles").unwrap().status, 422);
    assert_eq!(one.get(&format!("/api/v1/explanations?person={keeper}&act=grant-roles")).unwrap().status, 403);
}
