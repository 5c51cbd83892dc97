//! All SQL of pictures.

use std::collections::HashMap;

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::schema::{avatar, person};

use super::Version;
use crate::rows::to_sql;

/// The bits of a version as SQL has them.
fn signed(version: Version) -> i64 {
    i64::from_ne_bytes(version.0.to_ne_bytes())
}

fn read(version: i64) -> Version {
    Version(u64::from_ne_bytes(version.to_ne_bytes()))
}

/// Versions alone, of everybody, or of one.
pub(crate) fn versions(conn: &mut SqliteConnection, only: Option<PersonId>) -> Result<HashMap<i64, Version>> {
    let mut rows = avatar::table.select((avatar::person_id, avatar::version)).into_boxed();
    if let Some(only) = only {
        rows = rows.filter(avatar::person_id.eq(to_sql(only.0)));
    }
    let rows: Vec<(i64, i64)> = rows.load(conn).map_err(Error::internal("read which pictures there are"))?;
    Ok(rows.into_iter().map(|(person, version)| (person, read(version))).collect())
}

pub(super) fn find(conn: &mut SqliteConnection, id: PersonId) -> Result<Option<(Version, Vec<u8>)>> {
    let row = avatar::table.find(to_sql(id.0)).select((avatar::version, avatar::picture_sealed));
    let found: Option<(i64, Vec<u8>)> = row.first(conn).optional().map_err(Error::internal("read a picture"))?;
    Ok(found.map(|(version, sealed)| (read(version), sealed)))
}

pub(super) fn put(conn: &mut SqliteConnection, id: PersonId, version: Version, sealed: Vec<u8>, now: Timestamp) -> Result<()> {
    let row = (avatar::version.eq(signed(version)), avatar::picture_sealed.eq(sealed), avatar::changed_at.eq(now.0));
    let insert = diesel::insert_into(avatar::table).values((avatar::person_id.eq(to_sql(id.0)), row.clone()));
    let upsert = insert.on_conflict(avatar::person_id).do_update().set(row);
    upsert.execute(conn).map_err(Error::internal("store a picture"))?;
    changed(conn, id, now)
}

/// False: there was none.
pub(super) fn remove(conn: &mut SqliteConnection, id: PersonId, now: Timestamp) -> Result<bool> {
    let delete = diesel::delete(avatar::table.find(to_sql(id.0)));
    if delete.execute(conn).map_err(Error::internal("remove a picture"))? == 0 {
        return Ok(false);
    }
    changed(conn, id, now)?;
    Ok(true)
}

/// Doors that tell what changed since then tell this too.
fn changed(conn: &mut SqliteConnection, id: PersonId, now: Timestamp) -> Result<()> {
    let update = diesel::update(person::table.find(to_sql(id.0))).set(person::changed_at.eq(now.0));
    update.execute(conn).map(drop).map_err(Error::internal("change a person"))
}
