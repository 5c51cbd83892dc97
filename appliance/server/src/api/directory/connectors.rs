//! Connectors of the LDAP door.

use actix_web::{delete, get, post, put, web::Path};
use holdfast_directory::{
    connectors::{self, ConnectorSettings, NewConnectorRequest},
    views,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    http::{Answer, Created, Json, NoContent, Problem, SecurityAdmin, page::Page, problem::Refusals},
    rooms::Rooms,
};

/// A connector, and the name that its program binds with.
#[derive(Serialize, ToSchema)]
#[schema(as = Connector)]
pub struct Connector {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub name: String,
    pub bind_name: String,
    pub settings: ConnectorSettings,
    pub created_at: holdfast_base::Timestamp,
    pub changed_at: holdfast_base::Timestamp,
}

/// The only answer that ever bears the secret.
#[derive(Serialize, ToSchema)]
#[schema(as = NewConnector)]
pub struct NewConnector {
    pub connector: Connector,
    pub secret: String,
}

fn shown(rooms: &Rooms, connector: views::Connector) -> Connector {
    let views::Connector { id, name, settings, created_at, changed_at } = connector;
    let bind_name = format!("cn={name},ou=connectors,{}", rooms.book.suffix);
    Connector { id, name, bind_name, settings, created_at, changed_at }
}

/// All of them, by name.
#[utoipa::path(tag = "security", responses((status = 200, body = Page<Connector>), Refusals))]
#[get("/connectors")]
pub async fn list(by: SecurityAdmin) -> Answer<Page<Connector>> {
    let proof = by.proof;
    let page = by.session.run(move |rooms, _| {
        let all = connectors::list(&rooms.directory, &proof)?;
        Ok(Page { items: all.items.into_iter().map(|one| shown(rooms, one)).collect(), next: None })
    });
    Ok(Json(page.await?))
}

/// Makes one. The secret is in this answer and never again.
#[utoipa::path(tag = "security", request_body = NewConnectorRequest, responses((status = 201, body = NewConnector), Refusals))]
#[post("/connectors")]
pub async fn create(by: SecurityAdmin, ask: Json<NewConnectorRequest>) -> Result<Created<NewConnector>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| {
        let made = rooms.write_db(|tx| connectors::create(tx, &rooms.directory, &proof, &ask))?;
        Ok(NewConnector { connector: shown(rooms, made.connector), secret: made.secret })
    });
    Ok(Created(made.await?))
}

/// Sets where it may come from, how much it may take, what it sees and what it may do. What is open under it ends.
#[utoipa::path(tag = "security", params(("id" = String, Path)), request_body = ConnectorSettings, responses((status = 200, body = Connector), Refusals))]
#[put("/connectors/{id}")]
pub async fn edit(by: SecurityAdmin, at: Path<Uuid>, ask: Json<ConnectorSettings>) -> Answer<Connector> {
    let (id, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let edited = by.session.run(move |rooms, _| {
        let edited = rooms.write_db(|tx| connectors::edit(tx, &rooms.directory, &proof, id, &ask))?;
        Ok(shown(rooms, edited))
    });
    Ok(Json(edited.await?))
}

/// Gives it a new secret; the one before opens nothing from now on.
#[utoipa::path(tag = "security", params(("id" = String, Path)), responses((status = 201, body = NewConnector), Refusals))]
#[post("/connectors/{id}/secret")]
pub async fn renew(by: SecurityAdmin, at: Path<Uuid>) -> Result<Created<NewConnector>, Problem> {
    let (id, proof) = (at.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| {
        let made = rooms.write_db(|tx| connectors::renew(tx, &rooms.directory, &proof, id))?;
        Ok(NewConnector { connector: shown(rooms, made.connector), secret: made.secret })
    });
    Ok(Created(made.await?))
}

/// Revokes it: whatever is open under it ends at its next word.
#[utoipa::path(tag = "security", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/connectors/{id}")]
pub async fn delete(by: SecurityAdmin, at: Path<Uuid>) -> Result<NoContent, Problem> {
    let (id, proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| connectors::delete(tx, &rooms.directory, &proof, id))).await?;
    Ok(NoContent)
}
