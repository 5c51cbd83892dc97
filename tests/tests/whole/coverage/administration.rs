//! What administrators and auditors do.

use holdfast_tests::{Client, Reply, client::cid};
use serde_json::json;
use ureq::http::Method;

use super::super::{
    avatars::put_avatar,
    openings::second_auditor,
    witnesses::{self, Desk},
};
use super::stage::{AUDITOR, Done, Leaves, SECURITY, SYSTEM, Scenario, Stage, id};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario { operation: "POST /api/v1/people", act: create_person },
    Scenario { operation: "PATCH /api/v1/people/{uid}", act: edit_person },
    Scenario { operation: "POST /api/v1/people/{uid}/freeze", act: freeze },
    Scenario { operation: "POST /api/v1/people/{uid}/unfreeze", act: unfreeze },
    Scenario { operation: "POST /api/v1/people/{uid}/password", act: set_password },
    Scenario { operation: "POST /api/v1/people/{uid}/enrolment", act: issue_code },
    Scenario { operation: "DELETE /api/v1/people/{uid}/sessions", act: sign_out },
    Scenario { operation: "DELETE /api/v1/people/{uid}/second-factors", act: reset_second_factors },
    Scenario { operation: "PUT /api/v1/people/{uid}/terms", act: end_account },
    Scenario { operation: "PUT /api/v1/people/{uid}/departments/{id}/terms", act: end_membership },
    Scenario { operation: "PUT /api/v1/people/{uid}/departure", act: leave },
    Scenario { operation: "DELETE /api/v1/people/{uid}/departure", act: stay },
    Scenario { operation: "POST /api/v1/people/{uid}/restore", act: restore },
    Scenario { operation: "PUT /api/v1/people/{uid}/handover/{kind}/{object}", act: decide },
    Scenario { operation: "POST /api/v1/admin/data-requests/{id}/accept", act: accept_request },
    Scenario { operation: "POST /api/v1/admin/data-requests/{id}/refuse", act: refuse_request },
    Scenario { operation: "PUT /api/v1/security/sign-in-policy", act: change_sign_in_policy },
    Scenario { operation: "POST /api/v1/people/imports", act: check_import },
    Scenario { operation: "PATCH /api/v1/people/imports/{id}", act: remap_import },
    Scenario { operation: "POST /api/v1/people/imports/{id}/apply", act: apply_import },
    Scenario { operation: "POST /api/v1/person-fields", act: create_field },
    Scenario { operation: "PATCH /api/v1/person-fields/{key}", act: edit_field },
    Scenario { operation: "DELETE /api/v1/person-fields/{key}", act: delete_field },
    Scenario { operation: "POST /api/v1/departments", act: create_department },
    Scenario { operation: "PATCH /api/v1/departments/{id}", act: rename_department },
    Scenario { operation: "DELETE /api/v1/departments/{id}", act: delete_department },
    Scenario { operation: "PATCH /api/v1/departments/{id}/people/{uid}", act: change_post },
    Scenario { operation: "DELETE /api/v1/departments/{id}/order", act: reset_order },
    Scenario { operation: "PUT /api/v1/people/{uid}/avatar", act: set_avatar },
    Scenario { operation: "DELETE /api/v1/people/{uid}/avatar", act: remove_avatar },
    Scenario { operation: "POST /api/v1/roles", act: grant },
    Scenario { operation: "DELETE /api/v1/roles/{role}/{uid}", act: revoke },
    Scenario { operation: "POST /api/v1/delegations", act: delegate },
    Scenario { operation: "DELETE /api/v1/delegations/{id}", act: take_delegation },
    Scenario { operation: "POST /api/v1/reviews", act: review },
    Scenario { operation: "POST /api/v1/connectors", act: create_connector },
    Scenario { operation: "PUT /api/v1/connectors/{id}", act: edit_connector },
    Scenario { operation: "POST /api/v1/connectors/{id}/secret", act: renew_connector },
    Scenario { operation: "DELETE /api/v1/connectors/{id}", act: delete_connector },
    Scenario { operation: "POST /api/v1/tags", act: create_tag },
    Scenario { operation: "PATCH /api/v1/tags/{id}", act: edit_tag },
    Scenario { operation: "DELETE /api/v1/tags/{id}", act: delete_tag },
    Scenario { operation: "PUT /api/v1/tags/{id}/members", act: put_tag_member },
    Scenario { operation: "DELETE /api/v1/tags/{id}/members/{kind}/{member}", act: take_tag_member },
    Scenario { operation: "POST /api/v1/tags/preview", act: preview_tag },
    Scenario { operation: "POST /api/v1/visibility/rules", act: create_rule },
    Scenario { operation: "PUT /api/v1/visibility/rules/{id}", act: edit_rule },
    Scenario { operation: "DELETE /api/v1/visibility/rules/{id}", act: delete_rule },
    Scenario { operation: "POST /api/v1/visibility/preview", act: preview_rule },
    Scenario { operation: "POST /api/v1/audit/verifications", act: verify },
    Scenario { operation: "POST /api/v1/audit/exports", act: export },
    Scenario { operation: "POST /api/v1/audit/holds", act: hold },
    Scenario { operation: "POST /api/v1/audit/holds/{id}/lift", act: lift },
    Scenario { operation: "POST /api/v1/audit/openings", act: ask_to_open },
    Scenario { operation: "POST /api/v1/audit/openings/{id}/agree", act: agree_to_open },
    Scenario { operation: "POST /api/v1/security/shreds", act: shred },
    Scenario { operation: "POST /api/v1/audit/witnesses", act: register_witness },
    Scenario { operation: "POST /api/v1/audit/witnesses/{id}/requests", act: ask_witness },
    Scenario { operation: "POST /api/v1/audit/witnesses/{id}/cosignatures", act: take_cosignature },
    Scenario { operation: "DELETE /api/v1/audit/witnesses/{id}", act: remove_witness },
    Scenario { operation: "POST /api/v1/audit/filters", act: save_filter },
    Scenario { operation: "DELETE /api/v1/audit/filters/{id}", act: delete_filter },
    Scenario { operation: "POST /api/v1/security/renewals", act: renew },
    Scenario { operation: "POST /api/v1/security/rotations", act: rotate },
    Scenario { operation: "POST /api/v1/security/seal", act: seal },
];

