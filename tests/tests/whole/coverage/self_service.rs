//! Signing in, and oneself.

use serde_json::json;

use holdfast_tests::{
    Client, Reply,
    authenticator::{App, SecurityKey},
    client::cid,
};

use super::super::avatars::put_avatar;
use super::stage::{Done, GU, STRANGER, Scenario, Stage, id, text};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario { operation: "POST /api/v1/sessions", act: sign_in },
    Scenario { operation: "DELETE /api/v1/sessions/current", act: sign_out },
    Scenario { operation: "DELETE /api/v1/sessions/{id}", act: end_session },
    Scenario { operation: "DELETE /api/v1/sessions", act: end_others },
    Scenario { operation: "POST /api/v1/sessions/current/proof", act: prove },
    Scenario { operation: "POST /api/v1/sessions/passkey", act: sign_in_with_passkey },
    Scenario { operation: "POST /api/v1/me/passkeys", act: make_passkey },
    Scenario { operation: "DELETE /api/v1/me/passkeys/{id}", act: drop_passkey },
    Scenario { operation: "POST /api/v1/me/totp", act: begin_totp },
    Scenario { operation: "POST /api/v1/me/totp/confirm", act: confirm_totp },
    Scenario { operation: "POST /api/v1/me/recovery-codes", act: renew_recovery_codes },
    Scenario { operation: "DELETE /api/v1/me/totp", act: remove_totp },
    Scenario { operation: "POST /api/v1/enrolments/lookup", act: look_up_code },
    Scenario { operation: "POST /api/v1/enrolments/redeem", act: redeem_code },
    Scenario { operation: "PATCH /api/v1/me", act: preferences },
    Scenario { operation: "PATCH /api/v1/me/fields", act: own_fields },
    Scenario { operation: "PUT /api/v1/me/avatar", act: set_own_avatar },
    Scenario { operation: "DELETE /api/v1/me/avatar", act: remove_own_avatar },
    Scenario { operation: "POST /api/v1/me/password", act: password },
    Scenario { operation: "POST /api/v1/me/data-requests", act: ask_for_data },
    Scenario { operation: "DELETE /api/v1/me/data-requests/{id}", act: withdraw_request },
    Scenario { operation: "POST /api/v1/me/app-passwords", act: app_password },
    Scenario { operation: "DELETE /api/v1/me/app-passwords/{id}", act: revoke_app_password },
];

fn own_fields(stage: &Stage) -> Done {
    let key = super::administration::field(stage).1;
    let reply = stage.gu.patch("/api/v1/me/fields", &json!({"fields": {key: ["blue"]}})).unwrap();
    let person = id(&reply.json()["person"]);
    Done::entry(reply, GU, "person.edit", format!("person/{person}"))
}

fn set_own_avatar(stage: &Stage) -> Done {
    stage.gu.delete("/api/v1/me/avatar").unwrap();
    let person = id(&stage.gu.get("/api/v1/me").unwrap().ok()["person"]);
    Done::entry(put_avatar(&stage.gu, "/api/v1/me/avatar"), GU, "avatar.set", format!("person/{person}"))
}

fn remove_own_avatar(stage: &Stage) -> Done {
    put_avatar(&stage.gu, "/api/v1/me/avatar").ok();
    let person = id(&stage.gu.get("/api/v1/me").unwrap().ok()["person"]);
    Done::entry(stage.gu.delete("/api/v1/me/avatar").unwrap(), GU, "avatar.remove", format!("person/{person}"))
}

/// Signs in once more; the reply, and the id of the new session.
fn another(stage: &Stage) -> (Reply, Client, String) {
    let known = stage.place.sign_ins.people.iter().find(|one| one.uid == GU).unwrap();
    let reply = stage.place.stranger().post("/api/v1/sessions", &json!({"uid": GU, "password": known.password})).unwrap();
    let mut client = stage.place.stranger();
    client.token = Some(text(&reply.ok()["token"]));
    let id = current(&client);
    (reply, client, id)
}

