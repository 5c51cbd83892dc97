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
    /// Those on loan included.
    all: usize,
    /// They are all wanted back: nothing is lent.
    recalled: bool,
    closed: bool,
}

/// A connection on loan; it goes back, or is closed, when dropped.
pub(super) struct Loan<'a> {
    pool: &'a Readers,
    keyed: Option<Keyed>,
}

impl Readers {
    pub(super) fn new(connections: Vec<Keyed>) -> Self {
        let all = connections.len();
        Self { idle: Mutex::new(Idle { connections, all, recalled: false, closed: false }), freed: Condvar::new() }
    }

    pub(super) fn take(&self) -> Result<Loan<'_>> {
        let mut idle = self.idle.lock();
        loop {
            if idle.closed {
                return Err(Error::Sealed);
            }
            if !idle.recalled
                && let Some(keyed) = idle.connections.pop()
            {
                return Ok(Loan { pool: self, keyed: Some(keyed) });
            }
            if self.freed.wait_for(&mut idle, limits::READER_WAIT).timed_out() {
                return Err(Error::Busy { retry_seconds: limits::RETRY_SECONDS });
            }
        }
    }

    /// Lends nothing more, waits for what is on loan, and closes them all; answers how many they were. `Busy`, and everything as
    /// it was, when somebody keeps one for too long.
    pub(super) fn close_all(&self) -> Result<usize> {
        let mut idle = self.idle.lock();
        idle.recalled = true;
        while idle.connections.len() < idle.all && !idle.closed {
            if self.freed.wait_for(&mut idle, limits::READER_WAIT).timed_out() {
                idle.recalled = false;
                self.freed.notify_all();
                return Err(Error::Busy { retry_seconds: limits::RETRY_SECONDS });
            }
        }
        idle.connections.clear();
        Ok(idle.all)
    }

    /// After [`Readers::close_all`].
    pub(super) fn open_again(&self, connections: Vec<Keyed>) {
        let mut idle = self.idle.lock();
        idle.recalled = false;
        if !idle.closed {
            idle.connections = connections;
        }
        self.freed.notify_all();
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
                // Whoever recalls them waits beside those who want one.
                if idle.recalled {
                    self.pool.freed.notify_all();
                } else {
                    self.pool.freed.notify_one();
                }
            }
            returned => drop(returned),
        }
    }
}
