//! Parts of the directory that somebody besides the system administrator keeps.

use actix_web::{delete, get, post, web::Path};
use holdfast_base::DelegationId;
use holdfast_directory::{
    delegations::{self, NewDelegation},
    views::Delegation,
};

use crate::http::{Answer, Created, Json, NoContent, Problem, SystemAdmin, page::Page, problem::Refusals};

/// Who keeps which part of the directory.
#[utoipa::path(tag = "administration", responses((status = 200, body = Page<Delegation>), Refusals))]
#[get("/delegations")]
pub async fn list(by: SystemAdmin) -> Answer<Page<Delegation>> {
    Ok(Json(delegations::list(&by.session.rooms.directory, &by.proof)))
}

/// Gives somebody powers over departments with everything below them. Not to who holds one of the three roles.
#[utoipa::path(tag = "administration", request_body = NewDelegation, responses((status = 201, body = Delegation), Refusals))]
#[post("/delegations")]
pub async fn grant(by: SystemAdmin, ask: Json<NewDelegation>) -> Result<Created<Delegation>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| rooms.write_db(|tx| delegations::grant(tx, &rooms.directory, &proof, &ask)));
    Ok(Created(made.await?))
}

/// Takes them back, at every door at once.
#[utoipa::path(tag = "administration", params(("id" = String, Path, pattern = "^[0-9]{1,19}$")), responses((status = 204), Refusals))]
#[delete("/delegations/{id}")]
pub async fn revoke(by: SystemAdmin, at: Path<DelegationId>) -> Result<NoContent, Problem> {
    let (id, proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| delegations::revoke(tx, &rooms.directory, &proof, id))).await?;
    Ok(NoContent)
}
