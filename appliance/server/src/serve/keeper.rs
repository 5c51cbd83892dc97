//! Keeps the rooms in step with the vault: open while it is unsealed, closed otherwise.
//!
//! A store that a disk error has ended is never tried again in this process: it ends, and the next start recovers from
//! what is on the disk.

use std::{
    io, process,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::web::Data;
use holdfast_hsm::{HsmError, SealReason, SealState};

use crate::{app::App, rooms::Rooms, stores::NotOpened};

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
    let (tell, heard) = mpsc::channel();
    let waker = tell.clone();
    app.vault.subscribe(Box::new(move |_| {
        // A stopped keeper needs no waking.
        let _ = waker.send(Word::Look);
    }));
    let thread = thread::Builder::new().name("keeper".to_owned()).spawn(move || {
        let mut asked = false;
        loop {
            end_if_poisoned(&app);
            keep(&app, &mut asked);
            match heard.recv_timeout(Duration::from_secs(LOOK_SECONDS)) {
                Ok(Word::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Word::Look) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
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

fn keep(app: &App, asked: &mut bool) {
    match app.vault.state() {
        SealState::Unsealed { .. } if app.rooms().is_err() && app.quarantined().is_none() => open(app),
        SealState::Sealed { why: SealReason::Start, .. } if !*asked => *asked = unseal(app),
        SealState::Sealed { .. } | SealState::Quarantined { .. } | SealState::Uninitialised => {
            close(app);
            // The operator may put the stores right meanwhile: the next unsealing looks anew.
            app.forget_quarantine();
        }
        SealState::Unsealed { .. } | SealState::Unsealing | SealState::Degraded { .. } => {}
    }
}

/// The first unsealing after a start, with the PIN of hsmd's credential file if there is one. True: do not ask again.
fn unseal(app: &App) -> bool {
    match app.vault.unseal_unasked() {
        Ok(()) => true,
        Err(HsmError::WorkerLost | HsmError::TokenGone | HsmError::Uninitialised) => false,
        Err(error) => {
            tracing::warn!(%error, "the box stays sealed: holdfast unseal opens it");
            true
        }
    }
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
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
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
