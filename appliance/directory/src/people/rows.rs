//! All SQL of people, their memberships and their passwords.

use diesel::prelude::*;
use diesel::upsert::excluded;
use holdfast_base::{DepartmentId, Error, PersonId, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::{credential, membership, password_history as history, person};

use super::fields::Fields;
use crate::{
    PersonState, Post, keys, person_fields,
    rows::{Belongings, belongings_of, from_sql, next_id, open_mobile, to_sql},
    text,
};

/// Rows of one INSERT. 18 columns each: far below what a statement may bind.
const ROWS_PER_STATEMENT: usize = 200;

/// What a card shows besides the snapshot.
#[derive(Debug, Clone)]
pub(crate) struct Details {
    pub(crate) mail: Option<String>,
    pub(crate) mobile: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) employee_no: Option<String>,
    pub(crate) work_place: Option<String>,
    pub(crate) hired_on: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = person)]
struct DetailRow {
    id: i64,
    name: String,
    title: Option<String>,
    mail: Option<String>,
    mobile_sealed: Option<Vec<u8>>,
    phone: Option<String>,
    employee_no: Option<String>,
    work_place: Option<String>,
    hired_on: Option<String>,
    manager_id: Option<i64>,
}

pub(crate) fn details(conn: &mut SqliteConnection, key: &DekHandle, ids: &[PersonId]) -> Result<Vec<(PersonId, Details)>> {
    let ids: Vec<i64> = ids.iter().map(|id| to_sql(id.0)).collect();
    let rows: Vec<DetailRow> = person::table
        .filter(person::id.eq_any(ids))
        .select(DetailRow::as_select())
        .load(conn)
        .map_err(Error::internal("read people's details"))?;
    rows.into_iter().map(|row| details_of(key, row)).collect()
}

fn details_of(key: &DekHandle, row: DetailRow) -> Result<(PersonId, Details)> {
    let id = PersonId(from_sql(row.id));
    let details = Details {
        mail: row.mail,
        mobile: row.mobile_sealed.map(|sealed| open_mobile(key, id, &sealed)).transpose()?,
        phone: row.phone,
        employee_no: row.employee_no,
        work_place: row.work_place,
        hired_on: row.hired_on,
    };
    Ok((id, details))
}

fn mobile_blind(key: &DekHandle, mobile: &str) -> Result<Vec<u8>> {
    Ok(key.mac(keys::MAC_MOBILE, mobile.as_bytes())?.to_vec())
}

/// Everybody's fields, for an import; or one person's.
pub(crate) fn all_fields(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    only: Option<PersonId>,
) -> Result<Vec<(PersonId, Fields)>> {
    let mut people = person::table.select(DetailRow::as_select()).order(person::id).into_boxed();
    if let Some(only) = only {
        people = people.filter(person::id.eq(to_sql(only.0)));
    }
    let people: Vec<DetailRow> = people.load(conn).map_err(Error::internal("read people's details"))?;
    let mut of = belongings_of(conn, only)?;
    let mut more = person_fields::rows::values(conn, key, only.as_ref().map(std::slice::from_ref))?;
    let mut all = Vec::with_capacity(people.len());
    for mut row in people {
        let Belongings { departments, posts } = of.remove(&row.id).unwrap_or_default();
        let (name, title, manager) = (std::mem::take(&mut row.name), row.title.take(), row.manager_id);
        let (id, details) = details_of(key, row)?;
        let fields = Fields {
            name,
            title,
            mail: details.mail,
            mobile: details.mobile,
            phone: details.phone,
            employee_no: details.employee_no,
            work_place: details.work_place,
            hired_on: details.hired_on,
            departments,
            posts,
            manager: manager.map(|id| PersonId(from_sql(id))),
            more: more.remove(&id).unwrap_or_default(),
        };
        all.push((id, fields));
    }
    Ok(all)
}

pub(crate) fn fields(conn: &mut SqliteConnection, key: &DekHandle, id: PersonId) -> Result<Fields> {
    all_fields(conn, key, Some(id))?.pop().map(|(_, fields)| fields).ok_or(Error::NotFound)
}

pub(crate) fn id_of_uid(conn: &mut SqliteConnection, uid: &str) -> Result<Option<PersonId>> {
    let found: Option<i64> = person::table
        .filter(person::uid.eq(uid))
        .select(person::id)
        .first(conn)
        .optional()
        .map_err(Error::internal("look for a uid"))?;
    Ok(found.map(|id| PersonId(from_sql(id))))
}

pub(super) fn holder_of_mail(conn: &mut SqliteConnection, mail: &str) -> Result<Option<PersonId>> {
    let found = person::table.filter(person::mail.eq(mail)).select(person::id).first(conn).optional();
    Ok(found.map_err(Error::internal("look for a mail address"))?.map(|id: i64| PersonId(from_sql(id))))
}

