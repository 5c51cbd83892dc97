//! A bounded pool of connections that read.

use holdfast_base::{Error, Result};
use parking_lot::{Condvar, Mutex};

use super::cipher::Keyed;
use crate::limits;

pub(super) struct Readers {
    idle: Mutex<Idle>,
    freed: Condvar,
}

struct Idle {
    connections: Vec<Keyed>,
    closed: bool,
}

/// A connection on loan; it goes back, or is closed, when dropped.
pub(super) struct Loan<'a> {
    pool: &'a Readers,
    keyed: Option<Keyed>,
}

impl Readers {
    pub(super) fn new(connections: Vec<Keyed>) -> Self {
        Self { idle: Mutex::new(Idle { connections, closed: false }), freed: Condvar::new() }
    }

    pub(super) fn take(&self) -> Result<Loan<'_>> {
        let mut idle = self.idle.lock();
        loop {
            if idle.closed {
                return Err(Error::Sealed);
            }
            if let Some(keyed) = idle.connections.pop() {
                return Ok(Loan { pool: self, keyed: Some(keyed) });
            }
            if self.freed.wait_for(&mut idle, limits::READER_WAIT).timed_out() {
                return Err(Error::Busy { retry_seconds: limits::RETRY_SECONDS });
            }
        }
    }

    /// Closes what is idle; what is on loan closes when it comes back.
    pub(super) fn close(&self) {
        let mut idle = self.idle.lock();
        idle.closed = true;
        idle.connections.clear();
        self.freed.notify_all();
    }
}

impl Loan<'_> {
    pub(super) fn keyed(&mut self) -> Result<&mut Keyed> {
        self.keyed.as_mut().ok_or(Error::broken("use a connection on loan"))
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut idle = self.pool.idle.lock();
        match self.keyed.take() {
            Some(keyed) if !idle.closed => {
                idle.connections.push(keyed);
                self.pool.freed.notify_one();
            }
            returned => drop(returned),
        }
    }
}
