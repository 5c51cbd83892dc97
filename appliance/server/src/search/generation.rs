//! The data key of the index and of the kept texts. `index/key` names it, and the index lies in a folder of that name. An index that
//! is begun anew gets a new one; after a shredding the old one is destroyed, and an old copy of the folder opens under no key of the
//! keyring.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use holdfast_base::{Error, Result};
use holdfast_hsm::{DekHandle, Domain, HsmError, KeyId, Vault};
use holdfast_search::Home;
use parking_lot::RwLock;

use super::sealer::IndexSealer;

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

    pub(super) fn home(&self) -> Home {
        home(&self.folder, self.key())
    }

    /// Removes the folders of all other generations.
    pub(super) fn sweep(&self) {
        let own = name(&self.key());
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.filter_map(io::Result::ok) {
            let found = entry.file_name();
            let is_other = found.to_str().is_some_and(|found| found.len() == own.len() && found != own);
            if is_other && let Err(error) = fs::remove_dir_all(entry.path()) {
                // A merge of the old index may just be ending; it is looked for again.
                tracing::debug!(%error, "an index that nobody uses stays a while");
            }
        }
    }

    /// From here on what is written is sealed under a new key.
    pub(super) fn next(&self) -> Result<()> {
        *self.key.write() = made(&self.folder, &self.vault)?;
        Ok(())
    }
}

/// Where the index under a key lies, and who seals it.
pub(super) fn home(folder: &Path, key: DekHandle) -> Home {
    Home { folder: folder.join(name(&key)), sealer: Arc::new(IndexSealer(key)) }
}

fn name(key: &DekHandle) -> String {
    key.id().to_string()
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
