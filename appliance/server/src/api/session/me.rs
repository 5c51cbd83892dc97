//! Oneself: what the box knows of one, preferences, the password.

use actix_web::{get, patch, post};
use holdfast_directory::{
    me::{self, PasswordChange, PreferenceChange},
    person_fields::{self, OwnFields},
    views::Me,
};

use crate::http::{Answer, Json, NoContent, Problem, Session, problem::Refusals};

/// Oneself.
#[utoipa::path(tag = "session", responses((status = 200, body = Me), Refusals))]
#[get("/me")]
pub async fn read(by: Session) -> Answer<Me> {
    Ok(Json(by.run(|rooms, actor| me::view(&rooms.directory, actor)).await?))
}

/// Changes language and theme.
#[utoipa::path(tag = "session", request_body = PreferenceChange, responses((status = 200, body = Me), Refusals))]
#[patch("/me")]
pub async fn change(by: Session, ask: Json<PreferenceChange>) -> Answer<Me> {
    let ask = ask.into_inner();
    let changed = by.run(move |rooms, actor| {
        rooms.write_db(|tx| me::change_preferences(tx, &rooms.directory, actor, &ask))?;
        me::view(&rooms.directory, actor)
    });
    Ok(Json(changed.await?))
}

/// Changes what oneself has in the fields that people may change themselves. An empty list clears.
#[utoipa::path(tag = "session", request_body = OwnFields, responses((status = 200, body = Me), Refusals))]
#[patch("/me/fields")]
pub async fn change_fields(by: Session, ask: Json<OwnFields>) -> Answer<Me> {
    let ask = ask.into_inner();
    let changed = by.run(move |rooms, actor| {
        rooms.write_db(|tx| person_fields::change_own(tx, &rooms.directory, actor, &ask))?;
        me::view(&rooms.directory, actor)
    });
    Ok(Json(changed.await?))
}

/// Changes the own password. Every other session ends.
#[utoipa::path(tag = "session", request_body = PasswordChange, responses((status = 204), Refusals))]
#[post("/me/password")]
pub async fn password(by: Session, ask: Json<PasswordChange>) -> Result<NoContent, Problem> {
    let ask = ask.into_inner();
    by.run(move |rooms, actor| {
        let changed = me::change_password(&rooms.directory, actor, &ask);
        // A wrong current password is a failed sign-in, and stands in the log like one.
        let changed = changed.inspect_err(|error| me::record_refusal(&rooms.audit, actor, error))?;
        rooms.audit.settle(&changed.mark)
    })
    .await?;
    Ok(NoContent)
}
