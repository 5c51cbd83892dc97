//! All SQL of witnesses.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::schema::audit_witness as table;
use uuid::Uuid;

use super::{Seen, Witness};

#[derive(Queryable)]
struct Row {
    id: Vec<u8>,
    vkey: String,
    registered_by: i64,
    registered_at: i64,
    asked_note: Option<String>,
    asked_at: Option<i64>,
    note: Option<String>,
    size: Option<i64>,
    cosigned_at: Option<i64>,
    received_at: Option<i64>,
}

impl Row {
    /// The witness, and the checkpoint that it was asked about last.
    fn read(self) -> Result<(Witness, Option<String>)> {
        let broken = || Error::broken("read a witness");
        let seen = self.note.zip(self.size).zip(self.cosigned_at.zip(self.received_at));
        let seen = seen.map(|((note, size), (at, received_at))| Seen {
            note,
            size: size.unsigned_abs(),
            at: Timestamp(at),
            received_at: Timestamp(received_at),
        });
        let witness = Witness {
            id: Uuid::from_slice(&self.id).map_err(|_| broken())?,
            key: self.vkey.parse().map_err(|_| broken())?,
            registered_by: PersonId(self.registered_by.unsigned_abs()),
            registered_at: Timestamp(self.registered_at),
            asked_at: self.asked_at.map(Timestamp),
            seen,
        };
        Ok((witness, self.asked_note))
    }
}

pub(super) fn all(conn: &mut SqliteConnection) -> Result<Vec<Witness>> {
    let rows: Vec<Row> =
        table::table.order((table::registered_at, table::id)).load(conn).map_err(Error::internal("read the witnesses"))?;
    rows.into_iter().map(|row| Ok(row.read()?.0)).collect()
}

pub(super) fn find(conn: &mut SqliteConnection, id: Uuid) -> Result<Option<(Witness, Option<String>)>> {
    let row: Option<Row> =
        table::table.find(id.as_bytes().to_vec()).first(conn).optional().map_err(Error::internal("read a witness"))?;
    row.map(Row::read).transpose()
}

pub(super) fn insert(conn: &mut SqliteConnection, witness: &Witness) -> Result<()> {
    let row = (
        table::id.eq(witness.id.as_bytes().to_vec()),
        table::vkey.eq(witness.key.to_string()),
        table::registered_by.eq(witness.registered_by.0.cast_signed()),
        table::registered_at.eq(witness.registered_at.0),
    );
    let insert = diesel::insert_into(table::table).values(row);
    insert.execute(conn).map(drop).map_err(Error::internal("register a witness"))
}

pub(super) fn delete(conn: &mut SqliteConnection, id: Uuid) -> Result<()> {
    let gone = diesel::delete(table::table.find(id.as_bytes().to_vec()));
    gone.execute(conn).map(drop).map_err(Error::internal("remove a witness"))
}

pub(super) fn set_asked(conn: &mut SqliteConnection, id: Uuid, note: &str, now: Timestamp) -> Result<()> {
    let change = (table::asked_note.eq(note), table::asked_at.eq(now.0));
    let update = diesel::update(table::table.find(id.as_bytes().to_vec())).set(change);
    update.execute(conn).map(drop).map_err(Error::internal("note a request for a witness"))
}

pub(super) fn set_seen(conn: &mut SqliteConnection, id: Uuid, seen: &Seen) -> Result<()> {
    let change = (
        table::note.eq(&seen.note),
        table::size.eq(seen.size.cast_signed()),
        table::cosigned_at.eq(seen.at.0),
        table::received_at.eq(seen.received_at.0),
    );
    let update = diesel::update(table::table.find(id.as_bytes().to_vec())).set(change);
    update.execute(conn).map(drop).map_err(Error::internal("keep a cosignature"))
}