pub(super) fn holder_of_employee_no(conn: &mut SqliteConnection, number: &str) -> Result<Option<PersonId>> {
    let found = person::table.filter(person::employee_no.eq(number)).select(person::id).first(conn).optional();
    Ok(found.map_err(Error::internal("look for an employee number"))?.map(|id: i64| PersonId(from_sql(id))))
}

pub(super) fn holder_of_mobile(conn: &mut SqliteConnection, key: &DekHandle, mobile: &str) -> Result<Option<PersonId>> {
    let blind = mobile_blind(key, mobile)?;
    let found = person::table.filter(person::mobile_blind.eq(blind)).select(person::id).first(conn).optional();
    Ok(found.map_err(Error::internal("look for a mobile number"))?.map(|id: i64| PersonId(from_sql(id))))
}

/// None when there is no such person; the inner none when that person has no manager.
pub(crate) fn manager_of(conn: &mut SqliteConnection, id: PersonId) -> Result<Option<Option<PersonId>>> {
    let found: Option<Option<i64>> = person::table
        .find(to_sql(id.0))
        .select(person::manager_id)
        .first(conn)
        .optional()
        .map_err(Error::internal("look for a manager"))?;
    Ok(found.map(|manager| manager.map(|id| PersonId(from_sql(id)))))
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = person, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Written<'a> {
    name: &'a str,
    pinyin: String,
    initials: String,
    title: Option<&'a str>,
    mail: Option<&'a str>,
    mobile_sealed: Option<Vec<u8>>,
    mobile_blind: Option<Vec<u8>>,
    phone: Option<&'a str>,
    employee_no: Option<&'a str>,
    work_place: Option<&'a str>,
    hired_on: Option<&'a str>,
    manager_id: Option<i64>,
    changed_at: i64,
}

/// A person who is not there yet. All columns stand in it, so that many rows are one statement.
#[derive(Insertable)]
#[diesel(table_name = person, treat_none_as_default_value = false)]
struct Inserted<'a> {
    id: i64,
    uid: &'a str,
    state: &'static str,
    epoch: i64,
    created_at: i64,
    #[diesel(embed)]
    written: Written<'a>,
}

fn written<'a>(key: &DekHandle, id: PersonId, fields: &'a Fields, now: Timestamp) -> Result<Written<'a>> {
    let reading = text::reading(&fields.name);
    let mobile = fields.mobile.as_deref();
    Ok(Written {
        name: &fields.name,
        pinyin: reading.pinyin,
        initials: reading.initials,
        title: fields.title.as_deref(),
        mail: fields.mail.as_deref(),
        mobile_sealed: mobile.map(|mobile| key.seal(&keys::mobile(id.0), mobile.as_bytes())).transpose()?,
        mobile_blind: mobile.map(|mobile| mobile_blind(key, mobile)).transpose()?,
        phone: fields.phone.as_deref(),
        employee_no: fields.employee_no.as_deref(),
        work_place: fields.work_place.as_deref(),
        hired_on: fields.hired_on.as_deref(),
        manager_id: fields.manager.map(|id| to_sql(id.0)),
        changed_at: now.0,
    })
}

/// One to be inserted.
pub(crate) struct Newcomer {
    pub(crate) id: PersonId,
    pub(crate) uid: String,
    pub(crate) state: PersonState,
    pub(crate) fields: Fields,
}

/// Many rows to a statement: the database locks and wipes memory for each one.
pub(crate) fn insert(conn: &mut SqliteConnection, key: &DekHandle, people: &[Newcomer], now: Timestamp) -> Result<()> {
    for some in people.chunks(ROWS_PER_STATEMENT) {
        let mut rows = Vec::with_capacity(some.len());
        for one in some {
            let written = written(key, one.id, &one.fields, now)?;
            let (id, state) = (to_sql(one.id.0), one.state.name());
            rows.push(Inserted { id, uid: &one.uid, state, epoch: 1, created_at: now.0, written });
        }
        diesel::insert_into(person::table).values(rows).execute(conn).map_err(Error::internal("insert people"))?;
    }
    let memberships = people.iter().flat_map(|one| memberships(one.id, &one.fields.departments, &one.fields.posts));
    insert_memberships(conn, &memberships.collect::<Vec<_>>())?;
    person_fields::rows::write(conn, key, people.iter().map(|one| (one.id, None, &one.fields.more)))
}

