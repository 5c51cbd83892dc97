use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

#[derive(Default)]
pub(super) struct Counts {
    commits: AtomicU64,
    microseconds: AtomicU64,
    slowest: AtomicU64,
}

/// Totals since the store was opened, for /metrics and benches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DbCounters {
    /// Durable transactions: one sync each.
    pub commits: u64,
    /// Microseconds from getting the writer to being durable, over all of them.
    pub write_microseconds: u64,
    /// The slowest of them.
    pub slowest_microseconds: u64,
}

impl Counts {
    pub(super) fn add(&self, spent: Duration) {
        let spent = u64::try_from(spent.as_micros()).unwrap_or(u64::MAX);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(spent, Ordering::Relaxed);
        self.slowest.fetch_max(spent, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> DbCounters {
        DbCounters {
            commits: self.commits.load(Ordering::Relaxed),
            write_microseconds: self.microseconds.load(Ordering::Relaxed),
            slowest_microseconds: self.slowest.load(Ordering::Relaxed),
        }
    }
}
