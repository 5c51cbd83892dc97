//! All SQL of the reviews.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::schema::access_review as table;

use super::Review;
use crate::{
    Org,
    rows::{from_sql, to_sql},
};

type Row = (i64, i64, i64, i64, String);

fn review(org: &Org, (id, by, at, holdings, note): Row) -> Review {
    let reviewed_by = org.reference(PersonId(from_sql(by)));
    Review { id: id.to_string(), reviewed_by, reviewed_at: Timestamp(at), holdings: from_sql(holdings), note }
}

pub(super) fn insert(conn: &mut SqliteConnection, id: u64, by: PersonId, at: Timestamp, holdings: u64, note: &str) -> Result<()> {
    let row = (
        table::id.eq(to_sql(id)),
        table::reviewed_by.eq(to_sql(by.0)),
        table::reviewed_at.eq(at.0),
        table::holdings.eq(to_sql(holdings)),
        table::note.eq(note),
    );
    diesel::insert_into(table::table).values(row).execute(conn).map(drop).map_err(Error::internal("write a review"))
}

pub(super) fn find(conn: &mut SqliteConnection, org: &Org, id: u64) -> Result<Option<Review>> {
    let row: Option<Row> = table::table.find(to_sql(id)).first(conn).optional().map_err(Error::internal("read a review"))?;
    Ok(row.map(|row| review(org, row)))
}

pub(super) fn last(conn: &mut SqliteConnection, org: &Org) -> Result<Option<Review>> {
    let rows = table::table.order(table::id.desc());
    let row: Option<Row> = rows.first(conn).optional().map_err(Error::internal("read the last review"))?;
    Ok(row.map(|row| review(org, row)))
}
