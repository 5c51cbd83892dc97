//! What every handler can reach. The rooms are there only while the box is unsealed.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use holdfast_base::{Error, Timestamp, World};
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
        self.rooms.store(Some(rooms));
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
