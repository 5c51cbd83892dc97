use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result};
use holdfast_hsm::DekHandle;
use holdfast_store::{DbTx, Tx};
use zeroize::Zeroizing;

use super::rows;
use crate::{Directory, keys, limits, readable, views};

/// Letters of a code without its dashes.
const LETTERS: usize = limits::RECOVERY_CODE_BYTES * 8 / 5;

/// Ten new codes in place of those before.
pub fn renew(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor) -> Result<views::RecoveryCodes> {
    let person = directory.org().active(actor)?.id;
    if !rows::held(tx.conn(), person)?.totp {
        return Err(Error::conflict("no-second-factor"));
    }
    holdfast_audit::record(tx, Event::new(actor, "recovery-code.renew", Object::new("person", person)));
    fresh(tx, directory, person)
}

pub(super) fn fresh(tx: &mut DbTx<'_>, directory: &Directory, person: PersonId) -> Result<views::RecoveryCodes> {
    let mut codes = Vec::with_capacity(limits::RECOVERY_CODES);
    let mut macs = Vec::with_capacity(limits::RECOVERY_CODES);
    for _ in 0..limits::RECOVERY_CODES {
        let random = Zeroizing::new(tx.world().random::<{ limits::RECOVERY_CODE_BYTES }>());
        let code = readable::groups(random.as_ref());
        macs.push(mac(directory.key(), person, &code)?.ok_or(Error::broken("make a recovery code"))?);
        codes.push(code.to_string());
    }
    rows::put_recovery_codes(tx.conn(), person, &macs)?;
    Ok(views::RecoveryCodes { codes })
}

/// None when what was typed can be no code.
pub(super) fn mac(key: &DekHandle, person: PersonId, typed: &str) -> Result<Option<[u8; 32]>> {
    let short_enough = typed.chars().count() <= limits::CODE_CHARACTERS;
    let Some(letters) = short_enough.then(|| readable::typed(typed, LETTERS)).flatten() else { return Ok(None) };
    let text = Zeroizing::new(format!("{person} {}", letters.as_str()));
    Ok(Some(key.mac(keys::MAC_RECOVERY, text.as_bytes())?))
}
