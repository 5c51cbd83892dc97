//! All SQL of fields that were added, and of their values.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::{person_field as table, person_field_value as value};

use super::{FieldId, FieldKind, PersonField, Values};
use crate::{
    keys,
    rows::{from_sql, to_sql},
};

/// Rows of one INSERT, three columns each.
const ROWS_PER_STATEMENT: usize = 500;

/// In their order; a row that cannot be read is left out and logged.
pub(crate) fn definitions(conn: &mut SqliteConnection) -> Result<Vec<PersonField>> {
    let rows: Vec<(i64, String, String, i64, String)> =
        table::table.order((table::position, table::id)).load(conn).map_err(Error::internal("read the person fields"))?;
    let mut all = Vec::with_capacity(rows.len());
    for (id, key, kind, position, settings) in rows {
        match (FieldKind::parse(&kind), serde_json::from_str(&settings)) {
            (Some(kind), Ok(settings)) => all.push(PersonField { id: FieldId(from_sql(id)), key, kind, settings, position }),
            _ => tracing::error!(field = id, "a person field's row cannot be read; it is left out"),
        }
    }
    Ok(all)
}

fn settings(field: &PersonField) -> Result<String> {
    serde_json::to_string(&field.settings).map_err(Error::internal("write a person field's settings"))
}

pub(super) fn insert(conn: &mut SqliteConnection, field: &PersonField) -> Result<()> {
    let row = (
        table::id.eq(to_sql(field.id.0)),
        table::key.eq(&field.key),
        table::kind.eq(field.kind.name()),
        table::position.eq(field.position),
        table::settings.eq(settings(field)?),
    );
    diesel::insert_into(table::table).values(row).execute(conn).map(drop).map_err(Error::internal("insert a person field"))
}

pub(super) fn update(conn: &mut SqliteConnection, field: &PersonField) -> Result<()> {
    let row = (table::position.eq(field.position), table::settings.eq(settings(field)?));
    let update = diesel::update(table::table.find(to_sql(field.id.0))).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("change a person field"))
}

/// How many people had a value in it.
pub(super) fn delete(conn: &mut SqliteConnection, id: FieldId) -> Result<usize> {
    let values = value::table.filter(value::field_id.eq(to_sql(id.0)));
    let people = diesel::delete(values).execute(conn).map_err(Error::internal("delete a person field's values"))?;
    diesel::delete(table::table.find(to_sql(id.0))).execute(conn).map_err(Error::internal("delete a person field"))?;
    Ok(people)
}

/// Of these people, or of everybody.
pub(crate) fn values(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    only: Option<&[PersonId]>,
) -> Result<HashMap<PersonId, Values>> {
    let mut query = value::table.into_boxed();
    if let Some(only) = only {
        query = query.filter(value::person_id.eq_any(only.iter().map(|id| to_sql(id.0)).collect::<Vec<_>>()));
    }
    let rows: Vec<(i64, i64, Vec<u8>)> = query.load(conn).map_err(Error::internal("read people's fields"))?;
    let mut of: HashMap<PersonId, Values> = HashMap::new();
    for (person, field, sealed) in rows {
        let (person, field) = (PersonId(from_sql(person)), FieldId(from_sql(field)));
        let plain = key.open(&keys::person_field(person.0, field.0), &sealed)?;
        let values = postcard::from_bytes(&plain).map_err(Error::internal("decode a person's field"))?;
        of.entry(person).or_default().insert(field, values);
    }
    Ok(of)
}

#[derive(Insertable)]
#[diesel(table_name = value)]
struct Row {
    person_id: i64,
    field_id: i64,
    values_sealed: Vec<u8>,
}

/// What differs between before and after, for each of many people.
pub(crate) fn write<'a>(
    conn: &mut SqliteConnection,
    key: &DekHandle,
    people: impl Iterator<Item = (PersonId, Option<&'a Values>, &'a Values)>,
) -> Result<()> {
    let (mut gone, mut new) = (BTreeMap::<FieldId, Vec<i64>>::new(), Vec::new());
    for (person, before, after) in people {
        let none = Values::new();
        let before = before.unwrap_or(&none);
        for field in before.keys().filter(|field| !after.contains_key(field)) {
            gone.entry(*field).or_default().push(to_sql(person.0));
        }
        for (field, values) in after.iter().filter(|(field, values)| before.get(field) != Some(values)) {
            let plain = postcard::to_stdvec(values).map_err(Error::internal("encode a person's field"))?;
            let values_sealed = key.seal(&keys::person_field(person.0, field.0), &plain)?;
            new.push(Row { person_id: to_sql(person.0), field_id: to_sql(field.0), values_sealed });
        }
    }
    for (field, people) in gone {
        for some in people.chunks(ROWS_PER_STATEMENT) {
            let rows = value::table.filter(value::field_id.eq(to_sql(field.0))).filter(value::person_id.eq_any(some));
            diesel::delete(rows).execute(conn).map_err(Error::internal("delete people's fields"))?;
        }
    }
    for some in new.chunks(ROWS_PER_STATEMENT) {
        let insert = diesel::replace_into(value::table).values(some);
        insert.execute(conn).map_err(Error::internal("store people's fields"))?;
    }
    Ok(())
}
