//! Search, wired: what feeds the index, and who may see its hits.
//!
//! The index lies in sealed files and follows the ledger's change log. Each commit of it carries how far it has come, so that
//! after a start only what came later is fed; an index that does not open, or that a search could not read, is fed anew from
//! the originals while the box already serves (answers say `partial`). Texts of files are read once, by `holdfast-extract`,
//! and kept sealed under the content's keyed name, so a restart does not read them again.
//!
//! Always true: what was removed, recalled or moved is out of the next answer once its change was taken from the log, and the
//! handler asks the slices about every hit before that; nothing readable touches the disk.

mod allowed;
mod content;
mod feed;
mod files;
mod generation;
mod limits;
mod names;
mod sealer;
mod texts;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use crossbeam_channel::Sender;
use holdfast_base::{CommitNo, ConversationId, Error, Result, SpaceId, World};
use holdfast_directory::Directory;
use holdfast_drive::Drive;
use holdfast_hsm::{Domain, KeyId, Vault};
use holdfast_im::Im;
use holdfast_search::{
    Home, Index, Names,
    extract::{Launch, Pool},
};
use holdfast_store::Ledger;
use parking_lot::{Condvar, Mutex, RwLock};

use crate::config::Config;
use files::Waiting;
use generation::Generation;
use texts::Texts;

pub(crate) use allowed::Reach;

/// Where the index lies, and who seals it; `None` where there is none.
pub(crate) fn index_home(config: &Config, vault: &Vault) -> Result<Option<Home>> {
    let folder = config.under("index");
    Ok(generation::kept(&folder, vault)?.map(|key| generation::home(&folder, key)))
}

/// The running search of an unsealed box.
pub struct SearchRoom {
    inner: Arc<Inner>,
    wake: Vec<Sender<()>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What was shredded asks for an index that never knew it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Renewal {
    #[default]
    None,
    /// As soon as the log is read up to here.
    Behind(CommitNo),
    /// The index is about to be begun anew.
    Due,
}

struct Inner {
    ledger: Ledger,
    directory: Directory,
    im: Im,
    drive: Drive,
    world: World,
    memory_bytes: usize,
    generation: Arc<Generation>,
    renewal: Mutex<Renewal>,
    renewed: Condvar,
    index: ArcSwapOption<Index>,
    /// A search could not read the index: it is to be begun anew.
    distrusted: AtomicBool,
    names: Names,
    /// Spaces of conversations that hold files.
    attachments: RwLock<HashMap<ConversationId, SpaceId>>,
    texts: Texts,
    waiting: Waiting,
    pool: Pool,
    /// One file is looked at and indexed at a time, so that an older state never follows a newer one.
    files: Mutex<()>,
    /// Everything is being fed again.
    building: AtomicBool,
    /// Up to this commit the index knows everything but texts of files.
    position: Mutex<CommitNo>,
    moved: Condvar,
    stop: AtomicBool,
}

impl SearchRoom {
    pub fn open(
        config: &Config,
        ledger: &Ledger,
        directory: &Directory,
        im: &Im,
        drive: &Drive,
        vault: &Vault,
        world: &World,
    ) -> Result<Self> {
        // Asked before anything is read: from here on the log is not trimmed past us.
        ledger.reader_position(feed::READER)?;
        let memory_bytes = usize::try_from(config.memory_bytes / limits::MEMORY_SHARE).unwrap_or(usize::MAX);
        let key = vault.domain(Domain("search"))?;
        let folder = config.under("index");
        let generation = Arc::new(Generation::open(&folder, vault)?);
        generation.sweep();
        let home = generation.home();
        let inner = Arc::new(Inner {
            ledger: ledger.clone(),
            directory: directory.clone(),
            im: im.clone(),
            drive: drive.clone(),
            world: world.clone(),
            memory_bytes,
            index: ArcSwapOption::from_pointee(Index::open(&home, memory_bytes)?),
            generation: Arc::clone(&generation),
            renewal: Mutex::default(),
            renewed: Condvar::new(),
            distrusted: AtomicBool::new(false),
            names: Names::new(),
            attachments: RwLock::default(),
            texts: Texts::open(config.under("index/text"), key, generation)?,
            waiting: Waiting::default(),
            pool: Pool::new(launch(config), limits::WORKERS),
            files: Mutex::new(()),
            building: AtomicBool::new(true),
            position: Mutex::default(),
            moved: Condvar::new(),
            stop: AtomicBool::new(false),
        });
        let mut room = Self { inner, wake: Vec::new(), threads: Mutex::default() };
        room.start()?;
        Ok(room)
    }

