use holdfast_base::Result;

use crate::{Directory, SecurityAdmin, views};

/// The same for whoever looks through who holds what.
pub(crate) fn all(directory: &Directory) -> Vec<views::Connector> {
    directory.connectors().all().iter().map(|connector| connector.shown()).collect()
}

/// By name. A hundred at most, so one page.
pub fn list(directory: &Directory, by: &SecurityAdmin) -> Result<views::Page<views::Connector>> {
    by.recheck(directory)?;
    Ok(views::Page::whole(directory.connectors().all().iter().map(|connector| connector.shown()).collect()))
}
