//! All SQL of app passwords.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::schema::app_password as table;
use uuid::Uuid;

use super::known::Known;
use crate::{
    rows::{from_sql, to_sql},
    views::{self, AppDoor},
};

/// One app password in the list of who holds what.
pub(crate) struct Counted {
    pub(crate) person: PersonId,
    pub(crate) door: AppDoor,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
}

impl Counted {
    pub(crate) fn door_name(&self) -> &'static str {
        door_name(self.door)
    }
}

fn door_name(door: AppDoor) -> &'static str {
    match door {
        AppDoor::Webdav => "webdav",
        AppDoor::Ldap => "ldap",
        AppDoor::Any => "any",
    }
}

/// The table's CHECK allows three words; another one opens the fewest doors.
fn door(name: &str) -> AppDoor {
    [AppDoor::Any, AppDoor::Ldap].into_iter().find(|door| door_name(*door) == name).unwrap_or(AppDoor::Webdav)
}

type ListedRow = (Vec<u8>, String, String, i64, Option<i64>, Option<i64>);
type Row = (Vec<u8>, i64, String, Vec<u8>, Option<i64>, Option<i64>);

pub(super) fn all(conn: &mut SqliteConnection) -> Result<Vec<([u8; 32], Known)>> {
    let rows: Vec<Row> = table::table
        .select((table::id, table::person_id, table::door, table::mac, table::expires_at, table::used_at))
        .load(conn)
        .map_err(Error::internal("read the app passwords"))?;
    let known = |(id, person, name, mac, expires_at, used_at): Row| {
        let known = Known {
            id: Uuid::from_slice(&id).ok()?,
            person: PersonId(from_sql(person)),
            door: door(&name),
            expires_at: expires_at.map(Timestamp),
            used_at: used_at.unwrap_or(0).into(),
        };
        Some((mac.try_into().ok()?, known))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Of everybody, without what they are called.
pub(super) fn counted(conn: &mut SqliteConnection) -> Result<Vec<Counted>> {
    let rows: Vec<(i64, String, i64, Option<i64>)> = table::table
        .select((table::person_id, table::door, table::created_at, table::expires_at))
        .load(conn)
        .map_err(Error::internal("count the app passwords"))?;
    let counted = |(person, name, created_at, expires_at): (i64, String, i64, Option<i64>)| Counted {
        person: PersonId(from_sql(person)),
        door: door(&name),
        created_at: Timestamp(created_at),
        expires_at: expires_at.map(Timestamp),
    };
    Ok(rows.into_iter().map(counted).collect())
}

pub(super) fn of(conn: &mut SqliteConnection, person: PersonId) -> Result<Vec<views::AppPassword>> {
    let rows: Vec<ListedRow> = table::table
        .filter(table::person_id.eq(to_sql(person.0)))
        .select((table::id, table::label, table::door, table::created_at, table::expires_at, table::used_at))
        .order((table::created_at.desc(), table::id.desc()))
        .load(conn)
        .map_err(Error::internal("read app passwords"))?;
    let view = |(id, label, name, created_at, expires_at, used_at): ListedRow| {
        let id = Uuid::from_slice(&id).ok()?;
        let (created_at, expires_at, used_at) = (Timestamp(created_at), expires_at.map(Timestamp), used_at.map(Timestamp));
        Some(views::AppPassword { id, label, door: door(&name), created_at, expires_at, used_at })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

pub(super) fn count(conn: &mut SqliteConnection, person: PersonId) -> Result<usize> {
    let count: i64 = table::table
        .filter(table::person_id.eq(to_sql(person.0)))
        .count()
        .get_result(conn)
        .map_err(Error::internal("count app passwords"))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub(super) fn insert(conn: &mut SqliteConnection, new: &Known, label: &str, mac: &[u8; 32], now: Timestamp) -> Result<()> {
    let row = (
        table::id.eq(new.id.as_bytes().to_vec()),
        table::person_id.eq(to_sql(new.person.0)),
        table::label.eq(label),
        table::door.eq(door_name(new.door)),
        table::mac.eq(mac.to_vec()),
        table::created_at.eq(now.0),
        table::expires_at.eq(new.expires_at.map(|ends| ends.0)),
    );
    let insert = diesel::insert_into(table::table).values(row);
    insert.execute(conn).map(drop).map_err(Error::internal("insert an app password"))
}

pub(super) fn set_used(conn: &mut SqliteConnection, id: Uuid, now: Timestamp) -> Result<()> {
    let update = diesel::update(table::table.find(id.as_bytes().to_vec())).set(table::used_at.eq(now.0));
    update.execute(conn).map(drop).map_err(Error::internal("note an app password's use"))
}

/// False when the person has no such app password.
pub(super) fn delete(conn: &mut SqliteConnection, person: PersonId, id: Uuid) -> Result<bool> {
    let own = table::table.find(id.as_bytes().to_vec()).filter(table::person_id.eq(to_sql(person.0)));
    let gone = diesel::delete(own).execute(conn).map_err(Error::internal("delete an app password"))?;
    Ok(gone > 0)
}

pub(super) fn delete_all(conn: &mut SqliteConnection, person: PersonId) -> Result<()> {
    let all = table::table.filter(table::person_id.eq(to_sql(person.0)));
    diesel::delete(all).execute(conn).map(drop).map_err(Error::internal("delete app passwords"))
}