/// The id of the session that a client is in.
fn current(client: &Client) -> String {
    let sessions = client.get("/api/v1/sessions").unwrap().ok();
    id(sessions["items"].as_array().unwrap().iter().find(|one| one["current"] == true).unwrap())
}

fn sign_in(stage: &Stage) -> Done {
    let (reply, _, session) = another(stage);
    Done::entry(reply, GU, "session.open", format!("session/{session}"))
}

fn sign_out(stage: &Stage) -> Done {
    let (_, client, session) = another(stage);
    Done::entry(client.delete("/api/v1/sessions/current").unwrap(), GU, "session.close", format!("session/{session}"))
}

fn end_session(stage: &Stage) -> Done {
    let (_, _, session) = another(stage);
    let reply = stage.gu.delete(&format!("/api/v1/sessions/{session}")).unwrap();
    Done::entry(reply, GU, "session.close", format!("session/{session}"))
}

/// Of a person of their own, since everything else of theirs ends.
fn end_others(stage: &Stage) -> Done {
    let (ma, other) = (stage.place.person("ma.xiao"), stage.place.person("ma.xiao"));
    let session = current(&other);
    Done::entry(ma.delete("/api/v1/sessions").unwrap(), "ma.xiao", "session.close", format!("session/{session}"))
}

fn prove(stage: &Stage) -> Done {
    let (_, client, session) = another(stage);
    let known = stage.place.sign_ins.people.iter().find(|one| one.uid == GU).unwrap();
    let reply = client.post("/api/v1/sessions/current/proof", &json!({"password": known.password})).unwrap();
    Done::entry(reply, GU, "session.prove", format!("session/{session}"))
}

fn passkey(stage: &Stage) -> (SecurityKey, Reply) {
    let mut key = SecurityKey::new(&stage.place.url, "localhost");
    let challenge = stage.gu.get("/api/v1/me/passkey-challenge").unwrap().ok();
    let reply = stage.gu.post("/api/v1/me/passkeys", &key.make("钥匙", challenge["challenge"].as_str().unwrap())).unwrap();
    (key, reply)
}

fn make_passkey(stage: &Stage) -> Done {
    let (_, reply) = passkey(stage);
    let object = format!("passkey/{}", id(&reply.json()));
    Done::entry(reply, GU, "passkey.create", object)
}

fn sign_in_with_passkey(stage: &Stage) -> Done {
    let (mut key, made) = passkey(stage);
    made.ok();
    let challenge = stage.place.stranger().get("/api/v1/passkey-challenge").unwrap().ok();
    let answer = key.sign(challenge["challenge"].as_str().unwrap());
    let reply = stage.place.stranger().post("/api/v1/sessions/passkey", &answer).unwrap();
    let mut client = stage.place.stranger();
    client.token = Some(text(&reply.ok()["token"]));
    let session = current(&client);
    Done::entry(reply, GU, "session.open", format!("session/{session}"))
}

fn drop_passkey(stage: &Stage) -> Done {
    let one = id(&passkey(stage).1.ok());
    let reply = stage.gu.delete(&format!("/api/v1/me/passkeys/{one}")).unwrap();
    Done::entry(reply, GU, "passkey.remove", format!("passkey/{one}"))
}

/// Somebody new who may sign in, and who they are in the log.
fn fresh(stage: &Stage) -> (Client, String, String) {
    let (uid, id) = stage.newcomer();
    let ask = json!({"code": stage.code(&uid), "password": "correct-horse-staple-6"});
    let reply = stage.place.stranger().post("/api/v1/enrolments/redeem", &ask).unwrap();
    let mut client = stage.place.stranger();
    client.token = Some(text(&reply.ok()["token"]));
    (client, uid, format!("person/{id}"))
}

fn begin_totp(stage: &Stage) -> Done {
    let (client, uid, object) = fresh(stage);
    Done::entry(client.post("/api/v1/me/totp", &json!({})).unwrap(), &uid, "totp.begin", object)
}

