//! Time and chance, handed in. Binaries make one [`SystemWorld`]; tests of pure code make a [`FixedWorld`].

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use crate::{Clock, Timestamp};

/// The only source of random bytes.
pub trait Chance: Send + Sync {
    fn fill(&self, out: &mut [u8]);
}

/// What the core is given instead of asking the operating system.
#[derive(Clone)]
pub struct World {
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
}

impl World {
    pub fn system() -> Self {
        let world = Arc::new(SystemWorld::new());
        Self { clock: world.clone(), chance: world }
    }

    /// A world that stands still at `now` and whose chance is a counter. For tests of pure code only.
    pub fn fixed(now: Timestamp) -> Self {
        let world = Arc::new(FixedWorld { now: AtomicI64::new(now.0), next: AtomicU64::new(1) });
        Self { clock: world.clone(), chance: world }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.chance.fill(&mut out);
        out
    }

    /// RFC 9562 version 7: 48 bits of milliseconds, 74 random bits.
    pub fn uuid(&self) -> Uuid {
        let milliseconds = u64::try_from(self.now().milliseconds()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.random()).into_uuid()
    }
}

/// The operating system's clocks and random numbers.
pub struct SystemWorld {
    random: SystemRandom,
    floor: AtomicI64,
    start: Instant,
}

impl SystemWorld {
    fn new() -> Self {
        Self { random: SystemRandom::new(), floor: AtomicI64::new(0), start: Instant::now() }
    }
}

impl Clock for SystemWorld {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        Timestamp(self.floor.fetch_max(wall, Ordering::Relaxed).max(wall))
    }

    fn at_least(&self, instant: Timestamp) {
        self.floor.fetch_max(instant.0, Ordering::Relaxed);
    }

    fn boot(&self) -> Duration {
        // std's Instant is CLOCK_MONOTONIC; a box in a rack does not suspend, so the two agree.
        self.start.elapsed()
    }
}

impl Chance for SystemWorld {
    fn fill(&self, out: &mut [u8]) {
        if self.random.fill(out).is_err() {
            // getrandom(2) cannot fail after boot on the kernels we support; going on without it would be worse.
            std::process::abort();
        }
    }
}

/// See [`World::fixed`].
pub struct FixedWorld {
    now: AtomicI64,
    next: AtomicU64,
}

impl Clock for FixedWorld {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::Relaxed))
    }

    fn at_least(&self, instant: Timestamp) {
        self.now.fetch_max(instant.0, Ordering::Relaxed);
    }

    fn boot(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.now.load(Ordering::Relaxed)).unwrap_or(0))
    }
}

impl Chance for FixedWorld {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            let n = self.next.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            chunk.copy_from_slice(&n[..chunk.len()]);
        }
    }
}
