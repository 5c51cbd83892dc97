//! Who is hidden does not exist: asked at each door, beside somebody who never was.

use std::{
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{
    Client, Options, Place, Reply, TestBox,
    client::cid,
    ldap::{Ldap, Search, filter},
};
use serde_json::{Value, json};
use ureq::http::Method;

const SUFFIX: &str = "dc=holdfast,dc=internal";
const HIDDEN: &str = "qin.yin";
const NOBODY: &str = "nobody.at.all";

struct Stage {
    _boxed: TestBox,
    place: Place,
    system: Client,
    security: Client,
    /// Sees nothing of the hidden department.
    gu: Client,
    /// Is exempt from its rule.
    han: Client,
    department: String,
    hidden: String,
}

impl Stage {
    fn new() -> Self {
        let boxed = TestBox::boot(&Options::small()).unwrap();
        let place = boxed.place();
        let (system, security) = (place.administrator("system"), place.administrator("security"));
        let (gu, han) = (place.person("gu.wenzhou"), place.person("han.ruoxi"));
        let department = system.post("/api/v1/departments", &json!({"cid": cid(), "name": "秘办"})).unwrap().ok();
        let department = text(&department["id"]);
        let new = json!({
            "cid": cid(), "uid": HIDDEN, "name": "秦隐之", "departments": [department], "mail": "qin@example.com",
            "mobile": "13912345678", "password": "First-of-all-77",
        });
        let hidden = text(&system.post("/api/v1/people", &new).unwrap().ok()["id"]);
        Self { _boxed: boxed, place, system, security, gu, han, department, hidden }
    }

    fn id(&self, uid: &str) -> String {
        text(&self.system.get(&format!("/api/v1/people/{uid}")).unwrap().ok()["id"])
    }

    fn rule(&self, settings: &Value) -> String {
        text(&self.security.post("/api/v1/visibility/rules", &json!({"cid": cid(), "settings": settings})).unwrap().ok()["id"])
    }

    fn hide(&self) -> String {
        self.rule(&json!({
            "name": "秘办不可见", "effect": "hide", "enabled": true,
            "objects": [{"kind": "department", "id": self.department}],
            "exempt": [{"kind": "person", "id": self.id("han.ruoxi")}],
        }))
    }

    /// Bound with an app password of the person's own.
    fn ldap(&self, uid: &str, person: &Client) -> Ldap {
        let ask = json!({"cid": cid(), "label": "ldap", "door": "ldap"});
        let made = person.post("/api/v1/me/app-passwords", &ask).unwrap().ok();
        self.bound(&format!("uid={uid},ou=people,{SUFFIX}"), &text(&made["password"]))
    }

    fn connector(&self, name: &str, looks_as: Option<&str>) -> Ldap {
        let mut settings = json!({
            "networks": ["127.0.0.0/8"], "entries": 1000, "seconds": 60, "connections": 10,
            "departments": [], "attributes": [], "checks_passwords": false, "changes_passwords": false,
        });
        if let Some(id) = looks_as {
            settings["looks_as"] = json!(id);
        }
        let ask = json!({"cid": cid(), "name": name, "settings": settings});
        let made = self.security.post("/api/v1/connectors", &ask).unwrap().ok();
        self.bound(&text(&made["connector"]["bind_name"]), &text(&made["secret"]))
    }

    fn bound(&self, name: &str, password: &str) -> Ldap {
        let mut ldap = Ldap::tls(&self.place, &self.place.ldaps).unwrap();
        assert_eq!(ldap.bind(name, password).unwrap().code, 0);
        ldap
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn total(by: &Client, query: &str) -> u64 {
    by.get(&format!("/api/v1/people?{query}")).unwrap().ok()["total"].as_u64().unwrap()
}

fn names(ldap: &mut Ldap, base: &str, filter: Vec<u8>) -> Vec<String> {
    let answer = ldap.search(&Search::of(base, filter)).unwrap();
    assert_eq!(answer.code, 0, "{}", answer.text);
    answer.entries.into_iter().map(|entry| entry.name).collect()
}

/// Nothing tells the two answers apart.
#[track_caller]
fn same(one: &Reply, other: &Reply) {
    let said = |reply: &Reply| {
        let mut body = reply.json();
        // The request's own number.
        body.as_object_mut().map(|body| body.remove("instance"));
        body.as_object_mut().map(|body| body.remove("request"));
        (reply.status, body.to_string().replace(HIDDEN, "?").replace(NOBODY, "?"))
    };
    assert_eq!(said(one), said(other));
    assert!((400..500).contains(&one.status), "{}", one.status);
}

#[test]
fn whoever_is_hidden_is_not_there_at_any_door() {
    let stage = Stage::new();
    let (gu, han, department) = (&stage.gu, &stage.han, &stage.department);
    let before = total(gu, "");
    let group = json!({"cid": cid(), "kind": "group", "title": "旧识", "members": [HIDDEN]});
    let group = text(&gu.post("/api/v1/conversations", &group).unwrap().ok()["id"]);
    let rule = stage.hide();

    // The list, its counts, the card.
    assert_eq!(total(gu, ""), before - 1);
    assert_eq!(total(gu, &format!("q={HIDDEN}")), 0);
    assert_eq!(total(han, &format!("q={HIDDEN}")), 1);
    let card = |uid: &str| gu.get(&format!("/api/v1/people/{uid}")).unwrap();
    same(&card(HIDDEN), &card(NOBODY));
    assert_eq!(han.get(&format!("/api/v1/people/{HIDDEN}")).unwrap().status, 200);

    // The tree.
    let roots = gu.get("/api/v1/departments?limit=200").unwrap().ok();
    assert!(!roots.to_string().contains("秘办"), "{roots}");
    same(&gu.get(&format!("/api/v1/departments/{department}")).unwrap(), &gu.get("/api/v1/departments/99999").unwrap());
    let inside = |id: &str| gu.get(&format!("/api/v1/people?department={id}")).unwrap();
    same(&inside(department), &inside("99999"));

    // Search; the engine hears of a new name within a moment.
    let found =
        |by: &Client, kind: &str| by.get(&format!("/api/v1/search?q=%E7%A7%A6%E9%9A%90%E4%B9%8B&kind={kind}")).unwrap().ok();
    let until = Instant::now() + Duration::from_secs(10);
    while found(han, "people")["total"] != 1 {
        assert!(Instant::now() < until, "search never knew the name");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(found(gu, "people")["total"], 0);
    assert_eq!(found(gu, "all")["groups"].as_array().unwrap().iter().filter(|group| group["kind"] == "people").count(), 0);

    // Conversations: no new one, and nobody who is hidden comes into one that there is.
    for kind in ["direct", "group"] {
        let with = |uid: &str| gu.post("/api/v1/conversations", &json!({"cid": cid(), "kind": kind, "members": [uid]})).unwrap();
        same(&with(HIDDEN), &with(NOBODY));
        let with = |uid: &str| {
            let ask = json!({"cid": cid(), "kind": kind, "members": [uid, "han.ruoxi"]});
            gu.post("/api/v1/conversations", &ask).unwrap()
        };
        same(&with(HIDDEN), &with(NOBODY));
    }
    let own = json!({"cid": cid(), "kind": "group", "title": "新人", "members": ["han.ruoxi"]});
    let own = text(&gu.post("/api/v1/conversations", &own).unwrap().ok()["id"]);
    let add =
        |uid: &str| gu.post(&format!("/api/v1/conversations/{own}/members"), &json!({"cid": cid(), "members": [uid]})).unwrap();
    same(&add(HIDDEN), &add(NOBODY));
    // Whom one shares a conversation with stays named in it.
    let members = gu.get(&format!("/api/v1/conversations/{group}/members")).unwrap().ok();
    assert!(members.to_string().contains("秦隐之"), "{members}");

    // The drive and its WebDAV door show spaces of one's own departments alone.
    assert!(!gu.get("/api/v1/drive/spaces").unwrap().ok().to_string().contains("秘办"));
    let root = gu.send(Method::from_bytes(b"PROPFIND").unwrap(), "/dav/", &[("depth", "1")], Vec::new()).unwrap();
    assert!(!String::from_utf8_lossy(&root.bytes).contains("%E7%A7%98%E5%8A%9E"));

    // The consoles see everybody, and nobody else does so by asking.
    assert_eq!(total(&stage.system, "whole=true"), before);
    assert_eq!(total(&stage.security, &format!("whole=true&q={HIDDEN}")), 1);
    assert_eq!(gu.get("/api/v1/people?whole=true").unwrap().status, 403);
    assert_eq!(gu.get("/api/v1/departments?whole=true").unwrap().status, 403);

    let why = stage.security.get(&format!("/api/v1/visibility/explanation?viewer=gu.wenzhou&person={HIDDEN}")).unwrap().ok();
    assert_eq!(
        (&why["verdict"]["visible"], &why["verdict"]["reason"], &why["verdict"]["rule"]),
        (&json!(false), &json!("hidden"), &json!(rule))
    );
    let seen = stage.security.get("/api/v1/visibility/people?viewer=gu.wenzhou&limit=1").unwrap().ok();
    assert_eq!(seen["total"], before - 1);

    assert_eq!(stage.security.delete(&format!("/api/v1/visibility/rules/{rule}")).unwrap().status, 204);
    assert_eq!((total(gu, ""), card(HIDDEN).status), (before, 200));
}

#[test]
fn programs_and_address_books_see_what_the_rules_leave() {
    let stage = Stage::new();
    let (mut gu, mut han) = (stage.ldap("gu.wenzhou", &stage.gu), stage.ldap("han.ruoxi", &stage.han));
    let (mut all, mut as_gu) = (stage.connector("all", None), stage.connector("as-gu", Some(&stage.id("gu.wenzhou"))));
    let people = format!("ou=people,{SUFFIX}");
    let groups = format!("ou=groups,{SUFFIX}");
    let hidden = || filter::equal("uid", HIDDEN);
    let one = vec![format!("uid={HIDDEN},{people}")];
    assert_eq!(names(&mut gu, &people, hidden()), one);

    // A tag holds the department; its group is flat.
    let tag = text(&stage.system.post("/api/v1/tags", &json!({"cid": cid(), "name": "保密人员"})).unwrap().ok()["id"]);
    let member = json!({"subject": {"kind": "department", "id": stage.department}});
    stage.system.put(&format!("/api/v1/tags/{tag}/members"), &member).unwrap().ok();
    let group = format!("cn=tag-{tag},{groups}");
    assert_eq!(names(&mut all, &groups, filter::equal("cn", format!("tag-{tag}"))), [group.as_str()]);
    assert_eq!(names(&mut all, &people, filter::equal("memberOf", &group)), one);
    let chain = filter::extensible(Some("1.2.840.113556.1.4.1941"), Some("memberOf"), group.as_bytes(), false);
    assert_eq!(names(&mut all, &people, chain), one);
    assert_eq!(names(&mut gu, &groups, filter::equal("cn", format!("tag-{tag}"))), Vec::<String>::new(), "tags are for programs");

    stage.hide();
    assert_eq!(names(&mut gu, &people, hidden()), Vec::<String>::new());
    assert_eq!(names(&mut as_gu, &people, hidden()), Vec::<String>::new());
    assert_eq!(names(&mut as_gu, &people, filter::equal("mail", "qin@example.com")), Vec::<String>::new());
    assert_eq!(names(&mut as_gu, &groups, filter::equal("cn", format!("tag-{tag}"))), Vec::<String>::new(), "nobody left in it");
    assert_eq!(names(&mut as_gu, &groups, filter::equal("cn", format!("dept-{}", stage.department))), Vec::<String>::new());
    assert_eq!(names(&mut as_gu, &format!("ou=departments,{SUFFIX}"), filter::equal("ou", "秘办")), Vec::<String>::new());
    let base = Search::of(&one[0], filter::present("objectClass"));
    assert_eq!(gu.search(&base).unwrap().code, 32, "no such object");
    assert_eq!(names(&mut han, &people, hidden()), one, "exempt");
    assert_eq!(names(&mut all, &people, hidden()), one, "looks through nobody's eyes");

    // What is masked has no value: not on the card, not in an entry, not for a filter.
    let mail = || filter::equal("mail", "qin@example.com");
    assert_eq!(names(&mut han, &people, mail()), one);
    stage.rule(&json!({"name": "联系方式", "effect": "mask", "enabled": true, "fields": ["mail", "mobile"],
        "objects": [{"kind": "tag", "id": tag}], "exempt": []}));
    assert_eq!(names(&mut han, &people, mail()), Vec::<String>::new());
    let entry = han.search(&Search::of(&people, hidden())).unwrap().entries.remove(0);
    assert!(!entry.attributes.iter().any(|(name, _)| name == "mail" || name == "mobile"), "{entry:?}");
    let card = stage.han.get(&format!("/api/v1/people/{HIDDEN}")).unwrap().ok();
    assert_eq!((&card["mail"], &card["mobile"], &card["name"]), (&Value::Null, &Value::Null, &json!("秦隐之")));
    assert_eq!(stage.system.get("/api/v1/admin/people?q=qin.yin").unwrap().ok()["items"][0]["mail"], "qin@example.com");
    let in_use = stage.system.delete(&format!("/api/v1/tags/{tag}")).unwrap();
    assert_eq!((in_use.status, in_use.json()["rule"].clone()), (409, json!("tag-in-use")));
}

#[test]
fn who_is_restricted_sees_the_own_department_or_nobody() {
    let stage = Stage::new();
    let gu = [json!({"kind": "person", "id": stage.id("gu.wenzhou")})];
    let settings = |own: bool, objects: &Value| json!({"name": "外协", "effect": "restrict", "enabled": true, "subjects": gu, "objects": objects, "own_departments": own});
    let rule = stage.rule(&settings(false, &json!([])));
    assert_eq!(total(&stage.gu, ""), 1, "oneself alone");
    assert_eq!(stage.gu.get("/api/v1/people/gu.wenzhou").unwrap().status, 200);
    assert_eq!(stage.gu.get("/api/v1/people/han.ruoxi").unwrap().status, 404);
    let change = |settings: &Value| stage.security.put(&format!("/api/v1/visibility/rules/{rule}"), settings).unwrap().ok();
    change(&settings(false, &json!([{"kind": "person", "id": stage.hidden}])));
    assert_eq!(total(&stage.gu, ""), 2);
    change(&settings(true, &json!([])));
    let card = stage.gu.get("/api/v1/people/gu.wenzhou").unwrap().ok();
    let own = text(&card["departments"][0]["id"]);
    let inside = total(&stage.system, &format!("whole=true&department={own}"));
    assert_eq!(total(&stage.gu, &format!("department={own}")), inside, "the own department whole");
    let path = stage.gu.get(&format!("/api/v1/departments/{own}")).unwrap().ok();
    let counts = |by: &Client, whole: &str| by.get(&format!("/api/v1/departments/{own}{whole}")).unwrap().ok()["people"].clone();
    assert_eq!(counts(&stage.gu, ""), counts(&stage.system, "?whole=true"));
    assert!(path["path"].as_array().is_some_and(|path| !path.is_empty()));
    // Nobody else is restricted by it.
    assert_eq!(total(&stage.han, ""), total(&stage.system, "whole=true"));
}

#[test]
fn a_membership_of_a_tag_ends_by_itself() {
    let stage = Stage::new();
    let tag = text(&stage.system.post("/api/v1/tags", &json!({"cid": cid(), "name": "临时"})).unwrap().ok()["id"]);
    let now = stage.gu.get("/api/v1/me").unwrap().ok()["server_time"].as_i64().unwrap();
    let member = |until: i64| json!({"subject": {"kind": "person", "id": stage.hidden}, "until": until});
    let path = format!("/api/v1/tags/{tag}/members");
    assert_eq!(stage.system.put(&path, &member(now - 1)).unwrap().status, 422);
    stage.system.put(&path, &member(now + 3_000_000)).unwrap().ok();
    let people = || stage.system.get(&format!("/api/v1/tags/{tag}/people")).unwrap().ok()["total"].as_u64().unwrap();
    assert_eq!(people(), 1);
    let until = Instant::now() + Duration::from_secs(30);
    while people() != 0 {
        assert!(Instant::now() < until, "it never ended");
        thread::sleep(Duration::from_millis(200));
    }
    let ended = stage.place.administrator("audit").get("/api/v1/audit/entries?action=tag.end-member").unwrap().ok();
    assert_eq!(ended["items"][0]["object"], json!({"kind": "tag", "id": tag}));
}
