//! Lanes of failed sign-ins: a stranger who guesses locks himself out, not the colleague whose account it is.
//!
//! A lane is one account from one known device, or one account from one address; what comes from unknown devices has a lane
//! for the whole account besides, with a higher limit. Counts stand in memory; a lock is in the ledger too, so that a
//! restart does not lift it. Unknown accounts have lanes like known ones: a lock says nothing about who exists.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    time::Duration,
};

use holdfast_audit::{AuditLog, Event};
use holdfast_base::{Error, PersonId, Result, Source, Timestamp, World};
use holdfast_hsm::DekHandle;
use holdfast_store::{Read, View};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::{Directory, keys, limits};

const FORMAT: u8 = 1;

type LaneKey = [u8; 32];

/// A lock as the ledger holds it.
#[derive(Serialize, Deserialize)]
struct LockRecord {
    person: Option<u64>,
    failures: u32,
    until: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct Lane {
    person: Option<PersonId>,
    failures: u32,
    /// Time since boot.
    last: Duration,
    until: Duration,
}

/// The lanes that one attempt runs in.
pub(crate) struct Attempted {
    person: Option<PersonId>,
    device: [u8; 32],
    lanes: Vec<(LaneKey, u32)>,
}

#[derive(Default)]
pub(crate) struct Lanes {
    lanes: Mutex<HashMap<LaneKey, Lane>>,
    known: Mutex<HashSet<(PersonId, [u8; 32])>>,
}

impl Lanes {
    pub(crate) fn load(view: &View, key: &DekHandle, world: &World) -> Result<Self> {
        let (now, boot) = (world.now(), world.clock.boot());
        let mut lanes = HashMap::new();
        view.scan(keys::LOCKOUT, keys::whole_table(), false, &mut |_| Ok(key.clone()), &mut |lane, value| {
            let (Ok(lane), [FORMAT, rest @ ..]) = (LaneKey::try_from(lane), value.as_slice()) else { return Ok(true) };
            let record: LockRecord = postcard::from_bytes(rest).map_err(Error::internal("decode a lock"))?;
            let left = record.until.since(now).min(limits::LOCKOUT_LONGEST);
            let person = record.person.map(PersonId);
            lanes.insert(lane, Lane { person, failures: record.failures, last: boot, until: boot + left });
            Ok(lanes.len() < limits::LOCKOUT_LANES)
        })?;
        Ok(Self { lanes: Mutex::new(lanes), known: Mutex::default() })
    }

    /// `TooManyAttempts` while one of the lanes is locked. `account`: the person, or the uid that nobody has.
    pub(crate) fn enter(&self, directory: &Directory, account: Result<PersonId, &str>, source: &Source) -> Result<Attempted> {
        let attempted = self.attempted(directory, account, source)?;
        self.open(directory, attempted)
    }

    /// For a secret that names no account: the address alone has a lane, so that nobody closes the door for everybody.
    pub(crate) fn enter_nameless(&self, directory: &Directory, what: &str, source: &Source) -> Result<Attempted> {
        let lane = format!("nameless {what} {:?}", source.address.map(network));
        let lanes = vec![(directory.key().mac(keys::MAC_LANE, lane.as_bytes())?, limits::LOCKOUT_FAILURES)];
        let attempted = Attempted { person: None, device: device(directory.key(), source)?, lanes };
        self.open(directory, attempted)
    }

    fn open(&self, directory: &Directory, attempted: Attempted) -> Result<Attempted> {
        let boot = directory.world().clock.boot();
        let lanes = self.lanes.lock();
        let locked = attempted.lanes.iter().filter_map(|(key, _)| lanes.get(key)).map(|lane| lane.until).max();
        match locked.filter(|until| *until > boot) {
            Some(until) => Err(Error::TooManyAttempts { retry_seconds: (until - boot).as_secs() + 1 }),
            None => Ok(attempted),
        }
    }

    fn attempted(&self, directory: &Directory, account: Result<PersonId, &str>, source: &Source) -> Result<Attempted> {
        let device = device(directory.key(), source)?;
        let word = match account {
            Ok(person) => format!("person {person}"),
            Err(uid) => format!("uid {}", uid.to_ascii_lowercase()),
        };
        let key = |lane: String| directory.key().mac(keys::MAC_LANE, lane.as_bytes());
        let known = account.is_ok_and(|person| self.known.lock().contains(&(person, device)));
        let lanes = if known {
            vec![(key(format!("device {word} {device:?}"))?, limits::LOCKOUT_FAILURES)]
        } else {
            let network = source.address.map(network);
            vec![
                (key(format!("address {word} {network:?}"))?, limits::LOCKOUT_FAILURES),
                (key(format!("account {word}"))?, limits::LOCKOUT_FAILURES_ACCOUNT),
            ]
        };
        Ok(Attempted { person: account.ok(), device, lanes })
    }

