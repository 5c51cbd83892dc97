//! All SQL of imports. What they hold is sealed, each part bound to its import and to what it is.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::{import_mapping as mapping, people_import as table};
use uuid::Uuid;

use super::{ImportState, Stored, decode, encode, plan::Plan, read::Sheet};
use crate::{
    keys, limits,
    rows::{from_sql, to_sql},
};

/// Id, state, when and by whom it was made, when applied, sealed summary.
type Row = (Vec<u8>, String, i64, i64, Option<i64>, Vec<u8>);

fn state_name(state: ImportState) -> &'static str {
    match state {
        ImportState::Checked => "checked",
        ImportState::Applied => "applied",
        ImportState::Expired => "expired",
    }
}

fn state(name: &str) -> ImportState {
    match name {
        "checked" => ImportState::Checked,
        "applied" => ImportState::Applied,
        _ => ImportState::Expired,
    }
}

pub(super) fn find(conn: &mut SqliteConnection, key: &DekHandle, id: Uuid) -> Result<Stored> {
    let found: Row = table::table
        .find(id.as_bytes().to_vec())
        .select((table::id, table::state, table::created_at, table::created_by, table::applied_at, table::summary_sealed))
        .first(conn)
        .optional()
        .map_err(Error::internal("read an import"))?
        .ok_or(Error::NotFound)?;
    stored(key, found)
}

fn stored(key: &DekHandle, (id, name, created_at, created_by, applied_at, sealed): Row) -> Result<Stored> {
    let id = Uuid::from_slice(&id).map_err(Error::internal("read the id of an import"))?;
    Ok(Stored {
        id,
        state: state(&name),
        created_at: Timestamp(created_at),
        created_by: PersonId(from_sql(created_by)),
        applied_at: applied_at.map(Timestamp),
        summary: decode(&key.open(&keys::import("summary", id.as_bytes()), &sealed)?)?,
    })
}

/// The latest first; with `before` only those behind it.
pub(super) fn list(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    before: Option<(Timestamp, Uuid)>,
    count: usize,
) -> Result<Vec<Stored>> {
    let mut query = table::table
        .select((table::id, table::state, table::created_at, table::created_by, table::applied_at, table::summary_sealed))
        .order((table::created_at.desc(), table::id.desc()))
        .limit(i64::try_from(count).unwrap_or(i64::MAX))
        .into_boxed();
    if let Some((at, id)) = before {
        let same_moment = table::created_at.eq(at.0).and(table::id.lt(id.as_bytes().to_vec()));
        query = query.filter(table::created_at.lt(at.0).or(same_moment));
    }
    let rows: Vec<Row> = query.load(conn).map_err(Error::internal("list the imports"))?;
    rows.into_iter().map(|row| stored(key, row)).collect()
}

pub(super) fn sheet(conn: &mut SqliteConnection, key: &DekHandle, of: &Stored) -> Result<Sheet> {
    let sealed: Vec<u8> = table::table
        .find(of.id.as_bytes().to_vec())
        .select(table::sheet_sealed)
        .first(conn)
        .map_err(Error::internal("read an import's sheet"))?;
    decode(&open_large(key, "sheet", of.id, &sealed, of.summary.sheet_bytes)?)
}

pub(super) fn plan(conn: &mut SqliteConnection, key: &DekHandle, of: &Stored) -> Result<Plan> {
    let sealed: Vec<u8> = table::table
        .find(of.id.as_bytes().to_vec())
        .select(table::plan_sealed)
        .first(conn)
        .map_err(Error::internal("read an import's plan"))?;
    decode(&open_large(key, "plan", of.id, &sealed, of.summary.plan_bytes)?)
}

fn open_large(key: &DekHandle, part: &'static str, id: Uuid, sealed: &[u8], plain_bytes: u64) -> Result<Vec<u8>> {
    let mut read_at = |offset: u64, out: &mut [u8]| {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let found = from.checked_add(out.len()).and_then(|to| sealed.get(from..to));
        out.copy_from_slice(found.ok_or(std::io::ErrorKind::UnexpectedEof)?);
        Ok(())
    };
    Ok(key.open_stream_range(&keys::import(part, id.as_bytes()), plain_bytes, 0..plain_bytes, &mut read_at)?)
}

