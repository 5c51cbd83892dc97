//! The relational store: one writer, a few readers, every page sealed by SQLCipher.

mod cipher;
mod counts;
mod memory;
mod outbox;
mod pool;
mod renew;
mod rows;
#[cfg(test)]
mod tests;
mod tx;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{
    QueryResult, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use holdfast_base::{Error, Result, Timestamp, World};
use holdfast_hsm::SqlcipherKey;
use parking_lot::{Mutex, RwLock};

use self::{
    cipher::{Handles, KeyText, Keyed},
    counts::Counts,
    outbox::{Drained, Queue},
    pool::Readers,
};
use crate::{
    disk::read_from_disk,
    limits,
    outbox::{Committed, Listener, Outbox, OutboxMark, StoreName, Topic, check_rows},
    scrub::Scrub,
    space::Space,
};

pub use self::{counts::DbCounters, tx::DbTx};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Mutex<Option<Keyed>>,
    readers: Readers,
    handles: Arc<Handles>,
    world: World,
    closed: AtomicBool,
    poisoned: AtomicBool,
    drained: Drained,
    listeners: RwLock<Vec<Listener<Topic>>>,
    space: Space,
    path: PathBuf,
    counts: Counts,
}

impl Db {
    /// Opens or creates the file at `path`, runs what migrations are new, and opens `readers` connections that read.
    /// The key is dropped, and so wiped, before this returns; SQLCipher keeps its own copy in locked memory.
    pub fn open(path: &Path, key: SqlcipherKey, readers: u32, world: World) -> Result<Self> {
        make_folder(path)?;
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        read_from_disk(log.as_ref()).map_err(Error::internal("read the log of the database from the disk"))?;
        let key = KeyText::new(&key);
        let handles = Arc::new(Handles::default());
        let mut writer = open_writer(path, &key, &handles)?;
        writer
            .conn
            .run_pending_migrations(MIGRATIONS)
            .map_err(|source| Error::Internal { act: "migrate the database", source: Some(source) })?;
        let (_, at) = rows::head(&mut writer.conn).map_err(Error::internal("read the head of the database"))?;
        world.clock.at_least(at);
        let readers = (0..readers.clamp(1, limits::READERS)).map(|_| open_reader(path, &key, &handles)).collect::<Result<_>>()?;
        let inner = Inner {
            writer: Mutex::new(Some(writer)),
            readers: Readers::new(readers),
            handles,
            world,
            closed: AtomicBool::new(false),
            poisoned: AtomicBool::new(false),
            drained: Drained::default(),
            listeners: RwLock::default(),
            space: Space::under(path),
            path: path.to_owned(),
            counts: Counts::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Reads in one snapshot. Sees every transaction that [`Db::write`] has answered.
    pub fn read<T>(&self, f: impl FnOnce(&mut SqliteConnection) -> Result<T>) -> Result<T> {
        let mut loan = self.inner.readers.take()?;
        let open = Open::begin(loan.keyed()?, "BEGIN DEFERRED");
        let answer = open.map_err(Error::internal("begin reading")).and_then(|open| f(&mut open.keyed.conn));
        answer.map_err(|error| self.inner.name(error))
    }

    /// One writer at a time, BEGIN IMMEDIATE; an error or a panic rolls everything back. Durable when it answers.
    pub fn write<T>(&self, f: impl FnOnce(&mut DbTx<'_>) -> Result<T>) -> Result<Committed<T>> {
        let _alone = tx::Writing::enter()?;
        let mut writer = self.inner.writer.lock();
        let began = Instant::now();
        self.inner.check()?;
        self.inner.space.check()?;
        let keyed = writer.as_mut().ok_or(Error::Sealed)?;
        let (value, queue) = self.inner.run(keyed, f).map_err(|error| self.inner.name(error))?;
        self.inner.counts.add(began.elapsed());
        let (mark, topics) = (OutboxMark { store: StoreName::Db, audit: queue.audit }, queue.topics);
        // Under the lock, so that hooks run in commit order.
        queue.hooks.into_iter().for_each(|hook| crate::outbox::call_out("after_commit", hook));
        drop(writer);
        self.inner.announce(&topics);
        Ok(Committed { value, mark, g: None })
    }

    pub fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::new(self.clone())
    }

    /// Number of the last commit: the store's own sequence, dense, from 1.
    pub fn seq(&self) -> Result<u64> {
        let head = self.read(|conn| rows::head(conn).map_err(Error::internal("read the head of the database")))?;
        Ok(head.0.unsigned_abs())
    }

    pub fn counters(&self) -> DbCounters {
        self.inner.counts.read()
    }

    /// Checks the authentication code of every page, then the structure. Holds one reading connection meanwhile.
    pub fn scrub(&self) -> Result<Scrub> {
        let findings = self.read(|conn| rows::integrity(conn).map_err(Error::internal("scrub the database")))?;
        let bytes = std::fs::metadata(&self.inner.path).map_or(0, |file| file.len());
        let mut scrub = Scrub { rows: findings.len() as u64, bytes, damaged: Vec::new(), complete: true };
        let file = self.inner.path.file_name().unwrap_or_default().to_string_lossy();
        findings.into_iter().for_each(|finding| scrub.note(&file, finding));
        Ok(scrub)
    }

    /// Runs `f` on the files of the store while nothing writes to them.
    pub(crate) fn hold<T>(&self, f: impl FnOnce(&[PathBuf]) -> Result<T>) -> Result<T> {
        let _alone = tx::Writing::enter()?;
        let mut writer = self.inner.writer.lock();
        let keyed = writer.as_mut().ok_or(Error::Sealed)?;
        // Folds in what no reader stands in the way of; the rest is copied with the log.
        keyed.pragma("PRAGMA wal_checkpoint(PASSIVE)")?;
        let mut log = self.inner.path.clone().into_os_string();
        log.push("-wal");
        f(&[self.inner.path.clone(), log.into()])
    }

    /// A disk error has ended this store: the process should end and recover from the log.
    pub fn poisoned(&self) -> bool {
        self.inner.poisoned.load(Ordering::Acquire)
    }

    /// Interrupts running statements, closes every connection within 2 s. Later calls answer `Sealed`.
    /// A connection whose caller is busy outside SQLite closes when it comes back.
    pub fn close(&self) {
        let began = Instant::now();
        self.inner.closed.store(true, Ordering::Release);
        self.inner.readers.close();
        if let Some(mut listeners) = self.inner.listeners.try_write() {
            // They may hold this store.
            listeners.clear();
        }
        while began.elapsed() < limits::CLOSE_WAIT {
            self.inner.handles.interrupt();
            if let Some(mut keyed) =
                self.inner.writer.try_lock_for(Duration::from_millis(10)).and_then(|mut writer| writer.take())
            {
                // The interruption would also keep SQLite from folding its log into the file as it closes.
                let _ = keyed.pragma("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            if self.inner.handles.all_closed() {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        tracing::warn!("a connection of the database is still in use; it closes when its caller returns");
    }
}

impl Inner {
    fn check(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Sealed);
        }
        if self.poisoned.load(Ordering::Acquire) {
            // Logged when it happened. The process ends and starts anew, so that trying again helps.
            return Err(Error::Busy { retry_seconds: limits::RETRY_SECONDS });
        }
        Ok(())
    }

    /// What fails while the store is closed failed because of it.
    fn name(&self, error: Error) -> Error {
        if self.closed.load(Ordering::Acquire) { Error::Sealed } else { error }
    }

    fn announce(&self, topics: &[Topic]) {
        for listener in self.listeners.read().iter() {
            topics.iter().for_each(|topic| crate::outbox::call_out("on_queued", || listener(*topic)));
        }
    }

    fn run<T>(&self, keyed: &mut Keyed, f: impl FnOnce(&mut DbTx<'_>) -> Result<T>) -> Result<(T, Queue)> {
        let mut open = Open::begin(keyed, "BEGIN IMMEDIATE").map_err(Error::internal("begin writing"))?;
        let mut tx = DbTx::new(&mut open.keyed.conn, &self.world);
        let value = f(&mut tx)?;
        let (now, queue) = tx.into_parts();
        check_rows(&queue.pending)?;
        let queue = self.store(&mut open.keyed.conn, now, queue);
        let committed = queue.and_then(|queue| open.commit().map(|()| queue));
        if committed.is_err() && open.keyed.disk_failed() {
            // Not again, ever: after a failed sync the kernel answers the next one with success.
            self.poisoned.store(true, Ordering::Release);
            tracing::error!("a disk error ended the database: nothing is acknowledged any more");
        }
        committed.map(|queue| (value, queue)).map_err(Error::internal("commit to the database"))
    }

    fn store(&self, conn: &mut SqliteConnection, now: Timestamp, mut queue: Queue) -> QueryResult<Queue> {
        queue.insert(conn)?;
        self.drained.delete(conn)?;
        rows::advance(conn, now)?;
        Ok(queue)
    }
}

/// An open transaction; rolled back on every way out but a commit, a panic too.
struct Open<'a> {
    keyed: &'a mut Keyed,
}

impl<'a> Open<'a> {
    fn begin(keyed: &'a mut Keyed, statement: &str) -> QueryResult<Self> {
        AnsiTransactionManager::begin_transaction_sql(&mut keyed.conn, statement)?;
        Ok(Self { keyed })
    }

    fn commit(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::commit_transaction(&mut self.keyed.conn)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let conn = &mut self.keyed.conn;
        let depth = AnsiTransactionManager::transaction_manager_status_mut(conn).transaction_depth();
        if matches!(depth, Ok(None)) {
            return;
        }
        if AnsiTransactionManager::rollback_transaction(conn).is_err() {
            // SQLite has ended it by itself (an interrupt, a full disk). The failing statement lets diesel see that.
            let _ = conn.batch_execute("ROLLBACK");
            let _ = conn.batch_execute("ROLLBACK");
        }
    }
}

fn make_folder(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(Error::internal("create the folder of the database"))
}

fn open_writer(path: &Path, key: &KeyText, handles: &Arc<Handles>) -> Result<Keyed> {
    let mut keyed = open_common(path, key, handles)?;
    keyed.pragma("PRAGMA journal_mode = WAL")?;
    // In WAL mode FULL syncs the log at every commit; EXTRA adds only a folder sync of rollback journals.
    keyed.pragma("PRAGMA synchronous = FULL")?;
    // What is deleted is written over: whoever comes by the key later finds nothing of it in free pages.
    keyed.pragma("PRAGMA secure_delete = ON")?;
    keyed.pragma(&format!("PRAGMA journal_size_limit = {}", limits::JOURNAL_BYTES))?;
    Ok(keyed)
}

fn open_reader(path: &Path, key: &KeyText, handles: &Arc<Handles>) -> Result<Keyed> {
    let mut keyed = open_common(path, key, handles)?;
    keyed.pragma("PRAGMA query_only = ON")?;
    Ok(keyed)
}

fn open_common(path: &Path, key: &KeyText, handles: &Arc<Handles>) -> Result<Keyed> {
    let mut keyed = Keyed::open(path, key, handles)?;
    // SQLCipher would write to standard error by itself; what goes wrong comes back as an error.
    keyed.pragma("PRAGMA cipher_log_level = NONE")?;
    keyed.pragma("PRAGMA temp_store = MEMORY")?;
    keyed.pragma(&format!("PRAGMA busy_timeout = {}", limits::LOCK_WAIT_MILLISECONDS))?;
    keyed.pragma("PRAGMA foreign_keys = ON")?;
    keyed.pragma("PRAGMA trusted_schema = OFF")?;
    keyed.pragma(&format!("PRAGMA cache_size = -{}", limits::CONNECTION_CACHE_KIB))?;
    Ok(keyed)
}
