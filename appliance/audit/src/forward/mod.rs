//! Entries on their way out of the log: to journald, to a SIEM.
//!
//! Always true: the log never waits for a forwarder. Each has a cursor that is durable and moves only when the other side
//! has the entries: after an outage it goes on where it stood, and what was on the way is sent again. It is given ids,
//! words of closed sets and results; never a name, a body or a query.
//! Absent on purpose: a queue of its own (the log is the queue), and dropping when it is behind. What retention has pruned
//! meanwhile is gone; an entry of the log says so.

mod journal;
mod relay;
mod syslog;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use holdfast_base::{Actor, Error, RequestId, Result, Timestamp};

use crate::{
    entry::{Body, Ending, Header, Party},
    event::{Event, Object},
    files,
    limits::{CURSOR_EVERY, FORWARD_BATCH, FORWARD_EVERY, FORWARD_PAUSE, TILE_WIDTH, WITNESS_EVERY},
    log::{AuditLog, Shared},
    verify::read_bundle,
};

pub use journal::Journal;
pub use relay::{relay_list, through_relay};
pub use syslog::{Connect, ReadWrite, Syslog, SyslogConfig, SyslogConfigError};

const WIDTH: u64 = TILE_WIDTH as u64;

/// Somebody who is told of every entry.
pub trait Forwarder: Send {
    /// Names the cursor: a-z, 0-9, dashes.
    fn name(&self) -> &str;

    /// Hands entries over, oldest first, and the signed checkpoint where one is due. Answers the index after the last one that
    /// the other side has; may block for as long as its connection does.
    fn deliver(&mut self, entries: &[Line], checkpoint: Option<&str>) -> io::Result<u64>;
}

/// What leaves the log of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub index: u64,
    pub at: Timestamp,
    pub action: String,
    pub outcome: Ending,
    pub code: Option<String>,
    pub actor: Party,
    pub door: String,
    pub address: Option<String>,
    pub object_kind: String,
    pub object_id: String,
    pub request: String,
}

impl Line {
    fn new(header: Header, body: Body) -> Self {
        Self {
            index: header.index,
            at: Timestamp(header.at),
            action: header.action,
            outcome: header.ending,
            code: body.code,
            actor: body.actor,
            door: body.door,
            address: body.address,
            object_kind: body.object_kind,
            object_id: body.object_id,
            request: uuid::Uuid::from_bytes(body.request).to_string(),
        }
    }

    /// `person/42`, `system`, `stranger`.
    pub fn actor(&self) -> String {
        crate::event::actor_key(self.actor)
    }

    /// `person/43`
    pub fn object(&self) -> String {
        format!("{}/{}", self.object_kind, self.object_id)
    }

    pub fn result(&self) -> &'static str {
        match self.outcome {
            Ending::Success => "success",
            Ending::Refused => "refused",
            Ending::Failed => "failed",
        }
    }

    /// Of syslog and journald: information, notice, warning.
    pub fn severity(&self) -> u8 {
        match self.outcome {
            Ending::Success => 6,
            Ending::Refused => 5,
            Ending::Failed => 4,
        }
    }
}

/// Where a forwarder begins that has no cursor yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// With the oldest entry that is there.
    Oldest,
    /// With the next entry.
    Now,
}

/// How far a forwarder has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarding {
    pub name: String,
    /// Entries before this one are delivered.
    pub delivered: u64,
    /// Entries that are not.
    pub behind: u64,
    /// The last try did not reach the other side.
    pub failing: bool,
}

pub(crate) struct Progress {
    name: String,
    delivered: AtomicU64,
    failing: AtomicBool,
}

impl AuditLog {
    /// Forwards every entry from a thread of its own, until the log is closed.
    pub fn forward(&self, to: Box<dyn Forwarder>, begin: Begin) -> Result<()> {
        let name = to.name().to_owned();
        if name.is_empty() || !name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-') {
            return Err(Error::invalid("forwarder", "not-a-name"));
        }
        let shared = &self.shared;
        if shared.forwarders.lock().iter().any(|other| other.name == name) {
            return Err(Error::conflict("forwarder"));
        }
        let path = shared.dir.join("forward").join(&name);
        let stood = read_cursor(&path).map_err(Error::internal("read the cursor of a forwarder"))?;
        let next = stood.unwrap_or(match begin {
            Begin::Oldest => self.minimum_index(),
            Begin::Now => self.size(),
        });
        let progress =
            Arc::new(Progress { name: name.clone(), delivered: AtomicU64::new(next), failing: AtomicBool::new(false) });
        shared.forwarders.lock().push(progress.clone());
        let mut engine = Engine { shared: shared.clone(), to, path, progress, next, kept: stood, witnessed: None, kept_at: None };
        engine.keep(next).map_err(Error::internal("begin the cursor of a forwarder"))?;
        let stopped = shared.stopping.clone();
        // Nobody joins it: a connection that hangs must not hold up the closing of the log.
        thread::Builder::new()
            .name(format!("audit-to-{name}"))
            .spawn(move || engine.run(&stopped))
            .map_err(Error::internal("start a forwarder"))?;
        Ok(())
    }

    /// How far each forwarder has come.
    pub fn forwarding(&self) -> Vec<Forwarding> {
        let size = self.size();
        let of = |progress: &Arc<Progress>| {
            let delivered = progress.delivered.load(Ordering::Relaxed);
            let (behind, failing) = (size.saturating_sub(delivered), progress.failing.load(Ordering::Relaxed));
            Forwarding { name: progress.name.clone(), delivered, behind, failing }
        };
        self.shared.forwarders.lock().iter().map(of).collect()
    }
}

