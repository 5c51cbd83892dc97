//! A copy of both stores as of one instant. It is ciphertext as it stands on the disk and carries no keys.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use holdfast_base::{CommitNo, Error, Result};

use crate::{Db, Ledger};

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// The ledger's last commit in the copy.
    pub g: CommitNo,
}

/// Writes `to/db/` and `to/ledger/`; neither may exist. On the same file system the ledger costs hard links only.
///
/// The relational store takes no write while both are copied. So a job that one store owes the other is either done in
/// the copy or still queued in it: jobs of the ledger need a write of the database to be done, and jobs of the
/// database that ran meanwhile run again after a restore, which idempotent jobs may.
pub fn backup(db: &Db, ledger: &Ledger, to: &Path) -> Result<Backup> {
    let folder = to.join("db");
    fs::create_dir_all(to).and_then(|()| fs::create_dir(&folder)).map_err(Error::internal("create the folder of a backup"))?;
    let g = db.hold(|files| {
        for file in files.iter().filter(|file| file.exists()) {
            let name = file.file_name().ok_or(Error::broken("name a file of the database"))?;
            copy(file, &folder.join(name)).map_err(Error::internal("copy the database"))?;
        }
        ledger.copy_to(&to.join("ledger"))
    })?;
    sync(&folder).and_then(|()| sync(to)).map_err(Error::internal("make a backup durable"))?;
    Ok(Backup { g })
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    sync(to)
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
