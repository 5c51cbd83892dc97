//! What every handler can reach. The rooms are there only while the box is unsealed.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use holdfast_base::{Error, Timestamp, World};
use holdfast_hsm::Vault;

use crate::{config::Config, http::limits::RateLimits, ops::metrics::Metrics, rooms::Rooms};

/// One box.
pub struct App {
    pub world: World,
    pub config: Config,
    pub vault: Vault,
    pub metrics: Metrics,
    pub rates: RateLimits,
    /// Origins that may send cookie-borne changes, in lower case: `https://name[:port]`.
    pub origins: Vec<String>,
    pub started: Timestamp,
    rooms: ArcSwapOption<Rooms>,
}

impl App {
    pub fn new(config: Config, vault: Vault, world: World, origins: Vec<String>) -> Arc<Self> {
        Arc::new(Self {
            started: world.now(),
            metrics: Metrics::new(),
            rates: RateLimits::new(),
            rooms: ArcSwapOption::empty(),
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

    pub(crate) fn opened(&self, rooms: Arc<Rooms>) {
        self.rooms.store(Some(rooms));
    }

    /// Takes the rooms away: requests that begin from now on are refused.
    pub(crate) fn closing(&self) -> Option<Arc<Rooms>> {
        self.rooms.swap(None)
    }
}
