use holdfast_base::{Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ImportCounts, ImportState, rows};
use crate::{Directory, Paging, PersonRef, SystemAdmin, cursor, views};

/// One import as the history has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportEntry {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub name: String,
    pub state: ImportState,
    pub counts: ImportCounts,
    pub created_at: Timestamp,
    pub created_by: PersonRef,
    /// Absent when it was only looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<Timestamp>,
}

/// The latest first.
pub fn history(directory: &Directory, _by: &SystemAdmin, paging: &Paging) -> Result<views::Page<ImportEntry>> {
    let org = directory.org();
    let limit = paging.limit()?;
    let before: Option<(Timestamp, Uuid)> = paging.position(directory.key(), "imports", "")?;
    let mut found = directory.db().read(|conn| rows::list(conn, directory.key(), before, limit + 1))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = match found.last() {
        Some(last) if more => Some(cursor::seal(directory.key(), "imports", "", &(last.created_at, last.id))?),
        _ => None,
    };
    let entry = |stored: &super::Stored| ImportEntry {
        id: stored.id,
        name: stored.summary.name.clone(),
        state: stored.state,
        counts: stored.summary.counts,
        created_at: stored.created_at,
        created_by: org.reference(stored.created_by),
        applied_at: stored.applied_at,
    };
    Ok(views::Page { items: found.iter().map(entry).collect(), next })
}
