//! The live sessions in memory. Lifetimes run on the boot clock, so a jump of the wall clock neither ends nor extends one.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use holdfast_base::{PersonId, Result, SessionId, Timestamp, World};
use holdfast_hsm::DekHandle;
use holdfast_store::{LedgerTx, Read, View};
use parking_lot::{Mutex, RwLock};

use super::{
    Resolved,
    record::{Proof, SessionKey, SessionRecord},
};
use crate::{Directory, Org, keys, limits, views};

pub(crate) struct Session {
    pub(super) key: SessionKey,
    record: SessionRecord,
    epoch: AtomicU64,
    must_change_password: AtomicBool,
    seen_at: AtomicI64,
    written_at: AtomicI64,
    /// Microseconds on the boot clock; negative for what was before this boot.
    seen: AtomicI64,
    created: i64,
    proof: Mutex<Proof>,
    /// When the proof was given, on the boot clock too.
    proved: AtomicI64,
}

impl Session {
    pub(super) fn new(key: SessionKey, record: SessionRecord, world: &World) -> Self {
        let (now, boot) = (world.now(), microseconds(world.clock.boot()));
        Self {
            key,
            epoch: AtomicU64::new(record.epoch),
            must_change_password: AtomicBool::new(record.must_change_password),
            seen_at: AtomicI64::new(record.seen_at.0),
            written_at: AtomicI64::new(record.seen_at.0),
            seen: AtomicI64::new(boot - microseconds(now.since(record.seen_at))),
            created: boot - microseconds(now.since(record.created_at)),
            proof: Mutex::new(record.proof),
            proved: AtomicI64::new(boot - microseconds(now.since(record.proof.at))),
            record,
        }
    }

    /// Its person may be signed in, has the same epoch still, and it is neither idle nor too old.
    pub(super) fn stands(&self, org: &Org, boot: Duration) -> bool {
        let Some(person) = org.person(self.record.person).filter(|person| person.state.may_sign_in()) else {
            return false;
        };
        let idle = if person.roles.is_empty() { limits::SESSION_IDLE } else { limits::SESSION_IDLE_ADMINISTRATOR };
        let boot = microseconds(boot);
        person.epoch == self.epoch.load(Ordering::Acquire)
            && boot - self.seen.load(Ordering::Relaxed) < microseconds(idle)
            && boot - self.created < microseconds(limits::SESSION_ABSOLUTE)
    }

