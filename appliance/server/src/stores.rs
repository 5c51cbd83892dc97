//! What is opened first and closed last: the relational store, the ledger and the audit log, and whether they are what they were.
//!
//! Always true: a store that was not opened whole leaves nothing open, since it would keep its lock and no second try would get
//! it; stores that are behind what the audit log says of them are not opened for use, unless the operator has said so.

mod database;
mod root;

use std::{sync::Arc, time::Duration};

use holdfast_audit::{AuditConfig, AuditLog, Daybook, Event, MonthlyKeys, Object};
use holdfast_base::{Actor, Error, RequestId, Result, World};
use holdfast_hsm::{Domain, Vault};
use holdfast_store::{Db, Ledger, LedgerOptions, Read as _};
use parking_lot::Mutex;

use self::root::StateRoot;
use crate::{app::App, config::Config, custody, openings, renewal, rooms::AUDIT_ORIGIN, shred};

/// Connections that read the relational store at once.
const DB_READERS: u32 = 4;
/// Bounds of how often an epoch's age is looked at.
const ROTATION_LOOKS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(600));
/// The ledger's share of the memory budget: one part in this many.
const LEDGER_SHARE: u64 = 8;

pub struct Stores {
    pub db: Db,
    pub ledger: Ledger,
    pub audit: AuditLog,
    pub daybook: Arc<Daybook>,
    vault: Vault,
    world: World,
    config: Config,
    /// The last that the audit log has.
    noted: Mutex<Option<StateRoot>>,
    trust: Trust,
    behind: Vec<&'static str>,
}

