//! The store's own rows: outbox and commit head.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text,
};
use holdfast_base::{EntryId, Timestamp};

use crate::{
    outbox::{Pending, Topic},
    schema::{commit_head, outbox},
};

pub(super) fn insert(conn: &mut SqliteConnection, row: &Pending) -> QueryResult<i64> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::topic.eq(i32::from(row.topic.code())),
            outbox::entry.eq(row.id.0.as_bytes().as_slice()),
            outbox::payload.eq(&row.payload),
        ))
        .returning(outbox::id)
        .get_result(conn)
}

pub(super) fn page(conn: &mut SqliteConnection, topic: Topic, after: i64, limit: i64) -> QueryResult<Vec<(u64, Pending)>> {
    let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = outbox::table
        .filter(outbox::topic.eq(i32::from(topic.code())))
        .filter(outbox::id.gt(after))
        .order(outbox::id.asc())
        .limit(limit)
        .select((outbox::id, outbox::entry, outbox::payload))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, entry, payload)| Ok((id.unsigned_abs(), Pending { topic, id: entry_id(&entry)?, payload })))
        .collect()
}

fn entry_id(bytes: &[u8]) -> QueryResult<EntryId> {
    uuid::Uuid::from_slice(bytes).map(EntryId).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
}

pub(super) fn drop_upto(conn: &mut SqliteConnection, topic: Topic, upto: i64) -> QueryResult<usize> {
    diesel::delete(outbox::table.filter(outbox::topic.eq(i32::from(topic.code()))).filter(outbox::id.le(upto))).execute(conn)
}

/// The next number of the store's own sequence.
pub(super) fn advance(conn: &mut SqliteConnection, now: Timestamp) -> QueryResult<i64> {
    diesel::update(commit_head::table.find(1))
        .set((commit_head::seq.eq(commit_head::seq + 1), commit_head::at.eq(now.0)))
        .returning(commit_head::seq)
        .get_result(conn)
}

/// The last number given, and when.
pub(super) fn head(conn: &mut SqliteConnection) -> QueryResult<(i64, Timestamp)> {
    let (seq, at): (i64, i64) = commit_head::table.find(1).select((commit_head::seq, commit_head::at)).first(conn)?;
    Ok((seq, Timestamp(at)))
}

#[derive(QueryableByName)]
struct PageFinding {
    #[diesel(sql_type = Text, column_name = cipher_integrity_check)]
    finding: String,
}

#[derive(QueryableByName)]
struct StructureFinding {
    #[diesel(sql_type = Text, column_name = quick_check)]
    finding: String,
}

/// What is wrong with the file; empty when nothing is.
pub(super) fn integrity(conn: &mut SqliteConnection) -> QueryResult<Vec<String>> {
    let pages: Vec<PageFinding> = sql_query("PRAGMA cipher_integrity_check").load(conn)?;
    let mut findings: Vec<_> = pages.into_iter().map(|page| page.finding).collect();
    // A page that does not authenticate also ends the second check; one report is enough.
    if findings.is_empty() {
        let structure: Vec<StructureFinding> = sql_query("PRAGMA quick_check").load(conn)?;
        findings.extend(structure.into_iter().map(|row| row.finding).filter(|finding| finding != "ok"));
    }
    Ok(findings)
}
