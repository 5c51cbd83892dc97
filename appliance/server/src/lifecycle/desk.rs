//! The desk: one round over everybody who has left, then over what was asked.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use crossbeam_channel::Receiver;
use holdfast_base::{Actor, Error, PersonId, RequestId, Result};
use holdfast_directory::{
    data_requests,
    departures::{self, Decided, HandoverKind, Pending},
    session,
};
use holdfast_drive::Name;
use holdfast_store::{DbTx, LedgerTx};

use super::{DESK_EVERY, Desk, copy, handover};
use crate::shred::{Erasing, Subject};

/// How often old copies and days that come near are looked for.
const SWEEP_EVERY: std::time::Duration = std::time::Duration::from_secs(600);

impl Desk {
    pub(super) fn run(&self, stopping: &AtomicBool, woken: &Receiver<()>) {
        let mut swept: Option<Instant> = None;
        while !stopping.load(Ordering::Acquire) {
            match self.round(stopping) {
                Err(Error::Sealed) => return,
                Err(error) => warn(&error, "the desk could not look at who leaves"),
                Ok(()) => {}
            }
            if swept.is_none_or(|at| at.elapsed() >= SWEEP_EVERY) {
                match self.sweep() {
                    Ok(()) => swept = Some(Instant::now()),
                    Err(error) => warn(&error, "requests about people's data could not be gone over"),
                }
            }
            let _woken_or_later = woken.recv_timeout(DESK_EVERY);
        }
    }

    fn round(&self, stopping: &AtomicBool) -> Result<()> {
        for pending in departures::pending(&self.directory)? {
            if stopping.load(Ordering::Acquire) {
                return Ok(());
            }
            let done = match pending.erase_at {
                None => self.let_go(&pending, stopping),
                Some(_) => self.erase(&pending),
            };
            // One who cannot go on holds up nobody else.
            done.unwrap_or_else(|error| warn(&error, "a departure is not done yet; it is tried again"));
        }
        for (id, person) in data_requests::pending_copies(&self.directory)? {
            if stopping.load(Ordering::Acquire) {
                return Ok(());
            }
            // Whoever cannot sign in could not fetch it.
            if !self.directory.org().person(person).is_some_and(|person| person.state.may_sign_in()) {
                continue;
            }
            let made = copy::make(self, person)
                .and_then(|bytes| self.write(|tx, by| data_requests::store_copy(tx, &self.directory, by, id, &bytes).map(drop)));
            made.unwrap_or_else(|error| warn(&error, "a copy of a person's data is not made yet; it is tried again"));
        }
        Ok(())
    }

    fn sweep(&self) -> Result<()> {
        self.write(|tx, by| {
            data_requests::expire_copies(tx, by)?;
            data_requests::remind(tx, by)
        })
    }

    /// Hands over what is decided; with everything decided and done the person is gone.
    fn let_go(&self, pending: &Pending, stopping: &AtomicBool) -> Result<()> {
        let person = pending.person;
        let items = handover::items(self, person, pending.heir)?;
        if items.iter().any(|item| !item.is_settled()) {
            return self.wait_for(person, "handover");
        }
        let items: Vec<Decided> = items.into_iter().map(|item| item.decided).collect();
        self.write(|tx, _| departures::begin(tx, person, &items))?;
        for item in items.iter().filter(|item| item.done_at.is_none()) {
            let done = match item.heir {
                Some(heir) => self.hand_over(person, heir, item, stopping),
                None => Ok(true),
            };
            match done {
                Ok(true) => self.write(|tx, by| departures::done(tx, by, person, item))?,
                Ok(false) => return Ok(()),
                Err(Error::Conflict { what: "legal-hold" }) => return self.wait_for(person, "legal-hold"),
                Err(error @ (Error::Internal { .. } | Error::Sealed | Error::AuditUnavailable)) => return Err(error),
                Err(error) => {
                    self.write(|tx, by| departures::failed(tx, by, person, item, error.code()))?;
                    return self.wait_for(person, error.code());
                }
            }
        }
        self.write(|tx, by| departures::depart(tx, &self.directory, by, person, self.grace).map(drop))
    }

