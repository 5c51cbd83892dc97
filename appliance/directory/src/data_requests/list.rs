use holdfast_base::{Actor, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rows::{self, Request, RequestState};
use crate::{Directory, Org, Paging, SystemAdmin, cursor, views};

/// Which ones the desk shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OfState {
    /// By the day they are due.
    #[default]
    Open,
    /// The last first.
    Closed,
}

#[derive(Serialize, Deserialize)]
struct Position {
    due_at: Timestamp,
    id: u64,
}

/// The actor's own, the newest first.
pub fn own(directory: &Directory, actor: &Actor) -> Result<views::Page<views::DataRequest>> {
    let org = directory.org();
    let person = org.active(actor)?.id;
    let all = directory.db().read(|conn| rows::of(conn, directory.key(), person, holdfast_base::limits::PAGE_ITEMS))?;
    let now = directory.world().now();
    Ok(views::Page::whole(all.into_iter().map(|request| view(&org, now, request)).collect()))
}

/// Everybody's, for the desk. Of copies it says that they were asked for, and nothing of what is in them.
pub fn list(
    directory: &Directory,
    _by: &SystemAdmin,
    state: OfState,
    paging: &Paging,
) -> Result<views::Page<views::DataRequest>> {
    let org = directory.org();
    let (limit, name) = (paging.limit()?, format!("{state:?}"));
    let after: Option<Position> = paging.position(directory.key(), "data-requests", &name)?;
    let after = after.map(|after| (after.due_at, after.id));
    let open = state == OfState::Open;
    let mut found = directory.db().read(|conn| rows::page(conn, directory.key(), open, after, limit + 1))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = match found.last() {
        Some(last) if more => {
            let position = Position { due_at: last.due_at, id: last.id };
            Some(cursor::seal(directory.key(), "data-requests", &name, &position)?)
        }
        _ => None,
    };
    let now = directory.world().now();
    Ok(views::Page { items: found.into_iter().map(|request| view(&org, now, request)).collect(), next })
}

pub(super) fn view(org: &Org, now: Timestamp, request: Request) -> views::DataRequest {
    views::DataRequest {
        id: request.id.to_string(),
        person: org.reference(request.person),
        kind: request.kind,
        state: request.state,
        field: request.words.field,
        wanted: request.words.wanted,
        reason: request.words.reason,
        answer: request.words.answer,
        opened_at: request.opened_at,
        due_at: request.due_at,
        overdue: request.state == RequestState::Open && request.due_at <= now,
        answered_at: request.answered_at,
        answered_by: request.answered_by.map(|id| org.reference(id)),
        copy_bytes: Some(request.copy_bytes).filter(|bytes| *bytes > 0),
        copy_expires_at: request.copy_expires_at.filter(|at| *at > now),
    }
}
