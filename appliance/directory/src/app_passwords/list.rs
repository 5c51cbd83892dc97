use holdfast_base::{PersonId, Result};
use uuid::Uuid;

use super::rows;
use crate::{Directory, views};

/// The person's own, the newest first. Fifty at most, so one page.
pub fn list(directory: &Directory, person: PersonId) -> Result<views::Page<views::AppPassword>> {
    let items = directory.db().read(|conn| rows::of(conn, person))?;
    Ok(views::Page::whole(items))
}

/// Everybody's.
pub(crate) fn ids(directory: &Directory) -> Result<Vec<Uuid>> {
    Ok(directory.db().read(rows::all)?.into_iter().map(|(_, known)| known.id).collect())
}
