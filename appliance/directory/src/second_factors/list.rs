use holdfast_base::{Actor, Result};

use super::rows;
use crate::{Directory, passkeys, views};

/// One's own, and what is asked of one.
pub fn list(directory: &Directory, actor: &Actor) -> Result<views::SecondFactors> {
    let org = directory.org();
    let person = org.active(actor)?;
    let (held, totp, passkeys) = directory
        .db()
        .read(|conn| Ok((rows::held(conn, person.id)?, rows::totp(conn, person.id)?, passkeys::rows::of(conn, person.id)?)))?;
    Ok(views::SecondFactors {
        totp_since: totp.and_then(|row| row.confirmed_at),
        recovery_codes: held.recovery_codes,
        passkeys: passkeys.iter().map(passkeys::Row::view).collect(),
        required: directory.sign_in_policy().required(&org, person),
    })
}
