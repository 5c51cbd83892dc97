//! Enrolment: a one-time code becomes a password and a session.

use actix_web::{HttpResponse, post};
use holdfast_directory::{
    enrolments::{self, Code},
    password::Password,
    second_factors::SecondFactor,
    views::Enrolment,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sessions::{SignedIn, answer, signed_in};
use crate::http::{Answer, Json, Problem, Stranger, problem::Refusals, who::blocking};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentLook {
    pub code: Code,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redemption {
    pub code: Code,
    pub password: Password,
    /// For who has an authenticator app: its code, or a recovery code in its place.
    #[schema(max_length = 64)]
    pub totp: Option<String>,
    #[schema(max_length = 64)]
    pub recovery_code: Option<String>,
}

/// Whose code it is. Unknown, used and expired codes are one answer: `not-found`.
#[utoipa::path(tag = "session", security(()), request_body = EnrolmentLook, responses((status = 200, body = Enrolment), Refusals))]
#[post("/enrolments/lookup")]
pub async fn look(by: Stranger, ask: Json<EnrolmentLook>) -> Answer<Enrolment> {
    by.count_sign_in()?;
    let (rooms, actor, code) = (by.app.rooms()?, by.actor, ask.into_inner().code);
    Ok(Json(blocking(move || enrolments::look(&rooms.directory, &rooms.audit, &actor, &code)).await?))
}

/// Sets the password, and signs in as `POST /sessions` does. Once: afterwards the code is `not-found`.
#[utoipa::path(tag = "session", security(()), request_body = Redemption, responses((status = 201, body = SignedIn), Refusals))]
#[post("/enrolments/redeem")]
pub async fn redeem(by: Stranger, ask: Json<Redemption>) -> Result<HttpResponse, Problem> {
    by.count_sign_in()?;
    let (rooms, actor, ask) = (by.app.rooms()?, by.actor, ask.into_inner());
    let signed_in = blocking(move || {
        let second = SecondFactor::given(ask.totp, ask.recovery_code);
        let opened = enrolments::redeem(&rooms.directory, &rooms.audit, &actor, &ask.code, &ask.password, second.as_ref())?;
        signed_in(&rooms, opened)
    })
    .await?;
    Ok(answer(by.browser, signed_in))
}