pub(crate) fn update(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    id: PersonId,
    before: &Fields,
    after: &Fields,
    now: Timestamp,
) -> Result<()> {
    let row = person::table.find(to_sql(id.0));
    diesel::update(row).set(written(key, id, after, now)?).execute(conn).map_err(Error::internal("change a person"))?;
    person_fields::rows::write(conn, key, std::iter::once((id, Some(&before.more), &after.more)))?;
    if before.departments == after.departments && before.posts == after.posts {
        return Ok(());
    }
    set_memberships(conn, id, &after.departments, &after.posts)
}

/// These instead of those before. Where one stays that ends by itself, its end stays.
pub(crate) fn set_memberships(
    conn: &mut SqliteConnection,
    id: PersonId,
    departments: &[DepartmentId],
    posts: &[Post],
) -> Result<()> {
    replace_memberships(conn, &[to_sql(id.0)], memberships(id, departments, posts))
}

fn replace_memberships(conn: &mut SqliteConnection, people: &[i64], mut rows: Vec<Membership>) -> Result<()> {
    let ends: Vec<(i64, i64, Option<i64>)> = membership::table
        .filter(membership::person_id.eq_any(people).and(membership::valid_until.is_not_null()))
        .select((membership::person_id, membership::department_id, membership::valid_until))
        .load(conn)
        .map_err(Error::internal("read memberships"))?;
    let old = membership::table.filter(membership::person_id.eq_any(people));
    diesel::delete(old).execute(conn).map_err(Error::internal("change memberships"))?;
    for row in &mut rows {
        let end = ends.iter().find(|(person, department, _)| (*person, *department) == (row.person_id, row.department_id));
        row.valid_until = end.and_then(|(_, _, end)| *end);
    }
    insert_memberships(conn, &rows)
}

/// One of many that an import changes. The uid never does: it stands here because a row without one cannot be written.
pub(crate) struct Changed<'a> {
    pub(crate) id: PersonId,
    pub(crate) uid: &'a str,
    pub(crate) before: &'a Fields,
    pub(crate) after: Fields,
}

/// Many rows to a statement, as [`insert`] does; what stands in conflict by its id is changed.
pub(crate) fn update_all(conn: &mut SqliteConnection, key: &DekHandle, people: &[Changed<'_>], now: Timestamp) -> Result<()> {
    for some in people.chunks(ROWS_PER_STATEMENT) {
        let mut rows = Vec::with_capacity(some.len());
        for one in some {
            let written = written(key, one.id, &one.after, now)?;
            let state = PersonState::Invited.name();
            rows.push(Inserted { id: to_sql(one.id.0), uid: one.uid, state, epoch: 1, created_at: now.0, written });
        }
        let upsert = diesel::insert_into(person::table).values(rows).on_conflict(person::id).do_update().set((
            person::name.eq(excluded(person::name)),
            person::pinyin.eq(excluded(person::pinyin)),
            person::initials.eq(excluded(person::initials)),
            person::title.eq(excluded(person::title)),
            person::mail.eq(excluded(person::mail)),
            person::mobile_sealed.eq(excluded(person::mobile_sealed)),
            person::mobile_blind.eq(excluded(person::mobile_blind)),
            person::phone.eq(excluded(person::phone)),
            person::employee_no.eq(excluded(person::employee_no)),
            person::work_place.eq(excluded(person::work_place)),
            person::hired_on.eq(excluded(person::hired_on)),
            person::manager_id.eq(excluded(person::manager_id)),
            person::changed_at.eq(excluded(person::changed_at)),
        ));
        upsert.execute(conn).map_err(Error::internal("change people"))?;
    }
    let differs = |one: &&Changed<'_>| one.before.departments != one.after.departments || one.before.posts != one.after.posts;
    let moved: Vec<&Changed<'_>> = people.iter().filter(differs).collect();
    for some in moved.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<i64> = some.iter().map(|one| to_sql(one.id.0)).collect();
        let new = some.iter().flat_map(|one| memberships(one.id, &one.after.departments, &one.after.posts));
        replace_memberships(conn, &ids, new.collect())?;
    }
    person_fields::rows::write(conn, key, people.iter().map(|one| (one.id, Some(&one.before.more), &one.after.more)))
}

#[derive(Insertable)]
#[diesel(table_name = membership)]
struct Membership {
    person_id: i64,
    department_id: i64,
    is_main: bool,
    position: i32,
    valid_until: Option<i64>,
    title: Option<String>,
    head: bool,
    place: Option<i32>,
}

fn memberships(id: PersonId, departments: &[DepartmentId], posts: &[Post]) -> Vec<Membership> {
    let row = |(position, department): (i32, &DepartmentId)| {
        let post = posts.iter().find(|post| post.department == *department);
        Membership {
            person_id: to_sql(id.0),
            department_id: to_sql(department.0),
            is_main: position == 0,
            position,
            valid_until: None,
            title: post.and_then(|post| post.title.clone()),
            head: post.is_some_and(|post| post.head),
            place: post.and_then(|post| post.place).and_then(|place| i32::try_from(place).ok()),
        }
    };
    (0i32..).zip(departments).map(row).collect()
}

