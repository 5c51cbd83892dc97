//! All SQL of what people are in their departments.

use diesel::prelude::*;
use holdfast_base::{DepartmentId, Error, PersonId, Result, Timestamp};
use holdfast_store::schema::{membership, person};

use crate::{Post, rows::to_sql};

/// Title and head; the place has a statement of its own.
pub(super) fn set(conn: &mut SqliteConnection, id: PersonId, post: &Post, now: Timestamp) -> Result<()> {
    let row = membership::table.find((to_sql(id.0), to_sql(post.department.0)));
    let update = diesel::update(row).set((membership::title.eq(post.title.as_deref()), membership::head.eq(post.head)));
    update.execute(conn).map_err(Error::internal("change a membership"))?;
    let changed = diesel::update(person::table.find(to_sql(id.0))).set(person::changed_at.eq(now.0));
    changed.execute(conn).map(drop).map_err(Error::internal("change a membership"))
}

pub(super) fn set_place(conn: &mut SqliteConnection, id: PersonId, department: DepartmentId, place: Option<u32>) -> Result<()> {
    let row = membership::table.find((to_sql(id.0), to_sql(department.0)));
    let place = place.and_then(|place| i32::try_from(place).ok());
    let update = diesel::update(row).set(membership::place.eq(place));
    update.execute(conn).map(drop).map_err(Error::internal("put somebody in a department's order"))
}
