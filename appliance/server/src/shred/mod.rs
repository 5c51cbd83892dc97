//! Shredding, and legal holds that forbid it.
//!
//! A shredding takes its subject out of sight, empties its rows, makes the search index anew, then rotates the keyring without
//! the data keys that sealed it: the HSM key of the old epoch is destroyed, so that no older copy of the stores and of the
//! keyring, with the HSM and its PIN beside it, opens them again. What it did is a certificate: a note signed by the HSM, whose
//! hash stands in the audit log.
//!
//! Always true: what was asked is durable before anything is done, and a crash at any instant is gone on from; the certificate is
//! written only when none of its keys opens. One shredding at a time, oldest first.

mod certificate;
mod reach;
mod rows;
pub mod views;

pub(crate) use reach::is_kept;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender};
use holdfast_audit::{
    AuditLog, Daybook, Event, Object, record,
    verify::effects::{Effect, EffectKind},
};
use holdfast_base::{Actor, Error, PersonId, RequestId, Result, Timestamp, World};
use holdfast_directory::Directory;
use holdfast_drive::{Drive, Owner};
use holdfast_hsm::{Epoch, HsmError, KeyId, Vault};
use holdfast_im::Im;
use holdfast_store::{Ledger, LedgerTx, Read, Table, Tx};
use parking_lot::Mutex;
use ring::digest::{SHA256, digest};

pub use rows::Subject;
use rows::{HOLDS, HoldRow, Row, SHREDS, Stage};

use crate::{
    custody,
    records::{each, get, put},
    renewal,
    search::SearchRoom,
    stores::Stores,
};

/// The box's own tables of this.
pub(crate) const TABLES: [Table; 2] = [SHREDS, HOLDS];
const SHRED_NUMBER: &str = "shred";
const HOLD_NUMBER: &str = "hold";
/// Between two steps of a renewal it rests as long as the last one took, at most so long.
const REST_MOST: Duration = Duration::from_millis(500);
/// How long until what failed is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// Everything that a shredding touches. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Reached {
    pub(crate) ledger: Ledger,
    pub(crate) audit: AuditLog,
    pub(crate) daybook: Arc<Daybook>,
    pub(crate) directory: Directory,
    pub(crate) im: Im,
    pub(crate) drive: Drive,
    pub(crate) search: Arc<SearchRoom>,
    pub(crate) stores: Arc<Stores>,
    pub(crate) vault: Vault,
    pub(crate) world: World,
}

/// How far an erasure has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Erasing {
    NotBegun,
    Running(u64),
    /// A hold was placed before it began.
    Held,
    Done,
}

