//! What becomes of people with time: what was given for a time ends, who leaves hands over, is gone, and is erased; who asks for
//! a copy of their data gets it.
//!
//! Two threads. The clock sleeps until the next end and does nothing else, so that nothing holds it up. The desk goes over who
//! leaves and what was asked, in bounded steps: what is done is durable, a step that is done again changes nothing, and so a
//! crash at any instant is gone on from.

mod copy;
mod desk;
pub mod handover;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender};
use holdfast_audit::AuditLog;
use holdfast_base::{Error, Result, World};
use holdfast_directory::{Directory, terms};
use holdfast_drive::Drive;
use holdfast_im::Im;
use holdfast_store::{Db, Ledger};
use parking_lot::Mutex;

use crate::shred::Shredder;

/// The clock looks again after this also when nothing is to end: somebody may have set the wall clock.
const LOOK: Duration = Duration::from_secs(1);
/// How long until an end that could not be written is tried again.
const AGAIN: Duration = Duration::from_millis(200);
/// How often the desk looks for what its day has come.
const DESK_EVERY: Duration = Duration::from_secs(2);

/// Everything that the desk works on. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) ledger: Ledger,
    pub(crate) audit: AuditLog,
    pub(crate) directory: Directory,
    pub(crate) im: Im,
    pub(crate) drive: Drive,
    pub(crate) shredder: Arc<Shredder>,
    pub(crate) world: World,
    /// How long whoever is gone can be brought back.
    pub(crate) grace: Duration,
}

/// The running threads.
pub(crate) struct Lifecycle {
    wake_desk: Sender<()>,
    wake_clock: Sender<()>,
    stopping: Arc<AtomicBool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Lifecycle {
    pub(crate) fn start(desk: Desk) -> Result<Self> {
        let stopping = Arc::new(AtomicBool::new(false));
        let (wake_clock, clock_woken) = crossbeam_channel::bounded(1);
        let (wake_desk, desk_woken) = crossbeam_channel::bounded(1);
        let waker = wake_clock.clone();
        // Another end may be the next one now.
        desk.directory.on_change(Box::new(move |_| {
            let _awake = waker.try_send(());
        }));
        let (directory, audit, world, stop) =
            (desk.directory.clone(), desk.audit.clone(), desk.world.clone(), Arc::clone(&stopping));
        let clock = thread::Builder::new().name("clock".to_owned());
        let clock = clock.spawn(move || run_clock(&directory, &audit, &world, &stop, &clock_woken));
        let clock = clock.map_err(Error::internal("start the clock"))?;
        let stop = Arc::clone(&stopping);
        let thread = thread::Builder::new().name("desk".to_owned()).spawn(move || desk.run(&stop, &desk_woken));
        let thread = thread.map_err(Error::internal("start the desk"))?;
        Ok(Self { wake_desk, wake_clock, stopping, threads: Mutex::new(vec![clock, thread]) })
    }

    /// Somebody has left, or has asked for something.
    pub(crate) fn wake(&self) {
        let _awake = self.wake_desk.try_send(());
    }

    /// Waits for the step under way.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.wake();
        let _awake = self.wake_clock.try_send(());
        for thread in self.threads.lock().drain(..) {
            if thread.join().is_err() {
                tracing::error!("the clock or the desk panicked");
            }
        }
    }
}

/// Writes what has ended, also what ended while the box was sealed.
pub(crate) fn end_due(directory: &Directory, audit: &AuditLog) -> Result<()> {
    audit.ready()?;
    match terms::end_due(directory)? {
        Some(done) => audit.settle(&done.mark),
        None => Ok(()),
    }
}

fn run_clock(directory: &Directory, audit: &AuditLog, world: &World, stopping: &AtomicBool, woken: &Receiver<()>) {
    while !stopping.load(Ordering::Acquire) {
        let pause = match end_due(directory, audit) {
            Ok(()) => directory.next_due().since(world.now()).min(LOOK),
            Err(Error::Sealed) => return,
            Err(error) => {
                tracing::warn!(%error, "what has ended could not be written; it counts for nothing all the same");
                AGAIN
            }
        };
        let _woken_or_due = woken.recv_timeout(pause);
    }
}
