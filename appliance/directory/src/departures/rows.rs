//! All SQL of departures and handovers, and of forgetting a person.

use std::collections::HashSet;

use diesel::{connection::SimpleConnection, prelude::*, sql_query, sql_types};
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::schema::{departure as table, handover, person};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rows::{from_sql, to_sql};

#[derive(Debug, Clone)]
pub(crate) struct Departure {
    pub(crate) person: PersonId,
    pub(crate) leaves_at: Timestamp,
    pub(crate) reason: String,
    pub(crate) heir: Option<PersonId>,
    pub(crate) ordered_by: PersonId,
    pub(crate) ordered_at: Timestamp,
    pub(crate) gone_at: Option<Timestamp>,
    pub(crate) erase_at: Option<Timestamp>,
    pub(crate) shred: Option<u64>,
    pub(crate) waits_for: Option<String>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row {
    person_id: i64,
    leaves_at: i64,
    reason: String,
    heir_id: Option<i64>,
    ordered_by: i64,
    ordered_at: i64,
    gone_at: Option<i64>,
    erase_at: Option<i64>,
    shred: Option<i64>,
    waits_for: Option<String>,
}

impl Departure {
    pub(super) fn ordered(
        person: PersonId,
        leaves_at: Timestamp,
        reason: String,
        heir: Option<PersonId>,
        ordered_by: PersonId,
        ordered_at: Timestamp,
    ) -> Self {
        let (gone_at, erase_at, shred, waits_for) = (None, None, None, None);
        Self { person, leaves_at, reason, heir, ordered_by, ordered_at, gone_at, erase_at, shred, waits_for }
    }
}

impl From<Row> for Departure {
    fn from(row: Row) -> Self {
        let id = |id: i64| PersonId(from_sql(id));
        Self {
            person: id(row.person_id),
            leaves_at: Timestamp(row.leaves_at),
            reason: row.reason,
            heir: row.heir_id.map(id),
            ordered_by: id(row.ordered_by),
            ordered_at: Timestamp(row.ordered_at),
            gone_at: row.gone_at.map(Timestamp),
            erase_at: row.erase_at.map(Timestamp),
            shred: row.shred.map(from_sql),
            waits_for: row.waits_for,
        }
    }
}

/// Who is gone; of everybody, or of one.
pub(crate) fn gone(conn: &mut SqliteConnection, only: Option<PersonId>) -> Result<HashSet<i64>> {
    let mut rows = table::table.filter(table::gone_at.is_not_null()).select(table::person_id).into_boxed();
    if let Some(only) = only {
        rows = rows.filter(table::person_id.eq(to_sql(only.0)));
    }
    let rows: Vec<i64> = rows.load(conn).map_err(Error::internal("read who is gone"))?;
    Ok(rows.into_iter().collect())
}

pub(super) fn find(conn: &mut SqliteConnection, person: PersonId) -> Result<Option<Departure>> {
    let row: Option<Row> = table::table
        .find(to_sql(person.0))
        .select(Row::as_select())
        .first(conn)
        .optional()
        .map_err(Error::internal("read a departure"))?;
    Ok(row.map(Departure::from))
}

/// The next day first.
pub(super) fn all(conn: &mut SqliteConnection) -> Result<Vec<Departure>> {
    let rows: Vec<Row> = table::table
        .select(Row::as_select())
        .order((table::leaves_at, table::person_id))
        .load(conn)
        .map_err(Error::internal("read the departures"))?;
    Ok(rows.into_iter().map(Departure::from).collect())
}

pub(super) fn put(conn: &mut SqliteConnection, departure: &Departure) -> Result<()> {
    let row = Row {
        person_id: to_sql(departure.person.0),
        leaves_at: departure.leaves_at.0,
        reason: departure.reason.clone(),
        heir_id: departure.heir.map(|id| to_sql(id.0)),
        ordered_by: to_sql(departure.ordered_by.0),
        ordered_at: departure.ordered_at.0,
        gone_at: departure.gone_at.map(|at| at.0),
        erase_at: departure.erase_at.map(|at| at.0),
        shred: departure.shred.map(to_sql),
        waits_for: departure.waits_for.clone(),
    };
    let insert = diesel::insert_into(table::table).values(&row).on_conflict(table::person_id).do_update().set(&row);
    insert.execute(conn).map(drop).map_err(Error::internal("store a departure"))
}

/// With what was decided about the handover.
pub(super) fn delete(conn: &mut SqliteConnection, person: PersonId) -> Result<()> {
    let decided = handover::table.filter(handover::person_id.eq(to_sql(person.0)));
    diesel::delete(decided).execute(conn).map_err(Error::internal("forget a handover"))?;
    let row = table::table.find(to_sql(person.0));
    diesel::delete(row).execute(conn).map(drop).map_err(Error::internal("forget a departure"))
}

/// What kind of thing somebody leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HandoverKind {
    /// Their own space.
    Files,
    /// A group that they own.
    Conversation,
    /// The people whom they lead.
    Reports,
}

