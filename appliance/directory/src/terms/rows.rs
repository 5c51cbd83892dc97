//! All SQL of what ends by itself.

use std::collections::HashMap;

use diesel::prelude::*;
use holdfast_base::{DepartmentId, Error, PersonId, Result, Timestamp};
use holdfast_store::schema::{departure, membership, person, term};

use crate::{
    Ends,
    rows::{from_sql, to_sql},
};

/// What of each person ends, but for roles; of everybody, or of one.
pub(crate) fn ends(conn: &mut SqliteConnection, only: Option<PersonId>) -> Result<HashMap<i64, Ends>> {
    let mut ends: HashMap<i64, Ends> = HashMap::new();
    let mut terms = term::table.into_boxed();
    let mut memberships = membership::table
        .filter(membership::valid_until.is_not_null())
        .select((membership::person_id, membership::department_id, membership::valid_until.assume_not_null()))
        .into_boxed();
    let mut departures =
        departure::table.filter(departure::gone_at.is_null()).select((departure::person_id, departure::leaves_at)).into_boxed();
    if let Some(only) = only {
        terms = terms.filter(term::person_id.eq(to_sql(only.0)));
        memberships = memberships.filter(membership::person_id.eq(to_sql(only.0)));
        departures = departures.filter(departure::person_id.eq(to_sql(only.0)));
    }
    let terms: Vec<(i64, Option<i64>, Option<i64>)> = terms.load(conn).map_err(Error::internal("read the terms"))?;
    for (id, account, freeze) in terms {
        ends.insert(id, Ends { account: account.map(Timestamp), freeze: freeze.map(Timestamp), ..Ends::default() });
    }
    let memberships: Vec<(i64, i64, i64)> = memberships.load(conn).map_err(Error::internal("read memberships that end"))?;
    for (id, department, at) in memberships {
        ends.entry(id).or_default().departments.push((DepartmentId(from_sql(department)), Timestamp(at)));
    }
    let departures: Vec<(i64, i64)> = departures.load(conn).map_err(Error::internal("read who leaves"))?;
    for (id, at) in departures {
        ends.entry(id).or_default().leaves = Some(Timestamp(at));
    }
    Ok(ends)
}

pub(crate) fn set_account_end(conn: &mut SqliteConnection, id: PersonId, until: Option<Timestamp>) -> Result<()> {
    let until = term::valid_until.eq(until.map(|until| until.0));
    let insert = diesel::insert_into(term::table).values((term::person_id.eq(to_sql(id.0)), until));
    let upsert = insert.on_conflict(term::person_id).do_update().set(until);
    upsert.execute(conn).map_err(Error::internal("set an account's end"))?;
    forget_empty(conn, id)
}

pub(crate) fn set_freeze_end(conn: &mut SqliteConnection, id: PersonId, until: Option<Timestamp>) -> Result<()> {
    let until = term::frozen_until.eq(until.map(|until| until.0));
    let insert = diesel::insert_into(term::table).values((term::person_id.eq(to_sql(id.0)), until));
    let upsert = insert.on_conflict(term::person_id).do_update().set(until);
    upsert.execute(conn).map_err(Error::internal("set a freeze's end"))?;
    forget_empty(conn, id)
}

fn forget_empty(conn: &mut SqliteConnection, id: PersonId) -> Result<()> {
    let empty = term::valid_until.is_null().and(term::frozen_until.is_null());
    let delete = diesel::delete(term::table.find(to_sql(id.0)).filter(empty));
    delete.execute(conn).map(drop).map_err(Error::internal("forget a term"))
}

pub(super) fn set_membership_end(
    conn: &mut SqliteConnection,
    id: PersonId,
    department: DepartmentId,
    until: Option<Timestamp>,
) -> Result<()> {
    let row = membership::table.find((to_sql(id.0), to_sql(department.0)));
    let update = diesel::update(row).set(membership::valid_until.eq(until.map(|until| until.0)));
    update.execute(conn).map(drop).map_err(Error::internal("set a membership's end"))
}

pub(super) fn ended_memberships(conn: &mut SqliteConnection, now: Timestamp) -> Result<Vec<(PersonId, DepartmentId)>> {
    let rows: Vec<(i64, i64)> = membership::table
        .filter(membership::valid_until.le(now.0))
        .select((membership::person_id, membership::department_id))
        .load(conn)
        .map_err(Error::internal("read memberships that ended"))?;
    Ok(rows.into_iter().map(|(id, department)| (PersonId(from_sql(id)), DepartmentId(from_sql(department)))).collect())
}

/// Whose account has ended, and whose last day is over, with the word that says which.
pub(super) fn ended_accounts(conn: &mut SqliteConnection, now: Timestamp) -> Result<Vec<(PersonId, &'static str)>> {
    let terms: Vec<i64> = term::table
        .filter(term::valid_until.le(now.0))
        .select(term::person_id)
        .load(conn)
        .map_err(Error::internal("read accounts that ended"))?;
    let left: Vec<i64> = departure::table
        .inner_join(person::table.on(person::id.eq(departure::person_id)))
        .filter(departure::leaves_at.le(now.0).and(departure::gone_at.is_null()).and(person::state.ne("frozen")))
        .select(departure::person_id)
        .load(conn)
        .map_err(Error::internal("read who has left"))?;
    let with = |ids: Vec<i64>, reason| ids.into_iter().map(move |id| (PersonId(from_sql(id)), reason));
    Ok(with(terms, "ended").chain(with(left, "left")).collect())
}

pub(super) fn ended_freezes(conn: &mut SqliteConnection, now: Timestamp) -> Result<Vec<PersonId>> {
    let rows: Vec<i64> = term::table
        .filter(term::frozen_until.le(now.0))
        .select(term::person_id)
        .load(conn)
        .map_err(Error::internal("read freezes that ended"))?;
    Ok(rows.into_iter().map(|id| PersonId(from_sql(id))).collect())
}
