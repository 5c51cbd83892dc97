//! Who sees whom: the rules, and what they come to for one person.

use actix_web::{
    delete, get, post, put,
    web::{Path, Query},
};
use holdfast_audit::{Event, Object};
use holdfast_base::{DepartmentId, RuleId};
use holdfast_directory::{
    departments as tree,
    people::{self as listed, Filter},
    views::{Department, PeoplePage},
    visibility::{self, Explanation, NewRule, RulePreview, RuleSettings, RuleView},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::paging;
use crate::http::{
    Answer, Created, Json, NoContent, Problem, SecurityAdmin,
    page::{Page, within},
    problem::Refusals,
};

/// All rules, the oldest first.
#[utoipa::path(tag = "security", responses((status = 200, body = Page<RuleView>), Refusals))]
#[get("/visibility/rules")]
pub async fn rules(by: SecurityAdmin) -> Answer<Page<RuleView>> {
    let proof = by.proof;
    Ok(Json(by.session.run(move |rooms, _| Ok(Page::whole(visibility::list(&rooms.directory, &proof)))).await?))
}

/// A new rule. It counts from this answer on.
#[utoipa::path(tag = "security", request_body = NewRule, responses((status = 201, body = RuleView), Refusals))]
#[post("/visibility/rules")]
pub async fn create(by: SecurityAdmin, ask: Json<NewRule>) -> Result<Created<RuleView>, Problem> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let made = by.session.run(move |rooms, _| rooms.write_db(|tx| visibility::create(tx, &rooms.directory, &proof, &ask)));
    Ok(Created(made.await?))
}

/// Sets what a rule says.
#[utoipa::path(tag = "security", params(("id" = String, Path)), request_body = RuleSettings,
    responses((status = 200, body = RuleView), Refusals))]
#[put("/visibility/rules/{id}")]
pub async fn edit(by: SecurityAdmin, at: Path<RuleId>, ask: Json<RuleSettings>) -> Answer<RuleView> {
    let (id, ask, proof) = (at.into_inner(), ask.into_inner(), by.proof);
    let edited = by.session.run(move |rooms, _| rooms.write_db(|tx| visibility::edit(tx, &rooms.directory, &proof, id, &ask)));
    Ok(Json(edited.await?))
}

/// Deletes a rule.
#[utoipa::path(tag = "security", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/visibility/rules/{id}")]
pub async fn delete(by: SecurityAdmin, at: Path<RuleId>) -> Result<NoContent, Problem> {
    let (id, proof) = (at.into_inner(), by.proof);
    by.session.run(move |rooms, _| rooms.write_db(|tx| visibility::delete(tx, &rooms.directory, &proof, id))).await?;
    Ok(NoContent)
}

/// How many people each list of a rule means. Changes nothing.
#[utoipa::path(tag = "security", request_body = RuleSettings, responses((status = 200, body = RulePreview), Refusals))]
#[post("/visibility/preview")]
pub async fn preview(by: SecurityAdmin, ask: Json<RuleSettings>) -> Answer<RulePreview> {
    let (ask, proof) = (ask.into_inner(), by.proof);
    let counted = by.session.run(move |rooms, actor| {
        let preview = visibility::preview(&rooms.directory, &proof, &ask)?;
        rooms.audit.append(Event::new(actor, "visibility.preview", Object::new("visibility-rule", "new")))?;
        Ok(preview)
    });
    Ok(Json(counted.await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExplanationQuery {
    /// Sign-in name of who looks.
    pub viewer: String,
    /// Sign-in name of who is looked at.
    pub person: String,
}

/// Whether somebody sees somebody, in which departments and with which fields, and the rule that decides each.
#[utoipa::path(tag = "security", params(ExplanationQuery), responses((status = 200, body = Explanation), Refusals))]
#[get("/visibility/explanation")]
pub async fn explain(by: SecurityAdmin, query: Query<ExplanationQuery>) -> Answer<Explanation> {
    let proof = by.proof;
    let explained = move |rooms: &crate::rooms::Rooms, _: &holdfast_base::Actor| {
        visibility::explain(&rooms.directory, &proof, &query.viewer, &query.person)
    };
    Ok(Json(by.session.run(explained).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SeenQuery {
    /// Sign-in name of who looks.
    pub viewer: String,
    /// Part of a name or uid, or the beginning of its pinyin or initials.
    pub q: Option<String>,
    /// For people: only those in or below it. For departments: those directly below; the roots when absent.
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,19}$")]
    pub department: Option<DepartmentId>,
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

/// The people whom somebody sees.
#[utoipa::path(tag = "security", params(SeenQuery), responses((status = 200, body = PeoplePage), Refusals))]
#[get("/visibility/people")]
pub async fn people(by: SecurityAdmin, query: Query<SeenQuery>) -> Answer<PeoplePage> {
    let proof = by.proof;
    let page = by.session.run(move |rooms, _| {
        let sight = visibility::as_seen_by(&rooms.directory, &proof, &query.viewer)?;
        let filter = Filter { q: query.q.clone(), department: query.department, subtree: true, ..Filter::default() };
        listed::list(&rooms.directory, &sight, &filter, &paging(query.cursor.as_ref(), query.limit))
    });
    Ok(Json(page.await?))
}

/// The departments that somebody sees.
#[utoipa::path(tag = "security", params(SeenQuery), responses((status = 200, body = Page<Department>), Refusals))]
#[get("/visibility/departments")]
pub async fn departments(by: SecurityAdmin, query: Query<SeenQuery>) -> Answer<Page<Department>> {
    let proof = by.proof;
    let page = by.session.run(move |rooms, _| {
        let sight = visibility::as_seen_by(&rooms.directory, &proof, &query.viewer)?;
        tree::list(&rooms.directory, &sight, query.department, &paging(query.cursor.as_ref(), query.limit))
    });
    Ok(Json(page.await?))
}
