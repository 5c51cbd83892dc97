//! What every handler can reach. The rooms are there only while the box is unsealed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use holdfast_audit::{AuditLog, Daybook, Event};
use holdfast_base::{Actor, Door, Error, RequestId, Source, Timestamp, Who, World};
use holdfast_hsm::Vault;
use parking_lot::Mutex;

use crate::{
    config::Config,
    http::{limits::RateLimits, under_way::UnderWay},
    ops::metrics::Metrics,
    rooms::Rooms,
    stores::Trust,
};

/// One box.
pub struct App {
    pub world: World,
    pub config: Config,
    pub vault: Vault,
    pub metrics: Metrics,
    pub rates: RateLimits,
    pub under_way: UnderWay,
    /// Connections that the relay has opened for this process.
    pub relayed: Arc<AtomicU64>,
    /// Origins that may send cookie-borne changes, in lower case: `https://name[:port]`.
    pub origins: Vec<String>,
    pub started: Timestamp,
    rooms: ArcSwapOption<Rooms>,
    probed: Mutex<Option<(Instant, bool)>>,
    standing: Mutex<Standing>,
    pub daybook: Arc<Daybook>,
    /// Held by whoever writes an event or hands the daybook over, so that none falls between the two.
    noting: Mutex<()>,
    /// How often somebody asked to unseal.
    asked: AtomicU64,
}

/// What is thought of the stores on the disk.
#[derive(Default)]
enum Standing {
    #[default]
    Trusted,
    /// They are behind the audit log, in these respects.
    Quarantined(Vec<&'static str>),
    /// They are, and the operator opens them as they are.
    Released,
}

/// How long the answer of a probe of the disk is given again: each probe costs an fdatasync.
const PROBE_EVERY: Duration = Duration::from_secs(1);

impl App {
    pub fn new(config: Config, vault: Vault, world: World, origins: Vec<String>) -> Arc<Self> {
        Arc::new(Self {
            started: world.now(),
            metrics: Metrics::new(),
            rates: RateLimits::new(),
            under_way: UnderWay::default(),
            relayed: Arc::default(),
            rooms: ArcSwapOption::empty(),
            probed: Mutex::new(None),
            standing: Mutex::default(),
            daybook: Arc::new(Daybook::new(config.daybook(), world.clone())),
            noting: Mutex::new(()),
            asked: AtomicU64::new(0),
            world,
            config,
            vault,
            origins,
        })
    }

    /// The open rooms, or `Sealed`.
    pub fn rooms(&self) -> Result<Arc<Rooms>, Error> {
        self.rooms.load_full().ok_or(Error::Sealed)
    }

    /// What happens whether the audit log is open or not: into it, or into the daybook until it is. Durable when it returns.
    pub(crate) fn note(&self, event: Event) {
        let _in_order = self.noting.lock();
        self.daybook.write_to(self.rooms().ok().as_deref().map(|rooms| &rooms.audit), event);
    }

    /// Takes into the log what happened while it was closed.
    pub(crate) fn hand_over(&self, audit: &AuditLog) -> Result<(), Error> {
        let _in_order = self.noting.lock();
        self.daybook.hand_over(audit)
    }

    pub(crate) fn asked_to_unseal(&self) {
        self.asked.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn times_asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    /// The actor of what an operator asks for at the box's own terminal.
    pub(crate) fn operator(&self) -> Actor {
        operator(&self.world)
    }

    /// The actor of what the box does by itself.
    pub(crate) fn itself(&self) -> Actor {
        Actor::system(RequestId(self.world.uuid()), self.world.now())
    }

    /// Unsealed, stores open, and the disk took a write within the last second or takes one now. Blocks.
    pub fn ready(&self) -> bool {
        let Ok(rooms) = self.rooms() else { return false };
        let mut probed = self.probed.lock();
        if let Some((at, answer)) = *probed
            && at.elapsed() < PROBE_EVERY
        {
            return answer;
        }
        let answer = rooms.ledger.probe().is_ok() && !rooms.poisoned();
        *probed = Some((Instant::now(), answer));
        answer
    }

    pub(crate) fn opened(&self, rooms: Arc<Rooms>) {
        self.forget_quarantine();
        self.rooms.store(Some(rooms.clone()));
        // What was noted while they were being opened.
        if let Err(error) = self.hand_over(&rooms.audit) {
            tracing::error!(%error, "the daybook was not taken over; tried again each minute");
        }
    }

    /// The stores are behind the audit log: they stay closed until the operator releases them.
    pub(crate) fn quarantine(&self, behind: Vec<&'static str>) {
        *self.standing.lock() = Standing::Quarantined(behind);
    }

    /// What is thought of the stores is thought anew when they are opened.
    pub(crate) fn forget_quarantine(&self) {
        *self.standing.lock() = Standing::Trusted;
    }

    /// In what respects they are behind.
    pub fn quarantined(&self) -> Option<Vec<&'static str>> {
        match &*self.standing.lock() {
            Standing::Quarantined(behind) => Some(behind.clone()),
            Standing::Trusted | Standing::Released => None,
        }
    }

    /// Opens quarantined stores as they are, at the keeper's next look. False: they are not quarantined.
    pub(crate) fn release(&self) -> bool {
        let mut standing = self.standing.lock();
        let quarantined = matches!(*standing, Standing::Quarantined(_));
        if quarantined {
            *standing = Standing::Released;
        }
        quarantined
    }

    pub(crate) fn trust(&self) -> Trust {
        if matches!(*self.standing.lock(), Standing::Released) { Trust::Stores } else { Trust::Log }
    }

    /// Takes the rooms away: requests that begin from now on are refused.
    pub(crate) fn closing(&self) -> Option<Arc<Rooms>> {
        self.rooms.swap(None)
    }
}

/// Root at the box's own terminal stands in the log as the system itself, at the command line's door.
pub(crate) fn operator(world: &World) -> Actor {
    let source = Source { door: Door::CommandLine, address: None, agent: String::new() };
    Actor { who: Who::System, session: None, source, request: RequestId(world.uuid()), now: world.now() }
}
