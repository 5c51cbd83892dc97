//! All SQL of enrolments.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::schema::enrolment as table;

use crate::rows::{from_sql, to_sql};

pub(crate) struct Enrolment {
    pub(crate) person: PersonId,
    pub(crate) expires_at: Timestamp,
}

type Row = (i64, i64);

fn enrolment((person, expires_at): Row) -> Enrolment {
    Enrolment { person: PersonId(from_sql(person)), expires_at: Timestamp(expires_at) }
}

pub(super) fn find(conn: &mut SqliteConnection, mac: &[u8; 32]) -> Result<Option<Enrolment>> {
    let found: Option<Row> = table::table
        .filter(table::mac.eq(mac.as_slice()))
        .select((table::person_id, table::expires_at))
        .first(conn)
        .optional()
        .map_err(Error::internal("look for an enrolment"))?;
    Ok(found.map(enrolment))
}

pub(crate) fn of(conn: &mut SqliteConnection, person: PersonId) -> Result<Option<Enrolment>> {
    let found: Option<Row> = table::table
        .find(to_sql(person.0))
        .select((table::person_id, table::expires_at))
        .first(conn)
        .optional()
        .map_err(Error::internal("read an enrolment"))?;
    Ok(found.map(enrolment))
}

/// Takes the place of the person's earlier one.
pub(super) fn put(
    conn: &mut SqliteConnection,
    person: PersonId,
    mac: &[u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let row = (table::mac.eq(mac.to_vec()), table::created_at.eq(now.0), table::expires_at.eq(expires_at.0));
    let insert = diesel::insert_into(table::table).values((table::person_id.eq(to_sql(person.0)), row.clone()));
    let upsert = insert.on_conflict(table::person_id).do_update().set(row);
    upsert.execute(conn).map(drop).map_err(Error::internal("store an enrolment"))
}

/// The person's code is worth nothing from now on.
pub(crate) fn forget(conn: &mut SqliteConnection, person: PersonId) -> Result<()> {
    let delete = diesel::delete(table::table.find(to_sql(person.0)));
    delete.execute(conn).map(drop).map_err(Error::internal("delete an enrolment"))
}