/// The new row; `stored.summary` gets the sizes that opening needs.
pub(super) fn insert(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    stored: &mut Stored,
    sheet: &Sheet,
    plan: &Plan,
) -> Result<()> {
    let (id, sheet, plan) = (stored.id, encode(sheet)?, encode(plan)?);
    stored.summary.sheet_bytes = sheet.len() as u64;
    stored.summary.plan_bytes = plan.len() as u64;
    let row = (
        table::id.eq(id.as_bytes().to_vec()),
        table::state.eq(state_name(stored.state)),
        table::created_by.eq(to_sql(stored.created_by.0)),
        table::created_at.eq(stored.created_at.0),
        table::summary_sealed.eq(seal_summary(key, stored)?),
        table::sheet_sealed.eq(key.seal_stream(&keys::import("sheet", id.as_bytes()), &sheet)?),
        table::plan_sealed.eq(key.seal_stream(&keys::import("plan", id.as_bytes()), &plan)?),
    );
    diesel::insert_into(table::table).values(row).execute(conn).map(drop).map_err(Error::internal("store an import"))
}

/// Another plan for the same sheet.
pub(super) fn update(conn: &mut SqliteConnection, key: &DekHandle, stored: &mut Stored, plan: &Plan) -> Result<()> {
    let (id, plan) = (stored.id, encode(plan)?);
    stored.summary.plan_bytes = plan.len() as u64;
    let row = (
        table::state.eq(state_name(stored.state)),
        table::applied_at.eq(stored.applied_at.map(|at| at.0)),
        table::summary_sealed.eq(seal_summary(key, stored)?),
        table::plan_sealed.eq(key.seal_stream(&keys::import("plan", id.as_bytes()), &plan)?),
    );
    let update = diesel::update(table::table.find(id.as_bytes().to_vec())).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("store an import's plan"))
}

fn seal_summary(key: &DekHandle, stored: &Stored) -> Result<Vec<u8>> {
    Ok(key.seal(&keys::import("summary", stored.id.as_bytes()), &encode(&stored.summary)?)?)
}

/// Dry runs that nobody applied in time lose their sheet and plan; what was applied loses its sheet.
pub(super) fn expire(conn: &mut SqliteConnection, now: Timestamp) -> Result<()> {
    let before = now.0.saturating_sub(i64::try_from(limits::IMPORT_LIFETIME.as_micros()).unwrap_or(i64::MAX));
    let old = table::table.filter(table::created_at.lt(before)).filter(table::state.ne("expired"));
    let row = (table::state.eq("expired"), table::sheet_sealed.eq(Vec::new()), table::plan_sealed.eq(Vec::new()));
    diesel::update(old).set(row).execute(conn).map(drop).map_err(Error::internal("forget old imports"))
}

/// The mapping that was remembered for these headings, sealed to them.
pub(super) fn mapping(conn: &mut SqliteConnection, headings: &[u8]) -> Result<Option<Vec<u8>>> {
    let found = mapping::table.find(headings).select(mapping::mapping_sealed).first(conn).optional();
    found.map_err(Error::internal("read a remembered mapping"))
}

/// The one used longest ago makes room.
pub(super) fn put_mapping(conn: &mut SqliteConnection, headings: &[u8], sealed: &[u8], now: Timestamp) -> Result<()> {
    let row = (mapping::headings.eq(headings), mapping::mapping_sealed.eq(sealed), mapping::used_at.eq(now.0));
    diesel::replace_into(mapping::table).values(row).execute(conn).map_err(Error::internal("remember a mapping"))?;
    let kept = mapping::table.select(mapping::headings).order(mapping::used_at.desc()).limit(limits::IMPORT_MAPPINGS);
    let kept: Vec<Vec<u8>> = kept.load(conn).map_err(Error::internal("look for old mappings"))?;
    let old = mapping::table.filter(mapping::headings.ne_all(kept));
    diesel::delete(old).execute(conn).map(drop).map_err(Error::internal("forget old mappings"))
}
