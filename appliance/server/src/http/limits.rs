//! How much one address or one person may ask. Beyond it: 429 `rate-limited`, never a dropped connection.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use holdfast_base::PersonId;

use super::{Problem, bodies::Bodies};

/// Largest JSON body of an operation that names no other, in bytes.
pub const JSON_BYTES: usize = 256 * 1024;
/// Sign-ins of one address: a small office behind one router signs in at nine o'clock.
const SIGN_INS_PER_SECOND: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
const SIGN_IN_BURST: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
/// Requests of one person over all doors. High enough for a sync client, low enough to bound a loop gone wild.
const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(5_000).expect("not zero");
/// Keys of addresses and people that are kept before idle ones are dropped.
const KEYS_KEPT: usize = 100_000;

/// All limiters of the process. GCRA, in memory: a restart forgives.
pub struct RateLimits {
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    requests: DefaultKeyedRateLimiter<PersonId>,
    /// Bodies of files under way.
    pub bodies: Bodies,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self::new()
    }
}

impl RateLimits {
    pub fn new() -> Self {
        Self {
            sign_ins: RateLimiter::keyed(Quota::per_second(SIGN_INS_PER_SECOND).allow_burst(SIGN_IN_BURST)),
            requests: RateLimiter::keyed(Quota::per_second(REQUESTS_PER_SECOND)),
            bodies: Bodies::default(),
        }
    }

    pub fn sign_in(&self, address: IpAddr) -> Result<(), Problem> {
        if self.sign_ins.len() > KEYS_KEPT {
            self.sign_ins.retain_recent();
        }
        self.sign_ins.check_key(&address).map_err(|_| Problem::rate_limited(1))
    }

    pub fn request(&self, person: PersonId) -> Result<(), Problem> {
        if self.requests.len() > KEYS_KEPT {
            self.requests.retain_recent();
        }
        self.requests.check_key(&person).map_err(|_| Problem::rate_limited(1))
    }
}
