use holdfast_audit::{Event, Object};
use holdfast_base::{DepartmentId, Error, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{create::too_deep, rows};
use crate::{Directory, DirectoryKeeper, limits, may::Act, people::present, rows as shared, text, views};

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentChange {
    #[schema(max_length = 64)]
    pub name: Option<String>,
    /// `null` makes it a root.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{1,19}$")]
    pub parent: Option<Option<DepartmentId>>,
}

/// Renames and moves, in one transaction. A move under itself is refused, as is one that would be too deep.
pub fn edit(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &DirectoryKeeper,
    id: DepartmentId,
    change: &DepartmentChange,
) -> Result<views::Department> {
    by.demand(directory, &Act::RenameDepartment(id))?;
    let mut view = rows::view(tx.conn(), &directory.org(), id)?;
    let name = change.name.as_deref().map(text::department_name).transpose()?.unwrap_or_else(|| view.name.clone());
    let parent = change.parent.unwrap_or(view.parent);
    let (renamed, moved) = (name != view.name, parent != view.parent);
    if !renamed && !moved {
        return Ok(view);
    }
    if moved {
        by.demand(directory, &Act::MoveDepartment { id, to: parent })?;
        check_move(tx, id, parent)?;
    }
    if rows::sibling(tx.conn(), parent, &name)?.is_some_and(|holder| holder != id) {
        return Err(Error::invalid("name", "taken"));
    }
    let now = tx.now();
    rows::update(tx.conn(), id, &name, parent, now)?;
    if moved {
        rows::move_closure(tx.conn(), id, parent)?;
    }
    record(tx, by, &view, &name, parent);
    let row = shared::department(tx.conn(), id)?;
    directory.publish(tx, move |org| org.with_department(row));
    (view.name, view.parent) = (name, parent);
    Ok(view)
}

fn check_move(tx: &mut DbTx<'_>, id: DepartmentId, parent: Option<DepartmentId>) -> Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let level = rows::level(tx.conn(), parent)?.ok_or(Error::invalid("parent", "unknown"))?;
    if rows::is_inside(tx.conn(), id, parent)? {
        return Err(Error::invalid("parent", "cycle"));
    }
    if level + rows::height(tx.conn(), id)? > limits::DEPARTMENT_LEVELS {
        return Err(too_deep());
    }
    Ok(())
}

fn record(tx: &mut DbTx<'_>, by: &DirectoryKeeper, before: &views::Department, name: &str, parent: Option<DepartmentId>) {
    let object = Object::new("department", before.id);
    if name != before.name {
        let event = Event::new(by.actor(), "department.rename", object.clone());
        holdfast_audit::record(tx, event.text("from", before.name.clone()).text("to", name));
    }
    if parent != before.parent {
        let word = |parent: Option<DepartmentId>| parent.map_or_else(|| "root".to_owned(), |id| id.to_string());
        let event = Event::new(by.actor(), "department.move", object);
        holdfast_audit::record(tx, event.text("from", word(before.parent)).text("to", word(parent)));
    }
}
