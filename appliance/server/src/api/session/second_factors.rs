//! One's own ways to sign in besides the password: an authenticator app, recovery codes, passkeys.

use actix_web::{delete, get, post, web::Path};
use holdfast_directory::{
    passkeys::{self, NewPasskey},
    second_factors,
    views::{NewTotp, OwnPasskeyChallenge, Passkey, RecoveryCodes, SecondFactors},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{Answer, Created, Json, NoContent, Problem, Proven, Session, problem::Refusals, who::PasskeyHost};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    /// Six digits.
    #[schema(max_length = 64)]
    pub code: String,
}

/// One's own, and what is asked of one.
#[utoipa::path(tag = "session", responses((status = 200, body = SecondFactors), Refusals))]
#[get("/me/second-factors")]
pub async fn list(by: Session) -> Answer<SecondFactors> {
    Ok(Json(by.run(|rooms, actor| second_factors::list(&rooms.directory, actor)).await?))
}

/// Begins with an authenticator app. The secret is in this answer and never again; it counts once a code of it was shown.
#[utoipa::path(tag = "session", responses((status = 201, body = NewTotp), Refusals))]
#[post("/me/totp")]
pub async fn begin(Proven(by): Proven) -> Result<Created<NewTotp>, Problem> {
    Ok(Created(by.run(|rooms, actor| rooms.write_db(|tx| second_factors::begin(tx, &rooms.directory, actor))).await?))
}

/// The first code: from now on one is asked for. The recovery codes are in this answer and never again.
#[utoipa::path(tag = "session", request_body = TotpCode, responses((status = 200, body = RecoveryCodes), Refusals))]
#[post("/me/totp/confirm")]
pub async fn confirm(Proven(by): Proven, ask: Json<TotpCode>) -> Answer<RecoveryCodes> {
    let code = ask.into_inner().code;
    Ok(Json(by.run(move |rooms, actor| rooms.write_db(|tx| second_factors::confirm(tx, &rooms.directory, actor, &code))).await?))
}

/// Gives the authenticator app up, and the recovery codes with it.
#[utoipa::path(tag = "session", responses((status = 204), Refusals))]
#[delete("/me/totp")]
pub async fn remove(Proven(by): Proven) -> Result<NoContent, Problem> {
    by.run(|rooms, actor| rooms.write_db(|tx| second_factors::remove(tx, &rooms.directory, actor))).await?;
    Ok(NoContent)
}

/// New recovery codes; those before are worth nothing from now on.
#[utoipa::path(tag = "session", responses((status = 201, body = RecoveryCodes), Refusals))]
#[post("/me/recovery-codes")]
pub async fn renew(Proven(by): Proven) -> Result<Created<RecoveryCodes>, Problem> {
    Ok(Created(by.run(|rooms, actor| rooms.write_db(|tx| second_factors::renew(tx, &rooms.directory, actor))).await?))
}

/// What a passkey of one's own signs, within five minutes: a new one, or to show once more who one is.
#[utoipa::path(tag = "session", responses((status = 200, body = OwnPasskeyChallenge), Refusals))]
#[get("/me/passkey-challenge")]
pub async fn challenge(by: Session, PasskeyHost(host): PasskeyHost) -> Answer<OwnPasskeyChallenge> {
    Ok(Json(by.run(move |rooms, actor| passkeys::for_oneself(&rooms.directory, actor, &host)).await?))
}

/// Takes a new passkey.
#[utoipa::path(tag = "session", request_body = NewPasskey, responses((status = 201, body = Passkey), Refusals))]
#[post("/me/passkeys")]
pub async fn add(Proven(by): Proven, PasskeyHost(host): PasskeyHost, ask: Json<NewPasskey>) -> Result<Created<Passkey>, Problem> {
    let ask = ask.into_inner();
    let made = by.run(move |rooms, actor| rooms.write_db(|tx| passkeys::register(tx, &rooms.directory, actor, &host, &ask)));
    Ok(Created(made.await?))
}

/// Gives one of one's own passkeys up.
#[utoipa::path(tag = "session", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/me/passkeys/{id}")]
pub async fn drop_passkey(Proven(by): Proven, at: Path<Uuid>) -> Result<NoContent, Problem> {
    let id = at.into_inner();
    by.run(move |rooms, actor| rooms.write_db(|tx| passkeys::remove(tx, &rooms.directory, actor, id))).await?;
    Ok(NoContent)
}
