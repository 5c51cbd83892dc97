//! systemd's watchdog: told "alive" only while every loop that answers people turns.
//!
//! Each worker of the web server leaves a mark every second from inside its own loop. A thread looks at all of them; a worker that
//! stands still for half of the watchdog's time silences it, and systemd ends the process and starts it again.

use std::{
    io,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use systemd::daemon;

const MARK_EVERY: Duration = Duration::from_secs(1);

/// The marks of all loops.
pub(super) struct Pulse {
    began: Instant,
    marks: Mutex<Vec<Weak<AtomicU64>>>,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), marks: Mutex::default() })
    }

    /// Joins the loop that calls this. The mark goes with the loop when that ends.
    pub(super) fn join(self: &Arc<Self>) {
        let (pulse, mark) = (self.clone(), self.mark());
        actix_web::rt::spawn(async move {
            loop {
                mark.store(pulse.now(), Ordering::Relaxed);
                actix_web::rt::time::sleep(MARK_EVERY).await;
            }
        });
    }

    /// Tells systemd for as long as the process lives, if the unit has a watchdog.
    pub(super) fn watch(self: Arc<Self>) -> io::Result<()> {
        let limit = Duration::from_micros(daemon::watchdog_enabled().map_err(io::Error::other)?);
        if limit.is_zero() {
            return Ok(());
        }
        thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
            loop {
                thread::sleep(limit / 4);
                if self.beats(limit / 2) {
                    super::tell_systemd("WATCHDOG=1");
                } else {
                    tracing::error!("a loop stands still; the watchdog is not told");
                }
            }
        })?;
        Ok(())
    }

    fn mark(&self) -> Arc<AtomicU64> {
        let mark = Arc::new(AtomicU64::new(self.now()));
        self.marks.lock().push(Arc::downgrade(&mark));
        mark
    }

    /// No mark is older than this.
    fn beats(&self, patience: Duration) -> bool {
        let oldest = self.now().saturating_sub(u64::try_from(patience.as_millis()).unwrap_or(u64::MAX));
        let mut marks = self.marks.lock();
        marks.retain(|mark| mark.strong_count() > 0);
        marks.iter().filter_map(Weak::upgrade).all(|mark| mark.load(Ordering::Relaxed) >= oldest)
    }

    /// Milliseconds since the beginning.
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_stands_still_is_seen_and_one_that_ended_is_not_missed() {
        let pulse = Pulse { began: Instant::now() - Duration::from_secs(100), marks: Mutex::default() };
        let (fresh, stuck) = (pulse.mark(), pulse.mark());
        assert!(pulse.beats(Duration::from_secs(10)));
        stuck.store(pulse.now() - 50_000, Ordering::Relaxed);
        assert!(!pulse.beats(Duration::from_secs(10)));
        assert!(pulse.beats(Duration::from_secs(80)));
        drop(stuck);
        assert!(pulse.beats(Duration::from_secs(10)));
        drop(fresh);
        assert!(pulse.beats(Duration::from_secs(10)));
    }
}