    /// Step by step until nothing is left. False: the box is stopping.
    fn hand_over(&self, from: PersonId, heir: PersonId, item: &Decided, stopping: &AtomicBool) -> Result<bool> {
        match item.kind {
            HandoverKind::Conversation => {
                let (im, id) = (self.im.clone(), holdfast_base::ConversationId(item.object));
                self.write_ledger(move |tx, by| im.hand_over(tx, by, id, from, heir))?;
                Ok(true)
            }
            HandoverKind::Reports => {
                while self.write(|tx, by| departures::hand_over_reports(tx, &self.directory, by, from, heir))? {
                    if stopping.load(Ordering::Acquire) {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            HandoverKind::Files => self.hand_over_files(from, heir, stopping),
        }
    }

    /// What lies under a hold stays where the hold finds it.
    fn hand_over_files(&self, from: PersonId, heir: PersonId, stopping: &AtomicBool) -> Result<bool> {
        self.shredder.check_free(&self.ledger.view(), Subject::Person(from))?;
        let org = self.directory.org();
        let whose = org.person(from).ok_or(Error::NotFound)?;
        let folder = Name::new(&format!("{} ({})", whose.name.replace('/', "-"), whose.uid))?;
        loop {
            let (drive, folder) = (self.drive.clone(), folder.clone());
            if !self.write_ledger(move |tx, by| drive.hand_over(tx, by, from, heir, &folder))? {
                return Ok(true);
            }
            if stopping.load(Ordering::Acquire) {
                return Ok(false);
            }
        }
    }

    /// The grace is over: the person's space is shredded with a certificate, then nothing is left but the tombstone. A legal hold
    /// stops it for as long as it is in force.
    fn erase(&self, pending: &Pending) -> Result<()> {
        let person = pending.person;
        match self.shredder.erasing(person, pending.erase_at, pending.shred)? {
            Erasing::NotBegun => match self.ask_to_shred(pending) {
                Ok(number) => {
                    self.write(|tx, _| departures::begin_erasure(tx, person, Some(number)))?;
                    self.shredder.wake();
                    Ok(())
                }
                Err(Error::Conflict { what: "legal-hold" }) => self.wait_for(person, "legal-hold"),
                Err(other) => Err(other),
            },
            Erasing::Held => {
                self.write(|tx, _| departures::begin_erasure(tx, person, None))?;
                self.wait_for(person, "legal-hold")
            }
            Erasing::Running(number) if pending.shred == Some(number) => Ok(()),
            Erasing::Running(number) => self.write(|tx, _| departures::begin_erasure(tx, person, Some(number))),
            Erasing::Done => {
                if self.write(|tx, by| departures::erase(tx, &self.directory, by, person))? {
                    session::sweep(&self.directory);
                }
                Ok(())
            }
        }
    }

    fn ask_to_shred(&self, pending: &Pending) -> Result<u64> {
        let (shredder, by, case) = (self.shredder.clone(), pending.ordered_by, pending.reason.clone());
        let person = pending.person;
        self.write_ledger(move |tx, actor| shredder.ask_for(tx, actor, by, Subject::Person(person), &case))
    }

    fn wait_for(&self, person: PersonId, what: &'static str) -> Result<()> {
        self.write(|tx, by| departures::wait_for(tx, by, person, what))
    }

    /// The box itself acts; its entry is durable when this returns.
    fn write<T>(&self, f: impl FnOnce(&mut DbTx<'_>, &Actor) -> Result<T>) -> Result<T> {
        self.audit.ready()?;
        let by = self.itself();
        let committed = self.db.write(|tx| f(tx, &by))?;
        self.audit.settle(&committed.mark)?;
        Ok(committed.value)
    }

    fn write_ledger<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut LedgerTx<'_>, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.audit.ready()?;
        let by = self.itself();
        let committed = self.ledger.write(move |tx| f(tx, &by))?;
        self.audit.settle(&committed.mark)?;
        Ok(committed.value)
    }

    pub(super) fn itself(&self) -> Actor {
        Actor::system(RequestId(self.world.uuid()), self.world.now())
    }
}

fn warn(error: &Error, what: &'static str) {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    tracing::warn!(%error, cause, "{what}");
}
