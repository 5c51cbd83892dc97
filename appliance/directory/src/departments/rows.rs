//! All SQL of departments.

use diesel::{
    dsl::{exists, max, select},
    prelude::*,
    sql_types::BigInt,
};
use holdfast_base::{DepartmentId, Error, Result, Timestamp};
use holdfast_store::schema::{department, department_closure as closure, membership};

use crate::{
    Org,
    rows::{from_sql, to_sql},
    views,
};

/// The row as it stands in the transaction, with the counts of the snapshot.
pub(super) fn view(conn: &mut SqliteConnection, org: &Org, id: DepartmentId) -> Result<views::Department> {
    let (name, parent): (String, Option<i64>) = department::table
        .find(to_sql(id.0))
        .select((department::name, department::parent_id))
        .first(conn)
        .optional()
        .map_err(Error::internal("read a department"))?
        .ok_or(Error::NotFound)?;
    let children: i64 = department::table
        .filter(department::parent_id.eq(to_sql(id.0)))
        .count()
        .get_result(conn)
        .map_err(Error::internal("count the departments below"))?;
    let heads = org.department(id).into_iter().flat_map(|department| org.heads(department));
    let heads = heads.filter_map(|slot| org.at_slot(slot)).map(|head| head.reference()).collect();
    Ok(views::Department {
        id,
        name,
        parent: parent.map(|id| DepartmentId(from_sql(id))),
        people: org.people_in(id),
        children: u32::try_from(children).unwrap_or(u32::MAX),
        heads,
    })
}

pub(crate) fn sibling(conn: &mut SqliteConnection, parent: Option<DepartmentId>, name: &str) -> Result<Option<DepartmentId>> {
    let mut query = department::table.select(department::id).filter(department::name.eq(name.to_owned())).into_boxed();
    query = match parent {
        Some(parent) => query.filter(department::parent_id.eq(to_sql(parent.0))),
        None => query.filter(department::parent_id.is_null()),
    };
    let found: Option<i64> = query.first(conn).optional().map_err(Error::internal("look for a department by name"))?;
    Ok(found.map(|id| DepartmentId(from_sql(id))))
}

/// Levels down to the department, itself counted; none when there is no such department.
pub(super) fn level(conn: &mut SqliteConnection, id: DepartmentId) -> Result<Option<usize>> {
    let depth: Option<i32> = closure::table
        .filter(closure::descendant_id.eq(to_sql(id.0)))
        .select(max(closure::depth))
        .first(conn)
        .map_err(Error::internal("read a department's depth"))?;
    Ok(depth.map(|depth| usize::try_from(depth).unwrap_or(0) + 1))
}

/// Levels of the subtree, the department itself counted.
pub(super) fn height(conn: &mut SqliteConnection, id: DepartmentId) -> Result<usize> {
    let depth: Option<i32> = closure::table
        .filter(closure::ancestor_id.eq(to_sql(id.0)))
        .select(max(closure::depth))
        .first(conn)
        .map_err(Error::internal("read a department's height"))?;
    Ok(usize::try_from(depth.unwrap_or(0)).unwrap_or(0) + 1)
}

/// Does `below` lie in the subtree of `top` (or is it `top`)?
pub(super) fn is_inside(conn: &mut SqliteConnection, top: DepartmentId, below: DepartmentId) -> Result<bool> {
    let row = closure::table.find((to_sql(top.0), to_sql(below.0)));
    select(exists(row)).get_result(conn).map_err(Error::internal("look for a cycle"))
}

pub(super) fn has_children(conn: &mut SqliteConnection, id: DepartmentId) -> Result<bool> {
    let below = department::table.filter(department::parent_id.eq(to_sql(id.0)));
    select(exists(below)).get_result(conn).map_err(Error::internal("look for departments below"))
}

pub(super) fn has_people(conn: &mut SqliteConnection, id: DepartmentId) -> Result<bool> {
    let people = membership::table.filter(membership::department_id.eq(to_sql(id.0)));
    select(exists(people)).get_result(conn).map_err(Error::internal("look for people of a department"))
}

pub(crate) fn is_there(conn: &mut SqliteConnection, id: DepartmentId) -> Result<bool> {
    let row = department::table.find(to_sql(id.0));
    select(exists(row)).get_result(conn).map_err(Error::internal("look for a department"))
}

pub(super) fn insert(
    conn: &mut SqliteConnection,
    id: DepartmentId,
    name: &str,
    parent: Option<DepartmentId>,
    now: Timestamp,
) -> Result<()> {
    let row = (
        department::id.eq(to_sql(id.0)),
        department::name.eq(name),
        department::parent_id.eq(parent.map(|id| to_sql(id.0))),
        // Ids grow, so the newest stands last among its siblings.
        department::position.eq(to_sql(id.0)),
        department::created_at.eq(now.0),
        department::changed_at.eq(now.0),
    );
    diesel::insert_into(department::table).values(row).execute(conn).map_err(Error::internal("insert a department"))?;
    let itself = (closure::ancestor_id.eq(to_sql(id.0)), closure::descendant_id.eq(to_sql(id.0)), closure::depth.eq(0));
    diesel::insert_into(closure::table).values(itself).execute(conn).map_err(Error::internal("insert a department"))?;
    hang(conn, id, parent)
}

