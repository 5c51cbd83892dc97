//! Reading all that the box keeps, while it does not serve: what a disk has forgotten, and what somebody has changed.
//!
//! | store | how |
//! |---|---|
//! | `keyring` | its records are one authenticated chain, read when the box is unsealed |
//! | `audit` | every entry, tile and checkpoint, as `holdfast-audit verify` does |
//! | `database` | the authentication code of every page, then its structure |
//! | `ledger` | every row against the sum of its table, so that a row which is older than it should be is found too |
//! | `stores` | what the audit log says of all of them; see `stores` |
//! | `packs` | every chunk of every version of every file |
//! | `index` | every block; what is damaged is fed anew at the next start |
//!
//! Nothing is mended and nothing is written but what opening a store writes.

use std::{error::Error as StdError, sync::Arc};

use holdfast_audit::verify::{
    checkpoint,
    note::{Signed, VKey},
    verify,
};
use holdfast_base::{Error, Result};
use holdfast_directory::Directory;
use holdfast_drive::Drive;
use holdfast_search::Home;
use holdfast_store::Damage;
use serde::Serialize;

use crate::{
    app::App,
    rooms::AUDIT_ORIGIN,
    search::index_home,
    stores::{NotOpened, Stores, Trust},
};

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub store: &'static str,
    /// File, table, entry, or file of the drive (`node/ID version N`).
    pub object: String,
    pub what: String,
}

#[derive(Debug, Default, Serialize)]
pub struct ScrubReport {
    pub findings: Vec<Finding>,
    pub audit_entries: u64,
    pub ledger_rows: u64,
    pub database_bytes: u64,
    pub versions: u64,
    pub chunks: u64,
    pub index_files: u64,
}

impl ScrubReport {
    /// Of a box whose keyring is not as it was written, so that nothing else opens.
    pub fn of_keyring(error: &dyn StdError) -> Self {
        let mut report = Self::default();
        report.failed("keyring", error);
        report
    }

    fn found(&mut self, store: &'static str, object: impl Into<String>, what: impl Into<String>) {
        self.findings.push(Finding { store, object: object.into(), what: what.into() });
    }

    fn damaged(&mut self, store: &'static str, all: Vec<Damage>) {
        all.into_iter().for_each(|Damage { object, what }| self.found(store, object, what));
    }

    fn failed(&mut self, store: &'static str, error: &dyn StdError) {
        let mut what = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            what.push_str(&format!(": {next}"));
            cause = next.source();
        }
        self.found(store, store, what);
    }
}

/// The vault is unsealed, and nobody serves the box. An error: it could not be looked at.
pub fn scrub(app: &Arc<App>) -> Result<ScrubReport> {
    let mut report = ScrubReport::default();
    // Before it is opened: opening mends tiles that the entries can make again.
    if let Err(error) = audit(app, &mut report) {
        report.failed("audit", &error);
    }
    match Stores::open(app, Trust::Look) {
        Ok(stores) => {
            let looked = all(app, &stores, &mut report);
            stores.close();
            looked?;
        }
        Err(NotOpened::RolledBack(behind)) => report.found("stores", behind.join(", "), "older than the audit log says"),
        Err(NotOpened::Failed(Error::Sealed)) => return Err(Error::Sealed),
        Err(NotOpened::Store(store, error)) => report.failed(store, &error),
        Err(NotOpened::Failed(error)) => report.failed("stores", &error),
    }
    index(app, &mut report);
    Ok(report)
}

fn all(app: &App, stores: &Stores, report: &mut ScrubReport) -> Result<()> {
    for behind in stores.behind() {
        report.found("stores", *behind, "older than the audit log says, or not what was closed");
    }
    let database = stores.db.scrub()?;
    report.database_bytes = database.bytes;
    report.damaged("database", database.damaged);
    let ledger = stores.ledger.scrub(&mut |_| true)?;
    report.ledger_rows = ledger.rows;
    report.damaged("ledger", ledger.damaged);
    if let Err(error) = packs(app, stores, report) {
        report.failed("packs", &error);
    }
    Ok(())
}

fn audit(app: &App, report: &mut ScrubReport) -> Result<()> {
    let folder = app.config.under("audit");
    let of_spki = |spki: &[u8]| VKey::new(AUDIT_ORIGIN, spki).map_err(Error::internal("use the audit key"));
    let mut key = of_spki(&app.vault.audit_public_key()?)?;
    // After a recovery that nobody has opened the log since, the key of the lost token has signed last.
    if let Some(signed) = checkpoint(&folder).map_err(Error::internal("read the audit checkpoint"))? {
        let former = app.vault.former_audit_keys()?;
        let former = former.iter().map(|(spki, _)| of_spki(spki)).collect::<Result<Vec<_>>>()?;
        key = former.into_iter().find(|former| signed.check(former) == Signed::Good).unwrap_or(key);
    }
    let verified = verify(&folder, Some(&key), None).map_err(Error::internal("read the audit log"))?;
    // Entries after the last checkpoint are those of a box that was killed; opening signs them.
    let verified = verified.accept_tail();
    report.audit_entries = verified.checked_entries;
    for finding in &verified.findings {
        let object = finding.index.map_or_else(|| "log".to_owned(), |index| format!("entry {index}"));
        report.found("audit", object, format!("{}: {}", finding.kind.word(), finding.what));
    }
    Ok(())
}

fn packs(app: &App, stores: &Stores, report: &mut ScrubReport) -> Result<()> {
    let (vault, world) = (app.vault.clone(), app.world.clone());
    let directory = Directory::open(stores.db.clone(), stores.ledger.clone(), vault.clone(), world.clone())?;
    let drive = Drive::open(&app.config.under("packs"), stores.ledger.clone(), directory, vault, world)?;
    let scrubbed = drive.scrub_all()?;
    (report.versions, report.chunks) = (scrubbed.versions, scrubbed.chunks);
    for bad in scrubbed.bad {
        let what = match bad.pack {
            Some(pack) => format!("a chunk in {pack} does not open"),
            None => "does not open".to_owned(),
        };
        report.found("packs", format!("node/{} version {}", bad.node.0, bad.version), what);
    }
    Ok(())
}

fn index(app: &App, report: &mut ScrubReport) {
    let scrubbed = index_home(&app.config, &app.vault).and_then(|home: Option<Home>| {
        let scrubbed = home.map(|home| holdfast_search::sealed::scrub(&home)).transpose();
        scrubbed.map_err(Error::internal("read the folder of the index"))
    });
    match scrubbed {
        Ok(scrubbed) => {
            // Without a key nothing of it is read at the next start either: it is fed anew.
            let scrubbed = scrubbed.unwrap_or_default();
            report.index_files = scrubbed.files;
            for (path, error) in scrubbed.damaged {
                report.found("index", path.display().to_string(), error.to_string());
            }
        }
        Err(error) => report.failed("index", &error),
    }
}