    fn start(&mut self) -> Result<()> {
        let (wake, woken) = crossbeam_channel::bounded(1);
        let to = wake.clone();
        self.inner.ledger.on_commit(Box::new(move |_| wake_up(&to)));
        self.wake.push(wake);
        self.spawn("search-feed", move |inner| feed::run(inner, &woken))?;
        let (wake, woken) = crossbeam_channel::bounded(1);
        let to = wake.clone();
        self.inner.directory.on_change(Box::new(move |_| wake_up(&to)));
        self.wake.push(wake);
        self.spawn("search-names", move |inner| names::run(inner, &woken))?;
        for _ in 0..limits::WORKERS {
            let inner = Arc::clone(&self.inner);
            // Not joined: one may be waiting for a worker; it finds the box sealed and ends.
            let thread = thread::Builder::new().name("search-texts".to_owned());
            thread.spawn(move || files::run(&inner)).map_err(Error::internal("start the reader of files"))?;
        }
        Ok(())
    }

    fn spawn(&self, name: &str, run: impl FnOnce(&Inner) + Send + 'static) -> Result<()> {
        let inner = Arc::clone(&self.inner);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || run(&inner));
        self.threads.lock().push(thread.map_err(Error::internal("start a feeder of search"))?);
        Ok(())
    }

    /// The index is not whole yet: hits may be missing.
    pub fn is_partial(&self) -> bool {
        self.inner.building.load(Ordering::Acquire) || self.inner.waiting.holds_backlog()
    }

    /// Waits a moment for what is committed already, so that people find what they have just written.
    pub(crate) fn catch_up(&self) {
        let head = self.inner.ledger.head();
        let end = Instant::now() + Duration::from_millis(limits::CATCH_UP_MILLISECONDS);
        let mut position = self.inner.position.lock();
        while *position < head && !self.inner.building.load(Ordering::Acquire) {
            if self.inner.moved.wait_until(&mut position, end).timed_out() {
                return;
            }
        }
    }

    pub(crate) fn index(&self) -> Result<Arc<Index>> {
        self.inner.index.load_full().ok_or(Error::Sealed)
    }

    /// A search could not read the index. It is fed anew; the caller answers with the failure.
    pub(crate) fn distrust(&self) {
        self.inner.distrusted.store(true, Ordering::Release);
        self.wake.iter().for_each(wake_up);
    }

    /// Makes index and texts anew from what is left, under a new data key, after something was shredded. `retire` is told of the
    /// old key before it is given up. Returns when nothing is under it any more; searches go on, and miss what is not fed yet.
    pub(crate) fn renew(&self, retire: impl FnOnce(KeyId) -> Result<()>) -> Result<()> {
        let inner = &self.inner;
        retire(inner.generation.key().id())?;
        let mut renewal = inner.renewal.lock();
        *renewal = Renewal::Behind(inner.ledger.head());
        self.wake.iter().for_each(wake_up);
        while *renewal != Renewal::None {
            if inner.stopped() {
                return Err(Error::Sealed);
            }
            inner.renewed.wait_for(&mut renewal, Duration::from_secs(1));
        }
        Ok(())
    }

    pub(crate) fn names(&self) -> &Names {
        &self.inner.names
    }

    /// Stops the feeders and lets go of everything readable. Idempotent.
    pub fn close(&self) {
        self.inner.stop.store(true, Ordering::Release);
        self.inner.waiting.close();
        self.wake.iter().for_each(wake_up);
        for thread in self.threads.lock().drain(..) {
            if thread.join().is_err() {
                tracing::error!("a feeder of search panicked");
            }
        }
        // With the keys gone it cannot be; then the next start feeds what came after the last commit.
        if let Some(index) = self.inner.index.swap(None)
            && let Err(error) = index.commit()
        {
            tracing::debug!(%error, "the position of the index was not kept");
        }
        self.inner.names.clear();
    }
}

impl Inner {
    /// Whether a renewal waits for no more than the log up to `position`.
    fn renews(&self, position: CommitNo) -> bool {
        let mut renewal = self.renewal.lock();
        let due = matches!(*renewal, Renewal::Behind(at) if position >= at);
        if due {
            *renewal = Renewal::Due;
            self.distrusted.store(true, Ordering::Release);
        }
        due
    }

    /// The index is begun anew because something was shredded.
    fn renews_now(&self) -> bool {
        *self.renewal.lock() == Renewal::Due
    }

    /// A new index under a new key stands; the old one is nobody's, and the texts are under the new key, too.
    fn begun_anew(&self) {
        let mut renewal = self.renewal.lock();
        if *renewal == Renewal::Due {
            *renewal = Renewal::None;
            self.renewed.notify_all();
        }
    }

    fn reached(&self, g: CommitNo) {
        *self.position.lock() = g;
        self.moved.notify_all();
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

/// A full channel means that the feeder will look anyway.
fn wake_up(feeder: &Sender<()>) {
    let _full = feeder.try_send(());
}

/// In the package a unit of its own behind a socket; in development a child beside our own binary.
fn launch(config: &Config) -> Launch {
    if let Some(socket) = &config.extract_socket {
        return Launch::Connect { socket: socket.clone() };
    }
    let beside = || std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join("holdfast-extract")));
    let program = config.extract_binary.clone().or_else(beside);
    Launch::Spawn { program: program.unwrap_or_else(|| "holdfast-extract".into()) }
}
