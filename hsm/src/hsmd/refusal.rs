//! Memory of a refused PIN, so that a restart does not spend another of the token's few attempts on it.
//!
//! `<state>/login-pending` stands from before a login until the token has said yes or no: an attempt that ended in a
//! crash, a hang or an unclear answer may have been counted, so nothing but an operator's word leads to the next.
//!
//! `<state>/pin-refused`: version 1 · salt 16 · PBKDF2-HMAC-SHA-256 of the PIN 32. Slow on purpose: a refused PIN may
//! resemble the right one.

use std::{
    fs::{self, File},
    io::{self, Write},
    num::NonZeroU32,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use holdfast_base::World;
use ring::pbkdf2;

const VERSION: u8 = 1;
const SALT: usize = 16;
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(199_999);

pub(super) struct Refusals {
    file: PathBuf,
    pending: PathBuf,
    world: World,
}

impl Refusals {
    pub(super) fn at(state: &Path, world: World) -> Self {
        Self { file: state.join("pin-refused"), pending: state.join("login-pending"), world }
    }

    /// Whether this very PIN was the last one that the token refused.
    pub(super) fn has(&self, pin: &[u8]) -> io::Result<bool> {
        let record = match fs::read(&self.file) {
            Ok(record) => record,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        // A record that cannot be read counts as a refusal of everything: an operator removes it.
        let Some((salt, hash)) = record.strip_prefix(&[VERSION]).and_then(|rest| rest.split_at_checked(SALT)) else {
            return Ok(true);
        };
        Ok(pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, pin, hash).is_ok())
    }

    /// A login begins. Durable when it returns.
    pub(super) fn begin(&self) -> io::Result<()> {
        File::create(&self.pending)?.sync_all()?;
        sync_folder(&self.pending)
    }

    /// The token said yes or no.
    pub(super) fn answered(&self) -> io::Result<()> {
        remove(&self.pending)
    }

    /// A login was begun that the token never answered.
    pub(super) fn is_pending(&self) -> bool {
        // What cannot be looked at counts as there.
        self.pending.try_exists().unwrap_or(true)
    }

    /// Durable when it returns.
    pub(super) fn record(&self, pin: &[u8]) -> io::Result<()> {
        let salt = self.world.random::<SALT>();
        let mut hash = [0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, pin, &mut hash);
        let fresh = self.file.with_extension("new");
        let mut out = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        out.write_all(&[&[VERSION], &salt[..], &hash].concat())?;
        out.sync_all()?;
        fs::rename(&fresh, &self.file)?;
        sync_folder(&self.file)
    }

    /// The token took a PIN: the refusal is history.
    pub(super) fn forget(&self) -> io::Result<()> {
        remove(&self.file)
    }
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Ok(()) => sync_folder(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_refused_pin_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let refusals = Refusals::at(folder.path(), World::system());
        assert!(!refusals.has(b"1234").unwrap());
        refusals.record(b"1234").unwrap();
        let again = Refusals::at(folder.path(), World::system());
        assert!(again.has(b"1234").unwrap());
        assert!(!again.has(b"1235").unwrap());
        again.forget().unwrap();
        again.forget().unwrap();
        assert!(!again.has(b"1234").unwrap());
        fs::write(folder.path().join("pin-refused"), b"").unwrap();
        assert!(again.has(b"1235").unwrap());
    }
}