/// Rows of one INSERT.
const ROWS_PER_STATEMENT: usize = 500;

/// A department to be inserted; its parent is there, or stands before it.
pub(crate) struct Inserted {
    pub(crate) id: DepartmentId,
    pub(crate) name: String,
    pub(crate) parent: Option<DepartmentId>,
}

#[derive(Insertable)]
#[diesel(table_name = department, treat_none_as_default_value = false)]
struct Row<'a> {
    id: i64,
    name: &'a str,
    parent_id: Option<i64>,
    position: i64,
    created_at: i64,
    changed_at: i64,
}

/// Many at once, parents first, with ids that follow each other, for an import that has checked names and depths.
pub(crate) fn insert_all(conn: &mut SqliteConnection, new: &[Inserted], now: Timestamp) -> Result<()> {
    let (Some(first), Some(last)) = (new.first(), new.last()) else { return Ok(()) };
    for some in new.chunks(ROWS_PER_STATEMENT) {
        let mut rows = Vec::with_capacity(some.len());
        for one in some {
            let (id, parent_id) = (to_sql(one.id.0), one.parent.map(|id| to_sql(id.0)));
            rows.push(Row { id, name: &one.name, parent_id, position: id, created_at: now.0, changed_at: now.0 });
        }
        diesel::insert_into(department::table).values(rows).execute(conn).map_err(Error::internal("insert departments"))?;
    }
    // The database walks up by itself: hundreds of thousands of rows need not be written down one by one.
    let hang = "INSERT INTO department_closure (ancestor_id, descendant_id, depth) \
        WITH RECURSIVE up (ancestor, descendant, depth) AS ( \
            SELECT id, id, 0 FROM department WHERE id BETWEEN ? AND ? \
            UNION ALL \
            SELECT above.parent_id, up.descendant, up.depth + 1 \
            FROM up JOIN department above ON above.id = up.ancestor WHERE above.parent_id IS NOT NULL \
        ) SELECT ancestor, descendant, depth FROM up";
    let hang = diesel::sql_query(hang).bind::<BigInt, _>(to_sql(first.id.0)).bind::<BigInt, _>(to_sql(last.id.0));
    hang.execute(conn).map(drop).map_err(Error::internal("hang departments under their parents"))
}

pub(super) fn update(
    conn: &mut SqliteConnection,
    id: DepartmentId,
    name: &str,
    parent: Option<DepartmentId>,
    now: Timestamp,
) -> Result<()> {
    let row =
        (department::name.eq(name), department::parent_id.eq(parent.map(|id| to_sql(id.0))), department::changed_at.eq(now.0));
    let update = diesel::update(department::table.find(to_sql(id.0))).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("change a department"))
}

/// Cuts the subtree off what was above it and hangs it under `parent`.
pub(super) fn move_closure(conn: &mut SqliteConnection, id: DepartmentId, parent: Option<DepartmentId>) -> Result<()> {
    let cut = "DELETE FROM department_closure \
        WHERE descendant_id IN (SELECT descendant_id FROM department_closure WHERE ancestor_id = ?) \
        AND ancestor_id NOT IN (SELECT descendant_id FROM department_closure WHERE ancestor_id = ?)";
    let cut = diesel::sql_query(cut).bind::<BigInt, _>(to_sql(id.0)).bind::<BigInt, _>(to_sql(id.0));
    cut.execute(conn).map_err(Error::internal("cut a department's subtree off"))?;
    hang(conn, id, parent)
}

fn hang(conn: &mut SqliteConnection, id: DepartmentId, parent: Option<DepartmentId>) -> Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let hang = "INSERT INTO department_closure (ancestor_id, descendant_id, depth) \
        SELECT up.ancestor_id, down.descendant_id, up.depth + down.depth + 1 \
        FROM department_closure up, department_closure down WHERE up.descendant_id = ? AND down.ancestor_id = ?";
    let hang = diesel::sql_query(hang).bind::<BigInt, _>(to_sql(parent.0)).bind::<BigInt, _>(to_sql(id.0));
    hang.execute(conn).map(drop).map_err(Error::internal("hang a department under its parent"))
}

pub(super) fn delete(conn: &mut SqliteConnection, id: DepartmentId) -> Result<()> {
    let above = closure::table.filter(closure::descendant_id.eq(to_sql(id.0)));
    diesel::delete(above).execute(conn).map_err(Error::internal("delete a department"))?;
    let row = department::table.find(to_sql(id.0));
    diesel::delete(row).execute(conn).map(drop).map_err(Error::internal("delete a department"))
}
