use holdfast_base::Result;

use super::rows;
use crate::{Directory, views};

/// Every grant of the enterprise, role by role, the oldest first. A handful, so one page.
pub fn list(directory: &Directory) -> Result<views::Page<views::RoleGrant>> {
    let org = directory.org();
    let mut grants = directory.db().read(rows::all)?;
    grants.sort_by_key(|grant| (grant.role.name(), grant.granted_at, grant.person));
    // A row that was tampered with counts for nothing, here too.
    grants.retain(|grant| org.person(grant.person).is_some_and(|person| person.has_role(grant.role)));
    Ok(views::Page::whole(grants.iter().map(|grant| grant.view(&org)).collect()))
}
