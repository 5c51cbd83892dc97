//! All SQL of delegations. Each row bears an HMAC under the directory's key: one that was written past us counts for nothing.

use std::{collections::HashMap, sync::Arc};

use diesel::{prelude::*, result::Error as SqlError};
use holdfast_base::{DelegationId, Error, PersonId, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::delegation;

use super::Delegation;
use crate::{
    keys,
    rows::{from_sql, to_sql},
};

type Row = (i64, i64, String, String, i64, i64, String, Option<i64>, Vec<u8>);

/// Who keeps what; of everybody, or of one. Rows that do not authenticate are left out and logged.
pub(crate) fn held(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    only: Option<PersonId>,
) -> Result<HashMap<i64, Vec<Arc<Delegation>>>> {
    let mut rows = delegation::table.order(delegation::id).into_boxed();
    if let Some(only) = only {
        rows = rows.filter(delegation::person_id.eq(to_sql(only.0)));
    }
    let rows: Vec<Row> = rows.load(conn).map_err(Error::internal("read the delegations"))?;
    let mut held: HashMap<i64, Vec<Arc<Delegation>>> = HashMap::new();
    for row in rows {
        let (id, person) = (row.0, row.1);
        match checked(key, row)? {
            Some(one) => held.entry(person).or_default().push(Arc::new(one)),
            None => tracing::error!(id, "a delegation's row does not authenticate; it counts for nothing"),
        }
    }
    Ok(held)
}

fn checked(key: &DekHandle, row: Row) -> Result<Option<Delegation>> {
    let (id, person, departments, powers, granted_by, granted_at, reason, until, written) = row;
    let (Ok(departments), Ok(powers)) = (serde_json::from_str(&departments), serde_json::from_str(&powers)) else {
        return Ok(None);
    };
    let known = Delegation {
        id: DelegationId(from_sql(id)),
        person: PersonId(from_sql(person)),
        departments,
        powers,
        granted_by: PersonId(from_sql(granted_by)),
        granted_at: Timestamp(granted_at),
        reason,
        until: until.map(Timestamp),
    };
    let expected = mac(key, &known)?;
    Ok(<[u8; 32]>::try_from(written).is_ok_and(|written| keys::same_mac(&written, &expected)).then_some(known))
}

fn mac(key: &DekHandle, one: &Delegation) -> Result<[u8; 32]> {
    let granted = (one.granted_by, one.granted_at.0, &one.reason, one.until.map(|until| until.0));
    // JSON, so that no two delegations have one text.
    let text = serde_json::to_string(&(one.id, one.person, &one.departments, &one.powers, granted));
    Ok(key.mac(keys::MAC_DELEGATION, text.map_err(Error::internal("write a delegation"))?.as_bytes())?)
}

pub(super) fn insert(conn: &mut SqliteConnection, key: &DekHandle, one: &Delegation) -> Result<()> {
    let row = (
        delegation::id.eq(to_sql(one.id.0)),
        delegation::person_id.eq(to_sql(one.person.0)),
        delegation::departments.eq(serde_json::to_string(&one.departments).map_err(Error::internal("write a delegation"))?),
        delegation::powers.eq(serde_json::to_string(&one.powers).map_err(Error::internal("write a delegation"))?),
        delegation::granted_by.eq(to_sql(one.granted_by.0)),
        delegation::granted_at.eq(one.granted_at.0),
        delegation::reason.eq(&one.reason),
        delegation::valid_until.eq(one.until.map(|until| until.0)),
        delegation::mac.eq(mac(key, one)?.to_vec()),
    );
    diesel::insert_into(delegation::table).values(row).execute(conn).map(drop).map_err(refusal)
}

/// False: there is none such. One that does not authenticate goes too.
pub(crate) fn delete(conn: &mut SqliteConnection, id: DelegationId) -> Result<bool> {
    let gone = diesel::delete(delegation::table.find(to_sql(id.0))).execute(conn);
    gone.map(|rows| rows == 1).map_err(Error::internal("delete a delegation"))
}

/// Those that have ended, and whose they were.
pub(crate) fn ended(conn: &mut SqliteConnection, now: Timestamp) -> Result<Vec<(DelegationId, PersonId)>> {
    let rows: Vec<(i64, i64)> = delegation::table
        .filter(delegation::valid_until.le(now.0))
        .select((delegation::id, delegation::person_id))
        .load(conn)
        .map_err(Error::internal("read delegations that ended"))?;
    Ok(rows.into_iter().map(|(id, person)| (DelegationId(from_sql(id)), PersonId(from_sql(person)))).collect())
}

/// The database's own refusals, should a check before it have missed something.
fn refusal(error: SqlError) -> Error {
    match &error {
        SqlError::DatabaseError(_, why) if why.message() == "holds-a-role" => Error::conflict("holds-a-role"),
        SqlError::DatabaseError(_, why) if why.message() == "granter-is-not-system" => Error::Forbidden,
        _ => Error::internal("write a delegation")(error),
    }
}
