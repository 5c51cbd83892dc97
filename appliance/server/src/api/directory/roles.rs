//! The three administrators.

use actix_web::{delete, get, post, web::Path};
use holdfast_directory::{
    Role,
    roles::{self, NewGrant},
    views::RoleGrant,
};

use crate::http::{Answer, Created, Json, NoContent, Problem, SecurityAdmin, page::Page, problem::Refusals};

/// Who holds what.
#[utoipa::path(tag = "security", responses((status = 200, body = Page<RoleGrant>), Refusals))]
#[get("/roles")]
pub async fn list(by: SecurityAdmin) -> Answer<Page<RoleGrant>> {
    Ok(Json(by.session.run(|rooms, _| roles::list(&rooms.directory)).await?))
}

/// Grants a role to somebody else who holds none of the three.
#[utoipa::path(tag = "security", request_body = NewGrant, responses((status = 201, body = RoleGrant), Refusals))]
#[post("/roles")]
pub async fn grant(by: SecurityAdmin, ask: Json<NewGrant>) -> Result<Created<RoleGrant>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| rooms.write_db(|tx| roles::grant(tx, &rooms.directory, &proof, &ask)));
    Ok(Created(made.await?))
}

/// Takes a role. The last one who holds it keeps it.
#[utoipa::path(tag = "security", params(("role" = Role, Path), ("uid" = String, Path)), responses((status = 204), Refusals))]
#[delete("/roles/{role}/{uid}")]
pub async fn revoke(by: SecurityAdmin, at: Path<(Role, String)>) -> Result<NoContent, Problem> {
    let ((role, uid), proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| roles::revoke(tx, &rooms.directory, &proof, role, &uid))).await?;
    Ok(NoContent)
}
