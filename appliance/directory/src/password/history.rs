use diesel::SqliteConnection;
use holdfast_base::{PersonId, Result};
use holdfast_store::DbTx;

use super::{Hashed, Password, policy::refused};
use crate::{Directory, keys, limits, people};

/// The password in use goes into the history; the caller puts another in its place.
pub(crate) fn remember(tx: &mut DbTx<'_>, directory: &Directory, person: PersonId) -> Result<()> {
    let Some(row) = people::rows::password(tx.conn(), person)? else { return Ok(()) };
    let key = directory.key();
    let plain = key.open(&keys::password(person.0), &row.sealed)?;
    let id = people::rows::next_in_history(tx.conn())?;
    people::rows::insert_in_history(tx.conn(), id, person, key.seal(&keys::password_history(person.0, id), &plain)?)?;
    people::rows::trim_history(tx.conn(), person, limits::PASSWORD_HISTORY as usize)
}

/// `used-before` for one of the person's last `count`, the one in use counted. As many slow hashes as there are.
pub(super) fn check(directory: &Directory, person: PersonId, password: &Password, count: u32) -> Result<()> {
    let count = count as usize;
    let before = directory.db().read(|conn| hashes(conn, directory, person, count))?;
    for hashed in &before {
        if directory.hasher().verify(directory, password, Some(hashed))? {
            return Err(refused("used-before", Some(count as u64)));
        }
    }
    Ok(())
}

/// The latest first.
fn hashes(conn: &mut SqliteConnection, directory: &Directory, person: PersonId, count: usize) -> Result<Vec<Hashed>> {
    let key = directory.key();
    let mut found = Vec::new();
    if let Some(row) = people::rows::password(conn, person)? {
        found.push(Hashed::decode(&key.open(&keys::password(person.0), &row.sealed)?)?);
    }
    for (id, sealed) in people::rows::history(conn, person, count)? {
        found.push(Hashed::decode(&key.open(&keys::password_history(person.0, id), &sealed)?)?);
    }
    found.truncate(count);
    Ok(found)
}
