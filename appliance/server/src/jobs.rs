//! What the box does by itself: sweeping what has ended, on one thread, each chore at its own pace.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use holdfast_base::{Result, World};
use holdfast_directory::{Directory, session, tags};
use holdfast_drive::Drive;
use holdfast_im::Im;

use crate::stores::Stores;

/// How often sessions that ended by themselves are dropped.
const SESSIONS_EVERY: Duration = Duration::from_secs(120);
/// How often the audit log is told what the stores are known by, while that changes.
const STATE_EVERY: Duration = Duration::from_secs(60);
/// How often old entries of the audit log are looked for.
const RETENTION_EVERY: Duration = Duration::from_secs(6 * 3600);
/// How often garbage of the drive is looked at, and how many rows at once.
const DRIVE_EVERY: Duration = Duration::from_secs(60);
const DRIVE_ROWS: usize = 500;
/// How often old rows of the conversations' logs are forgotten.
const IM_EVERY: Duration = Duration::from_secs(6 * 3600);
/// How often members of tags whose time is over are taken out.
const TAGS_EVERY: Duration = Duration::from_secs(1);
/// How long a chore's turn may be late.
const TICK: Duration = Duration::from_secs(5);

struct Chore {
    name: &'static str,
    every: Duration,
    due: Instant,
    work: Box<dyn Fn() -> Result<()> + Send>,
}

/// The running loop.
pub struct Jobs {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Jobs {
    pub fn start(stores: &Arc<Stores>, directory: &Directory, im: &Im, drive: &Drive, world: &World) -> io::Result<Self> {
        let (directory, im, drive, world) = (directory.clone(), im.clone(), drive.clone(), world.clone());
        let tagging = directory.clone();
        let (stores, kept, held) = (Arc::clone(stores), Arc::clone(stores), Arc::clone(stores));
        let mut chores = vec![
            chore("state", STATE_EVERY, move || stores.note()),
            chore("retention", RETENTION_EVERY, move || kept.prune()),
            chore("epochs", held.rotation_looks(), move || held.rotate()),
            chore("sessions", SESSIONS_EVERY, move || {
                session::sweep(&directory);
                Ok(())
            }),
            chore("tags", TAGS_EVERY, move || tags::sweep(&tagging).map(drop)),
            chore("drive", DRIVE_EVERY, move || drive.sweep(world.now(), DRIVE_ROWS).map(drop)),
            chore("conversations", IM_EVERY, move || im.sweep().map(drop)),
        ];
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name("jobs".to_owned()).spawn(move || {
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                turn(&mut chores);
            }
        })?;
        Ok(Self { stop, thread })
    }

    /// Waits for the chore under way.
    pub fn stop(self) {
        let _ = self.stop.send(());
        if self.thread.join().is_err() {
            tracing::error!("the job loop panicked");
        }
    }
}

fn chore(name: &'static str, every: Duration, work: impl Fn() -> Result<()> + Send + 'static) -> Chore {
    Chore { name, every, due: Instant::now() + every, work: Box::new(work) }
}

fn turn(chores: &mut [Chore]) {
    for chore in chores.iter_mut().filter(|chore| chore.due <= Instant::now()) {
        if let Err(error) = (chore.work)() {
            tracing::warn!(%error, chore = chore.name, "a chore failed; it is tried again at its next turn");
        }
        chore.due = Instant::now() + chore.every;
    }
}
