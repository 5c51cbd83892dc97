//! Fields that the enterprise adds to what is known of a person.

use actix_web::{delete, get, patch, post, web::Path};
use holdfast_directory::person_fields::{self, NewPersonField, PersonField, PersonFieldChange};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{Answer, Created, Json, NoContent, Problem, Session, SystemAdmin, problem::Refusals};

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonFieldList {
    pub items: Vec<PersonField>,
}

/// All of them, in their order; at most fifty. No secret: everybody may know what the enterprise asks of its people.
#[utoipa::path(tag = "directory", responses((status = 200, body = PersonFieldList), Refusals))]
#[get("/person-fields")]
pub async fn list(by: Session) -> Answer<PersonFieldList> {
    Ok(Json(PersonFieldList { items: person_fields::list(&by.rooms.directory) }))
}

/// A new field, last in the order.
#[utoipa::path(tag = "administration", request_body = NewPersonField, responses((status = 201, body = PersonField), Refusals))]
#[post("/person-fields")]
pub async fn create(by: SystemAdmin, ask: Json<NewPersonField>) -> Result<Created<PersonField>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| rooms.write_db(|tx| person_fields::create(tx, &rooms.directory, &proof, &ask)));
    Ok(Created(made.await?))
}

/// Changes its settings and its place. Values that people have stay as they are.
#[utoipa::path(tag = "administration", params(("key" = String, Path)), request_body = PersonFieldChange,
    responses((status = 200, body = PersonField), Refusals))]
#[patch("/person-fields/{key}")]
pub async fn edit(by: SystemAdmin, at: Path<String>, ask: Json<PersonFieldChange>) -> Answer<PersonField> {
    let (key, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let changed =
        by.session.run(move |rooms, _| rooms.write_db(|tx| person_fields::edit(tx, &rooms.directory, &proof, &key, &ask)));
    Ok(Json(changed.await?))
}

/// Deletes it, with everything that people have in it.
#[utoipa::path(tag = "administration", params(("key" = String, Path)), responses((status = 204), Refusals))]
#[delete("/person-fields/{key}")]
pub async fn delete(by: SystemAdmin, at: Path<String>) -> Result<NoContent, Problem> {
    let (key, proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| person_fields::delete(tx, &rooms.directory, &proof, &key))).await?;
    Ok(NoContent)
}
