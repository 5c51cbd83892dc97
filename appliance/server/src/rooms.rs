//! The rooms of an unsealed box: opened together after unsealing, closed together before sealing.

use std::{sync::Arc, time::Duration};

use holdfast_audit::{AuditLog, Daybook};
use holdfast_base::{Error, Result, World};
use holdfast_directory::Directory;
use holdfast_drive::Drive;
use holdfast_hsm::Vault;
use holdfast_im::Im;
use holdfast_store::{Committed, Db, DbTx, Ledger, LedgerTx};
use parking_lot::Mutex;

use crate::{
    app::App,
    forwarding,
    jobs::Jobs,
    ldap,
    lifecycle::{self, Desk, Lifecycle},
    realtime::Hub,
    search::SearchRoom,
    shred::{Reached, Shredder, is_kept},
    stores::{NotOpened, Stores, Trust},
};

/// Name of the audit log in its checkpoints (C2SP signed-note origin).
pub const AUDIT_ORIGIN: &str = "holdfast.box/audit";

/// What slices work on. There is one of it while the box is unsealed.
pub struct Rooms {
    pub world: World,
    pub vault: Vault,
    pub db: Db,
    pub ledger: Ledger,
    pub audit: AuditLog,
    pub daybook: Arc<Daybook>,
    pub directory: Directory,
    pub im: Im,
    pub drive: Drive,
    pub search: Arc<SearchRoom>,
    pub shredder: Arc<Shredder>,
    pub(crate) desk: Desk,
    lifecycle: Lifecycle,
    pub hub: Arc<Hub>,
    /// What the LDAP door answers from.
    pub book: Arc<ldap::Index>,
    jobs: Mutex<Option<Jobs>>,
    stores: Arc<Stores>,
}

impl Rooms {
    /// Opens the stores, replays both outboxes, loads what lives in memory. Blocks. What fails leaves nothing open.
    pub fn open(app: &App, trust: Trust) -> Result<Arc<Self>, NotOpened> {
        let stores = Arc::new(Stores::open(app, trust)?);
        Ok(Self::furnish(app, &stores).inspect_err(|_| stores.close())?)
    }

    fn furnish(app: &App, stores: &Arc<Stores>) -> Result<Arc<Self>> {
        let (config, vault, world, stores) = (&app.config, app.vault.clone(), app.world.clone(), Arc::clone(stores));
        let (db, ledger, audit) = (stores.db.clone(), stores.ledger.clone(), stores.audit.clone());
        let daybook = Arc::clone(&stores.daybook);
        audit.attach(&db, &ledger)?;
        forwarding::begin(&audit, app);
        let directory = Directory::open(db.clone(), ledger.clone(), vault.clone(), world.clone())?;
        // Before anybody enters; should it fail, it counts for nothing all the same, and the clock tries again.
        if let Err(error) = lifecycle::end_due(&directory, &audit) {
            tracing::warn!(%error, "what ended while the box was sealed is not written yet");
        }
        let im = Im::open(ledger.clone(), directory.clone(), vault.clone(), world.clone())?;
        let drive = Drive::open(&config.under("packs"), ledger.clone(), directory.clone(), vault.clone(), world.clone())?;
        let known = im.clone();
        drive.keep_by(Box::new(move |drive, read, node| is_kept(&known, drive, read, node)));
        let book = Arc::new(ldap::Index::open(directory.clone(), config.ldap.suffix.clone())?);
        let search = Arc::new(SearchRoom::open(config, &ledger, &directory, &im, &drive, &vault, &world)?);
        let hub = Hub::open(&ledger, &im, &drive, &directory).inspect_err(|_| search.close())?;
        let jobs = Jobs::start(&stores, &directory, &im, &drive, &world).map_err(Error::internal("start the job loop"));
        let jobs = Mutex::new(Some(jobs.inspect_err(|_| search.close())?));
        let reached = Reached {
            ledger: ledger.clone(),
            audit: audit.clone(),
            daybook: Arc::clone(&daybook),
            directory: directory.clone(),
            im: im.clone(),
            drive: drive.clone(),
            search: Arc::clone(&search),
            stores: Arc::clone(&stores),
            vault: vault.clone(),
            world: world.clone(),
        };
        let shredder = Arc::new(Shredder::start(reached).inspect_err(|_| search.close())?);
        let desk = Desk {
            db: db.clone(),
            ledger: ledger.clone(),
            audit: audit.clone(),
            directory: directory.clone(),
            im: im.clone(),
            drive: drive.clone(),
            shredder: Arc::clone(&shredder),
            world: world.clone(),
            grace: Duration::from_secs(config.people.grace_seconds),
        };
        let lifecycle = Lifecycle::start(desk.clone()).inspect_err(|_| {
            search.close();
            shredder.stop();
        })?;
        Ok(Arc::new(Self {
            world,
            vault,
            db,
            ledger,
            audit,
            daybook,
            directory,
            im,
            drive,
            search,
            shredder,
            desk,
            lifecycle,
            hub,
            book,
            jobs,
            stores,
        }))
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

    /// Somebody has left, or has asked for something: the desk need not wait for its next look.
    pub fn wake_desk(&self) {
        self.lifecycle.wake();
    }

    /// A disk error has ended one of the stores.
    pub fn poisoned(&self) -> bool {
        self.stores.poisoned() || self.drive.poisoned() || self.vault.poisoned()
    }

    /// Ends connections, then the stores. Idempotent; later calls of the stores answer `Sealed`.
    pub fn close(&self) {
        self.hub.close("sealed");
        if let Some(jobs) = self.jobs.lock().take() {
            jobs.stop();
        }
        self.search.close();
        self.lifecycle.stop();
        self.shredder.stop();
        self.stores.close();
    }
}
