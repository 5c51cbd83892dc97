use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, DepartmentId, Error, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::rows;
use crate::{Directory, DirectoryKeeper, creates::Create, limits, may::Act, rows as shared, text, views};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDepartment {
    pub cid: ClientId,
    #[schema(max_length = 64)]
    pub name: String,
    pub parent: Option<DepartmentId>,
}

/// A department at the end of its parent's children; without a parent a root.
pub fn create(tx: &mut DbTx<'_>, directory: &Directory, by: &DirectoryKeeper, new: &NewDepartment) -> Result<views::Department> {
    by.demand(directory, &Act::CreateDepartment { parent: new.parent })?;
    let name = text::department_name(&new.name)?;
    let create = Create::new(directory, new.cid, "department", &format!("{name:?} {:?}", new.parent))?;
    if let Some(before) = create.before(tx)? {
        let id = before.parse().map_err(|_| Error::broken("read the id of an earlier department"))?;
        return rows::view(tx.conn(), &directory.org(), id);
    }
    let id = insert(tx, &name, new.parent)?;
    record(tx, by, id, &name, new.parent);
    create.done(tx, &id.to_string())?;
    let row = shared::department(tx.conn(), id)?;
    directory.publish(tx, move |org| org.with_department(row));
    Ok(views::Department { id, name, parent: new.parent, people: 0, children: 0, heads: Vec::new() })
}

fn insert(tx: &mut DbTx<'_>, name: &str, parent: Option<DepartmentId>) -> Result<DepartmentId> {
    if let Some(parent) = parent {
        let level = rows::level(tx.conn(), parent)?.ok_or(Error::invalid("parent", "unknown"))?;
        if level + 1 > limits::DEPARTMENT_LEVELS {
            return Err(too_deep());
        }
    }
    if rows::sibling(tx.conn(), parent, name)?.is_some() {
        return Err(Error::invalid("name", "taken"));
    }
    let id = DepartmentId(shared::next_id(tx.conn(), "department")?);
    let now = tx.now();
    rows::insert(tx.conn(), id, name, parent, now)?;
    Ok(id)
}

fn record(tx: &mut DbTx<'_>, by: &DirectoryKeeper, id: DepartmentId, name: &str, parent: Option<DepartmentId>) {
    let event = Event::new(by.actor(), "department.create", Object::new("department", id)).text("name", name);
    let event = match parent {
        Some(parent) => event.text("parent", parent.to_string()),
        None => event,
    };
    holdfast_audit::record(tx, event);
}

pub(super) fn too_deep() -> Error {
    let rule = holdfast_base::Rule { code: "too-deep", limit: Some(limits::DEPARTMENT_LEVELS as u64) };
    Error::Invalid { field: "parent", rule }
}