fn new_tag(stage: &Stage) -> Reply {
    stage.system.post("/api/v1/tags", &json!({"cid": cid(), "name": format!("coverage {}", cid())})).unwrap()
}

fn create_tag(stage: &Stage) -> Done {
    let reply = new_tag(stage);
    let object = format!("tag/{}", id(&reply.json()));
    Done::entry(reply, SYSTEM, "tag.create", object)
}

fn edit_tag(stage: &Stage) -> Done {
    let id = id(&new_tag(stage).json());
    let reply = stage.system.patch(&format!("/api/v1/tags/{id}"), &json!({"name": format!("renamed {}", cid())})).unwrap();
    Done::entry(reply, SYSTEM, "tag.edit", format!("tag/{id}"))
}

fn delete_tag(stage: &Stage) -> Done {
    let id = id(&new_tag(stage).json());
    let reply = stage.system.delete(&format!("/api/v1/tags/{id}")).unwrap();
    Done::entry(reply, SYSTEM, "tag.delete", format!("tag/{id}"))
}

/// The tag, and the member that was put into it.
fn member_put(stage: &Stage) -> (String, String, Reply) {
    let tag = id(&new_tag(stage).json());
    let gu = id(&stage.system.get("/api/v1/people/gu.wenzhou").unwrap().ok());
    let member = json!({"subject": {"kind": "person", "id": gu}});
    let reply = stage.system.put(&format!("/api/v1/tags/{tag}/members"), &member).unwrap();
    (tag, gu, reply)
}

