//! Why somebody may do something, or may not.

use actix_web::{get, web::Query};
use holdfast_audit::{Event, Object};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    explain::{Explained, ExplainedAct, explain as explained_by},
    http::{Answer, Json, SecurityAdmin, problem::Refusals},
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExplainedQuery {
    /// Who would do it, by uid.
    pub person: String,
    pub act: ExplainedAct,
    /// A uid, or the number of a department, node or conversation; left out where the act has no object.
    pub object: Option<String>,
}

/// Whether somebody may do something, and which role, delegation, membership or rule decides it. Each question stands in the
/// log.
#[utoipa::path(tag = "security", params(ExplainedQuery), responses((status = 200, body = Explained), Refusals))]
#[get("/explanations")]
pub async fn explain(by: SecurityAdmin, query: Query<ExplainedQuery>) -> Answer<Explained> {
    let (ask, proof) = (query.into_inner(), by.proof);
    let explained = by.session.run(move |rooms, actor| {
        let explained = explained_by(rooms, &proof, &ask.person, ask.act, ask.object.as_deref())?;
        let event = Event::new(actor, "rights.explain", Object::new("person", explained.person.id));
        let event = event.text("act", format!("{:?}", ask.act));
        let event =
            ask.object.iter().fold(event, |event, object| event.text("object", object.chars().take(64).collect::<String>()));
        rooms.audit.append(event)?;
        Ok(explained)
    });
    Ok(Json(explained.await?))
}
