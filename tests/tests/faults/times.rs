//! How long a test goes on, and how long starts took: printed, since the house measures it; never asserted, since the
//! machine may be busy.

use std::time::{Duration, Instant};

use holdfast_tests::{BootError, TestBox, setting};

/// What a start may take before it counts as hung.
const BOUND: Duration = Duration::from_secs(30);

/// Rounds from the environment; `SOAK_MINUTES` ends them early.
pub(super) struct Rounds {
    pub(super) wanted: usize,
    pub(super) made: usize,
    until: Option<Instant>,
}

impl Rounds {
    pub(super) fn of(name: &str, otherwise: usize) -> Self {
        let minutes = u64::try_from(setting("SOAK_MINUTES", 0)).unwrap();
        let until = (minutes > 0).then(|| Instant::now() + Duration::from_secs(minutes * 60));
        Self { wanted: setting(name, otherwise), made: 0, until }
    }

    /// Begins a round; false: it was the last.
    pub(super) fn next(&mut self) -> bool {
        let over = self.until.is_some_and(|until| Instant::now() > until);
        let goes_on = self.made < self.wanted && !over;
        self.made += usize::from(goes_on);
        goes_on
    }
}

#[derive(Default)]
pub(super) struct Starts(Vec<Duration>);

impl Starts {
    /// Starts the server and waits until it is ready.
    pub(super) fn start(&mut self, boxed: &mut TestBox) -> Result<(), BootError> {
        let begun = Instant::now();
        boxed.start_server()?;
        boxed.wait_ready()?;
        let took = begun.elapsed();
        assert!(took < BOUND, "a start took {took:?}");
        self.0.push(took);
        Ok(())
    }
}

impl Drop for Starts {
    fn drop(&mut self) {
        self.0.sort();
        let (Some(middle), Some(last)) = (self.0.get(self.0.len() / 2), self.0.last()) else { return };
        let slow = self.0.iter().filter(|took| **took > Duration::from_secs(3)).count();
        println!("{} starts: median {middle:.2?}, slowest {last:.2?}, over 3 s: {slow}", self.0.len());
    }
}
