use holdfast_base::{Error, PersonId, Result, Timestamp};

use super::rows::{self, Departure};
use crate::{AccountKeeper, Directory, Org, SystemAdmin, people, views};

/// Everybody who is leaving or gone, the next day first.
pub fn list(directory: &Directory, _by: &SystemAdmin) -> Result<views::Page<views::Departure>> {
    let org = directory.org();
    let rows = directory.db().read(rows::all)?;
    Ok(views::Page::whole(rows.iter().filter_map(|row| view_of(&org, row).ok()).collect()))
}

/// One of them, for who keeps the account.
pub fn one(directory: &Directory, by: &AccountKeeper) -> Result<views::Departure> {
    let row = directory.db().read(|conn| rows::find(conn, by.person()))?.ok_or(Error::NotFound)?;
    view_of(&directory.org(), &row)
}

/// Somebody whose last day is over: what the box has to do about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub person: PersonId,
    pub ordered_by: PersonId,
    pub reason: String,
    pub heir: Option<PersonId>,
    /// `None`: not gone yet.
    pub erase_at: Option<Timestamp>,
    pub shred: Option<u64>,
}

/// Whom the box has to go on with by now: hand over, let go, erase.
pub fn pending(directory: &Directory) -> Result<Vec<Pending>> {
    let now = directory.world().now();
    let rows = directory.db().read(rows::all)?;
    let due = rows.into_iter().filter(|row| row.erase_at.unwrap_or(row.leaves_at) <= now);
    let pending = |row: Departure| Pending {
        person: row.person,
        ordered_by: row.ordered_by,
        reason: row.reason,
        heir: row.heir,
        erase_at: row.erase_at,
        shred: row.shred,
    };
    Ok(due.map(pending).collect())
}

pub(super) fn view_of(org: &Org, row: &Departure) -> Result<views::Departure> {
    let person = org.person(row.person).ok_or(Error::NotFound)?;
    Ok(views::Departure {
        person: people::kept(org, person),
        leaves_at: row.leaves_at,
        reason: row.reason.clone(),
        heir: row.heir.map(|heir| org.reference(heir)),
        ordered_by: org.reference(row.ordered_by),
        ordered_at: row.ordered_at,
        gone_at: row.gone_at,
        erase_at: row.erase_at,
        erasing: row.shred.is_some(),
        waits_for: row.waits_for.clone(),
    })
}
