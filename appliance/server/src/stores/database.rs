//! Under which key the database lies. The salt at its beginning says it: that of the domain's key, or, once it was renewed, the name
//! of the data key that it was copied under. So a file and its key are never two things that a crash could part.

use std::path::Path;

use holdfast_base::{Error, Result};
use holdfast_hsm::{DekHandle, Domain, KeyId, SqlcipherKey, Vault};
use holdfast_store::{Db, Ledger};

use crate::custody::SWEPT;

const DOMAIN: Domain = Domain("db");

/// The key that opens the file, or that makes it where there is none.
pub(super) fn key_of(vault: &Vault, path: &Path) -> Result<SqlcipherKey> {
    let made = vault.domain(DOMAIN)?.sqlcipher_key()?;
    match Db::salt(path)? {
        Some(salt) if salt != made.salt => named(&vault.key(KeyId(salt))?),
        _ => Ok(made),
    }
}

/// The whole database under a new key, while it serves. The old one is destroyed with the next epoch.
pub(super) fn renew(db: &Db, ledger: &Ledger, vault: &Vault, path: &Path) -> Result<()> {
    let (old, key) = (key_of(vault, path)?, vault.create_key(DOMAIN)?);
    let (new, id) = (named(&key)?, key.id());
    if let Err(error) = db.renew(&old, &new) {
        // Nothing was sealed under it.
        let _given_up = ledger.write_freeing(move |tx| tx.retire(id, SWEPT))?;
        return Err(error);
    }
    settle(ledger, vault, path)
}

/// Gives up the key that the domain had before the file was renewed. What a crash kept from being done is done at the next start.
pub(super) fn settle(ledger: &Ledger, vault: &Vault, path: &Path) -> Result<()> {
    let domain = vault.domain(DOMAIN)?;
    let Some(salt) = Db::salt(path)? else { return Ok(()) };
    if salt == domain.sqlcipher_key()?.salt || salt == domain.id().0 {
        return Ok(());
    }
    let old = domain.id();
    // First: a key that is known to nobody would never be destroyed.
    let _given_up = ledger.write_freeing(move |tx| tx.retire(old, SWEPT))?;
    Ok(vault.name_domain(DOMAIN, KeyId(salt))?)
}

fn named(key: &DekHandle) -> Result<SqlcipherKey> {
    let made = key.sqlcipher_key().map_err(Error::from)?;
    Ok(SqlcipherKey { salt: key.id().0, ..made })
}
