//! Reading the whole directory into memory, and the counters of dense ids.

use std::collections::HashMap;

use diesel::prelude::*;
use holdfast_base::{DepartmentId, Error, PersonId, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::{department, directory_counter as counter, enterprise, membership, person};

use crate::{
    OrgPerson, PersonState, Post, Role, avatars, delegations, departures, keys,
    org::{Contact, OrgParts, TreeRow, avatar_hue},
    roles, tags, terms, visibility,
};

/// Dense ids are u64; SQL has i64. Ours count from 1, so nothing is lost.
pub(crate) fn to_sql(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

pub(crate) fn from_sql(id: i64) -> u64 {
    u64::try_from(id).unwrap_or(0)
}

/// The next value of a counter, from 1.
pub(crate) fn next_id(conn: &mut SqliteConnection, name: &str) -> Result<u64> {
    next_ids(conn, name, 1)
}

/// The first of `count` values that nobody else gets.
pub(crate) fn next_ids(conn: &mut SqliteConnection, name: &str, count: usize) -> Result<u64> {
    let count = to_sql(count as u64);
    let row = (counter::name.eq(name), counter::value.eq(count));
    let insert = diesel::insert_into(counter::table).values(row).on_conflict(counter::name);
    let last: i64 = insert
        .do_update()
        .set(counter::value.eq(counter::value + count))
        .returning(counter::value)
        .get_result(conn)
        .map_err(Error::internal("take the next ids"))?;
    Ok(from_sql(last - count + 1))
}

pub(crate) fn org_parts(conn: &mut SqliteConnection, key: &DekHandle) -> Result<OrgParts> {
    let name: Option<String> =
        enterprise::table.select(enterprise::name).first(conn).optional().map_err(Error::internal("read the enterprise"))?;
    let (tags, tags_damaged) = tags::rows::all(conn, key)?;
    let mut rules = visibility::rows::all(conn, key)?;
    rules.damaged |= tags_damaged;
    let (people, departments) = (org_people(conn, key, None)?, departments(conn)?);
    Ok(OrgParts { enterprise: name.unwrap_or_default(), people, departments, tags, rules })
}

type DepartmentRow = (i64, String, Option<i64>, i64, i64, i64);

pub(crate) fn departments(conn: &mut SqliteConnection) -> Result<Vec<TreeRow>> {
    tree_rows(conn, None)
}

pub(crate) fn department(conn: &mut SqliteConnection, id: DepartmentId) -> Result<TreeRow> {
    tree_rows(conn, Some(id))?.pop().ok_or(Error::NotFound)
}

fn tree_rows(conn: &mut SqliteConnection, only: Option<DepartmentId>) -> Result<Vec<TreeRow>> {
    let mut query = department::table
        .select((
            department::id,
            department::name,
            department::parent_id,
            department::position,
            department::created_at,
            department::changed_at,
        ))
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(department::id.eq(to_sql(only.0)));
    }
    let rows: Vec<DepartmentRow> = query.load(conn).map_err(Error::internal("read the departments"))?;
    let row = |(id, name, parent, position, created_at, changed_at): DepartmentRow| TreeRow {
        id: DepartmentId(from_sql(id)),
        name,
        parent: parent.map(|id| DepartmentId(from_sql(id))),
        position,
        created_at: Timestamp(created_at),
        changed_at: Timestamp(changed_at),
    };
    Ok(rows.into_iter().map(row).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = person)]
struct OrgRow {
    id: i64,
    uid: String,
    name: String,
    pinyin: String,
    initials: String,
    title: Option<String>,
    state: String,
    epoch: i64,
    manager_id: Option<i64>,
    mail: Option<String>,
    mobile_sealed: Option<Vec<u8>>,
    phone: Option<String>,
    employee_no: Option<String>,
    work_place: Option<String>,
    created_at: i64,
    changed_at: i64,
}

/// Where somebody belongs: the main one first, and what the person is in those where that is more than a member.
#[derive(Debug, Default)]
pub(crate) struct Belongings {
    pub(crate) departments: Vec<DepartmentId>,
    pub(crate) posts: Vec<Post>,
}

type MembershipRow = (i64, i64, Option<String>, bool, Option<i32>);

/// Of everybody, or of one.
pub(crate) fn belongings_of(conn: &mut SqliteConnection, only: Option<PersonId>) -> Result<HashMap<i64, Belongings>> {
    let mut rows = membership::table
        .select((membership::person_id, membership::department_id, membership::title, membership::head, membership::place))
        .order((membership::person_id, membership::is_main.desc(), membership::position))
        .into_boxed();
    if let Some(only) = only {
        rows = rows.filter(membership::person_id.eq(to_sql(only.0)));
    }
    let rows: Vec<MembershipRow> = rows.load(conn).map_err(Error::internal("read the memberships"))?;
    let mut of: HashMap<i64, Belongings> = HashMap::new();
    for (person, department, title, head, place) in rows {
        let department = DepartmentId(from_sql(department));
        let post = Post { department, title, head, place: place.and_then(|place| u32::try_from(place).ok()) };
        let belongings = of.entry(person).or_default();
        belongings.departments.push(department);
        belongings.posts.extend(Some(post).filter(Post::says_something));
    }
    Ok(of)
}

/// People in the order of their ids; all of them, or one.
pub(crate) fn org_people(conn: &mut SqliteConnection, key: &DekHandle, only: Option<PersonId>) -> Result<Vec<OrgPerson>> {
    let mut people = person::table.select(OrgRow::as_select()).order(person::id).into_boxed();
    if let Some(only) = only {
        people = people.filter(person::id.eq(to_sql(only.0)));
    }
    let people: Vec<OrgRow> = people.load(conn).map_err(Error::internal("read the people"))?;
    let mut of = belongings_of(conn, only)?;
    let pictures = avatars::rows::versions(conn, only)?;
    let roles = roles::rows::held(conn, key)?;
    let mut delegations = delegations::rows::held(conn, key, only)?;
    let mut ends = terms::rows::ends(conn, only)?;
    let gone = departures::rows::gone(conn, only)?;
    let person = |row: OrgRow| {
        let (mut ends, is_gone) = (ends.remove(&row.id).unwrap_or_default(), gone.contains(&row.id));
        ends.role = roles.get(&PersonId(from_sql(row.id))).and_then(|(_, until)| *until);
        let avatar = pictures.get(&row.id).copied();
        let delegations = delegations.remove(&row.id).unwrap_or_default();
        ends.delegations = delegations.iter().filter_map(|one| Some((one.id, one.until?))).collect();
        let person = org_person(row, key, &mut of, &roles)?;
        let state = if is_gone && person.state == PersonState::Frozen { PersonState::Gone } else { person.state };
        Ok(OrgPerson { state, delegations, ends: ends.boxed(), avatar, ..person })
    };
    people.into_iter().map(person).collect()
}

pub(crate) fn org_person_of(conn: &mut SqliteConnection, key: &DekHandle, id: PersonId) -> Result<OrgPerson> {
    org_people(conn, key, Some(id))?.pop().ok_or(Error::NotFound)
}

fn org_person(
    row: OrgRow,
    key: &DekHandle,
    of: &mut HashMap<i64, Belongings>,
    roles: &HashMap<PersonId, (Role, Option<Timestamp>)>,
) -> Result<OrgPerson> {
    let id = PersonId(from_sql(row.id));
    let mobile = row.mobile_sealed.map(|sealed| open_mobile(key, id, &sealed)).transpose()?;
    let Belongings { departments, posts } = of.remove(&row.id).unwrap_or_default();
    let contact = Contact { mail: row.mail, mobile, phone: row.phone, employee_no: row.employee_no, work_place: row.work_place };
    Ok(OrgPerson {
        id,
        uid: row.uid,
        name: row.name,
        pinyin: row.pinyin,
        initials: row.initials,
        title: row.title,
        // The table's CHECK allows no other word; if one got in, the account stays shut.
        state: PersonState::parse(&row.state).unwrap_or(PersonState::Frozen),
        epoch: from_sql(row.epoch),
        departments,
        posts,
        manager: row.manager_id.map(|id| PersonId(from_sql(id))),
        roles: roles.get(&id).map(|(role, _)| *role).into_iter().collect(),
        delegations: Vec::new(),
        ends: None,
        avatar_hue: avatar_hue(id),
        avatar: None,
        contact,
        created_at: Timestamp(row.created_at),
        changed_at: Timestamp(row.changed_at),
    })
}

pub(crate) fn open_mobile(key: &DekHandle, id: PersonId, sealed: &[u8]) -> Result<String> {
    let plain = key.open(&keys::mobile(id.0), sealed)?;
    String::from_utf8(plain).map_err(Error::internal("read a mobile number"))
}

/// The enterprise's one row; false when it was there already.
pub(crate) fn insert_enterprise(conn: &mut SqliteConnection, name: &str, now: Timestamp) -> Result<bool> {
    let row = (enterprise::id.eq(1), enterprise::name.eq(name), enterprise::created_at.eq(now.0));
    let insert = diesel::insert_into(enterprise::table).values(row).on_conflict_do_nothing();
    Ok(insert.execute(conn).map_err(Error::internal("write the enterprise"))? == 1)
}

/// When the first administrators were appointed; the outer `None`: there is no enterprise yet.
pub(crate) fn set_up_at(conn: &mut SqliteConnection) -> Result<Option<Option<i64>>> {
    let query = enterprise::table.select(enterprise::administrators_at);
    query.first(conn).optional().map_err(Error::internal("read the enterprise"))
}

pub(crate) fn close_set_up(conn: &mut SqliteConnection, now: Timestamp) -> Result<()> {
    let update = diesel::update(enterprise::table.find(1)).set(enterprise::administrators_at.eq(now.0));
    update.execute(conn).map(drop).map_err(Error::internal("close the set-up"))
}
