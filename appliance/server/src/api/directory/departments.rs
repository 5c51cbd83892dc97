//! The department tree.

use actix_web::{
    delete, get, patch, post,
    web::{Path, Query},
};
use holdfast_base::DepartmentId;
use holdfast_directory::{
    departments::{self, DepartmentChange, NewDepartment},
    posts::{self, PostChange},
    views::{Department, DepartmentDetail, Person},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{paging, sight};
use crate::http::{
    Answer, Created, DirectoryKeeper, Json, NoContent, Problem, Session,
    page::{Page, within},
    problem::Refusals,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DepartmentQuery {
    /// The roots when absent.
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,19}$")]
    pub parent: Option<DepartmentId>,
    /// All of them, past all rules of visibility: for the consoles of the system and security administrators.
    pub whole: Option<bool>,
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

/// Departments directly below one that the caller sees, in their order.
#[utoipa::path(tag = "directory", params(DepartmentQuery), responses((status = 200, body = Page<Department>), Refusals))]
#[get("/departments")]
pub async fn list(by: Session, query: Query<DepartmentQuery>) -> Answer<Page<Department>> {
    let sight = sight(&by.rooms, &by.actor, query.whole)?;
    Ok(Json(departments::list(&by.rooms.directory, &sight, query.parent, &paging(query.cursor.as_ref(), query.limit))?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WholeQuery {
    /// Past all rules of visibility: for the consoles of the system and security administrators.
    pub whole: Option<bool>,
}

/// One department, with its path from the root.
#[utoipa::path(tag = "directory", params(("id" = String, Path), WholeQuery), responses((status = 200, body = DepartmentDetail), Refusals))]
#[get("/departments/{id}")]
pub async fn read(by: Session, at: Path<DepartmentId>, query: Query<WholeQuery>) -> Answer<DepartmentDetail> {
    Ok(Json(departments::view(&sight(&by.rooms, &by.actor, query.whole)?, at.into_inner())?))
}

/// A new department, last among those of its parent.
#[utoipa::path(tag = "administration", request_body = NewDepartment, responses((status = 201, body = Department), Refusals))]
#[post("/departments")]
pub async fn create(by: DirectoryKeeper, ask: Json<NewDepartment>) -> Result<Created<Department>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| rooms.write_db(|tx| departments::create(tx, &rooms.directory, &proof, &ask)));
    Ok(Created(made.await?))
}

/// Renames, moves with everything below.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), request_body = DepartmentChange,
    responses((status = 200, body = Department), Refusals))]
#[patch("/departments/{id}")]
pub async fn edit(by: DirectoryKeeper, at: Path<DepartmentId>, ask: Json<DepartmentChange>) -> Answer<Department> {
    let (id, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let changed = by.session.run(move |rooms, _| rooms.write_db(|tx| departments::edit(tx, &rooms.directory, &proof, id, &ask)));
    Ok(Json(changed.await?))
}

/// Deletes an empty department.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/departments/{id}")]
pub async fn delete(by: DirectoryKeeper, at: Path<DepartmentId>) -> Result<NoContent, Problem> {
    let (id, proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| departments::delete(tx, &rooms.directory, &proof, id))).await?;
    Ok(NoContent)
}

/// What a member is in the department: a title for this one, its head, the place in its order.
#[utoipa::path(tag = "administration", params(("id" = String, Path, pattern = "^[0-9]{1,19}$"), ("uid" = String, Path)),
    request_body = PostChange, responses((status = 200, body = Person), Refusals))]
#[patch("/departments/{id}/people/{uid}")]
pub async fn change_post(by: DirectoryKeeper, at: Path<(DepartmentId, String)>, ask: Json<PostChange>) -> Answer<Person> {
    let ((id, uid), ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let changed =
        by.session.run(move |rooms, _| rooms.write_db(|tx| posts::change(tx, &rooms.directory, &proof, id, &uid, &ask)));
    Ok(Json(changed.await?))
}

/// Everybody of the department by name again, behind its heads.
#[utoipa::path(tag = "administration", params(("id" = String, Path, pattern = "^[0-9]{1,19}$")), responses((status = 204), Refusals))]
#[delete("/departments/{id}/order")]
pub async fn reset_order(by: DirectoryKeeper, at: Path<DepartmentId>) -> Result<NoContent, Problem> {
    let (id, proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| posts::reset_order(tx, &rooms.directory, &proof, id))).await?;
    Ok(NoContent)
}