/// Why the stores are not open.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    #[error(transparent)]
    Failed(#[from] Error),
    /// This one.
    #[error("open the {0}")]
    Store(&'static str, #[source] Error),
    /// What is not as the audit log has it: `ledger`, `ledger-rows`, `database`, `database-file`, `keyring`, `audit`.
    #[error("the stores are not what the audit log says they were: {}", .0.join(", "))]
    RolledBack(Vec<&'static str>),
}

/// What to do with stores that are behind the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Leave them closed.
    Log,
    /// The operator knows why, a restored backup for one: go on from what is there. The audit log is told.
    Stores,
    /// Open them, tell the audit log nothing.
    Look,
}

impl Stores {
    pub fn open(app: &App, trust: Trust) -> Result<Self, NotOpened> {
        let (config, vault, world) = (&app.config, &app.vault, &app.world);
        let audit = AuditLog::open_keyed(
            AuditConfig { dir: config.under("audit"), jsonl: Some(config.audit_jsonl()), origin: AUDIT_ORIGIN.to_owned() },
            Box::new(MonthlyKeys::new(vault.clone(), Domain("audit"))),
            Box::new(vault.clone()),
            world.clone(),
        );
        let audit = audit.map_err(|error| NotOpened::Store("audit", error))?;
        if trust != Trust::Look {
            match app.hand_over(&audit) {
                // On a full disk the box still serves; the daybook keeps what it has.
                Err(Error::QuotaExceeded | Error::AuditUnavailable) => {
                    tracing::warn!("there is no room to take the daybook over")
                }
                done => done.inspect_err(|_| audit.close()).map_err(|error| NotOpened::Store("audit", error))?,
            }
        }
        let opened = || -> Result<_, NotOpened> {
            let before = root::last(&audit).map_err(|error| NotOpened::Store("audit", error))?;
            // While nobody has it open; afterwards it is not the file that was closed any more.
            let file = before.as_ref().is_some_and(StateRoot::names_file).then(|| root::file_sha256(&config.under(DB_FILE)));
            let file = file.transpose().map_err(|error| NotOpened::Store("database", error))?;
            let path = config.under(DB_FILE);
            let db = database::key_of(vault, &path).and_then(|key| Db::open(&path, key, DB_READERS, world.clone()));
            let db = db.map_err(|error| NotOpened::Store("database", error))?;
            let ledger = open_ledger(app).inspect_err(|_| db.close()).map_err(|error| NotOpened::Store("ledger", error))?;
            Ok((before, file, db, ledger))
        };
        let (before, file, db, ledger) = opened().inspect_err(|_| audit.close())?;
        let (vault, world, config, daybook) = (vault.clone(), world.clone(), config.clone(), Arc::clone(&app.daybook));
        let mut stores =
            Self { db, ledger, audit, daybook, vault, world, config, noted: Mutex::new(None), trust, behind: Vec::new() };
        stores.compare(before.as_ref(), file).inspect_err(|_| stores.close_all())?;
        Ok(stores)
    }

    fn compare(&mut self, before: Option<&StateRoot>, file: Option<[u8; 32]>) -> Result<(), NotOpened> {
        let now = self.root(file)?;
        self.behind = before.map(|before| before.against(&now)).unwrap_or_default();
        if self.audit.size() < root::audit_size(&self.ledger)? {
            self.behind.push("audit");
        }
        if self.trust == Trust::Look {
            return Ok(());
        }
        if !self.behind.is_empty() {
            let released = self.trust == Trust::Stores;
            let event = self.event(if released { "box.release" } else { "box.quarantine" });
            let event = event.list("behind", self.behind.iter().map(ToString::to_string).collect());
            let told = self.audit.append(if released { event } else { event.failed("rolled-back") });
            if !released {
                told.map(drop).unwrap_or_else(|error| tracing::error!(%error, "the audit log was not told of the quarantine"));
                return Err(NotOpened::RolledBack(self.behind.clone()));
            }
            told?;
        }
        database::settle(&self.ledger, &self.vault, &self.config.under(DB_FILE))?;
        match self.mark().and_then(|root| self.append(root)) {
            // On a full disk the box still serves what is there. The note of before stays true: it is a lower bound.
            Err(Error::QuotaExceeded | Error::AuditUnavailable) => {
                tracing::warn!("there is no room to note what the stores are known by");
                Ok(())
            }
            done => Ok(done?),
        }
    }

    /// In what respects they are behind the audit log, all the same open.
    pub fn behind(&self) -> &[&'static str] {
        &self.behind
    }

    /// Tells the ledger how far the audit log is, then the audit log what the stores are.
    fn mark(&self) -> Result<StateRoot> {
        // What such a store shows may never have reached the disk.
        if self.poisoned() || self.vault.poisoned() {
            return Err(Error::broken("vouch for stores that a disk error has ended"));
        }
        let size = self.audit.size();
        let _ = self.ledger.write(move |tx| tx.put(root::TABLE, root::AUDIT, &size.to_be_bytes(), &tx.ledger_key().clone()))?;
        self.root(None)
    }

    fn root(&self, file: Option<[u8; 32]>) -> Result<StateRoot> {
        Ok(StateRoot { ledger: self.ledger.state()?, db: self.db.seq()?, file, keyring: self.vault.keyring_state()? })
    }

    fn event(&self, action: &'static str) -> Event {
        let actor = Actor::system(RequestId(self.world.uuid()), self.world.now());
        Event::new(&actor, action, Object::new("box", "stores"))
    }

    fn append(&self, root: StateRoot) -> Result<()> {
        self.audit.append(root.onto(self.event(root::ACTION)))?;
        *self.noted.lock() = Some(root);
        Ok(())
    }

    /// Removes what is older than the retention from the audit log.
    pub fn prune(&self) -> Result<()> {
        let by = Actor::system(RequestId(self.world.uuid()), self.world.now());
        if let Some(pruned) = self.audit.prune(self.config.audit.retention_days, &by, "retention")? {
            tracing::info!(entries = pruned.entries, minimum = pruned.minimum, keys = pruned.keys, "the audit log was pruned");
        }
        Ok(())
    }

    /// Begins the next epoch of the keys when this one has lasted long enough.
    pub fn rotate(&self) -> Result<()> {
        let lasts = Duration::from_secs(self.config.keys.epoch_seconds);
        if lasts.is_zero() || self.world.now().since(self.vault.epoch_since()?) < lasts {
            return Ok(());
        }
        let by = Actor::system(RequestId(self.world.uuid()), self.world.now());
        let epoch = custody::rotate(&self.ledger, &self.audit, &self.daybook, &self.vault, &by)?;
        tracing::info!(epoch = epoch.0, "a new epoch of the keys began");
        Ok(())
    }

    /// The database under a new key; see [`holdfast_store::Db::renew`].
    pub(crate) fn renew_database(&self) -> Result<()> {
        database::renew(&self.db, &self.ledger, &self.vault, &self.config.under(DB_FILE))
    }

    /// How often to look whether it has.
    pub fn rotation_looks(&self) -> Duration {
        Duration::from_secs(self.config.keys.epoch_seconds / 8).clamp(ROTATION_LOOKS.0, ROTATION_LOOKS.1)
    }

    /// Tells the audit log what the stores are known by, if that has changed, and what it could not be told before.
    pub fn note(&self) -> Result<()> {
        self.daybook.hand_over(&self.audit)?;
        let now = self.root(None)?;
        if self.noted.lock().as_ref() == Some(&now) { Ok(()) } else { self.append(self.mark()?) }
    }

    /// Closes them, with a last note where the keys are still there. Idempotent.
    pub fn close(&self) {
        if self.trust == Trust::Look {
            return self.close_all();
        }
        let now = self.mark();
        self.ledger.close();
        self.db.close();
        if let Ok(now) = now {
            let file = root::closed_file(&self.config.under(DB_FILE));
            if let Err(error) = self.append(StateRoot { file, ..now }) {
                tracing::warn!(%error, "the audit log was not told what the stores were when they were closed");
            }
        }
        self.audit.close();
    }

    fn close_all(&self) {
        self.ledger.close();
        self.db.close();
        self.audit.close();
    }

    /// A disk error has ended one of them.
    pub fn poisoned(&self) -> bool {
        self.ledger.poisoned() || self.db.poisoned() || self.audit.poisoned()
    }
}

/// The relational store, below the data folder.
const DB_FILE: &str = "db/holdfast.db";

fn domain(vault: &Vault, name: &'static str) -> Result<holdfast_hsm::DekHandle> {
    Ok(vault.domain(Domain(name))?)
}

fn open_ledger(app: &App) -> Result<Ledger> {
    let own = [&[root::TABLE, openings::OPENINGS, renewal::RENEWALS][..], &shred::TABLES].concat();
    let tables = [holdfast_directory::tables(), holdfast_im::tables(), holdfast_drive::tables(), &own].concat();
    let memory = LedgerOptions::within(usize::try_from(app.config.memory_bytes / LEDGER_SHARE).unwrap_or(usize::MAX));
    Ledger::open_with(&app.config.under("ledger"), &tables, domain(&app.vault, "ledger")?, app.world.clone(), &memory)
}