fn put_tag_member(stage: &Stage) -> Done {
    let (tag, _, reply) = member_put(stage);
    Done::entry(reply, SYSTEM, "tag.put-member", format!("tag/{tag}"))
}

fn take_tag_member(stage: &Stage) -> Done {
    let (tag, gu, _) = member_put(stage);
    let reply = stage.system.delete(&format!("/api/v1/tags/{tag}/members/person/{gu}")).unwrap();
    Done::entry(reply, SYSTEM, "tag.take-member", format!("tag/{tag}"))
}

fn preview_tag(stage: &Stage) -> Done {
    let rule = json!({"of": "all", "conditions": [{"test": {"field": "state", "value": "active"}}]});
    let reply = stage.system.post("/api/v1/tags/preview", &json!({"rule": rule})).unwrap();
    Done::entry(reply, SYSTEM, "tag.preview", "tag/new".to_owned())
}

/// Masks what nobody of the sample has, so that no other scenario sees less.
fn rule_settings(name: &str) -> serde_json::Value {
    json!({"name": name, "effect": "mask", "enabled": true, "fields": ["custom-confidential"]})
}

fn new_rule(stage: &Stage) -> Reply {
    stage.security.post("/api/v1/visibility/rules", &json!({"cid": cid(), "settings": rule_settings("coverage")})).unwrap()
}

fn create_rule(stage: &Stage) -> Done {
    let reply = new_rule(stage);
    let object = format!("visibility-rule/{}", id(&reply.json()));
    Done::entry(reply, SECURITY, "visibility.create", object)
}

fn edit_rule(stage: &Stage) -> Done {
    let id = id(&new_rule(stage).json());
    let reply = stage.security.put(&format!("/api/v1/visibility/rules/{id}"), &rule_settings("changed")).unwrap();
    Done::entry(reply, SECURITY, "visibility.edit", format!("visibility-rule/{id}"))
}

fn delete_rule(stage: &Stage) -> Done {
    let id = id(&new_rule(stage).json());
    let reply = stage.security.delete(&format!("/api/v1/visibility/rules/{id}")).unwrap();
    Done::entry(reply, SECURITY, "visibility.delete", format!("visibility-rule/{id}"))
}

fn preview_rule(stage: &Stage) -> Done {
    let reply = stage.security.post("/api/v1/visibility/preview", &rule_settings("counted")).unwrap();
    Done::entry(reply, SECURITY, "visibility.preview", "visibility-rule/new".to_owned())
}

fn connector_settings(entries: u32) -> serde_json::Value {
    json!({
        "networks": ["192.0.2.0/24"], "entries": entries, "seconds": 30, "connections": 4,
        "departments": [], "attributes": [], "checks_passwords": false, "changes_passwords": false,
    })
}

fn new_connector(stage: &Stage) -> Reply {
    let name = format!("coverage-{}", cid());
    stage.security.post("/api/v1/connectors", &json!({"cid": cid(), "name": name, "settings": connector_settings(10)})).unwrap()
}

fn create_connector(stage: &Stage) -> Done {
    let reply = new_connector(stage);
    let object = format!("connector/{}", id(&reply.json()["connector"]));
    Done::entry(reply, SECURITY, "connector.create", object)
}

fn edit_connector(stage: &Stage) -> Done {
    let id = id(&new_connector(stage).json()["connector"]);
    let reply = stage.security.put(&format!("/api/v1/connectors/{id}"), &connector_settings(20)).unwrap();
    Done::entry(reply, SECURITY, "connector.edit", format!("connector/{id}"))
}

fn renew_connector(stage: &Stage) -> Done {
    let id = id(&new_connector(stage).json()["connector"]);
    let reply = stage.security.post(&format!("/api/v1/connectors/{id}/secret"), &json!({})).unwrap();
    Done::entry(reply, SECURITY, "connector.renew", format!("connector/{id}"))
}

