//! All SQL of saved filters.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::schema::audit_filter as table;
use uuid::Uuid;

use super::SavedFilter;

type Row = (Vec<u8>, i64, String, String, i64);

fn read((id, person, name, filter, created_at): Row) -> Result<(PersonId, SavedFilter)> {
    let id = Uuid::from_slice(&id).map_err(Error::internal("read the id of a saved filter"))?;
    Ok((PersonId(person.unsigned_abs()), SavedFilter { id, name, filter, created_at: Timestamp(created_at) }))
}

pub(super) fn of(conn: &mut SqliteConnection, person: PersonId) -> Result<Vec<SavedFilter>> {
    let own = table::table.filter(table::person_id.eq(person.0.cast_signed()));
    let rows: Vec<Row> =
        own.order((table::created_at, table::id)).load(conn).map_err(Error::internal("read the saved filters"))?;
    rows.into_iter().map(|row| Ok(read(row)?.1)).collect()
}

pub(super) fn ids(conn: &mut SqliteConnection) -> Result<Vec<Uuid>> {
    let ids: Vec<Vec<u8>> = table::table.select(table::id).load(conn).map_err(Error::internal("read the saved filters"))?;
    ids.iter().map(|id| Uuid::from_slice(id).map_err(Error::internal("read the id of a saved filter"))).collect()
}

pub(super) fn find(conn: &mut SqliteConnection, id: Uuid) -> Result<Option<(PersonId, SavedFilter)>> {
    let row: Option<Row> =
        table::table.find(id.as_bytes().to_vec()).first(conn).optional().map_err(Error::internal("read a saved filter"))?;
    row.map(read).transpose()
}

pub(super) fn insert(conn: &mut SqliteConnection, person: PersonId, saved: &SavedFilter) -> Result<()> {
    let row = (
        table::id.eq(saved.id.as_bytes().to_vec()),
        table::person_id.eq(person.0.cast_signed()),
        table::name.eq(&saved.name),
        table::filter.eq(&saved.filter),
        table::created_at.eq(saved.created_at.0),
    );
    let insert = diesel::insert_into(table::table).values(row);
    insert.execute(conn).map(drop).map_err(Error::internal("save a filter"))
}

pub(super) fn delete(conn: &mut SqliteConnection, id: Uuid) -> Result<()> {
    let gone = diesel::delete(table::table.find(id.as_bytes().to_vec()));
    gone.execute(conn).map(drop).map_err(Error::internal("delete a saved filter"))
}
