//! All SQL of the roles. Each row bears an HMAC under the directory's key: a row that was written past us counts for nothing.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error as SqlError},
};
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::role_grant;

use crate::{
    Org, Role, keys,
    rows::{from_sql, to_sql},
    views,
};

#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) person: PersonId,
    pub(crate) role: Role,
    pub(crate) granted_by: Option<PersonId>,
    pub(crate) granted_at: Timestamp,
    pub(crate) reason: String,
    pub(crate) until: Option<Timestamp>,
}

impl Grant {
    pub(crate) fn view(&self, org: &Org) -> views::RoleGrant {
        views::RoleGrant {
            role: self.role,
            person: org.reference(self.person),
            granted_at: self.granted_at,
            granted_by: self.granted_by.map(|id| org.reference(id)),
            reason: self.reason.clone(),
            until: self.until,
        }
    }

    fn mac(&self, key: &DekHandle) -> Result<[u8; 32]> {
        // Every part but the last has no space in it, so no two grants have one text.
        let granted_by = self.granted_by.map(|id| id.to_string()).unwrap_or_default();
        let text = format!("{} {} {granted_by} {} {}", self.person, self.role.name(), self.granted_at, self.reason);
        // One without an end has the text that grants had before any had an end; no person's number begins with a letter.
        let text = self.until.map(|until| format!("until {until} {text}")).unwrap_or(text);
        Ok(key.mac(keys::MAC_ROLE, text.as_bytes())?)
    }
}

type Row = (i64, String, Option<i64>, i64, String, Vec<u8>, Option<i64>);

fn grant((person, role, granted_by, granted_at, reason, mac, until): Row) -> Option<(Grant, Vec<u8>)> {
    let grant = Grant {
        person: PersonId(from_sql(person)),
        role: Role::parse(&role)?,
        granted_by: granted_by.map(|id| PersonId(from_sql(id))),
        granted_at: Timestamp(granted_at),
        reason,
        until: until.map(Timestamp),
    };
    Some((grant, mac))
}

/// Who holds what; rows that do not authenticate are left out and logged.
pub(crate) fn held(conn: &mut SqliteConnection, key: &DekHandle) -> Result<HashMap<PersonId, (Role, Option<Timestamp>)>> {
    let rows: Vec<Row> = role_grant::table.load(conn).map_err(Error::internal("read the roles"))?;
    let mut held = HashMap::new();
    for (grant, mac) in rows.into_iter().filter_map(grant) {
        let expected = grant.mac(key)?;
        if !<[u8; 32]>::try_from(mac).is_ok_and(|mac| keys::same_mac(&mac, &expected)) {
            tracing::error!(person = %grant.person, role = grant.role.name(), "a role's row does not authenticate; it counts for nothing");
            continue;
        }
        held.insert(grant.person, (grant.role, grant.until));
    }
    Ok(held)
}

pub(super) fn all(conn: &mut SqliteConnection) -> Result<Vec<Grant>> {
    let rows: Vec<Row> = role_grant::table.load(conn).map_err(Error::internal("read the roles"))?;
    Ok(rows.into_iter().filter_map(grant).map(|(grant, _)| grant).collect())
}

pub(super) fn find(conn: &mut SqliteConnection, org: &Org, person: PersonId) -> Result<Option<views::RoleGrant>> {
    let row: Option<Row> =
        role_grant::table.find(to_sql(person.0)).first(conn).optional().map_err(Error::internal("read a role"))?;
    Ok(row.and_then(grant).map(|(grant, _)| grant.view(org)))
}

/// Who gave the person a role; none for the first administrators, and for who has no role.
pub(crate) fn granter(conn: &mut SqliteConnection, person: PersonId) -> Result<Option<PersonId>> {
    let row: Option<Row> =
        role_grant::table.find(to_sql(person.0)).first(conn).optional().map_err(Error::internal("read a role"))?;
    Ok(row.and_then(grant).and_then(|(grant, _)| grant.granted_by))
}

pub(crate) fn insert(conn: &mut SqliteConnection, key: &DekHandle, grant: &Grant) -> Result<()> {
    let row = (
        role_grant::person_id.eq(to_sql(grant.person.0)),
        role_grant::role.eq(grant.role.name()),
        role_grant::granted_by.eq(grant.granted_by.map(|id| to_sql(id.0))),
        role_grant::granted_at.eq(grant.granted_at.0),
        role_grant::reason.eq(&grant.reason),
        role_grant::mac.eq(grant.mac(key)?.to_vec()),
        role_grant::valid_until.eq(grant.until.map(|until| until.0)),
    );
    diesel::insert_into(role_grant::table).values(row).execute(conn).map(drop).map_err(refusal("grant a role"))
}

/// Who holds a role that has ended.
pub(crate) fn ended(conn: &mut SqliteConnection, now: Timestamp) -> Result<Vec<(PersonId, Role)>> {
    let rows: Vec<Row> =
        role_grant::table.filter(role_grant::valid_until.le(now.0)).load(conn).map_err(Error::internal("read the roles"))?;
    Ok(rows.into_iter().filter_map(grant).map(|(grant, _)| (grant.person, grant.role)).collect())
}

pub(crate) fn delete(conn: &mut SqliteConnection, person: PersonId) -> Result<()> {
    let row = role_grant::table.find(to_sql(person.0));
    diesel::delete(row).execute(conn).map(drop).map_err(refusal("revoke a role"))
}

/// The database's own refusals, should a check before it have missed something.
fn refusal(act: &'static str) -> impl FnOnce(SqlError) -> Error {
    move |error| match &error {
        SqlError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Error::conflict("holds-a-role"),
        SqlError::DatabaseError(DatabaseErrorKind::CheckViolation, _) => Error::conflict("own-grant"),
        SqlError::DatabaseError(_, why) if why.message() == "last-holder" => Error::conflict("last-holder"),
        SqlError::DatabaseError(_, why) if why.message() == "holds-a-delegation" => Error::conflict("holds-a-delegation"),
        SqlError::DatabaseError(_, why) if why.message() == "granter-is-not-security" => Error::Forbidden,
        _ => Error::internal(act)(error),
    }
}
