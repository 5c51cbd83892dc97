//! What signing in asks for: passwords, and who needs more than one.

use actix_web::{get, put};
use holdfast_directory::sign_in_policy::{self, SignInPolicy};

use crate::http::{Answer, Json, SecurityAdmin, problem::Refusals};

/// What counts at present.
#[utoipa::path(tag = "security", responses((status = 200, body = SignInPolicy), Refusals))]
#[get("/security/sign-in-policy")]
pub async fn read(by: SecurityAdmin) -> Answer<SignInPolicy> {
    Ok(Json(sign_in_policy::read(&by.session.rooms.directory, &by.proof)))
}

/// Sets all of it. Passwords and sign-ins from now on follow it; sessions that stand go on.
#[utoipa::path(tag = "security", request_body = SignInPolicy, responses((status = 200, body = SignInPolicy), Refusals))]
#[put("/security/sign-in-policy")]
pub async fn change(by: SecurityAdmin, ask: Json<SignInPolicy>) -> Answer<SignInPolicy> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let set = by.session.run(move |rooms, _| rooms.write_db(|tx| sign_in_policy::change(tx, &rooms.directory, &proof, &ask)));
    Ok(Json(set.await?))
}