    /// True when "last seen" is due to be written.
    pub(super) fn touch(&self, world: &World) -> bool {
        let now = world.now();
        self.seen.store(microseconds(world.clock.boot()), Ordering::Relaxed);
        self.seen_at.store(now.0, Ordering::Relaxed);
        let written = self.written_at.load(Ordering::Relaxed);
        let due = now.since(Timestamp(written)) >= limits::SESSION_SEEN_WRITE;
        // One of many concurrent requests wins and writes.
        due && self.written_at.compare_exchange(written, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    pub(super) fn resolved(&self, boot: Duration) -> Resolved {
        Resolved {
            person: self.record.person,
            session: self.record.id,
            must_change_password: self.must_change_password(),
            lacks: self.proof().lacks,
            proved: microseconds(boot) - self.proved.load(Ordering::Relaxed) < microseconds(limits::PROOF_LIFETIME),
        }
    }

    pub(super) fn must_change_password(&self) -> bool {
        self.must_change_password.load(Ordering::Relaxed)
    }

    pub(super) fn proof(&self) -> Proof {
        *self.proof.lock()
    }

    /// The person has shown who they are, or has more to show it with.
    pub(super) fn prove(&self, proof: Proof, boot: Duration) {
        *self.proof.lock() = proof;
        self.proved.store(microseconds(boot), Ordering::Relaxed);
    }

    pub(super) fn view(&self, current: Option<SessionId>) -> views::SessionView {
        views::SessionView {
            id: self.record.id,
            created_at: self.record.created_at,
            seen_at: Timestamp(self.seen_at.load(Ordering::Relaxed)),
            address: self.record.address.map(|address| address.to_string()),
            agent: self.record.agent.clone(),
            door: self.record.door.name().to_owned(),
            current: current == Some(self.record.id),
        }
    }

    pub(super) fn id(&self) -> SessionId {
        self.record.id
    }

    pub(super) fn person(&self) -> PersonId {
        self.record.person
    }

    /// The record as it is now.
    pub(super) fn record(&self) -> SessionRecord {
        SessionRecord {
            epoch: self.epoch.load(Ordering::Acquire),
            seen_at: Timestamp(self.seen_at.load(Ordering::Relaxed)),
            must_change_password: self.must_change_password(),
            proof: self.proof(),
            ..self.record.clone()
        }
    }

    /// The one session that outlives its person's own change of password.
    fn carry_over(&self, epoch: u64) {
        self.must_change_password.store(false, Ordering::Relaxed);
        self.epoch.store(epoch, Ordering::Release);
    }
}

fn microseconds(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

#[derive(Default)]
struct Maps {
    by_key: HashMap<SessionKey, Arc<Session>>,
    by_id: HashMap<SessionId, Arc<Session>>,
    by_person: HashMap<PersonId, Vec<Arc<Session>>>,
}

#[derive(Default)]
pub(crate) struct Live {
    maps: RwLock<Maps>,
}

impl Live {
    pub(crate) fn load(view: &View, key: &DekHandle, world: &World) -> Result<Self> {
        let live = Self::default();
        view.scan(keys::SESSION, keys::whole_table(), false, &mut |_| Ok(key.clone()), &mut |at, value| {
            if let (Ok(at), Ok(record)) = (SessionKey::try_from(at), SessionRecord::decode(&value)) {
                live.add(Arc::new(Session::new(at, record, world)));
            }
            Ok(true)
        })?;
        Ok(live)
    }

    /// Devices that people have signed in from, for their own lanes.
    pub(crate) fn known_devices(&self, mut each: impl FnMut(PersonId, [u8; 32])) {
        self.maps.read().by_key.values().for_each(|session| each(session.record.person, session.record.device));
    }

    pub(super) fn add(&self, session: Arc<Session>) {
        let mut maps = self.maps.write();
        maps.by_id.insert(session.id(), session.clone());
        maps.by_person.entry(session.person()).or_default().push(session.clone());
        maps.by_key.insert(session.key, session);
    }

    pub(super) fn remove(&self, session: &Session) {
        let mut maps = self.maps.write();
        maps.by_key.remove(&session.key);
        maps.by_id.remove(&session.id());
        if let Some(of) = maps.by_person.get_mut(&session.person()) {
            of.retain(|other| other.id() != session.id());
            if of.is_empty() {
                maps.by_person.remove(&session.person());
            }
        }
    }

    pub(super) fn find(&self, key: &SessionKey) -> Option<Arc<Session>> {
        self.maps.read().by_key.get(key).cloned()
    }

    pub(super) fn get(&self, id: SessionId) -> Option<Arc<Session>> {
        self.maps.read().by_id.get(&id).cloned()
    }

    pub(super) fn of(&self, person: PersonId) -> Vec<Arc<Session>> {
        self.maps.read().by_person.get(&person).cloned().unwrap_or_default()
    }

    pub(crate) fn alive(&self, id: SessionId, org: &Org, boot: Duration) -> bool {
        self.get(id).is_some_and(|session| session.stands(org, boot))
    }

    pub(crate) fn carry_over(&self, id: SessionId, epoch: u64) {
        if let Some(session) = self.get(id) {
            session.carry_over(epoch);
        }
    }

    pub(super) fn all(&self) -> Vec<Arc<Session>> {
        self.maps.read().by_key.values().cloned().collect()
    }
}

/// Makes what changed in memory durable, unless the session was ended meanwhile.
pub(super) fn write(tx: &mut LedgerTx<'_>, key: &DekHandle, session: &Session) -> Result<()> {
    if tx.get(keys::SESSION, &session.key, key)?.is_some() {
        tx.put(keys::SESSION, &session.key, &session.record().encode()?, key)?;
    }
    Ok(())
}

/// "Last seen" follows without anybody waiting for it.
pub(super) fn write_seen(directory: &Directory, session: &Arc<Session>) {
    let (key, session) = (directory.key().clone(), session.clone());
    directory.ledger().submit(
        move |tx| write(tx, &key, &session),
        |done| {
            if let Err(error) = done {
                tracing::warn!(%error, "a session's last use could not be written");
            }
        },
    );
}

/// The current session of a person who has just changed the own password.
pub(crate) fn write_carried(directory: &Directory, id: SessionId) {
    if let Some(session) = directory.sessions().get(id) {
        write_seen(directory, &session);
    }
}

pub(super) fn sweep(directory: &Directory) {
    let (org, boot) = (directory.org(), directory.world().clock.boot());
    let ended: Vec<Arc<Session>> = directory.sessions().all().into_iter().filter(|session| !session.stands(&org, boot)).collect();
    if ended.is_empty() {
        return;
    }
    ended.iter().for_each(|session| directory.sessions().remove(session));
    let delete = move |tx: &mut LedgerTx<'_>| ended.iter().try_for_each(|session| tx.delete(keys::SESSION, &session.key));
    directory.ledger().submit(delete, |done| {
        if let Err(error) = done {
            tracing::warn!(%error, "ended sessions could not be swept");
        }
    });
}
