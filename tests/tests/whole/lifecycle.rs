//! From joining to erasure over every door: what ends by itself, who leaves and comes back, who is erased, and the desk for what
//! people ask of their data.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use holdfast_tests::{
    Client, Options, Place, TestBox,
    client::{basic, cid},
    ldap::{Ldap, Search, filter},
    shared,
    socket::Socket,
};
use serde_json::{Value, json};
use ureq::http::Method;

const PASSWORD: &str = "correct-horse-staple-8";
/// What the box promises is one second; the rest is a busy test machine's.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody new who has signed in and chosen a password.
fn newcomer(place: &Place, more: &Value) -> (String, Client) {
    let (uid, first) = (format!("t{}", &cid().replace('-', "")[18..]), "First-of-all-77");
    let mut new = json!({"cid": cid(), "uid": uid, "name": "白临时", "departments": [], "password": first});
    for (key, value) in more.as_object().unwrap() {
        new[key] = value.clone();
    }
    place.administrator("system").post("/api/v1/people", &new).unwrap().ok();
    let one = place.stranger().sign_in(&uid, first).unwrap();
    let change = json!({"current": first, "password": PASSWORD});
    assert!(one.post("/api/v1/me/password", &change).unwrap().status < 300);
    (uid, one)
}

fn app_password(one: &Client, door: &str) -> String {
    let ask = json!({"cid": cid(), "label": "程序", "door": door});
    one.post("/api/v1/me/app-passwords", &ask).unwrap().ok()["password"].as_str().unwrap().to_owned()
}

fn dav(place: &Place, uid: &str, secret: &str) -> u16 {
    let authorization = basic(uid, secret);
    let method = Method::from_bytes(b"PROPFIND").unwrap();
    place.stranger().send(method, "/dav/", &[("authorization", &authorization), ("depth", "0")], vec![]).unwrap().status
}

