//! Signing in, and oneself.

use serde_json::json;

use holdfast_tests::client::cid;

use super::stage::{Done, GU, STRANGER, Scenario, Stage, id, text};

pub(super) const SCENARIOS: [Scenario; 9] = [
    Scenario { operation: "POST /api/v1/sessions", act: sign_in },
    Scenario { operation: "DELETE /api/v1/sessions/current", act: sign_out },
    Scenario { operation: "DELETE /api/v1/sessions/{id}", act: end_session },
    Scenario { operation: "POST /api/v1/enrolments/lookup", act: look_up_code },
    Scenario { operation: "POST /api/v1/enrolments/redeem", act: redeem_code },
    Scenario { operation: "PATCH /api/v1/me", act: preferences },
    Scenario { operation: "POST /api/v1/me/password", act: password },
    Scenario { operation: "POST /api/v1/me/app-passwords", act: app_password },
    Scenario { operation: "DELETE /api/v1/me/app-passwords/{id}", act: revoke_app_password },
];

/// Signs in once more; the reply, and the id of the new session.
fn another(stage: &Stage) -> (holdfast_tests::Reply, holdfast_tests::Client, String) {
    let known = stage.place.sign_ins.people.iter().find(|one| one.uid == GU).unwrap();
    let reply = stage.place.stranger().post("/api/v1/sessions", &json!({"uid": GU, "password": known.password})).unwrap();
    let mut client = stage.place.stranger();
    client.token = Some(text(&reply.ok()["token"]));
    let sessions = client.get("/api/v1/sessions").unwrap().ok();
    let current = sessions["items"].as_array().unwrap().iter().find(|one| one["current"] == true).unwrap();
    let id = id(current);
    (reply, client, id)
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

fn made(stage: &Stage) -> holdfast_tests::Reply {
    stage.gu.post("/api/v1/me/app-passwords", &json!({"cid": cid(), "label": "同步", "door": "webdav"})).unwrap()
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