struct Engine {
    shared: Arc<Shared>,
    to: Box<dyn Forwarder>,
    path: PathBuf,
    progress: Arc<Progress>,
    /// The first entry that is not delivered.
    next: u64,
    /// As it lies on the disk, since when.
    kept: Option<u64>,
    kept_at: Option<Instant>,
    /// Size of the last checkpoint that went out.
    witnessed: Option<u64>,
}

impl Engine {
    fn run(&mut self, stopped: &Receiver<()>) {
        let mut wait = FORWARD_EVERY;
        // Nobody sends: the channel tells of the end by being closed.
        while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            let due = self.kept_at.is_none_or(|at| at.elapsed() >= CURSOR_EVERY);
            match self.round().and_then(|more| if due || !more { self.keep(self.next).map(|()| more) } else { Ok(more) }) {
                Ok(more) => {
                    self.progress.failing.store(false, Ordering::Relaxed);
                    wait = if more { Duration::ZERO } else { FORWARD_EVERY };
                }
                Err(cause) => {
                    if !self.progress.failing.swap(true, Ordering::Relaxed) {
                        tracing::warn!(forwarder = self.progress.name, %cause, "forward the audit log; tried again until it works");
                    }
                    wait = (wait * 2).clamp(FORWARD_EVERY, FORWARD_PAUSE);
                }
            }
        }
        let _ = self.keep(self.next);
    }

    /// One delivery; true when more is waiting.
    fn round(&mut self) -> io::Result<bool> {
        self.skip_pruned();
        let (begin, end) = (self.next, self.shared.durable());
        let last = end.min(begin + FORWARD_BATCH);
        if begin >= last {
            return Ok(false);
        }
        let lines = self.lines(begin, last)?;
        let latest = self.shared.checkpoints.latest();
        let due = latest.size.filter(|size| self.witnessed.is_none_or(|then| *size >= then + WITNESS_EVERY));
        let delivered = self.to.deliver(&lines, due.map(|_| latest.note.as_str()))?;
        if delivered > begin && due.is_some() {
            self.witnessed = due;
        }
        self.next = delivered.clamp(begin, last);
        self.progress.delivered.store(self.next, Ordering::Relaxed);
        if self.next == begin {
            return Err(io::Error::other("nothing was taken"));
        }
        Ok(self.next < end)
    }

    fn lines(&self, begin: u64, end: u64) -> io::Result<Vec<Line>> {
        let folder = self.shared.folder();
        let mut lines = Vec::new();
        for number in begin / WIDTH..end.div_ceil(WIDTH) {
            let bundle = read_bundle(&folder, number, TILE_WIDTH)?;
            for index in begin.max(number * WIDTH)..end.min((number + 1) * WIDTH) {
                let entry = crate::query::entry_of(&bundle, index).map_err(io::Error::other)?;
                let (header, body) = self.shared.sealer.open(entry).map_err(io::Error::other)?;
                lines.push(Line::new(header, body));
            }
        }
        Ok(lines)
    }

    /// Retention does not wait for a SIEM that was away for half a year.
    fn skip_pruned(&mut self) {
        let minimum = self.shared.minimum.load(Ordering::Acquire);
        if self.next >= minimum {
            return;
        }
        let world = &self.shared.world;
        let actor = Actor::system(RequestId(world.uuid()), world.now());
        let event = Event::new(&actor, "audit.forward-gap", Object::new("forwarder", &self.progress.name));
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let event = event.failed("pruned").number("from", number(self.next)).number("to", number(minimum));
        let draft = self.shared.draft(event);
        if self.shared.order(vec![draft], Box::new(|_| ())).is_ok() {
            self.next = minimum;
        }
    }

    fn keep(&mut self, next: u64) -> io::Result<()> {
        if self.kept == Some(next) && self.kept_at.is_some() {
            return Ok(());
        }
        // After the close another opening may have begun to move the cursor.
        if self.shared.is_closed() {
            return Ok(());
        }
        if let Some(folder) = self.path.parent() {
            files::make_dir(folder)?;
        }
        files::replace(&self.path, format!("{next}\n").as_bytes())?;
        (self.kept, self.kept_at) = (Some(next), Some(Instant::now()));
        Ok(())
    }
}

fn read_cursor(path: &PathBuf) -> io::Result<Option<u64>> {
    match std::fs::read_to_string(path) {
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(other) => Err(other),
        Ok(text) => text.trim().parse().map(Some).map_err(io::Error::other),
    }
}