/// The running loop.
pub struct Shredder {
    reached: Reached,
    wake: Sender<()>,
    stopping: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Shredder {
    pub(crate) fn start(reached: Reached) -> Result<Self> {
        let (wake, woken) = crossbeam_channel::bounded(1);
        let stopping = Arc::new(AtomicBool::new(false));
        let work = Work { reached: reached.clone(), stopping: Arc::clone(&stopping) };
        let thread = thread::Builder::new().name("shredder".to_owned()).spawn(move || work.run(&woken));
        let thread = thread.map_err(Error::internal("start the shredder"))?;
        Ok(Self { reached, wake, stopping, thread: Mutex::new(Some(thread)) })
    }

    /// Waits for the step under way. The search room is closed before, so that nothing waits for it.
    pub(crate) fn stop(&self) {
        let Some(thread) = self.thread.lock().take() else { return };
        self.stopping.store(true, Ordering::Release);
        self.wake();
        if thread.join().is_err() {
            tracing::error!("the shredder panicked");
        }
    }

    /// Asks for a shredding in the caller's transaction; [`Shredder::wake`] once it is durable.
    pub fn ask(&self, tx: &mut LedgerTx<'_>, by: &Actor, subject: Subject, case: &str) -> Result<u64> {
        let person = by.person().ok_or(Error::NotSignedIn)?;
        self.ask_for(tx, by, person, subject, case)
    }

    /// The same by the box itself, for whoever ordered it.
    pub(crate) fn ask_for(
        &self,
        tx: &mut LedgerTx<'_>,
        by: &Actor,
        person: PersonId,
        subject: Subject,
        case: &str,
    ) -> Result<u64> {
        reach::check_free(tx, &self.reached.im, &self.reached.drive, subject)?;
        let number = tx.next_id(SHRED_NUMBER)?;
        let row = Row {
            subject,
            case: case.to_owned(),
            by: person,
            asked_at: tx.now(),
            stage: Stage::Asked,
            messages: 0,
            files: 0,
            kept: 0,
            certificate: None,
            keys: 0,
            done_at: None,
        };
        put(tx, SHREDS, number, &row)?;
        record(tx, about(Event::new(by, "shred.ask", Object::new("shred", number)), subject).text("case", case));
        Ok(number)
    }

    /// That no legal hold in force covers it.
    pub(crate) fn check_free(&self, read: &dyn Read, subject: Subject) -> Result<()> {
        reach::check_free(read, &self.reached.im, &self.reached.drive, subject)
    }

    /// How far the shredding of a person's space has come: that of this number, or one that was asked for since the grace ended and
    /// whose number a crash has lost.
    pub(crate) fn erasing(&self, person: PersonId, since: Option<Timestamp>, number: Option<u64>) -> Result<Erasing> {
        let mut found = Erasing::NotBegun;
        each(&self.reached.ledger.view(), SHREDS, None, &mut |id, row: Row| {
            let ours = row.subject == Subject::Person(person) && since.is_some_and(|since| row.asked_at >= since);
            if number == Some(id) || number.is_none() && ours && row.stage != Stage::Held {
                found = match row.stage {
                    Stage::Done => Erasing::Done,
                    Stage::Held => Erasing::Held,
                    _ => Erasing::Running(id),
                };
                return Ok(false);
            }
            Ok(true)
        })?;
        Ok(found)
    }

    pub fn wake(&self) {
        let _awake = self.wake.try_send(());
    }

    pub fn hold(&self, tx: &mut LedgerTx<'_>, by: &Actor, subject: Subject, case: &str) -> Result<u64> {
        let person = by.person().ok_or(Error::NotSignedIn)?;
        reach::check_known(tx, &self.reached.im, &self.reached.drive, subject)?;
        let number = tx.next_id(HOLD_NUMBER)?;
        let row = HoldRow { subject, case: case.to_owned(), by: person, at: tx.now(), lifted: None };
        put(tx, HOLDS, number, &row)?;
        record(tx, about(Event::new(by, "hold.place", Object::new("hold", number)), subject).text("case", case));
        Ok(number)
    }

    /// Again: nothing.
    pub fn lift(&self, tx: &mut LedgerTx<'_>, by: &Actor, number: u64, reason: &str) -> Result<()> {
        let person = by.person().ok_or(Error::NotSignedIn)?;
        let mut row: HoldRow = get(tx, HOLDS, number)?;
        if row.lifted.is_none() {
            row.lifted = Some((person, tx.now()));
            put(tx, HOLDS, number, &row)?;
            record(tx, about(Event::new(by, "hold.lift", Object::new("hold", number)), row.subject).text("reason", reason));
        }
        Ok(())
    }
}

/// What of it the ledger shows, for a cross-check with the audit log.
pub(crate) fn effects(read: &dyn Read) -> Result<Vec<Effect>> {
    let mut all = Vec::new();
    each(read, SHREDS, None, &mut |number, _: Row| {
        all.push(Effect::new(EffectKind::Shred, number));
        Ok(true)
    })?;
    each(read, HOLDS, None, &mut |number, row: HoldRow| {
        all.extend(row.lifted.is_none().then(|| Effect::new(EffectKind::Hold, number)));
        Ok(true)
    })?;
    Ok(all)
}

fn about(event: Event, subject: Subject) -> Event {
    let (kind, id) = match subject {
        Subject::Conversation(id) => ("conversation", id.to_string()),
        Subject::Node(id) => ("node", id.to_string()),
        Subject::Person(id) => ("person", id.to_string()),
    };
    event.text("subject-kind", kind).text("subject", id)
}

struct Work {
    reached: Reached,
    stopping: Arc<AtomicBool>,
}

impl Work {
    fn run(&self, woken: &Receiver<()>) {
        loop {
            let done = self.all();
            if self.stopping.load(Ordering::Acquire) {
                return;
            }
            let Err(error) = done else {
                if woken.recv().is_err() {
                    return;
                }
                continue;
            };
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            tracing::warn!(%error, cause, "a shredding is not done yet; it is tried again");
            let _woken_or_later = woken.recv_timeout(AGAIN);
        }
    }

