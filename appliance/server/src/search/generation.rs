//! The data key of the index and of the kept texts. `index/key` names it. After a shredding there is a new one, and what lay under the
//! old one is made anew from what is left: an old copy of the folder then opens under no key of the keyring.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use holdfast_base::{Error, Result};
use holdfast_hsm::{DekHandle, Domain, HsmError, KeyId, Vault};
use parking_lot::RwLock;

const DOMAIN: Domain = Domain("search");
const FILE: &str = "key";

pub(super) struct Generation {
    folder: PathBuf,
    vault: Vault,
    key: RwLock<DekHandle>,
}

impl Generation {
    /// Where there is no key, or a rotation has destroyed it, a new one: what lies there is then fed anew.
    pub(super) fn open(folder: &Path, vault: &Vault) -> Result<Self> {
        let mut make = fs::DirBuilder::new();
        make.recursive(true).mode(0o700).create(folder).map_err(Error::internal("make the folder of the index"))?;
        let key = match kept(folder, vault)? {
            Some(key) => key,
            None => made(folder, vault)?,
        };
        Ok(Self { folder: folder.to_owned(), vault: vault.clone(), key: RwLock::new(key) })
    }

    pub(super) fn key(&self) -> DekHandle {
        self.key.read().clone()
    }

    /// From here on what is written is sealed under a new key.
    pub(super) fn next(&self) -> Result<()> {
        *self.key.write() = made(&self.folder, &self.vault)?;
        Ok(())
    }
}

/// The key of an index that is there.
pub(super) fn kept(folder: &Path, vault: &Vault) -> Result<Option<DekHandle>> {
    let text = match fs::read_to_string(folder.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::internal("read the name of the index's key")(error)),
    };
    let Some(id) = hex::decode(text.trim()).ok().and_then(|id| id.try_into().ok()) else { return Ok(None) };
    match vault.key(KeyId(id)) {
        Ok(key) => Ok(Some(key)),
        Err(HsmError::KeyMissing(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn made(folder: &Path, vault: &Vault) -> Result<DekHandle> {
    let key = vault.create_key(DOMAIN)?;
    let draft = folder.join(FILE).with_extension("new");
    let written = fs::write(&draft, format!("{}\n", key.id())).and_then(|()| fs::rename(&draft, folder.join(FILE)));
    written.map_err(Error::internal("write the name of the index's key"))?;
    Ok(key)
}
