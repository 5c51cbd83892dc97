//! All SQL of the rules of visibility.

use diesel::prelude::*;
use holdfast_base::{Error, Result, RuleId, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::visibility_rule as table;

use super::{Rule, RuleBook};
use crate::{
    keys,
    rows::{from_sql, to_sql},
};

type Row = (i64, String, i64, i64, Vec<u8>);

/// In the order in which they were made.
pub(crate) fn all(conn: &mut SqliteConnection, key: &DekHandle) -> Result<RuleBook> {
    let rows: Vec<Row> = table::table.order(table::id).load(conn).map_err(Error::internal("read the rules of visibility"))?;
    let mut book = RuleBook::default();
    for row in rows {
        let id = row.0;
        match rule(key, row)? {
            Some(rule) => book.rules.push(rule),
            None => {
                book.damaged = true;
                tracing::error!(rule = id, "a rule of visibility does not authenticate; nobody sees anybody until it is gone");
            }
        }
    }
    Ok(book)
}

/// None: it does not authenticate.
fn rule(key: &DekHandle, (id, settings, created_at, changed_at, written): Row) -> Result<Option<Rule>> {
    let id = RuleId(from_sql(id));
    let expected = mac(key, id, &settings, Timestamp(created_at), Timestamp(changed_at))?;
    let same = written.try_into().is_ok_and(|written| keys::same_mac(&expected, &written));
    let settings = serde_json::from_str(&settings).ok().filter(|_| same);
    Ok(settings.map(|settings| Rule { id, settings, created_at: Timestamp(created_at), changed_at: Timestamp(changed_at) }))
}

fn mac(key: &DekHandle, id: RuleId, settings: &str, created_at: Timestamp, changed_at: Timestamp) -> Result<[u8; 32]> {
    Ok(key.mac(keys::MAC_VISIBILITY, format!("{id} {created_at} {changed_at} {settings}").as_bytes())?)
}

fn text(rule: &Rule) -> Result<String> {
    serde_json::to_string(&rule.settings).map_err(Error::internal("write a rule of visibility"))
}

pub(super) fn insert(conn: &mut SqliteConnection, key: &DekHandle, rule: &Rule) -> Result<()> {
    let settings = text(rule)?;
    let mac = mac(key, rule.id, &settings, rule.created_at, rule.changed_at)?;
    let row = (
        table::id.eq(to_sql(rule.id.0)),
        table::settings.eq(settings),
        table::created_at.eq(rule.created_at.0),
        table::changed_at.eq(rule.changed_at.0),
        table::mac.eq(mac.to_vec()),
    );
    let insert = diesel::insert_into(table::table).values(row);
    insert.execute(conn).map(drop).map_err(Error::internal("insert a rule of visibility"))
}

pub(super) fn update(conn: &mut SqliteConnection, key: &DekHandle, rule: &Rule) -> Result<()> {
    let settings = text(rule)?;
    let mac = mac(key, rule.id, &settings, rule.created_at, rule.changed_at)?;
    let row = (table::settings.eq(settings), table::changed_at.eq(rule.changed_at.0), table::mac.eq(mac.to_vec()));
    let update = diesel::update(table::table.find(to_sql(rule.id.0))).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("change a rule of visibility"))
}

/// False: there is none such. One that does not authenticate goes too.
pub(super) fn delete(conn: &mut SqliteConnection, id: RuleId) -> Result<bool> {
    let gone = diesel::delete(table::table.find(to_sql(id.0)));
    gone.execute(conn).map(|rows| rows == 1).map_err(Error::internal("delete a rule of visibility"))
}