fn delete_connector(stage: &Stage) -> Done {
    let id = id(&new_connector(stage).json()["connector"]);
    let reply = stage.security.delete(&format!("/api/v1/connectors/{id}")).unwrap();
    Done::entry(reply, SECURITY, "connector.delete", format!("connector/{id}"))
}

fn create_person(stage: &Stage) -> Done {
    let new = json!({"cid": cid(), "uid": "coverage.person", "name": "覆盖", "departments": []});
    let reply = stage.system.post("/api/v1/people", &new).unwrap();
    let object = format!("person/{}", id(&reply.json()));
    Done::entry(reply, SYSTEM, "person.create", object)
}

fn edit_person(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let reply = stage.system.patch(&format!("/api/v1/people/{uid}"), &json!({"title": "工程师"})).unwrap();
    Done::entry(reply, SYSTEM, "person.edit", format!("person/{id}"))
}

fn freeze(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let reply = stage.system.post(&format!("/api/v1/people/{uid}/freeze"), &json!({"reason": "离职"})).unwrap();
    Done::entry(reply, SYSTEM, "person.freeze", format!("person/{id}"))
}

fn unfreeze(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    stage.system.post(&format!("/api/v1/people/{uid}/freeze"), &json!({})).unwrap().ok();
    let reply = stage.system.post(&format!("/api/v1/people/{uid}/unfreeze"), &json!({})).unwrap();
    Done::entry(reply, SYSTEM, "person.unfreeze", format!("person/{id}"))
}

fn set_password(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let ask = json!({"password": "correct-horse-staple-3"});
    let reply = stage.system.post(&format!("/api/v1/people/{uid}/password"), &ask).unwrap();
    Done::entry(reply, SYSTEM, "person.set-password", format!("person/{id}"))
}

fn issue_code(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let reply = stage.system.post(&format!("/api/v1/people/{uid}/enrolment"), &json!({})).unwrap();
    Done::entry(reply, SYSTEM, "enrolment.create", format!("person/{id}"))
}

fn sign_out(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let reply = stage.system.delete(&format!("/api/v1/people/{uid}/sessions")).unwrap();
    Done::entry(reply, SYSTEM, "person.sign-out", format!("person/{id}"))
}

fn reset_second_factors(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let reply = stage.system.delete(&format!("/api/v1/people/{uid}/second-factors")).unwrap();
    Done::entry(reply, SYSTEM, "second-factor.reset", format!("person/{id}"))
}

/// Far ahead, in microseconds.
const LATER: i64 = 4_000_000_000_000_000;

fn end_account(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let reply = stage.system.put(&format!("/api/v1/people/{uid}/terms"), &json!({"until": LATER})).unwrap();
    Done::entry(reply, SYSTEM, "person.set-end", format!("person/{id}"))
}

fn end_membership(stage: &Stage) -> Done {
    let (uid, person) = stage.newcomer();
    let department = id(&department(stage).ok());
    stage.system.patch(&format!("/api/v1/people/{uid}"), &json!({"departments": [department]})).unwrap().ok();
    let path = format!("/api/v1/people/{uid}/departments/{department}/terms");
    let reply = stage.system.put(&path, &json!({"until": LATER})).unwrap();
    Done::entry(reply, SYSTEM, "membership.set-end", format!("person/{person}"))
}

fn leave(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let ask = json!({"leaves_at": LATER, "reason": "合同到期"});
    let reply = stage.system.put(&format!("/api/v1/people/{uid}/departure"), &ask).unwrap();
    Done::entry(reply, SYSTEM, "person.leave", format!("person/{id}"))
}

fn stay(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let path = format!("/api/v1/people/{uid}/departure");
    stage.system.put(&path, &json!({"leaves_at": LATER, "reason": "合同到期"})).unwrap().ok();
    Done::entry(stage.system.delete(&path).unwrap(), SYSTEM, "person.stay", format!("person/{id}"))
}