impl HandoverKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Conversation => "conversation",
            Self::Reports => "reports",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Files, Self::Conversation, Self::Reports].into_iter().find(|kind| kind.name() == name)
    }
}

/// What was decided about one thing, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub kind: HandoverKind,
    /// 0 where there is one of its kind.
    pub object: u64,
    pub heir: Option<PersonId>,
    pub waived: Option<String>,
    pub done_at: Option<Timestamp>,
    pub failure: Option<String>,
}

type DecidedRow = (String, i64, Option<i64>, Option<String>, Option<i64>, Option<String>);

pub(super) fn decided(conn: &mut SqliteConnection, person: PersonId) -> Result<Vec<Decided>> {
    let rows: Vec<DecidedRow> = handover::table
        .filter(handover::person_id.eq(to_sql(person.0)))
        .select((handover::kind, handover::object, handover::heir_id, handover::waived, handover::done_at, handover::failure))
        .order((handover::kind, handover::object))
        .load(conn)
        .map_err(Error::internal("read a handover"))?;
    let decided = |(kind, object, heir, waived, done_at, failure): DecidedRow| {
        let (heir, done_at) = (heir.map(|id| PersonId(from_sql(id))), done_at.map(Timestamp));
        Some(Decided { kind: HandoverKind::parse(&kind)?, object: from_sql(object), heir, waived, done_at, failure })
    };
    Ok(rows.into_iter().filter_map(decided).collect())
}

pub(super) fn decide(conn: &mut SqliteConnection, person: PersonId, decided: &Decided) -> Result<()> {
    let key = (
        handover::person_id.eq(to_sql(person.0)),
        handover::kind.eq(decided.kind.name()),
        handover::object.eq(to_sql(decided.object)),
    );
    let row = (
        handover::heir_id.eq(decided.heir.map(|id| to_sql(id.0))),
        handover::waived.eq(decided.waived.clone()),
        handover::done_at.eq(decided.done_at.map(|at| at.0)),
        handover::failure.eq(decided.failure.clone()),
    );
    let insert = diesel::insert_into(handover::table).values((key, row.clone()));
    let upsert = insert.on_conflict((handover::person_id, handover::kind, handover::object)).do_update().set(row);
    upsert.execute(conn).map(drop).map_err(Error::internal("store what becomes of a thing"))
}

/// Whom the person leads.
pub(super) fn reports(conn: &mut SqliteConnection, of: PersonId, most: usize) -> Result<Vec<PersonId>> {
    let rows: Vec<i64> = person::table
        .filter(person::manager_id.eq(to_sql(of.0)).and(person::state.ne("erased")))
        .select(person::id)
        .order(person::id)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .load(conn)
        .map_err(Error::internal("read whom somebody leads"))?;
    Ok(rows.into_iter().map(|id| PersonId(from_sql(id))).collect())
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Bool)]
    required: bool,
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = sql_types::Text)]
    column_name: String,
}

/// Every table that says whose its row is says so in `person_id`: so a table that is made later is emptied of the person too. In
/// the person's own row only number, uid and the times of making and changing stay. Nobody is led by them, or their heir, any more.
pub(super) fn forget_everything(conn: &mut SqliteConnection, id: PersonId) -> Result<()> {
    let act = || Error::internal("forget a person");
    conn.batch_execute("PRAGMA defer_foreign_keys = ON").map_err(act())?;
    let owned: Vec<Reference> = sql_query(
        "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND c.name = 'person_id'",
    )
    .load(conn)
    .map_err(act())?;
    for Reference { table_name, column_name } in owned {
        let delete = format!("DELETE FROM \"{table_name}\" WHERE \"{column_name}\" = {}", id.0);
        sql_query(delete).execute(conn).map_err(act())?;
    }
    diesel::update(person::table.filter(person::manager_id.eq(to_sql(id.0))))
        .set(person::manager_id.eq(None::<i64>))
        .execute(conn)
        .map_err(act())?;
    diesel::update(table::table.filter(table::heir_id.eq(to_sql(id.0))))
        .set(table::heir_id.eq(None::<i64>))
        .execute(conn)
        .map_err(act())?;
    let columns: Vec<Column> = sql_query(
        "SELECT name, \"notnull\" AS required FROM pragma_table_info('person') \
         WHERE pk = 0 AND name NOT IN ('uid', 'state', 'epoch', 'created_at', 'changed_at')",
    )
    .load(conn)
    .map_err(act())?;
    let emptied: Vec<String> =
        columns.iter().map(|column| format!("\"{}\" = {}", column.name, if column.required { "''" } else { "NULL" })).collect();
    let empty = format!("UPDATE person SET {} WHERE id = {}", emptied.join(", "), id.0);
    sql_query(empty).execute(conn).map(drop).map_err(act())
}
