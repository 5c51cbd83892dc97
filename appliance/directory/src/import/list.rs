use holdfast_base::{Error, Result};
use uuid::Uuid;

use super::{Import, ImportRow, ImportState, RowOutcome, rows};
use crate::{Directory, Paging, SystemAdmin, cursor, views};

pub fn view(directory: &Directory, _by: &SystemAdmin, id: Uuid) -> Result<Import> {
    directory.db().read(|conn| rows::find(conn, directory.key(), id)).map(|stored| stored.view(directory))
}

/// The rows of the plan in their order; with `outcome` only those.
pub fn list(
    directory: &Directory,
    _by: &SystemAdmin,
    id: Uuid,
    outcome: Option<RowOutcome>,
    paging: &Paging,
) -> Result<views::Page<ImportRow>> {
    let plan = plan(directory, id)?;
    let filter = format!("{id} {outcome:?}");
    let after: u32 = paging.position(directory.key(), "import-rows", &filter)?.unwrap_or(0);
    let limit = paging.limit()?;
    let start = plan.rows.partition_point(|row| row.view.row <= after);
    let matching = plan.rows[start..].iter().filter(|row| outcome.is_none_or(|outcome| outcome == row.view.outcome));
    let mut items: Vec<ImportRow> = matching.take(limit + 1).map(|row| row.view.clone()).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = match items.last() {
        Some(last) if more => Some(cursor::seal(directory.key(), "import-rows", &filter, &last.row)?),
        _ => None,
    };
    Ok(views::Page { items, next })
}

pub(super) fn plan(directory: &Directory, id: Uuid) -> Result<std::sync::Arc<super::plan::Plan>> {
    directory.plans().get(id, || {
        directory.db().read(|conn| {
            let stored = rows::find(conn, directory.key(), id)?;
            if stored.state == ImportState::Expired {
                return Err(Error::Gone);
            }
            rows::plan(conn, directory.key(), &stored)
        })
    })
}
