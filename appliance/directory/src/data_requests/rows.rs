//! All SQL of requests about one's own data. What is asked and answered, and the copy, lie sealed to the request's number.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::data_request as table;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    keys,
    rows::{from_sql, to_sql},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// What the box has of the person, as a file. The box makes it by itself.
    Copy,
    Correct,
    /// Of one field, or of the account.
    Delete,
    /// That it is kept and used no further.
    Restrict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    Open,
    Done,
    Refused,
    Withdrawn,
}

/// What of a person's record a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestField {
    Name,
    Title,
    Mail,
    Mobile,
    Phone,
    EmployeeNo,
    WorkPlace,
    HiredOn,
}

const KINDS: [(RequestKind, &str); 4] = [
    (RequestKind::Copy, "copy"),
    (RequestKind::Correct, "correct"),
    (RequestKind::Delete, "delete"),
    (RequestKind::Restrict, "restrict"),
];
const STATES: [(RequestState, &str); 4] = [
    (RequestState::Open, "open"),
    (RequestState::Done, "done"),
    (RequestState::Refused, "refused"),
    (RequestState::Withdrawn, "withdrawn"),
];

impl RequestKind {
    pub(super) fn name(self) -> &'static str {
        KINDS.into_iter().find(|(kind, _)| *kind == self).map_or("copy", |(_, name)| name)
    }
}

impl RequestState {
    pub(super) fn name(self) -> &'static str {
        STATES.into_iter().find(|(state, _)| *state == self).map_or("open", |(_, name)| name)
    }
}

/// What is sealed of a request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Words {
    pub(super) field: Option<RequestField>,
    pub(super) wanted: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) answer: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) id: u64,
    pub(super) person: PersonId,
    pub(super) kind: RequestKind,
    pub(super) state: RequestState,
    pub(super) opened_at: Timestamp,
    pub(super) due_at: Timestamp,
    pub(super) answered_at: Option<Timestamp>,
    pub(super) answered_by: Option<PersonId>,
    pub(super) words: Words,
    pub(super) copy_bytes: u64,
    pub(super) copy_expires_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = table)]
struct Row {
    id: i64,
    person_id: i64,
    kind: String,
    state: String,
    opened_at: i64,
    due_at: i64,
    answered_at: Option<i64>,
    answered_by: Option<i64>,
    words_sealed: Vec<u8>,
    copy_bytes: i64,
    copy_expires_at: Option<i64>,
}

fn request(key: &DekHandle, row: Row) -> Result<Request> {
    let id = from_sql(row.id);
    let plain = key.open(&keys::data_request("words", id), &row.words_sealed)?;
    let unknown = || Error::broken("read a request about a person's data");
    Ok(Request {
        id,
        person: PersonId(from_sql(row.person_id)),
        kind: KINDS.into_iter().find(|(_, name)| *name == row.kind).ok_or_else(unknown)?.0,
        state: STATES.into_iter().find(|(_, name)| *name == row.state).ok_or_else(unknown)?.0,
        opened_at: Timestamp(row.opened_at),
        due_at: Timestamp(row.due_at),
        answered_at: row.answered_at.map(Timestamp),
        answered_by: row.answered_by.map(|id| PersonId(from_sql(id))),
        words: postcard::from_bytes(&plain).map_err(Error::internal("decode a request about a person's data"))?,
        copy_bytes: from_sql(row.copy_bytes),
        copy_expires_at: row.copy_expires_at.map(Timestamp),
    })
}

fn sealed(key: &DekHandle, request: &Request) -> Result<Vec<u8>> {
    let plain = postcard::to_allocvec(&request.words).map_err(Error::internal("encode a request about a person's data"))?;
    Ok(key.seal(&keys::data_request("words", request.id), &plain)?)
}

pub(super) fn insert(conn: &mut SqliteConnection, key: &DekHandle, new: &Request) -> Result<()> {
    let row = (
        table::id.eq(to_sql(new.id)),
        table::person_id.eq(to_sql(new.person.0)),
        table::kind.eq(new.kind.name()),
        table::state.eq(new.state.name()),
        table::opened_at.eq(new.opened_at.0),
        table::due_at.eq(new.due_at.0),
        table::words_sealed.eq(sealed(key, new)?),
    );
    let insert = diesel::insert_into(table::table).values(row);
    insert.execute(conn).map(drop).map_err(Error::internal("store a request about a person's data"))
}

/// State, answer and who answered.
pub(super) fn update(conn: &mut SqliteConnection, key: &DekHandle, request: &Request) -> Result<()> {
    let row = (
        table::state.eq(request.state.name()),
        table::answered_at.eq(request.answered_at.map(|at| at.0)),
        table::answered_by.eq(request.answered_by.map(|id| to_sql(id.0))),
        table::words_sealed.eq(sealed(key, request)?),
    );
    let update = diesel::update(table::table.find(to_sql(request.id))).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("change a request about a person's data"))
}

pub(super) fn find(conn: &mut SqliteConnection, key: &DekHandle, id: u64) -> Result<Request> {
    let row: Option<Row> = table::table
        .find(to_sql(id))
        .select(Row::as_select())
        .first(conn)
        .optional()
        .map_err(Error::internal("read a request about a person's data"))?;
    request(key, row.ok_or(Error::NotFound)?)
}

