use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, Result};
use holdfast_store::{DbTx, Tx};
use percent::encoded;
use zeroize::Zeroizing;

use super::{recovery, rows, totp};
use crate::{Directory, keys, limits, readable, session, sign_in_policy::Factor, views};

/// A new secret. It counts once a code of it was shown. Whoever has one gives that up first.
pub fn begin(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor) -> Result<views::NewTotp> {
    let org = directory.org();
    let person = org.active(actor)?;
    if rows::held(tx.conn(), person.id)?.totp {
        return Err(Error::conflict("second-factor-there"));
    }
    let secret = Zeroizing::new(tx.world().random::<{ limits::TOTP_BYTES }>());
    let sealed = directory.key().seal(&keys::totp(person.id.0), secret.as_ref())?;
    let now = tx.now();
    rows::put_totp(tx.conn(), person.id, sealed, now)?;
    holdfast_audit::record(tx, Event::new(actor, "totp.begin", Object::new("person", person.id)));
    let secret = readable::base32(secret.as_ref());
    let issuer = encoded(if org.enterprise().is_empty() { "Holdfast" } else { org.enterprise() });
    let uri = format!("otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}", encoded(&person.uid), secret.as_str());
    Ok(views::NewTotp { secret: secret.to_string(), uri })
}

/// The first right code: the second factor counts from now on. Answers the recovery codes, once.
pub fn confirm(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, code: &str) -> Result<views::RecoveryCodes> {
    let person = directory.org().active(actor)?.id;
    let row = rows::totp(tx.conn(), person)?.filter(|row| row.confirmed_at.is_none());
    let row = row.ok_or(Error::conflict("no-second-factor-begun"))?;
    let secret = Zeroizing::new(directory.key().open(&keys::totp(person.0), &row.secret_sealed)?);
    let now = tx.now();
    let step = totp::step_of(&secret, code, now, row.step).ok_or(Error::invalid("code", "wrong-code"))?;
    rows::confirm_totp(tx.conn(), person, step, now)?;
    holdfast_audit::record(tx, Event::new(actor, "totp.confirm", Object::new("person", person)));
    session::raise(tx, directory, actor, Factor::SecondFactor);
    recovery::fresh(tx, directory, person)
}

mod percent {
    /// What stands in an `otpauth:` address as it is; all else as `%XX` (RFC 3986, section 2.3).
    pub(super) fn encoded(text: &str) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
    }
}