fn restore(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let path = format!("/api/v1/people/{uid}/departure");
    stage.system.put(&path, &json!({"reason": "合同到期"})).unwrap().ok();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while stage.system.get(&path).unwrap().ok()["gone_at"].is_null() {
        assert!(std::time::Instant::now() < until, "nobody was let go");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let reply = stage.system.post(&format!("/api/v1/people/{uid}/restore"), &json!({})).unwrap();
    Done::entry(reply, SYSTEM, "person.restore", format!("person/{id}"))
}

fn decide(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let (below, _) = stage.newcomer();
    stage.system.patch(&format!("/api/v1/people/{below}"), &json!({"manager": uid})).unwrap().ok();
    let ask = json!({"leaves_at": LATER, "reason": "合同到期"});
    stage.system.put(&format!("/api/v1/people/{uid}/departure"), &ask).unwrap().ok();
    let path = format!("/api/v1/people/{uid}/handover/reports/0");
    let reply = stage.system.put(&path, &json!({"heir": "gu.wenzhou"})).unwrap();
    Done::entry(reply, SYSTEM, "handover.decide", format!("person/{id}"))
}

fn request(stage: &Stage) -> String {
    let ask = json!({"cid": cid(), "kind": "correct", "field": "title", "wanted": "研究员"});
    id(&stage.gu.post("/api/v1/me/data-requests", &ask).unwrap().ok())
}

fn accept_request(stage: &Stage) -> Done {
    let id = request(stage);
    let reply = stage.system.post(&format!("/api/v1/admin/data-requests/{id}/accept"), &json!({})).unwrap();
    Done::entry(reply, SYSTEM, "data-request.accept", format!("data-request/{id}"))
}

fn refuse_request(stage: &Stage) -> Done {
    let id = request(stage);
    let why = json!({"answer": "与人事档案不符"});
    let reply = stage.system.post(&format!("/api/v1/admin/data-requests/{id}/refuse"), &why).unwrap();
    Done::entry(reply, SYSTEM, "data-request.refuse", format!("data-request/{id}"))
}

fn change_sign_in_policy(stage: &Stage) -> Done {
    let policy = stage.security.get("/api/v1/security/sign-in-policy").unwrap().ok();
    let reply = stage.security.put("/api/v1/security/sign-in-policy", &policy).unwrap();
    Done::entry(reply, SECURITY, "sign-in-policy.change", "sign-in-policy/self".to_owned())
}

pub(super) fn checked(stage: &Stage) -> Reply {
    let sheet = format!("姓名,工号,部门\r\n区寄,{},质量中心\r\n", &cid()[24..]);
    let headers = [("content-type", "application/octet-stream")];
    stage.system.send(Method::POST, "/api/v1/people/imports?name=people.csv", &headers, sheet.into_bytes()).unwrap()
}

fn check_import(stage: &Stage) -> Done {
    let reply = checked(stage);
    let object = format!("import/{}", id(&reply.json()));
    Done::entry(reply, SYSTEM, "people.import-check", object)
}

fn remap_import(stage: &Stage) -> Done {
    let import = id(&checked(stage).ok());
    let ask = json!({"mapping": {"name": 0, "employee_no": 1}});
    let reply = stage.system.patch(&format!("/api/v1/people/imports/{import}"), &ask).unwrap();
    Done::entry(reply, SYSTEM, "people.import-check", format!("import/{import}"))
}

fn apply_import(stage: &Stage) -> Done {
    let import = id(&checked(stage).ok());
    let reply = stage.system.post(&format!("/api/v1/people/imports/{import}/apply"), &json!({"mode": "good-rows"})).unwrap();
    Done::entry(reply, SYSTEM, "people.import", format!("import/{import}"))
}

/// A field that people fill in themselves, and its key.
pub(super) fn field(stage: &Stage) -> (Reply, String) {
    let word = cid()[24..].to_owned();
    let settings = json!({
        "label_zh": format!("字段{word}"), "label_en": format!("Field {word}"),
        "sensitivity": "internal", "editor": "person", "on_card": true,
    });
    let key = format!("f_{word}");
    let ask = json!({"cid": cid(), "key": key, "kind": "text", "settings": settings});
    (stage.system.post("/api/v1/person-fields", &ask).unwrap(), key)
}

fn create_field(stage: &Stage) -> Done {
    let (reply, key) = field(stage);
    Done::entry(reply, SYSTEM, "person-field.create", format!("person-field/{key}"))
}

fn edit_field(stage: &Stage) -> Done {
    let key = field(stage).1;
    let reply = stage.system.patch(&format!("/api/v1/person-fields/{key}"), &json!({"place": 0})).unwrap();
    Done::entry(reply, SYSTEM, "person-field.edit", format!("person-field/{key}"))
}

fn delete_field(stage: &Stage) -> Done {
    let key = field(stage).1;
    let reply = stage.system.delete(&format!("/api/v1/person-fields/{key}")).unwrap();
    Done::entry(reply, SYSTEM, "person-field.delete", format!("person-field/{key}"))
}

fn department(stage: &Stage) -> Reply {
    let name = format!("部门 {}", &cid()[24..]);
    stage.system.post("/api/v1/departments", &json!({"cid": cid(), "name": name})).unwrap()
}

fn create_department(stage: &Stage) -> Done {
    let reply = department(stage);
    let object = format!("department/{}", id(&reply.json()));
    Done::entry(reply, SYSTEM, "department.create", object)
}

fn rename_department(stage: &Stage) -> Done {
    let one = id(&department(stage).ok());
    let reply = stage.system.patch(&format!("/api/v1/departments/{one}"), &json!({"name": "改名部"})).unwrap();
    Done::entry(reply, SYSTEM, "department.rename", format!("department/{one}"))
}

fn delete_department(stage: &Stage) -> Done {
    let one = id(&department(stage).ok());
    let reply = stage.system.delete(&format!("/api/v1/departments/{one}")).unwrap();
    Done::entry(reply, SYSTEM, "department.delete", format!("department/{one}"))
}

fn member(stage: &Stage) -> (String, String, String) {
    let (uid, person) = stage.newcomer();
    let department = id(&department(stage).ok());
    stage.system.patch(&format!("/api/v1/people/{uid}"), &json!({"departments": [department]})).unwrap().ok();
    (uid, person, department)
}

fn change_post(stage: &Stage) -> Done {
    let (uid, person, department) = member(stage);
    let path = format!("/api/v1/departments/{department}/people/{uid}");
    let reply = stage.system.patch(&path, &json!({"head": true})).unwrap();
    Done::entry(reply, SYSTEM, "membership.make-head", format!("person/{person}"))
}

fn reset_order(stage: &Stage) -> Done {
    let (_, _, department) = member(stage);
    let reply = stage.system.delete(&format!("/api/v1/departments/{department}/order")).unwrap();
    Done::entry(reply, SYSTEM, "department.reset-order", format!("department/{department}"))
}

fn set_avatar(stage: &Stage) -> Done {
    let (uid, person) = stage.newcomer();
    let reply = put_avatar(&stage.system, &format!("/api/v1/people/{uid}/avatar"));
    Done::entry(reply, SYSTEM, "avatar.set", format!("person/{person}"))
}

fn remove_avatar(stage: &Stage) -> Done {
    let (uid, person) = stage.newcomer();
    put_avatar(&stage.system, &format!("/api/v1/people/{uid}/avatar")).ok();
    let reply = stage.system.delete(&format!("/api/v1/people/{uid}/avatar")).unwrap();
    Done::entry(reply, SYSTEM, "avatar.remove", format!("person/{person}"))
}

fn granted(stage: &Stage) -> (String, String, Reply) {
    let (uid, id) = stage.newcomer();
    let ask = json!({"cid": cid(), "role": "system", "uid": uid, "reason": "轮岗"});
    let reply = stage.security.post("/api/v1/roles", &ask).unwrap();
    (uid, id, reply)
}

fn grant(stage: &Stage) -> Done {
    let (_, id, reply) = granted(stage);
    Done::entry(reply, SECURITY, "role.grant", format!("role/system/{id}"))
}

fn revoke(stage: &Stage) -> Done {
    let (uid, id, reply) = granted(stage);
    reply.ok();
    let reply = stage.security.delete(&format!("/api/v1/roles/system/{uid}")).unwrap();
    Done::entry(reply, SECURITY, "role.revoke", format!("role/system/{id}"))
}

fn delegated(stage: &Stage) -> Reply {
    let ((uid, _), top) = (stage.newcomer(), id(&department(stage).ok()));
    let ask = json!({"cid": cid(), "uid": uid, "departments": [top], "powers": ["people"], "reason": "分级管理"});
    stage.system.post("/api/v1/delegations", &ask).unwrap()
}

fn delegate(stage: &Stage) -> Done {
    let reply = delegated(stage);
    let object = format!("delegation/{}", id(&reply.json()));
    Done::entry(reply, SYSTEM, "delegation.grant", object)
}

fn take_delegation(stage: &Stage) -> Done {
    let one = id(&delegated(stage).ok());
    let reply = stage.system.delete(&format!("/api/v1/delegations/{one}")).unwrap();
    Done::entry(reply, SYSTEM, "delegation.revoke", format!("delegation/{one}"))
}

fn review(stage: &Stage) -> Done {
    let reply = stage.security.post("/api/v1/reviews", &json!({"cid": cid(), "note": "看过"})).unwrap();
    let object = format!("review/{}", id(&reply.json()));
    Done::entry(reply, SECURITY, "review.mark", object)
}

pub(super) fn origin(stage: &Stage) -> String {
    stage.place.vkey().unwrap().split('+').next().unwrap().to_owned()
}

fn verify(stage: &Stage) -> Done {
    let reply = stage.auditor.post("/api/v1/audit/verifications", &json!({})).unwrap();
    Done::entry(reply, AUDITOR, "audit.verify", format!("log/{}", origin(stage)))
}

fn export(stage: &Stage) -> Done {
    let reply = stage.auditor.post("/api/v1/audit/exports", &json!({})).unwrap();
    Done::entry(reply, AUDITOR, "audit.export", format!("log/{}", origin(stage)))
}

fn about_a_group(stage: &Stage) -> serde_json::Value {
    json!({"subject": {"kind": "conversation", "id": stage.group()}, "case": "2026-17"})
}

fn held(stage: &Stage) -> Reply {
    stage.auditor.post("/api/v1/audit/holds", &about_a_group(stage)).unwrap()
}

fn hold(stage: &Stage) -> Done {
    let reply = held(stage);
    let object = format!("hold/{}", id(&reply.json()));
    Done::entry(reply, AUDITOR, "hold.place", object)
}

fn lift(stage: &Stage) -> Done {
    let one = id(&held(stage).ok());
    let reply = stage.auditor.post(&format!("/api/v1/audit/holds/{one}/lift"), &json!({"reason": "结案"})).unwrap();
    Done::entry(reply, AUDITOR, "hold.lift", format!("hold/{one}"))
}

fn asked(stage: &Stage, by: &Client) -> Reply {
    let content = json!({"kind": "message", "id": format!("{}-1", stage.group())});
    by.post("/api/v1/audit/openings", &json!({"content": content, "case": "2026-17"})).unwrap()
}

fn ask_to_open(stage: &Stage) -> Done {
    let reply = asked(stage, &stage.auditor);
    let object = format!("opening/{}", id(&reply.json()));
    Done::entry(reply, AUDITOR, "opening.ask", object)
}

fn agree_to_open(stage: &Stage) -> Done {
    let other = second_auditor(&stage.system, &stage.security, &stage.place.stranger());
    let one = id(&asked(stage, &other).ok());
    let reply = stage.auditor.post(&format!("/api/v1/audit/openings/{one}/agree"), &json!({})).unwrap();
    Done::entry(reply, AUDITOR, "opening.agree", format!("opening/{one}"))
}

fn shred(stage: &Stage) -> Done {
    let reply = stage.security.post("/api/v1/security/shreds", &about_a_group(stage)).unwrap();
    let object = format!("shred/{}", id(&reply.json()));
    Done::entry(reply, SECURITY, "shred.ask", object)
}

fn witness(stage: &Stage, name: &str) -> (Desk, Reply, String) {
    let desk = Desk::new(&stage.place, name);
    let reply = desk.register(&stage.auditor);
    let id = id(&reply.json());
    (desk, reply, id)
}

fn register_witness(stage: &Stage) -> Done {
    let (_, reply, id) = witness(stage, "witness.example/1");
    Done::entry(reply, AUDITOR, "witness.register", format!("witness/{id}"))
}

fn ask_witness(stage: &Stage) -> Done {
    let (_, _, id) = witness(stage, "witness.example/2");
    Done::entry(witnesses::ask(&stage.auditor, &id, 0), AUDITOR, "witness.ask", format!("witness/{id}"))
}

fn take_cosignature(stage: &Stage) -> Done {
    let (desk, _, id) = witness(stage, "witness.example/3");
    let cosigned = desk.cosign(&witnesses::ask(&stage.auditor, &id, 0).bytes);
    let reply = witnesses::hand_back(&stage.auditor, &id, &cosigned);
    Done::entry(reply, AUDITOR, "witness.cosign", format!("witness/{id}"))
}

fn remove_witness(stage: &Stage) -> Done {
    let (_, _, id) = witness(stage, "witness.example/4");
    let reply = stage.auditor.delete(&format!("/api/v1/audit/witnesses/{id}")).unwrap();
    Done::entry(reply, AUDITOR, "witness.remove", format!("witness/{id}"))
}

fn saved(stage: &Stage) -> Reply {
    let ask = json!({"cid": cid(), "name": cid(), "filter": {"outcome": "refused"}});
    stage.auditor.post("/api/v1/audit/filters", &ask).unwrap()
}

fn save_filter(stage: &Stage) -> Done {
    let reply = saved(stage);
    let object = format!("filter/{}", id(&reply.json()));
    Done::entry(reply, AUDITOR, "filter.save", object)
}

fn delete_filter(stage: &Stage) -> Done {
    let one = id(&saved(stage).ok());
    let reply = stage.auditor.delete(&format!("/api/v1/audit/filters/{one}")).unwrap();
    Done::entry(reply, AUDITOR, "filter.delete", format!("filter/{one}"))
}

fn renew(stage: &Stage) -> Done {
    // One at a time.
    while stage.security.get("/api/v1/security/renewals?limit=1").unwrap().ok()["items"][0]["stage"]
        .as_str()
        .is_some_and(|stage| stage != "done")
    {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let reply = stage.security.post("/api/v1/security/renewals", &json!({"reason": "演练"})).unwrap();
    let object = format!("renewal/{}", id(&reply.json()));
    Done::entry(reply, SECURITY, "keys.renew", object)
}

fn rotate(stage: &Stage) -> Done {
    let reply = stage.security.post("/api/v1/security/rotations", &json!({})).unwrap();
    Done::entry(reply, SECURITY, "token.rotate", "token/self".to_owned())
}

fn seal(stage: &Stage) -> Done {
    let reply = stage.security.post("/api/v1/security/seal", &json!({"reason": "演练"})).unwrap();
    Done { reply, by: SECURITY.to_owned(), leaves: Leaves::SealedBox }
}