/// The newest first.
pub(super) fn of(conn: &mut SqliteConnection, key: &DekHandle, person: PersonId, most: usize) -> Result<Vec<Request>> {
    let rows: Vec<Row> = table::table
        .filter(table::person_id.eq(to_sql(person.0)))
        .select(Row::as_select())
        .order(table::id.desc())
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .load(conn)
        .map_err(Error::internal("read a person's requests"))?;
    rows.into_iter().map(|row| request(key, row)).collect()
}

/// Those that are open first by their due day; else those that are answered, the last first.
pub(super) fn page(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    open: bool,
    after: Option<(Timestamp, u64)>,
    most: usize,
) -> Result<Vec<Request>> {
    let mut rows = table::table.select(Row::as_select()).limit(i64::try_from(most).unwrap_or(i64::MAX)).into_boxed();
    rows = match (open, after) {
        (true, None) => rows.filter(table::state.eq("open")),
        (true, Some((due, id))) => rows.filter(
            table::state.eq("open").and(table::due_at.gt(due.0).or(table::due_at.eq(due.0).and(table::id.gt(to_sql(id))))),
        ),
        (false, None) => rows.filter(table::state.ne("open")),
        (false, Some((_, id))) => rows.filter(table::state.ne("open").and(table::id.lt(to_sql(id)))),
    };
    let rows = if open { rows.order((table::due_at, table::id)) } else { rows.order((table::id.desc(), table::due_at)) };
    let rows: Vec<Row> = rows.load(conn).map_err(Error::internal("read requests about people's data"))?;
    rows.into_iter().map(|row| request(key, row)).collect()
}

/// How many are open, and how many there were since then.
pub(super) fn counts(conn: &mut SqliteConnection, person: PersonId, since: Timestamp) -> Result<(usize, usize)> {
    let of = || table::table.filter(table::person_id.eq(to_sql(person.0)));
    let act = || Error::internal("count a person's requests");
    let open: i64 = of().filter(table::state.eq("open")).count().get_result(conn).map_err(act())?;
    let lately: i64 = of().filter(table::opened_at.ge(since.0)).count().get_result(conn).map_err(act())?;
    let size = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
    Ok((size(open), size(lately)))
}

pub(super) fn unreminded(conn: &mut SqliteConnection, due_before: Timestamp) -> Result<Vec<(u64, Timestamp)>> {
    let near = table::state.eq("open").and(table::reminded_at.is_null()).and(table::due_at.le(due_before.0));
    let rows: Vec<(i64, i64)> = table::table
        .filter(near)
        .select((table::id, table::due_at))
        .load(conn)
        .map_err(Error::internal("read requests that are due"))?;
    Ok(rows.into_iter().map(|(id, due)| (from_sql(id), Timestamp(due))).collect())
}

pub(super) fn set_reminded(conn: &mut SqliteConnection, id: u64, now: Timestamp) -> Result<()> {
    let update = diesel::update(table::table.find(to_sql(id))).set(table::reminded_at.eq(now.0));
    update.execute(conn).map(drop).map_err(Error::internal("note a reminder"))
}

/// Copies that are asked for and not made yet.
pub(super) fn pending_copies(conn: &mut SqliteConnection) -> Result<Vec<(u64, PersonId)>> {
    let rows: Vec<(i64, i64)> = table::table
        .filter(table::kind.eq("copy").and(table::state.eq("open")))
        .select((table::id, table::person_id))
        .order(table::id)
        .load(conn)
        .map_err(Error::internal("read copies that are asked for"))?;
    Ok(rows.into_iter().map(|(id, person)| (from_sql(id), PersonId(from_sql(person)))).collect())
}

pub(super) fn store_copy(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    id: u64,
    plain: &[u8],
    expires_at: Timestamp,
) -> Result<()> {
    let row = (
        table::copy_sealed.eq(Some(key.seal_stream(&keys::data_request("copy", id), plain)?)),
        table::copy_bytes.eq(to_sql(plain.len() as u64)),
        table::copy_expires_at.eq(Some(expires_at.0)),
    );
    let update = diesel::update(table::table.find(to_sql(id))).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("store a copy of a person's data"))
}

/// `None` once it has expired.
pub(super) fn copy(conn: &mut SqliteConnection, key: &DekHandle, id: u64, plain_bytes: u64) -> Result<Option<Vec<u8>>> {
    let sealed: Option<Vec<u8>> = table::table
        .find(to_sql(id))
        .select(table::copy_sealed)
        .first(conn)
        .map_err(Error::internal("read a copy of a person's data"))?;
    let Some(sealed) = sealed else { return Ok(None) };
    let mut read_at = |offset: u64, out: &mut [u8]| {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let found = from.checked_add(out.len()).and_then(|to| sealed.get(from..to));
        out.copy_from_slice(found.ok_or(std::io::ErrorKind::UnexpectedEof)?);
        Ok(())
    };
    let context = keys::data_request("copy", id);
    Ok(Some(key.open_stream_range(&context, plain_bytes, 0..plain_bytes, &mut read_at)?))
}

/// Empties those whose time is over; answers which.
pub(super) fn expire_copies(conn: &mut SqliteConnection, now: Timestamp) -> Result<Vec<u64>> {
    let over = table::copy_sealed.is_not_null().and(table::copy_expires_at.le(now.0));
    let ids: Vec<i64> =
        table::table.filter(over).select(table::id).load(conn).map_err(Error::internal("read copies that expired"))?;
    let rows = table::table.filter(table::id.eq_any(&ids));
    diesel::update(rows)
        .set(table::copy_sealed.eq(None::<Vec<u8>>))
        .execute(conn)
        .map_err(Error::internal("forget copies that expired"))?;
    Ok(ids.into_iter().map(from_sql).collect())
}
