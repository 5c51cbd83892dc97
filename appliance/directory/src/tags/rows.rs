//! All SQL of tags and their members.

use std::collections::HashMap;

use diesel::prelude::*;
use holdfast_base::{Error, Result, TagId, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::{tag, tag_member as member};

use crate::{
    Subject, Tag, TagMember, keys,
    rows::{from_sql, to_sql},
};

type Row = (i64, String, Option<String>, i64, i64, Vec<u8>);
type MemberRow = (i64, String, i64, Option<i64>, Vec<u8>);

/// True besides: a row does not authenticate. It counts for nothing, and the rules must not rely on the others.
pub(crate) fn all(conn: &mut SqliteConnection, key: &DekHandle) -> Result<(Vec<Tag>, bool)> {
    let rows: Vec<Row> = tag::table.load(conn).map_err(Error::internal("read the tags"))?;
    let members: Vec<MemberRow> = member::table.load(conn).map_err(Error::internal("read the members of tags"))?;
    let (mut of, mut damaged): (HashMap<i64, Vec<TagMember>>, bool) = (HashMap::new(), false);
    for row in members {
        let (in_tag, known) = (row.0, checked_member(key, row)?);
        damaged |= known.is_none();
        of.entry(in_tag).or_default().extend(known);
    }
    let mut tags = Vec::with_capacity(rows.len());
    for row in rows {
        let members = of.remove(&row.0).unwrap_or_default();
        let known = checked(key, row, members)?;
        damaged |= known.is_none();
        tags.extend(known);
    }
    if damaged {
        tracing::error!("a row of a tag does not authenticate; nobody sees anybody until it is gone");
    }
    Ok((tags, damaged))
}

fn checked(key: &DekHandle, row: Row, members: Vec<TagMember>) -> Result<Option<Tag>> {
    let (id, name, rule, created_at, changed_at, written) = row;
    let id = TagId(from_sql(id));
    let (created_at, changed_at) = (Timestamp(created_at), Timestamp(changed_at));
    let expected = mac(key, id, &name, rule.as_deref(), created_at, changed_at)?;
    if !written.try_into().is_ok_and(|written| keys::same_mac(&expected, &written)) {
        return Ok(None);
    }
    let rule = rule.map(|rule| serde_json::from_str(&rule)).transpose().map_err(Error::internal("read a tag's rule"))?;
    Ok(Some(Tag { id, name, rule, members, created_at, changed_at }))
}

fn checked_member(key: &DekHandle, (tag, kind, subject, until, written): MemberRow) -> Result<Option<TagMember>> {
    let Some(subject) = Subject::parse(&kind, from_sql(subject)) else { return Ok(None) };
    let known = TagMember { subject, until: until.map(Timestamp) };
    let expected = member_mac(key, TagId(from_sql(tag)), known)?;
    Ok(written.try_into().is_ok_and(|written| keys::same_mac(&expected, &written)).then_some(known))
}

fn mac(key: &DekHandle, id: TagId, name: &str, rule: Option<&str>, created: Timestamp, changed: Timestamp) -> Result<[u8; 32]> {
    // JSON, so that no two tags have one text.
    let text = serde_json::to_string(&(id, name, rule, created.0, changed.0)).map_err(Error::internal("write a tag"))?;
    Ok(key.mac(keys::MAC_TAG, text.as_bytes())?)
}

fn member_mac(key: &DekHandle, id: TagId, TagMember { subject, until }: TagMember) -> Result<[u8; 32]> {
    let until = until.map(|until| until.to_string()).unwrap_or_default();
    Ok(key.mac(keys::MAC_TAG_MEMBER, format!("{id} {subject} {until}").as_bytes())?)
}

pub(super) fn put(conn: &mut SqliteConnection, key: &DekHandle, known: &Tag) -> Result<()> {
    let rule = known.rule.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal("write a tag's rule"))?;
    let mac = mac(key, known.id, &known.name, rule.as_deref(), known.created_at, known.changed_at)?.to_vec();
    let row = (
        tag::id.eq(to_sql(known.id.0)),
        tag::name.eq(&known.name),
        tag::rule.eq(rule.as_deref()),
        tag::created_at.eq(known.created_at.0),
        tag::changed_at.eq(known.changed_at.0),
        tag::mac.eq(&mac),
    );
    let changed =
        (tag::name.eq(&known.name), tag::rule.eq(rule.as_deref()), tag::changed_at.eq(known.changed_at.0), tag::mac.eq(&mac));
    let put = diesel::insert_into(tag::table).values(row).on_conflict(tag::id).do_update().set(changed);
    put.execute(conn).map(drop).map_err(Error::internal("write a tag"))
}

/// False: there is none such. One that does not authenticate goes too.
pub(super) fn delete(conn: &mut SqliteConnection, id: TagId) -> Result<bool> {
    let members = diesel::delete(member::table.filter(member::tag_id.eq(to_sql(id.0))));
    members.execute(conn).map_err(Error::internal("delete the members of a tag"))?;
    let gone = diesel::delete(tag::table.find(to_sql(id.0)));
    gone.execute(conn).map(|rows| rows == 1).map_err(Error::internal("delete a tag"))
}

pub(super) fn put_member(conn: &mut SqliteConnection, key: &DekHandle, id: TagId, known: TagMember) -> Result<()> {
    let (until, mac) = (known.until.map(|until| until.0), member_mac(key, id, known)?.to_vec());
    let row = (
        member::tag_id.eq(to_sql(id.0)),
        member::kind.eq(known.subject.kind()),
        member::subject_id.eq(to_sql(known.subject.number())),
        member::until.eq(until),
        member::mac.eq(&mac),
    );
    let put = diesel::insert_into(member::table)
        .values(row)
        .on_conflict((member::tag_id, member::kind, member::subject_id))
        .do_update()
        .set((member::until.eq(until), member::mac.eq(&mac)));
    put.execute(conn).map(drop).map_err(Error::internal("write a member of a tag"))
}

/// False: the tag does not name it.
pub(super) fn delete_member(conn: &mut SqliteConnection, id: TagId, subject: Subject) -> Result<bool> {
    let gone = diesel::delete(member::table.find((to_sql(id.0), subject.kind(), to_sql(subject.number()))));
    gone.execute(conn).map(|rows| rows == 1).map_err(Error::internal("delete a member of a tag"))
}