    pub(crate) fn failed(&self, directory: &Directory, attempted: &Attempted) {
        let boot = directory.world().clock.boot();
        for (key, limit) in &attempted.lanes {
            let mut lanes = self.lanes.lock();
            make_room(&mut lanes, boot);
            let fresh = Lane { person: attempted.person, failures: 0, last: boot, until: Duration::ZERO };
            let lane = lanes.entry(*key).or_insert(fresh);
            if boot.saturating_sub(lane.last.max(lane.until)) > limits::LOCKOUT_WINDOW {
                lane.failures = 0;
            }
            (lane.failures, lane.last) = (lane.failures + 1, boot);
            if lane.failures < *limit {
                continue;
            }
            let doublings = (lane.failures - limit).min(16);
            lane.until = boot + (limits::LOCKOUT_FIRST * (1 << doublings)).min(limits::LOCKOUT_LONGEST);
            let lane = *lane;
            drop(lanes);
            write_lock(directory, *key, Some((lane, lane.until - boot)));
        }
    }

    /// The right password: the lanes start anew, and the device is known from now on.
    pub(crate) fn passed(&self, directory: &Directory, attempted: &Attempted) {
        for (key, limit) in &attempted.lanes {
            let before = self.lanes.lock().remove(key);
            if before.is_some_and(|lane| lane.failures >= *limit) {
                write_lock(directory, *key, None);
            }
        }
        if let Some(person) = attempted.person {
            self.remember(person, attempted.device);
        }
    }

    pub(crate) fn remember(&self, person: PersonId, device: [u8; 32]) {
        let mut known = self.known.lock();
        if known.len() >= limits::KNOWN_DEVICES {
            known.clear();
        }
        known.insert((person, device));
    }

    /// There is a new password that the lanes never guessed at: every lane of the person starts anew.
    pub(crate) fn forgive(&self, directory: &Directory, person: PersonId) {
        let mut lanes = self.lanes.lock();
        let locked: Vec<LaneKey> = lanes.iter().filter(|(_, lane)| lane.person == Some(person)).map(|(key, _)| *key).collect();
        lanes.retain(|_, lane| lane.person != Some(person));
        drop(lanes);
        locked.into_iter().for_each(|key| write_lock(directory, key, None));
    }
}

/// What tells one device from another where no cookie does: its address and its agent.
pub(crate) fn device(key: &DekHandle, source: &Source) -> Result<[u8; 32]> {
    Ok(key.mac(keys::MAC_DEVICE, format!("{:?} {}", source.address, source.agent).as_bytes())?)
}

/// A refusal, in the log before it is told. A locked lane is logged once a second at most by its own lock, so without waiting.
pub(crate) fn logged(audit: &AuditLog, event: Event, refusal: Error) -> Error {
    match refusal {
        Error::WrongCredentials
        | Error::NotFound
        | Error::WrongSecondFactor
        | Error::SecondFactorRequired
        | Error::PasskeyRequired => match audit.append(event) {
            Ok(_) => refusal,
            Err(unavailable) => unavailable,
        },
        Error::TooManyAttempts { .. } => {
            audit.append_soon(event);
            refusal
        }
        other => other,
    }
}

/// One host of IPv4, one /64 of IPv6: whoever has one address of a /64 has them all.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(std::net::Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

fn make_room(lanes: &mut HashMap<LaneKey, Lane>, boot: Duration) {
    if lanes.len() < limits::LOCKOUT_LANES {
        return;
    }
    lanes.retain(|_, lane| boot.saturating_sub(lane.last.max(lane.until)) <= limits::LOCKOUT_WINDOW);
    if lanes.len() >= limits::LOCKOUT_LANES
        && let Some(oldest) = lanes.iter().min_by_key(|(_, lane)| lane.last).map(|(key, _)| *key)
    {
        lanes.remove(&oldest);
    }
}

/// Follows in the ledger, without waiting: a lock that a crash loses was in memory until then.
fn write_lock(directory: &Directory, lane: LaneKey, lock: Option<(Lane, Duration)>) {
    let key = directory.key().clone();
    let until = lock.map(|(_, left)| directory.world().now().plus(left));
    let write = move |tx: &mut holdfast_store::LedgerTx<'_>| match (lock, until) {
        (Some((state, _)), Some(until)) => {
            let record = LockRecord { person: state.person.map(|id| id.0), failures: state.failures, until };
            let value = postcard::to_extend(&record, vec![FORMAT]).map_err(Error::internal("encode a lock"))?;
            tx.put(keys::LOCKOUT, &lane, &value, &key)
        }
        _ => tx.delete(keys::LOCKOUT, &lane),
    };
    directory.ledger().submit(write, |done| {
        if let Err(error) = done {
            tracing::warn!(%error, "a lock could not be written");
        }
    });
}
