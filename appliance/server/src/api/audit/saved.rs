//! Filters that an auditor keeps by name, her own.

use actix_web::{delete, get, post, web::Path};
use holdfast_audit::{Ending, saved};
use holdfast_base::{ClientId, Error, Result as Done, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::filter::address;
use crate::http::{Answer, Auditor, Created, Json, NoContent, Problem, page::Page, problem::Refusals};

/// What a saved filter asks for. What is absent asks for everything.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedChoice {
    /// A time that moves with the day it is asked on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Microseconds, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// Microseconds, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// A uid; or `system`, `stranger`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub actor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub action: Option<String>,
    /// `kind/id`; or a kind or an id alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub object: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Ending>,
    /// An IP address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SavedSince)]
pub enum Since {
    Today,
    Week,
    Month,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSavedFilter {
    pub cid: ClientId,
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    pub filter: SavedChoice,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SavedFilter {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub name: String,
    pub filter: SavedChoice,
    pub created_at: Timestamp,
}

/// Characters of a text in a filter.
const TEXT_CHARACTERS: usize = 200;

impl SavedFilter {
    fn of(saved: saved::SavedFilter) -> Done<Self> {
        let filter = serde_json::from_str(&saved.filter).map_err(Error::internal("read a saved filter"))?;
        Ok(Self { id: saved.id, name: saved.name, filter, created_at: saved.created_at })
    }
}

impl SavedChoice {
    fn text(&self) -> Done<String> {
        let texts = [("actor", &self.actor), ("action", &self.action), ("object", &self.object)];
        for (field, text) in texts {
            if text.as_ref().is_some_and(|text| text.chars().count() > TEXT_CHARACTERS) {
                return Err(Error::too_long(field, TEXT_CHARACTERS as u64));
            }
        }
        address(self.address.as_deref())?;
        serde_json::to_string(self).map_err(Error::internal("write a saved filter"))
    }
}

/// One's own, in the order in which they were saved.
#[utoipa::path(tag = "audit", responses((status = 200, body = Page<SavedFilter>), Refusals))]
#[get("/audit/filters")]
pub async fn list(by: Auditor) -> Answer<Page<SavedFilter>> {
    let own = by.session.run(|rooms, actor| {
        let own = saved::list(&rooms.db, actor.person().ok_or(Error::NotSignedIn)?)?;
        own.into_iter().map(SavedFilter::of).collect::<Done<Vec<_>>>()
    });
    Ok(Json(Page::whole(own.await?)))
}

/// Keeps a filter by name.
#[utoipa::path(tag = "audit", request_body = NewSavedFilter, responses((status = 201, body = SavedFilter), Refusals))]
#[post("/audit/filters")]
pub async fn create(by: Auditor, new: Json<NewSavedFilter>) -> Result<Created<SavedFilter>, Problem> {
    let new = new.into_inner();
    let kept = by.session.run(move |rooms, actor| {
        let filter = new.filter.text()?;
        rooms.write_db(|tx| saved::save(tx, actor, new.cid, &new.name, &filter)).and_then(SavedFilter::of)
    });
    Ok(Created(kept.await?))
}

/// Forgets one of one's own.
#[utoipa::path(tag = "audit", params(("id" = String, Path)), responses((status = 204), Refusals))]
#[delete("/audit/filters/{id}")]
pub async fn remove(by: Auditor, at: Path<Uuid>) -> Result<NoContent, Problem> {
    let id = at.into_inner();
    by.session.run(move |rooms, actor| rooms.write_db(|tx| saved::delete(tx, actor, id))).await?;
    Ok(NoContent)
}
