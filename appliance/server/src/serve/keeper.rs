//! Keeps the rooms in step with the vault: open while it is unsealed, closed otherwise.
//!
//! A store that a disk error has ended is never tried again in this process: it ends, and the next start recovers from
//! what is on the disk.

use std::{
    io, process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::web::Data;
use holdfast_audit::{Event, Object};
use holdfast_hsm::{HsmError, SealReason, SealState};
use parking_lot::Mutex;

use crate::{app::App, custody, rooms::Rooms, stores::NotOpened};

/// How often the keeper looks again when nothing was reported: hsmd may come, stores may mend.
const LOOK_SECONDS: u64 = 1;
/// Exit code after a disk error (sysexits.h, `EX_IOERR`).
const EXIT_DISK: i32 = 74;

enum Word {
    Look,
    Stop,
}

/// The running keeper.
pub(super) struct Keeper {
    tell: Sender<Word>,
    thread: JoinHandle<()>,
}

pub(super) fn start(app: Data<App>) -> io::Result<Keeper> {
    app.note(Event::new(&app.itself(), "box.start", Object::new("box", "self")).text("version", env!("CARGO_PKG_VERSION")));
    let (tell, heard) = mpsc::channel();
    let (waker, sealed) = (tell.clone(), Arc::new(AtomicBool::new(false)));
    let mark = sealed.clone();
    app.vault.subscribe(Box::new(move |state| {
        if matches!(state, SealState::Sealed { .. } | SealState::Quarantined { .. }) {
            mark.store(true, Ordering::Release);
        }
        // A stopped keeper needs no waking.
        let _ = waker.send(Word::Look);
    }));
    watch(&app);
    let thread = thread::Builder::new().name("keeper".to_owned()).spawn(move || {
        let mut asked = Asked::default();
        loop {
            end_if_poisoned(&app);
            // Unsealed again before anybody looked: perhaps by another token, and its rooms are of the one before.
            if sealed.swap(false, Ordering::AcqRel) {
                close(&app);
            }
            keep(&app, &mut asked);
            match heard.recv_timeout(Duration::from_secs(LOOK_SECONDS)) {
                Ok(Word::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Word::Look) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
        app.note(Event::new(&app.itself(), "box.stop", Object::new("box", "self")));
        close(&app);
        app.vault.seal(SealReason::Stopping);
    })?;
    Ok(Keeper { tell, thread })
}

impl Keeper {
    /// Closes the rooms and waits for it.
    pub(super) fn stop(self) {
        let _ = self.tell.send(Word::Stop);
        if self.thread.join().is_err() {
            tracing::error!("the keeper panicked");
        }
    }
}

fn end_if_poisoned(app: &App) {
    if app.rooms().is_ok_and(|rooms| rooms.poisoned()) {
        tracing::error!("a disk error has ended a store; the process ends, and its next start recovers from the disk");
        close(app);
        process::exit(EXIT_DISK);
    }
}

/// The first unsealing after a start.
#[derive(Default)]
struct Asked {
    /// Not again.
    done: bool,
    /// What the last try came to: the same is not noted twice.
    noted: Option<&'static str>,
}

/// Notes what happens to the keys without anybody's asking.
fn watch(app: &Data<App>) {
    let weak = Arc::downgrade(app);
    // Sealed since hsmd was lost, and how often somebody had asked to unseal by then.
    let lost = Mutex::new(None);
    app.vault.subscribe(Box::new(move |state| {
        let Some(app) = weak.upgrade() else { return };
        let event = |action| Event::new(&app.itself(), action, Object::new("box", "self"));
        match state {
            SealState::Sealed { why: SealReason::HsmdLost, .. } => {
                *lost.lock() = Some(app.times_asked());
                app.note(event("box.seal").text("reason", "hsmd-lost"));
            }
            SealState::Sealed { why: SealReason::TokenLost, .. } => {
                *lost.lock() = None;
                app.note(event("box.seal").text("reason", "token-lost"));
            }
            SealState::Quarantined { evidence } => {
                app.note(event("box.quarantine").failed("keyring-altered").text("evidence", evidence))
            }
            // Where somebody asked, that was noted.
            SealState::Unsealed { .. } if lost.lock().take() == Some(app.times_asked()) => app.note(event("box.unseal")),
            _ => {}
        }
    }));
}

fn keep(app: &App, asked: &mut Asked) {
    match app.vault.state() {
        SealState::Unsealed { .. } if app.rooms().is_err() && app.quarantined().is_none() => open(app),
        SealState::Sealed { why: SealReason::Start, .. } if !asked.done => unseal(app, asked),
        SealState::Sealed { .. } | SealState::Quarantined { .. } | SealState::Uninitialised => {
            close(app);
            // The operator may put the stores right meanwhile: the next unsealing looks anew.
            app.forget_quarantine();
        }
        SealState::Unsealed { .. } | SealState::Unsealing | SealState::Degraded { .. } => {}
    }
}

/// With the PIN of hsmd's credential file if there is one.
fn unseal(app: &App, asked: &mut Asked) {
    let done = app.vault.unseal_unasked();
    let code = done.as_ref().map_or_else(custody::code, |_| "");
    if asked.noted.replace(code) != Some(code) {
        let event = Event::new(&app.itself(), "box.unseal", Object::new("box", "self"));
        app.note(match &done {
            Ok(()) => event,
            Err(HsmError::PinRejected) => event.refused(code),
            Err(_) => event.failed(code),
        });
    }
    asked.done = match done {
        Err(HsmError::WorkerLost | HsmError::TokenGone | HsmError::Uninitialised) => false,
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "the box stays sealed: holdfast unseal opens it");
            true
        }
    };
}

fn open(app: &App) {
    match Rooms::open(app, app.trust()) {
        Ok(rooms) => {
            app.opened(rooms);
            tracing::info!("rooms are open");
        }
        Err(NotOpened::RolledBack(behind)) => {
            tracing::error!(
                ?behind,
                "the stores are not what the audit log says they were; holdfast release opens them as they are"
            );
            app.quarantine(behind);
        }
        Err(error) => {
            let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
            let cause = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
            tracing::error!(%error, cause, "could not open the rooms");
        }
    }
}

fn close(app: &App) {
    if let Some(rooms) = app.closing() {
        rooms.close();
        tracing::info!("rooms are closed");
    }
}
