//! All SQL of passkeys.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::passkey as table;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::credential::PublicKey;
use crate::{
    keys,
    rows::{from_sql, to_sql},
    views,
};

const FORMAT: u8 = 1;

/// A passkey as its row holds it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) person: PersonId,
    /// What the authenticator calls it.
    pub(crate) credential: Vec<u8>,
    pub(super) key_sealed: Vec<u8>,
    pub(crate) name: String,
    pub(super) counter: u32,
    pub(super) synced: bool,
    pub(super) created_at: Timestamp,
    pub(super) used_at: Option<Timestamp>,
}

/// What must not be swapped for another.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredKey {
    pub(super) host: String,
    pub(super) key: PublicKey,
}

impl Row {
    pub(super) fn sealed(self, key: &DekHandle, stored: &StoredKey) -> Result<Self> {
        let plain = postcard::to_extend(stored, vec![FORMAT]).map_err(Error::internal("encode a passkey"))?;
        let place = keys::passkey(self.person.0, self.id.as_bytes(), &self.credential);
        Ok(Self { key_sealed: key.seal(&place, &plain)?, ..self })
    }

    pub(super) fn open(&self, key: &DekHandle) -> Result<StoredKey> {
        let place = keys::passkey(self.person.0, self.id.as_bytes(), &self.credential);
        match key.open(&place, &self.key_sealed)?.as_slice() {
            [FORMAT, rest @ ..] => postcard::from_bytes(rest).map_err(Error::internal("decode a passkey")),
            _ => Err(Error::broken("decode a passkey of an unknown format")),
        }
    }

    pub(crate) fn view(&self) -> views::Passkey {
        let Self { id, synced, created_at, used_at, .. } = *self;
        views::Passkey { id, name: self.name.clone(), synced, created_at, used_at }
    }
}

type Columns = (Vec<u8>, i64, Vec<u8>, Vec<u8>, String, i64, bool, i64, Option<i64>);

const COLUMNS: (
    table::id,
    table::person_id,
    table::credential,
    table::key_sealed,
    table::name,
    table::counter,
    table::synced,
    table::created_at,
    table::used_at,
) = (
    table::id,
    table::person_id,
    table::credential,
    table::key_sealed,
    table::name,
    table::counter,
    table::synced,
    table::created_at,
    table::used_at,
);

fn row((id, person, credential, key_sealed, name, counter, synced, created_at, used_at): Columns) -> Option<Row> {
    Some(Row {
        id: Uuid::from_slice(&id).ok()?,
        person: PersonId(from_sql(person)),
        credential,
        key_sealed,
        name,
        counter: u32::try_from(counter).unwrap_or(u32::MAX),
        synced,
        created_at: Timestamp(created_at),
        used_at: used_at.map(Timestamp),
    })
}

/// The oldest first.
pub(crate) fn of(conn: &mut SqliteConnection, person: PersonId) -> Result<Vec<Row>> {
    let rows: Vec<Columns> = table::table
        .filter(table::person_id.eq(to_sql(person.0)))
        .select(COLUMNS)
        .order((table::created_at, table::id))
        .load(conn)
        .map_err(Error::internal("read passkeys"))?;
    Ok(rows.into_iter().filter_map(row).collect())
}

pub(super) fn by_credential(conn: &mut SqliteConnection, credential: &[u8]) -> Result<Option<Row>> {
    let found: Option<Columns> = table::table
        .filter(table::credential.eq(credential))
        .select(COLUMNS)
        .first(conn)
        .optional()
        .map_err(Error::internal("look for a passkey"))?;
    Ok(found.and_then(row))
}

pub(super) fn insert(conn: &mut SqliteConnection, new: &Row) -> Result<()> {
    let row = (
        table::id.eq(new.id.as_bytes().to_vec()),
        table::person_id.eq(to_sql(new.person.0)),
        table::credential.eq(&new.credential),
        table::key_sealed.eq(&new.key_sealed),
        table::name.eq(&new.name),
        table::counter.eq(i64::from(new.counter)),
        table::synced.eq(new.synced),
        table::created_at.eq(new.created_at.0),
    );
    diesel::insert_into(table::table).values(row).execute(conn).map(drop).map_err(Error::internal("insert a passkey"))
}

pub(super) fn set_used(conn: &mut SqliteConnection, id: Uuid, counter: u32, now: Timestamp) -> Result<()> {
    let row = (table::counter.eq(i64::from(counter)), table::used_at.eq(now.0));
    let update = diesel::update(table::table.find(id.as_bytes().to_vec())).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("note a passkey's use"))
}

pub(super) fn delete(conn: &mut SqliteConnection, id: Uuid) -> Result<()> {
    let delete = diesel::delete(table::table.find(id.as_bytes().to_vec()));
    delete.execute(conn).map(drop).map_err(Error::internal("delete a passkey"))
}

pub(crate) fn delete_all(conn: &mut SqliteConnection, person: PersonId) -> Result<()> {
    let all = table::table.filter(table::person_id.eq(to_sql(person.0)));
    diesel::delete(all).execute(conn).map(drop).map_err(Error::internal("delete passkeys"))
}
