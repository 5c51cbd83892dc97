use holdfast_base::{PersonId, Result};
use uuid::Uuid;

use super::rows;
use crate::{Directory, views};

/// The person's own, the newest first. Fifty at most, so one page.
pub fn list(directory: &Directory, person: PersonId) -> Result<views::Page<views::AppPassword>> {
    let items = directory.db().read(|conn| rows::of(conn, person))?;
    Ok(views::Page::whole(items))
}

/// Whose they are and for which door, of everybody.
pub(crate) fn counted(directory: &Directory) -> Result<Vec<rows::Counted>> {
    directory.db().read(rows::counted)
}

/// Everybody's.
pub(crate) fn ids(directory: &Directory) -> Result<Vec<Uuid>> {
    Ok(directory.db().read(rows::all)?.into_iter().map(|(_, known)| known.id).collect())
}