fn insert_memberships(conn: &mut SqliteConnection, rows: &[Membership]) -> Result<()> {
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        diesel::insert_into(membership::table).values(some).execute(conn).map_err(Error::internal("insert memberships"))?;
    }
    Ok(())
}

/// Sets the state; sessions go on.
pub(crate) fn note_state(conn: &mut SqliteConnection, id: PersonId, state: PersonState, now: Timestamp) -> Result<()> {
    let row = (person::state.eq(state.name()), person::changed_at.eq(now.0));
    let update = diesel::update(person::table.find(to_sql(id.0))).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("change a person's state"))
}

/// Sets the state and grows the epoch: every session of the person ends.
pub(crate) fn set_state(conn: &mut SqliteConnection, id: PersonId, state: PersonState, now: Timestamp) -> Result<()> {
    let row = (person::state.eq(state.name()), person::epoch.eq(person::epoch + 1), person::changed_at.eq(now.0));
    let update = diesel::update(person::table.find(to_sql(id.0))).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("change a person's state"))
}

pub(crate) struct PasswordRow {
    pub(crate) sealed: Vec<u8>,
    pub(crate) must_change: bool,
    pub(crate) changed_at: Timestamp,
}

pub(crate) fn password(conn: &mut SqliteConnection, id: PersonId) -> Result<Option<PasswordRow>> {
    let found: Option<(Vec<u8>, bool, i64)> = credential::table
        .find(to_sql(id.0))
        .select((credential::password_sealed, credential::must_change, credential::changed_at))
        .first(conn)
        .optional()
        .map_err(Error::internal("read a password"))?;
    Ok(found.map(|(sealed, must_change, changed_at)| PasswordRow { sealed, must_change, changed_at: Timestamp(changed_at) }))
}

pub(crate) fn set_password(
    conn: &mut SqliteConnection,
    id: PersonId,
    sealed: Vec<u8>,
    must_change: bool,
    now: Timestamp,
) -> Result<()> {
    let row = (credential::password_sealed.eq(sealed), credential::must_change.eq(must_change), credential::changed_at.eq(now.0));
    let insert = diesel::insert_into(credential::table).values((credential::person_id.eq(to_sql(id.0)), row.clone()));
    let upsert = insert.on_conflict(credential::person_id).do_update().set(row);
    upsert.execute(conn).map(drop).map_err(Error::internal("store a password"))
}

/// The same password, hashed anew: its age stays.
pub(crate) fn replace_hash(conn: &mut SqliteConnection, id: PersonId, sealed: Vec<u8>) -> Result<()> {
    let update = diesel::update(credential::table.find(to_sql(id.0))).set(credential::password_sealed.eq(sealed));
    update.execute(conn).map(drop).map_err(Error::internal("store a password hashed anew"))
}

/// Ids are given before the row is sealed, since it is sealed to its id.
pub(crate) fn next_in_history(conn: &mut SqliteConnection) -> Result<u64> {
    next_id(conn, "password_history")
}

pub(crate) fn insert_in_history(conn: &mut SqliteConnection, id: u64, person: PersonId, sealed: Vec<u8>) -> Result<()> {
    let row = (history::id.eq(to_sql(id)), history::person_id.eq(to_sql(person.0)), history::password_sealed.eq(sealed));
    let insert = diesel::insert_into(history::table).values(row);
    insert.execute(conn).map(drop).map_err(Error::internal("remember a password"))
}

/// The latest first.
pub(crate) fn history(conn: &mut SqliteConnection, person: PersonId, count: usize) -> Result<Vec<(u64, Vec<u8>)>> {
    let rows: Vec<(i64, Vec<u8>)> = history::table
        .filter(history::person_id.eq(to_sql(person.0)))
        .select((history::id, history::password_sealed))
        .order(history::id.desc())
        .limit(i64::try_from(count).unwrap_or(i64::MAX))
        .load(conn)
        .map_err(Error::internal("read earlier passwords"))?;
    Ok(rows.into_iter().map(|(id, sealed)| (from_sql(id), sealed)).collect())
}

pub(crate) fn trim_history(conn: &mut SqliteConnection, person: PersonId, kept: usize) -> Result<()> {
    let latest: Vec<i64> = history(conn, person, kept)?.into_iter().map(|(id, _)| to_sql(id)).collect();
    let others = history::table.filter(history::person_id.eq(to_sql(person.0))).filter(history::id.ne_all(latest));
    diesel::delete(others).execute(conn).map(drop).map_err(Error::internal("forget earlier passwords"))
}
