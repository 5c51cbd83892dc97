//! Instants are UTC microseconds. Order uses [`Clock::now`], lifetimes use [`Clock::boot`].

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// UTC microseconds since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, ToSchema)]
#[schema(value_type = i64, example = 1795305600000000_i64)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Zero when `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    pub fn milliseconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The only source of time. Handed in, so that a test can be at any instant.
pub trait Clock: Send + Sync {
    /// The later of the wall clock and the latest instant given to [`Clock::at_least`]: never goes back.
    fn now(&self) -> Timestamp;
    /// A durable record bears this instant: later ones may not bear an earlier one.
    fn at_least(&self, instant: Timestamp);
    /// Time since boot, suspend included (CLOCK_BOOTTIME). Jumps of the wall clock do not touch it.
    fn boot(&self) -> Duration;
}
