use diesel::SqliteConnection;
use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, Result};
use holdfast_store::DbTx;

use super::rows;
use crate::{Directory, OrgPerson, sign_in_policy::Factor};

/// One's own authenticator app, its recovery codes with it.
pub fn remove(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor) -> Result<()> {
    let org = directory.org();
    let person = org.active(actor)?;
    let held = rows::held(tx.conn(), person.id)?;
    if !held.totp {
        return Err(Error::NotFound);
    }
    would_fall_short(tx.conn(), directory, person, (0, held.passkeys))?;
    rows::forget_totp(tx.conn(), person.id)?;
    holdfast_audit::record(tx, Event::new(actor, "totp.remove", Object::new("person", person.id)));
    Ok(())
}

/// Refused when what is left (apps, passkeys) is less than what is asked of the person, and more was there.
pub(crate) fn would_fall_short(
    conn: &mut SqliteConnection,
    directory: &Directory,
    person: &OrgPerson,
    (totp, passkeys): (u32, u32),
) -> Result<()> {
    let held = rows::held(conn, person.id)?;
    let required = directory.sign_in_policy().required(&directory.org(), person);
    let enough = |totp: bool, passkeys: u32| match required {
        Factor::Password => true,
        Factor::SecondFactor => totp || passkeys > 0,
        Factor::Passkey => passkeys > 0,
    };
    if enough(held.totp, held.passkeys) && !enough(totp > 0, passkeys) {
        return Err(Error::conflict("required-by-policy"));
    }
    Ok(())
}