fn confirm(client: &Client) -> Reply {
    let app = App::scanning(&text(&client.post("/api/v1/me/totp", &json!({})).unwrap().ok()["uri"]));
    client.post("/api/v1/me/totp/confirm", &json!({"code": app.code(0)})).unwrap()
}

fn confirm_totp(stage: &Stage) -> Done {
    let (client, uid, object) = fresh(stage);
    Done::entry(confirm(&client), &uid, "totp.confirm", object)
}

fn renew_recovery_codes(stage: &Stage) -> Done {
    let (client, uid, object) = fresh(stage);
    confirm(&client).ok();
    Done::entry(client.post("/api/v1/me/recovery-codes", &json!({})).unwrap(), &uid, "recovery-code.renew", object)
}

fn remove_totp(stage: &Stage) -> Done {
    let (client, uid, object) = fresh(stage);
    confirm(&client).ok();
    Done::entry(client.delete("/api/v1/me/totp").unwrap(), &uid, "totp.remove", object)
}

fn look_up_code(stage: &Stage) -> Done {
    let (uid, id) = stage.newcomer();
    let reply = stage.place.stranger().post("/api/v1/enrolments/lookup", &json!({"code": stage.code(&uid)})).unwrap();
    Done::entry(reply, STRANGER, "enrolment.look", format!("person/{id}"))
}

fn redeem_code(stage: &Stage) -> Done {
    let uid = "coverage.enrolled";
    let new = json!({"cid": cid(), "uid": uid, "name": "报到", "departments": []});
    let id = id(&stage.system.post("/api/v1/people", &new).unwrap().ok());
    let ask = json!({"code": stage.code(uid), "password": "correct-horse-staple-4"});
    let reply = stage.place.stranger().post("/api/v1/enrolments/redeem", &ask).unwrap();
    Done::entry(reply, uid, "enrolment.redeem", format!("person/{id}"))
}

fn preferences(stage: &Stage) -> Done {
    let reply = stage.gu.patch("/api/v1/me", &json!({"theme": "dark"})).unwrap();
    Done::entry(reply, GU, "preference.change", format!("person/{}", stage.person_id(GU)))
}

fn password(stage: &Stage) -> Done {
    let known = stage.place.sign_ins.people.iter().find(|one| one.uid == "daniel.weiss").unwrap();
    let daniel = stage.place.person("daniel.weiss");
    let change = json!({"current": known.password, "password": "correct-horse-staple-2"});
    let reply = daniel.post("/api/v1/me/password", &change).unwrap();
    Done::entry(reply, "daniel.weiss", "password.change", format!("person/{}", stage.person_id("daniel.weiss")))
}

fn made(stage: &Stage) -> Reply {
    stage.gu.post("/api/v1/me/app-passwords", &json!({"cid": cid(), "label": "同步", "door": "webdav"})).unwrap()
}

fn asked(stage: &Stage) -> Reply {
    stage.gu.post("/api/v1/me/data-requests", &json!({"cid": cid(), "kind": "restrict"})).unwrap()
}

fn ask_for_data(stage: &Stage) -> Done {
    let reply = asked(stage);
    let object = format!("data-request/{}", id(&reply.json()));
    Done::entry(reply, GU, "data-request.ask", object)
}

fn withdraw_request(stage: &Stage) -> Done {
    let one = id(&asked(stage).ok());
    let reply = stage.gu.delete(&format!("/api/v1/me/data-requests/{one}")).unwrap();
    Done::entry(reply, GU, "data-request.withdraw", format!("data-request/{one}"))
}

fn app_password(stage: &Stage) -> Done {
    let reply = made(stage);
    let object = format!("app-password/{}", id(&reply.json()));
    Done::entry(reply, GU, "app-password.create", object)
}

fn revoke_app_password(stage: &Stage) -> Done {
    let one = id(&made(stage).ok());
    let reply = stage.gu.delete(&format!("/api/v1/me/app-passwords/{one}")).unwrap();
    Done::entry(reply, GU, "app-password.revoke", format!("app-password/{one}"))
}
