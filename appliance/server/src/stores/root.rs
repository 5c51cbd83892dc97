//! The state root: what the stores are known by, as an entry of the audit log.
//!
//! It is appended when the stores were opened, once a minute while they change, and when they are closed. At the next opening:
//!
//! | what is not as it was | word | noticed |
//! |---|---|---|
//! | the ledger is older | `ledger` | always: its last commit is before the noted one |
//! | the ledger holds other rows | `ledger-rows` | where nothing was committed since; by `holdfast scrub` always |
//! | the relational store is older | `database` | always: its sequence is before the noted one |
//! | its file is not the one that was closed | `database-file` | after an orderly end, where nothing was committed since |
//! | the keyring is older | `keyring` | always: epochs and keys only become more |
//! | the audit log is older | `audit` | always: the ledger was told its size before |
//!
//! The index is not in it: it is made of the others, and an older copy catches up by the ledger's change log. Packs are not in
//! it: a chunk is written once and bound to its name, so that an older copy is the same or does not open. Whoever puts back the
//! audit log too, all of it, is found by a checkpoint that was kept elsewhere (`holdfast-audit verify --since`).

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use holdfast_audit::{AuditLog, Entry, Event, Filter};
use holdfast_base::{CommitNo, Error, Result};
use holdfast_hsm::{Epoch, KeyringState};
use holdfast_store::{Ledger, LedgerState, Preset, Read as _, Table};
use ring::digest::{Context, SHA256};

pub(super) const ACTION: &str = "box.state";
/// The box's own table in the ledger.
pub(super) const TABLE: Table = Table { name: "stores", preset: Preset::Random };
/// Key of the number of audit entries, u64 big-endian.
pub(super) const AUDIT: &[u8] = b"audit";
/// Bytes that are hashed at once.
const PIECE: usize = 256 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StateRoot {
    pub(super) ledger: LedgerState,
    /// Sequence of the relational store.
    pub(super) db: u64,
    /// SHA-256 of its file. Only while it is closed, all of it in one file.
    pub(super) file: Option<[u8; 32]>,
    pub(super) keyring: KeyringState,
}

impl StateRoot {
    pub(super) fn names_file(&self) -> bool {
        self.file.is_some()
    }

    pub(super) fn onto(&self, event: Event) -> Event {
        let event = event
            .number("ledger", number(self.ledger.g.0))
            .text("ledger-rows", hex::encode(self.ledger.sha256))
            .number("database", number(self.db))
            .number("keyring-epoch", self.keyring.epoch.0.into())
            .number("keyring-keys", self.keyring.keys.into())
            .number("keyring-released", self.keyring.released.into());
        match self.file {
            Some(file) => event.text("database-file", hex::encode(file)),
            None => event,
        }
    }

    fn of(entry: &Entry) -> Option<Self> {
        let number = |name: &str| entry.number(name);
        let hash = |name: &str| <[u8; 32]>::try_from(hex::decode(entry.text(name)?).ok()?).ok();
        let small = |name: &str| u32::try_from(number(name)?).ok();
        Some(Self {
            ledger: LedgerState { g: CommitNo(number("ledger")?), sha256: hash("ledger-rows")? },
            db: number("database")?,
            file: hash("database-file"),
            keyring: KeyringState {
                epoch: Epoch(small("keyring-epoch")?),
                keys: small("keyring-keys")?,
                released: small("keyring-released")?,
            },
        })
    }

    /// What `now` lacks of this.
    pub(super) fn against(&self, now: &Self) -> Vec<&'static str> {
        let same_epoch = self.keyring.epoch == now.keyring.epoch;
        let fewer = now.keyring.keys < self.keyring.keys || now.keyring.released < self.keyring.released;
        let found = [
            ("ledger", now.ledger.g < self.ledger.g),
            ("ledger-rows", now.ledger.g == self.ledger.g && now.ledger.sha256 != self.ledger.sha256),
            ("database", now.db < self.db),
            ("database-file", now.db == self.db && self.file.is_some() && now.file != self.file),
            ("keyring", now.keyring.epoch < self.keyring.epoch || same_epoch && fewer),
        ];
        found.into_iter().filter(|(_, behind)| *behind).map(|(word, _)| word).collect()
    }
}

/// The last that the log has.
pub(super) fn last(audit: &AuditLog) -> Result<Option<StateRoot>> {
    let filter = Filter { action: Some(ACTION.to_owned()), ..Filter::default() };
    audit
        .last(&filter)?
        .map(|entry| StateRoot::of(&entry).ok_or(Error::broken("read the state root in the audit log")))
        .transpose()
}

/// Entries that the audit log had when the ledger was last told.
pub(super) fn audit_size(ledger: &Ledger) -> Result<u64> {
    let view = ledger.view();
    let stored = view.get(TABLE, AUDIT, view.ledger_key())?;
    Ok(stored.and_then(|row| Some(u64::from_be_bytes(*row.first_chunk()?))).unwrap_or(0))
}

/// That of a file which is not there is that of nothing.
pub(super) fn file_sha256(path: &Path) -> Result<[u8; 32]> {
    match hash(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok([0; 32]),
        done => done.map_err(Error::internal("read the file of the database")),
    }
}

/// Of a store that was closed in order: its log is folded in and gone.
pub(super) fn closed_file(path: &Path) -> Option<[u8; 32]> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let folded = fs::metadata(&log).map_or(true, |log| log.len() == 0);
    folded.then(|| hash(path).ok()).flatten()
}

fn hash(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let (mut hash, mut piece) = (Context::new(&SHA256), vec![0; PIECE]);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => hash.update(&piece[..read]),
        }
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(hash.finish().as_ref());
    Ok(sha256)
}

/// Commit numbers stay far below the limit of a signed number.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(g: u64, rows: u8, db: u64, keys: u32) -> StateRoot {
        StateRoot {
            ledger: LedgerState { g: CommitNo(g), sha256: [rows; 32] },
            db,
            file: None,
            keyring: KeyringState { epoch: Epoch(2), keys, released: keys },
        }
    }

    #[test]
    fn what_is_behind_is_named_and_what_went_on_is_not() {
        let before = root(10, 1, 5, 4_096);
        assert!(before.against(&before).is_empty());
        assert!(before.against(&root(11, 2, 6, 8_192)).is_empty());
        assert_eq!(before.against(&root(9, 1, 5, 4_096)), ["ledger"]);
        assert_eq!(before.against(&root(10, 2, 5, 4_096)), ["ledger-rows"]);
        assert_eq!(before.against(&root(12, 2, 4, 4_096)), ["database"]);
        assert_eq!(before.against(&root(12, 2, 5, 100)), ["keyring"]);
        let mut next_epoch = root(12, 2, 5, 100);
        next_epoch.keyring.epoch = Epoch(3);
        assert!(before.against(&next_epoch).is_empty(), "a rotation may leave keys out");
        let closed = StateRoot { file: Some([7; 32]), ..before.clone() };
        assert_eq!(closed.against(&before), ["database-file"]);
        assert!(closed.against(&closed).is_empty());
    }
}