/// By the box's own clock, in microseconds.
fn in_seconds(by: &Client, seconds: u64) -> u64 {
    by.get("/api/v1/me").unwrap().ok()["server_time"].as_u64().unwrap() + seconds * 1_000_000
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn entries(auditor: &Client, action: &str, object: &str) -> Vec<Value> {
    let path = format!("/api/v1/audit/entries?action={action}&limit=200");
    let page = auditor.get(&path).unwrap().ok();
    page["items"].as_array().unwrap().iter().filter(|entry| entry["object"]["id"] == object).cloned().collect()
}

fn own_root(one: &Client) -> String {
    let spaces = one.get("/api/v1/drive/spaces").unwrap().ok();
    let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").unwrap().clone();
    own["root"].as_str().unwrap().to_owned()
}

fn put(one: &Client, parent: &str, name: &str, text: &str) {
    let path = format!("/api/v1/drive/nodes/{parent}/content?name={name}");
    let headers = [("content-type", "application/octet-stream")];
    one.send(Method::PUT, &path, &headers, text.as_bytes().to_vec()).unwrap().ok();
}

fn names(one: &Client, folder: &str) -> Vec<(String, String)> {
    let children = one.get(&format!("/api/v1/drive/nodes/{folder}/children?limit=200")).unwrap().ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    children["items"].as_array().unwrap().iter().map(|one| (text(&one["name"]), text(&one["id"]))).collect()
}

#[test]
fn an_account_ends_within_a_second_at_every_door() {
    let place = shared();
    let system = place.administrator("system");
    let (uid, one) = newcomer(place, &json!({}));
    let (disk, book) = (app_password(&one, "webdav"), app_password(&one, "ldap"));
    let mut socket = Socket::open(place, &one);
    socket.patience(Duration::from_millis(50));
    let mut ldap = Ldap::tls(place, &place.ldaps).unwrap();
    let name = format!("uid={uid},ou=people,dc=holdfast,dc=internal");
    assert_eq!(ldap.bind(&name, &book).unwrap().code, 0);
    let look = Search::of("ou=people,dc=holdfast,dc=internal", filter::equal("uid", &uid));
    assert_eq!(ldap.search(&look).unwrap().code, 0);
    assert_eq!(dav(place, &uid, &disk), 207);

    let path = format!("/api/v1/people/{uid}/terms");
    assert_eq!(system.put(&path, &json!({"until": 1})).unwrap().status, 422);
    assert_eq!(one.put(&path, &json!({"until": null})).unwrap().status, 403);
    let ends = in_seconds(&system, 3);
    system.put(&path, &json!({"until": ends})).unwrap().ok();
    assert_eq!(system.get(&path).unwrap().ok()["valid_until"].as_u64(), Some(ends));
    assert_eq!(one.get("/api/v1/me").unwrap().status, 200);
    until("the web is open still", || one.get("/api/v1/me").unwrap().status == 401);
    assert!(in_seconds(&system, 0) >= ends, "not before its time");
    // Nothing had to be waited for at the doors that ask at each use; the socket is ended by the box.
    assert_eq!(dav(place, &uid, &disk), 401);
    assert!(ldap.search(&look).map_or(true, |answer| answer.code != 0));
    let begun = Instant::now();
    until("the socket is open still", || {
        let frame = socket.receive();
        frame.is_some_and(|frame| frame["t"] == "bye") || !socket.try_send(&json!({"t": "ping"}))
    });
    println!("web, WebDAV and LDAP at once; the socket {:.0?} later", begun.elapsed());
    assert!(place.stranger().sign_in(&uid, PASSWORD).is_err());
    let card = system.get(&format!("/api/v1/people/{uid}")).unwrap().ok();
    assert_eq!(card["state"], "frozen");
    let auditor = place.administrator("audit");
    until("its entry is not there", || entries(&auditor, "person.freeze", card["id"].as_str().unwrap()).len() == 1);
    let entry = entries(&auditor, "person.freeze", card["id"].as_str().unwrap()).remove(0);
    assert_eq!(entry["actor"]["kind"], "system", "{entry}");
}

#[test]
fn a_membership_and_a_freeze_end_by_themselves() {
    let place = shared();
    let system = place.administrator("system");
    let department = system.post("/api/v1/departments", &json!({"cid": cid(), "name": cid()})).unwrap().ok();
    let department = department["id"].as_str().unwrap().to_owned();
    let (uid, one) = newcomer(place, &json!({"departments": [department]}));
    let spaces = |one: &Client| one.get("/api/v1/drive/spaces").unwrap().ok()["items"].as_array().unwrap().len();
    let before = spaces(&one);
    let path = format!("/api/v1/people/{uid}/departments/{department}/terms");
    assert_eq!(
        system
            .put(&format!("/api/v1/people/{uid}/departments/99999/terms"), &json!({"until": in_seconds(&system, 9)}))
            .unwrap()
            .status,
        404
    );
    system.put(&path, &json!({"until": in_seconds(&system, 1)})).unwrap().ok();
    until("the department's space is open still", || spaces(&one) == before - 1);
    let freeze = json!({"until": in_seconds(&system, 2)});
    system.post(&format!("/api/v1/people/{uid}/freeze"), &freeze).unwrap().ok();
    assert!(place.stranger().sign_in(&uid, PASSWORD).is_err());
    until("the freeze goes on", || system.get(&format!("/api/v1/people/{uid}")).unwrap().ok()["state"] == "active");
    assert!(place.stranger().sign_in(&uid, PASSWORD).is_ok());
}

/// Files, a group and a report; blocked until each is decided; back within the grace; gone for good after it.
#[test]
fn who_leaves_hands_over_comes_back_and_is_erased_at_every_door() {
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let config = boxed.data.join("holdfast.toml");
    let restart = |boxed: &mut TestBox, grace: u64| {
        fs::write(&config, format!("[people]\ngrace_seconds = {grace}\n")).unwrap();
        boxed.server_environment = vec![("HOLDFAST_CONFIG".to_owned(), config.clone().into())];
        boxed.kill_server().unwrap();
        boxed.start_server().unwrap();
        boxed.wait_ready().unwrap();
    };
    restart(&mut boxed, 86_400);
    let place = boxed.place();
    let (system, gu, auditor) = (place.administrator("system"), place.person("gu.wenzhou"), place.administrator("audit"));
    let (uid, one) = newcomer(&place, &json!({"mail": "leaver@example.com", "mobile": "13912345678", "employee_no": "L-77"}));
    let (below, _) = newcomer(&place, &json!({"manager": uid}));
    let id = system.get(&format!("/api/v1/people/{uid}")).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let root = own_root(&one);
    put(&one, &root, "plan.txt", "交接计划");
    put(&one, &root, "notes.txt", "笔记");
    let group = json!({"cid": cid(), "kind": "group", "title": "交接群", "members": ["han.ruoxi"]});
    let group = one.post("/api/v1/conversations", &group).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let disk = app_password(&one, "any");

    let departure = format!("/api/v1/people/{uid}/departure");
    assert_eq!(system.put(&departure, &json!({"reason": "离职", "heir": uid})).unwrap().status, 422);
    system.put(&departure, &json!({"reason": "离职"})).unwrap().ok();
    until("the session goes on", || one.get("/api/v1/me").unwrap().status == 401);
    // Nobody is named for anything: the person is not gone.
    until("it does not say why it waits", || system.get(&departure).unwrap().ok()["waits_for"] == "handover");
    let handover = system.get(&format!("/api/v1/people/{uid}/handover")).unwrap().ok();
    let kinds: Vec<&str> = handover["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!((kinds, handover["open"].as_u64()), (vec!["files", "conversation", "reports"], Some(3)), "{handover}");
    assert!(!handover.to_string().contains("交接群"), "a title is its members' own");
    let decide = |what: &str, decision: Value| system.put(&format!("/api/v1/people/{uid}/handover/{what}"), &decision).unwrap();
    assert_eq!(decide("conversation/999999", json!({"heir": "gu.wenzhou"})).status, 404);
    assert_eq!(decide("files/0", json!({"heir": uid})).status, 422);
    assert_eq!(decide("files/0", json!({"heir": "gu.wenzhou"})).status, 204);
    assert_eq!(decide(&format!("conversation/{group}"), json!({"heir": "gu.wenzhou"})).status, 204);
    assert_eq!(decide("reports/0", json!({"heir": "gu.wenzhou"})).status, 204);
    until("the person is not gone", || system.get(&departure).unwrap().ok()["gone_at"].is_number());
    let folder = names(&gu, &own_root(&gu)).into_iter().find(|(name, _)| name.contains(&uid)).unwrap().1;
    let mut moved: Vec<String> = names(&gu, &folder).into_iter().map(|(name, _)| name).collect();
    moved.sort();
    assert_eq!(moved, ["notes.txt", "plan.txt"]);
    assert_eq!(gu.get(&format!("/api/v1/conversations/{group}")).unwrap().ok()["owner"]["uid"], "gu.wenzhou");
    assert_eq!(system.get(&format!("/api/v1/people/{below}")).unwrap().ok()["manager"]["uid"], "gu.wenzhou");
    assert_eq!(entries(&auditor, "handover.done", &id).len(), 3);

    // Gone: nobody finds them, and they come in nowhere.
    let is_hidden = |by: &Client| {
        let found = by.get(&format!("/api/v1/people?q={uid}")).unwrap().ok()["items"].as_array().unwrap().is_empty();
        found && by.get(&format!("/api/v1/people/{uid}")).unwrap().status == 404
    };
    assert!(is_hidden(&gu) && is_hidden(&system));
    let direct = json!({"cid": cid(), "kind": "direct", "members": [uid]});
    assert!((400..500).contains(&gu.post("/api/v1/conversations", &direct).unwrap().status));
    assert!(place.stranger().sign_in(&uid, PASSWORD).is_err() && dav(&place, &uid, &disk) == 401);
    assert_eq!(gu.post(&format!("/api/v1/people/{uid}/restore"), &json!({})).unwrap().status, 403);

    system.post(&format!("/api/v1/people/{uid}/restore"), &json!({})).unwrap().ok();
    let back = place.stranger().sign_in(&uid, PASSWORD).unwrap();
    assert!(!is_hidden(&gu) && dav(&place, &uid, &disk) == 401, "app passwords are made anew");
    put(&back, &own_root(&back), "secret.txt", "只属于我");
    assert_eq!(system.post(&format!("/api/v1/people/{uid}/restore"), &json!({})).unwrap().status, 404);

    // Again, with a grace of two seconds, what is left waived, and a legal hold that stops it.
    restart(&mut boxed, 2);
    let place = boxed.place();
    let (system, auditor, gu) = (system.again(&place), auditor.again(&place), gu.again(&place));
    let new = json!({"subject": {"kind": "person", "id": uid}, "case": "诉讼保全"});
    let hold = auditor.post("/api/v1/audit/holds", &new).unwrap().ok()["id"].as_str().unwrap().to_owned();
    system.put(&departure, &json!({"reason": "离职"})).unwrap().ok();
    until("no files to decide about", || system.get(&format!("/api/v1/people/{uid}/handover")).unwrap().ok()["open"] == 1);
    let waive = json!({"waived": "私人文件"});
    assert_eq!(system.put(&format!("/api/v1/people/{uid}/handover/files/0"), &waive).unwrap().status, 204);
    until("the hold does not stop it", || system.get(&departure).unwrap().ok()["waits_for"] == "legal-hold");
    assert!(entries(&auditor, "person.erase", &id).iter().all(|entry| entry["outcome"] != "success"));
    auditor.post(&format!("/api/v1/audit/holds/{hold}/lift"), &json!({"reason": "结案"})).unwrap().ok();
    until("the person is not erased", || {
        entries(&auditor, "person.erase", &id).iter().any(|entry| entry["outcome"] == "success")
    });
    assert_eq!(system.get(&departure).unwrap().status, 404);
    assert_eq!(system.post(&format!("/api/v1/people/{uid}/restore"), &json!({})).unwrap().status, 404);
    erased_for_good(&place, &uid, &[&gu, &system]);
    let shreds = auditor.get("/api/v1/audit/shreds").unwrap().ok();
    let ours = shreds["items"].as_array().unwrap().iter().find(|shred| shred["subject"]["id"] == uid.as_str()).unwrap();
    assert_eq!((ours["state"].as_str(), ours["case"].as_str()), (Some("done"), Some("离职")), "{ours}");
    let note = auditor.get(&format!("/api/v1/audit/shreds/{}/certificate", ours["id"].as_str().unwrap())).unwrap();
    assert!(String::from_utf8(note.bytes).unwrap().contains(&format!("subject person {id}")));
    restart(&mut boxed, 2);
    erased_for_good(&boxed.place(), &uid, &[&gu.again(&boxed.place())]);
}

fn erased_for_good(place: &Place, uid: &str, lookers: &[&Client]) {
    for by in lookers {
        assert_eq!(by.get(&format!("/api/v1/people/{uid}")).unwrap().status, 404);
        for q in [uid, "leaver", "bailinshi"] {
            let found = by.get(&format!("/api/v1/people?q={q}")).unwrap().ok();
            assert!(!found.to_string().contains(uid), "{found}");
        }
        let found = by.get(&format!("/api/v1/search?q={uid}&kind=all")).unwrap().ok();
        assert!(!found.to_string().contains("leaver@example.com"), "{found}");
    }
    assert!(place.stranger().sign_in(uid, PASSWORD).is_err());
    let system = place.administrator("system");
    let again = json!({"cid": cid(), "uid": uid, "name": "同名账号", "departments": []});
    let refused = system.post("/api/v1/people", &again).unwrap();
    assert_eq!((refused.status, refused.json()["rule"].as_str()), (422, Some("taken")), "{}", refused.json());
    // What only the erased person had is free again.
    let all = system.get("/api/v1/admin/people?limit=200").unwrap().ok().to_string();
    assert!(!all.contains("leaver@example.com") && !all.contains("13912345678"), "{all}");
}

#[test]
fn the_desk_answers_and_a_copy_is_for_its_person_alone() {
    let place = shared();
    let (system, gu) = (place.administrator("system"), place.person("gu.wenzhou"));
    let (uid, one) = newcomer(place, &json!({}));
    put(&one, &own_root(&one), "mine.txt", "我的");
    let room = json!({"cid": cid(), "kind": "direct", "members": ["gu.wenzhou"]});
    let room = one.post("/api/v1/conversations", &room).unwrap().ok()["id"].as_str().unwrap().to_owned();
    let say = |by: &Client, text: &str| {
        let body = json!({"cid": cid(), "body": {"type": "text", "text": text}});
        by.post(&format!("/api/v1/conversations/{room}/messages"), &body).unwrap().ok();
    };
    say(&one, "我说的话");
    say(&gu, "别人说的话");
    let ask = |more: Value| {
        let mut ask = json!({"cid": cid()});
        more.as_object().unwrap().iter().for_each(|(key, value)| ask[key] = value.clone());
        one.post("/api/v1/me/data-requests", &ask).unwrap()
    };
    let copy = ask(json!({"kind": "copy"})).ok();
    let id = copy["id"].as_str().unwrap().to_owned();
    let listed = |state: &str| {
        let own = one.get("/api/v1/me/data-requests").unwrap().ok();
        own["items"].as_array().unwrap().iter().filter(|one| one["state"] == state).cloned().collect::<Vec<_>>()
    };
    until("the copy is not made", || listed("done").iter().any(|one| one["id"] == id.as_str()));
    let path = format!("/api/v1/me/data-requests/{id}/copy");
    let fetched = one.get(&path).unwrap();
    assert!(fetched.header("content-disposition").unwrap().contains("attachment"));
    assert_eq!(fetched.header("cache-control"), Some("no-store"));
    let text = fetched.ok().to_string();
    for has in [uid.as_str(), "我说的话", "/mine.txt", "sign_ins"] {
        assert!(text.contains(has), "{has}: {text}");
    }
    assert!(!text.contains("别人说的话"));
    assert_eq!((gu.get(&path).unwrap().status, system.get(&path).unwrap().status), (404, 404));
    assert_eq!(entries(&place.administrator("audit"), "data-request.fetch", &id).len(), 1);

    let correct = ask(json!({"kind": "correct", "field": "title", "wanted": "访问学者", "reason": "写错了"})).ok();
    let refused = ask(json!({"kind": "delete"})).ok();
    assert_eq!(ask(json!({"kind": "correct", "field": "title"})).status, 422);
    let desk = |path: &str, body: Value| system.post(&format!("/api/v1/admin/data-requests/{path}"), &body).unwrap();
    let number = |one: &Value| one["id"].as_str().unwrap().to_owned();
    let open = system.get("/api/v1/admin/data-requests?limit=200").unwrap().ok();
    let due: Vec<i64> = open["items"].as_array().unwrap().iter().map(|one| one["due_at"].as_i64().unwrap()).collect();
    assert!(due.is_sorted() && due.len() >= 2, "{open}");
    assert_eq!(gu.get("/api/v1/admin/data-requests").unwrap().status, 403);
    desk(&format!("{}/accept", number(&correct)), json!({"answer": "已改"})).ok();
    assert_eq!(one.get(&format!("/api/v1/people/{uid}")).unwrap().ok()["title"], "访问学者");
    assert_eq!(desk(&format!("{}/accept", number(&correct)), json!({})).status, 409);
    assert_eq!(desk(&format!("{}/refuse", number(&refused)), json!({})).status, 422);
    desk(&format!("{}/refuse", number(&refused)), json!({"answer": "劳动合同存续"})).ok();
    assert_eq!(desk("999999/accept", json!({})).status, 404);
    assert_eq!(listed("refused")[0]["answer"], "劳动合同存续");
    let mine = ask(json!({"kind": "restrict"})).ok();
    assert_eq!(gu.delete(&format!("/api/v1/me/data-requests/{}", number(&mine))).unwrap().status, 404);
    assert_eq!(one.delete(&format!("/api/v1/me/data-requests/{}", number(&mine))).unwrap().status, 204);
}
