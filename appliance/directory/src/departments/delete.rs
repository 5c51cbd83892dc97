use holdfast_audit::{Event, Object};
use holdfast_base::{DepartmentId, Error, Result};
use holdfast_store::DbTx;

use super::rows;
use crate::{Directory, DirectoryKeeper, may::Act, rows as shared};

/// Only an empty department goes: no departments below, nobody in it, frozen people counted too.
pub fn delete(tx: &mut DbTx<'_>, directory: &Directory, by: &DirectoryKeeper, id: DepartmentId) -> Result<()> {
    by.demand(directory, &Act::DeleteDepartment(id))?;
    let view = rows::view(tx.conn(), &directory.org(), id)?;
    if rows::has_children(tx.conn(), id)? {
        return Err(Error::conflict("has-departments"));
    }
    if rows::has_people(tx.conn(), id)? {
        return Err(Error::conflict("has-people"));
    }
    rows::delete(tx.conn(), id)?;
    holdfast_audit::record(
        tx,
        Event::new(by.actor(), "department.delete", Object::new("department", id)).text("name", view.name),
    );
    let departments = shared::departments(tx.conn())?;
    directory.publish(tx, move |org| org.with_departments(departments));
    Ok(())
}
