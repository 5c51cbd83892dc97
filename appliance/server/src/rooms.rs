//! The rooms of an unsealed box: opened together after unsealing, closed together before sealing.

use std::sync::Arc;

use holdfast_audit::{AuditConfig, AuditLog};
use holdfast_base::{Error, Result, World};
use holdfast_directory::Directory;
use holdfast_drive::Drive;
use holdfast_hsm::{Domain, Vault};
use holdfast_im::Im;
use holdfast_store::{Committed, Db, DbTx, Ledger, LedgerOptions, LedgerTx};
use parking_lot::Mutex;

use crate::{app::App, jobs::Jobs, realtime::Hub, search::SearchRoom};

/// Name of the audit log in its checkpoints (C2SP signed-note origin).
pub const AUDIT_ORIGIN: &str = "holdfast.box/audit";
/// Connections that read the relational store at once.
const DB_READERS: u32 = 4;
/// The ledger's share of the memory budget: one part in this many.
const LEDGER_SHARE: u64 = 8;

/// What slices work on. There is one of it while the box is unsealed.
pub struct Rooms {
    pub world: World,
    pub vault: Vault,
    pub db: Db,
    pub ledger: Ledger,
    pub audit: AuditLog,
    pub directory: Directory,
    pub im: Im,
    pub drive: Drive,
    pub search: SearchRoom,
    pub hub: Arc<Hub>,
    jobs: Mutex<Option<Jobs>>,
}

/// What is opened first and closed last. A store that was left open would keep its lock, and no second try would get it.
#[derive(Clone)]
struct Stores {
    db: Db,
    ledger: Ledger,
    audit: AuditLog,
}

impl Stores {
    fn open(app: &App) -> Result<Self> {
        let (config, vault, world) = (&app.config, &app.vault, &app.world);
        let (db_key, audit_key) = (vault.domain(Domain("db"))?.sqlcipher_key()?, vault.domain(Domain("audit"))?);
        let db = Db::open(&config.under("db/holdfast.db"), db_key, DB_READERS, world.clone())?;
        let ledger = open_ledger(app).inspect_err(|_| db.close())?;
        let audit = AuditLog::open(
            AuditConfig { dir: config.under("audit"), jsonl: Some(config.audit_jsonl()), origin: AUDIT_ORIGIN.to_owned() },
            audit_key,
            vault.clone(),
            world.clone(),
        );
        let audit = audit.inspect_err(|_| {
            ledger.close();
            db.close();
        })?;
        Ok(Self { db, ledger, audit })
    }

    fn close(&self) {
        self.ledger.close();
        self.db.close();
        self.audit.close();
    }
}

fn open_ledger(app: &App) -> Result<Ledger> {
    let tables: Vec<_> =
        [holdfast_directory::tables(), holdfast_im::tables(), holdfast_drive::tables(), crate::search::tables()].concat();
    let memory = LedgerOptions::within(usize::try_from(app.config.memory_bytes / LEDGER_SHARE).unwrap_or(usize::MAX));
    let key = app.vault.domain(Domain("ledger"))?;
    Ledger::open_with(&app.config.under("ledger"), &tables, key, app.world.clone(), &memory)
}

impl Rooms {
    /// Opens the stores, replays both outboxes, loads what lives in memory. Blocks. What fails leaves nothing open.
    pub fn open(app: &App) -> Result<Arc<Self>> {
        let stores = Stores::open(app)?;
        Self::furnish(app, &stores).inspect_err(|_| stores.close())
    }

    fn furnish(app: &App, stores: &Stores) -> Result<Arc<Self>> {
        let (config, vault, world) = (&app.config, app.vault.clone(), app.world.clone());
        let Stores { db, ledger, audit } = stores.clone();
        audit.attach(&db, &ledger)?;
        let directory = Directory::open(db.clone(), ledger.clone(), vault.clone(), world.clone())?;
        let im = Im::open(ledger.clone(), directory.clone(), vault.clone(), world.clone())?;
        let drive = Drive::open(&config.under("packs"), ledger.clone(), directory.clone(), vault.clone(), world.clone())?;
        let search = SearchRoom::open(config, &ledger, &directory, &im, &drive, &vault, &world)?;
        let hub = Hub::open(&ledger, &im, &drive, &directory).inspect_err(|_| search.close())?;
        let jobs = Jobs::start(&directory, &im, &drive, &world).map_err(Error::internal("start the job loop"));
        let jobs = Mutex::new(Some(jobs.inspect_err(|_| search.close())?));
        Ok(Arc::new(Self { world, vault, db, ledger, audit, directory, im, drive, search, hub, jobs }))
    }

    /// A change of the relational store, answered once its audit entry is durable.
    pub fn write_db<T>(&self, f: impl FnOnce(&mut DbTx<'_>) -> Result<T>) -> Result<T> {
        self.audit.ready()?;
        let committed = self.db.write(f)?;
        self.audit.settle(&committed.mark)?;
        Ok(committed.value)
    }

    /// A change of the ledger, answered once its audit entry is durable.
    pub fn write_ledger<T: Send + 'static>(&self, f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.settled(|done| self.ledger.submit(f, done))
    }

    /// The same for what gives space back: a full disk takes it.
    pub fn write_freeing<T: Send + 'static>(&self, f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.settled(|done| self.ledger.submit_freeing(f, done))
    }

    /// Waits once, for commit and entry together: each waking of a thread costs more than what it does then.
    fn settled<T: Send + 'static>(&self, submit: impl FnOnce(Box<dyn FnOnce(Result<Committed<T>>) + Send>)) -> Result<T> {
        self.audit.ready()?;
        let (to, answer) = oneshot::channel();
        let audit = self.audit.clone();
        submit(Box::new(move |committed| match committed {
            // Whoever asked waits below, unless its thread ended.
            Err(refusal) => drop(to.send(Err(refusal))),
            Ok(Committed { value, mark, .. }) => {
                audit.when_settled(&mark, Box::new(move |settled| drop(to.send(settled.map(|()| value)))));
            }
        }));
        answer.recv().unwrap_or_else(|_| Err(Error::broken("hear of a transaction")))
    }

    /// A disk error has ended one of the stores.
    pub fn poisoned(&self) -> bool {
        let stores = self.ledger.poisoned() || self.db.poisoned() || self.drive.poisoned();
        stores || self.audit.poisoned() || self.vault.poisoned()
    }

    /// Ends connections, then the stores. Idempotent; later calls of the stores answer `Sealed`.
    pub fn close(&self) {
        self.hub.close("sealed");
        if let Some(jobs) = self.jobs.lock().take() {
            jobs.stop();
        }
        self.search.close();
        Stores { db: self.db.clone(), ledger: self.ledger.clone(), audit: self.audit.clone() }.close();
    }
}
