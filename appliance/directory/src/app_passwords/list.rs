use holdfast_base::{PersonId, Result};

use super::rows;
use crate::{Directory, views};

/// The person's own, the newest first. Fifty at most, so one page.
pub fn list(directory: &Directory, person: PersonId) -> Result<views::Page<views::AppPassword>> {
    let items = directory.db().read(|conn| rows::of(conn, person))?;
    Ok(views::Page::whole(items))
}
