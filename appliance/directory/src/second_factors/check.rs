use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, Error, Result};
use holdfast_store::{DbTx, Tx};

use super::{SecondFactor, recovery, rows, totp};
use crate::{Directory, OrgPerson, keys, sign_in_policy::Factor};

/// Asked after the password was right. What the person has shown with it; refused when they have more to show.
pub(crate) fn check(
    directory: &Directory,
    audit: &AuditLog,
    actor: &Actor,
    person: &OrgPerson,
    given: Option<&SecondFactor>,
) -> Result<Factor> {
    let required = directory.sign_in_policy().required(&directory.org(), person);
    let held = directory.db().read(|conn| rows::held(conn, person.id))?;
    let has_passkey = held.passkeys > 0;
    if has_passkey && (required == Factor::Passkey || required == Factor::SecondFactor && !held.totp) {
        return Err(Error::PasskeyRequired);
    }
    if !held.totp {
        return Ok(Factor::Password);
    }
    let given = given.ok_or(Error::SecondFactorRequired)?;
    let committed = directory.db().write(|tx| match given {
        SecondFactor::Totp(typed) => take_totp(tx, directory, person, typed),
        SecondFactor::Recovery(typed) => take_recovery(tx, directory, actor, person, typed),
    })?;
    audit.settle(&committed.mark)?;
    Ok(Factor::SecondFactor)
}

/// More than a password is asked of the person: by the policy, or since they have more to show.
pub(crate) fn is_asked(directory: &Directory, person: &OrgPerson) -> Result<bool> {
    let required = directory.sign_in_policy().required(&directory.org(), person);
    let held = directory.db().read(|conn| rows::held(conn, person.id))?;
    Ok(required > Factor::Password || held.totp || held.passkeys > 0)
}

fn take_totp(tx: &mut DbTx<'_>, directory: &Directory, person: &OrgPerson, typed: &str) -> Result<()> {
    let row = rows::totp(tx.conn(), person.id)?.filter(|row| row.confirmed_at.is_some()).ok_or(Error::WrongSecondFactor)?;
    let secret = zeroize::Zeroizing::new(directory.key().open(&keys::totp(person.id.0), &row.secret_sealed)?);
    let step = totp::step_of(&secret, typed, tx.now(), row.step).ok_or(Error::WrongSecondFactor)?;
    rows::set_step(tx.conn(), person.id, step)
}

fn take_recovery(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, person: &OrgPerson, typed: &str) -> Result<()> {
    let mac = recovery::mac(directory.key(), person.id, typed)?.ok_or(Error::WrongSecondFactor)?;
    if !rows::spend_recovery_code(tx.conn(), person.id, &mac)? {
        return Err(Error::WrongSecondFactor);
    }
    let left = rows::held(tx.conn(), person.id)?.recovery_codes;
    let event = Event::new(actor, "recovery-code.use", Object::new("person", person.id));
    holdfast_audit::record(tx, event.number("left", i64::from(left)));
    Ok(())
}
