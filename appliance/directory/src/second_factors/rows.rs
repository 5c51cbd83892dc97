//! All SQL of second factors.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::schema::{passkey, recovery_code, totp};

use crate::rows::to_sql;

/// What a person has besides the password.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    /// Confirmed.
    pub(crate) totp: bool,
    pub(crate) recovery_codes: u32,
    pub(crate) passkeys: u32,
}

pub(super) struct TotpRow {
    pub(super) secret_sealed: Vec<u8>,
    pub(super) confirmed_at: Option<Timestamp>,
    pub(super) step: i64,
}

pub(crate) fn held(conn: &mut SqliteConnection, person: PersonId) -> Result<Held> {
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let id = to_sql(person.0);
    let codes: i64 = recovery_code::table
        .filter(recovery_code::person_id.eq(id))
        .count()
        .get_result(conn)
        .map_err(Error::internal("count recovery codes"))?;
    let passkeys: i64 =
        passkey::table.filter(passkey::person_id.eq(id)).count().get_result(conn).map_err(Error::internal("count passkeys"))?;
    let totp = self::totp(conn, person)?.is_some_and(|row| row.confirmed_at.is_some());
    Ok(Held { totp, recovery_codes: count(codes), passkeys: count(passkeys) })
}

pub(super) fn totp(conn: &mut SqliteConnection, person: PersonId) -> Result<Option<TotpRow>> {
    let found: Option<(Vec<u8>, Option<i64>, i64)> = totp::table
        .find(to_sql(person.0))
        .select((totp::secret_sealed, totp::confirmed_at, totp::step))
        .first(conn)
        .optional()
        .map_err(Error::internal("read a second factor"))?;
    Ok(found.map(|(secret_sealed, confirmed_at, step)| TotpRow {
        secret_sealed,
        confirmed_at: confirmed_at.map(Timestamp),
        step,
    }))
}

/// Not confirmed; takes the place of one that was not either.
pub(super) fn put_totp(conn: &mut SqliteConnection, person: PersonId, sealed: Vec<u8>, now: Timestamp) -> Result<()> {
    let row = (totp::secret_sealed.eq(sealed), totp::created_at.eq(now.0), totp::confirmed_at.eq(None::<i64>), totp::step.eq(-1));
    let insert = diesel::insert_into(totp::table).values((totp::person_id.eq(to_sql(person.0)), row.clone()));
    let upsert = insert.on_conflict(totp::person_id).do_update().set(row);
    upsert.execute(conn).map(drop).map_err(Error::internal("store a second factor"))
}

pub(super) fn confirm_totp(conn: &mut SqliteConnection, person: PersonId, step: i64, now: Timestamp) -> Result<()> {
    let update = diesel::update(totp::table.find(to_sql(person.0))).set((totp::confirmed_at.eq(now.0), totp::step.eq(step)));
    update.execute(conn).map(drop).map_err(Error::internal("confirm a second factor"))
}

pub(super) fn set_step(conn: &mut SqliteConnection, person: PersonId, step: i64) -> Result<()> {
    let update = diesel::update(totp::table.find(to_sql(person.0))).set(totp::step.eq(step));
    update.execute(conn).map(drop).map_err(Error::internal("note a code that was taken"))
}

/// The recovery codes with it.
pub(super) fn forget_totp(conn: &mut SqliteConnection, person: PersonId) -> Result<()> {
    forget_recovery_codes(conn, person)?;
    let delete = diesel::delete(totp::table.find(to_sql(person.0)));
    delete.execute(conn).map(drop).map_err(Error::internal("delete a second factor"))
}

fn forget_recovery_codes(conn: &mut SqliteConnection, person: PersonId) -> Result<()> {
    let codes = recovery_code::table.filter(recovery_code::person_id.eq(to_sql(person.0)));
    diesel::delete(codes).execute(conn).map(drop).map_err(Error::internal("delete recovery codes"))
}

/// In place of those before.
pub(super) fn put_recovery_codes(conn: &mut SqliteConnection, person: PersonId, macs: &[[u8; 32]]) -> Result<()> {
    forget_recovery_codes(conn, person)?;
    let row = |mac: &[u8; 32]| (recovery_code::person_id.eq(to_sql(person.0)), recovery_code::mac.eq(mac.to_vec()));
    let rows: Vec<_> = macs.iter().map(row).collect();
    diesel::insert_into(recovery_code::table)
        .values(rows)
        .execute(conn)
        .map(drop)
        .map_err(Error::internal("store recovery codes"))
}

/// False when the person has no such code, or it was used.
pub(super) fn spend_recovery_code(conn: &mut SqliteConnection, person: PersonId, mac: &[u8; 32]) -> Result<bool> {
    let code = recovery_code::table.find((to_sql(person.0), mac.to_vec()));
    Ok(diesel::delete(code).execute(conn).map_err(Error::internal("spend a recovery code"))? > 0)
}