    fn all(&self) -> Result<()> {
        while !self.stopping.load(Ordering::Acquire) {
            let began = Instant::now();
            match self.oldest()? {
                Some((number, row)) => drop(self.step(number, row)?),
                None if renewal::step(&self.reached)? => thread::sleep(began.elapsed().min(REST_MOST)),
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn oldest(&self) -> Result<Option<(u64, Row)>> {
        let mut oldest = None;
        each(&self.reached.ledger.view(), SHREDS, None, &mut |number, row: Row| {
            let is_over = row.stage.is_over();
            if !is_over {
                oldest = Some((number, row));
            }
            // They are done in the order of their numbers.
            Ok(!is_over)
        })?;
        Ok(oldest)
    }

    fn step(&self, number: u64, row: Row) -> Result<Row> {
        match row.stage {
            Stage::Index => {
                let ledger = &self.reached.ledger;
                self.reached.search.renew(|old| ledger.write(move |tx| tx.retire(old, number)).map(drop))?;
                self.write(number, row, |_, row| {
                    row.stage = Stage::Keys;
                    Ok(())
                })
            }
            Stage::Keys => self.destroy(number, row),
            _ => {
                let reached = self.reached.clone();
                self.write(number, row, move |tx, row| reached.take_apart(tx, number, row))
            }
        }
    }

    /// A step and how far it has come, in one transaction.
    fn write(
        &self,
        number: u64,
        mut row: Row,
        act: impl FnOnce(&mut LedgerTx<'_>, &mut Row) -> Result<()> + Send + 'static,
    ) -> Result<Row> {
        let written = self.reached.ledger.write_freeing(move |tx| {
            act(tx, &mut row)?;
            put(tx, SHREDS, number, &row)?;
            Ok(row)
        })?;
        Ok(written.value)
    }

    /// The epoch goes, and with it every key that was retired: those of this shredding, and what was swept before.
    fn destroy(&self, number: u64, row: Row) -> Result<Row> {
        let Reached { ledger, audit, daybook, directory, vault, world, .. } = &self.reached;
        let retired = ledger.retired()?;
        let keys: Vec<KeyId> = retired.iter().filter(|(_, cause)| *cause == number).map(|(key, _)| *key).collect();
        let actor = Actor::system(RequestId(world.uuid()), world.now());
        // Those too that were swept before.
        let all: Vec<KeyId> = retired.iter().map(|(key, _)| *key).collect();
        let newest = match custody::alive(&all, vault)?.as_slice() {
            [] => vault.keyring_state()?.epoch,
            alive => custody::rotate_without(alive, audit, daybook, vault, &actor)?,
        };
        let epoch = Epoch(newest.0.saturating_sub(1));
        for key in &keys {
            if !matches!(vault.key(*key), Err(HsmError::KeyMissing(_))) {
                return Err(Error::broken("destroy a data key"));
            }
        }
        let done_at = world.now();
        let by = views::uid(&directory.org(), row.by);
        let serial = vault.status()?.serial;
        let (serial, second) = (serial.trim(), vault.second()?);
        let second = second.as_ref();
        let facts = certificate::Facts { number, row: &row, by: &by, done_at, keys: &keys, epoch, serial, second };
        let note = audit.sign_note(&certificate::text(&facts))?;
        let count = keys.len() as u64;
        let event = about(Event::new(&actor, "shred.done", Object::new("shred", number)), row.subject)
            .text("certificate-sha256", hex::encode(digest(&SHA256, note.as_bytes())))
            .number("keys", i64::try_from(count).unwrap_or(i64::MAX))
            .number("epoch-destroyed", i64::from(epoch.0));
        let index = audit.append(event)?.index;
        let row = self.write(number, row, move |_, row| {
            *row =
                Row { stage: Stage::Done, certificate: Some((note, index)), keys: count, done_at: Some(done_at), ..row.clone() };
            Ok(())
        })?;
        ledger.forget_retired(&all)?;
        Ok(row)
    }
}

impl Reached {
    /// One transaction of those steps that are nothing but rows.
    fn take_apart(&self, tx: &mut LedgerTx<'_>, number: u64, row: &mut Row) -> Result<()> {
        let by = Actor::system(RequestId(self.world.uuid()), tx.now());
        row.stage = match (row.stage, row.subject) {
            (Stage::Asked, subject) => {
                // A hold may have been placed since it was asked for.
                match reach::check_free(tx, &self.im, &self.drive, subject) {
                    Ok(()) => self.begin(tx, &by, number, subject)?,
                    // Erased by somebody meanwhile: what the sweeper retires goes with the next rotation, and so with this one.
                    Err(Error::NotFound) => Stage::Index,
                    Err(Error::Conflict { .. }) => Stage::Held,
                    Err(other) => return Err(other),
                }
            }
            (Stage::Messages { next, upto }, Subject::Conversation(id)) => {
                let emptied = self.im.shred_messages(tx, id, next, upto)?;
                row.messages += emptied.messages;
                emptied.next.map_or(Stage::Space, |next| Stage::Messages { next, upto })
            }
            (Stage::Space, Subject::Conversation(id)) => self.space(tx, &by, number, Owner::Conversation(id))?,
            (Stage::Space, Subject::Person(id)) => self.space(tx, &by, number, Owner::Person(id))?,
            (Stage::Files, _) => {
                let step = self.drive.shred_step(tx, number)?;
                row.files += step.files;
                row.kept += step.kept;
                if step.more { Stage::Files } else { Stage::Index }
            }
            _ => return Err(Error::broken("go on with a shredding")),
        };
        Ok(())
    }

    fn begin(&self, tx: &mut LedgerTx<'_>, by: &Actor, number: u64, subject: Subject) -> Result<Stage> {
        match subject {
            Subject::Conversation(id) => {
                let upto = self.im.begin_shred(tx, by, id, number)?;
                Ok(Stage::Messages { next: 1, upto })
            }
            Subject::Node(node) => {
                self.drive.begin_shred(tx, by, node, number)?;
                Ok(Stage::Files)
            }
            Subject::Person(_) => Ok(Stage::Space),
        }
    }

    /// What lies in somebody's space, where there is one.
    fn space(&self, tx: &mut LedgerTx<'_>, by: &Actor, number: u64, owner: Owner) -> Result<Stage> {
        match self.drive.space_of(tx, owner)? {
            Some(space) if self.drive.begin_shred_space(tx, by, space, number)? => Ok(Stage::Space),
            _ => Ok(Stage::Files),
        }
    }
}
