//! The caller's side: workers that wait, deadlines, and files that are set aside.

use std::{
    collections::{HashMap, VecDeque},
    io::{self, Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use super::{
    Extracted,
    frame::{self, Answer, Refusal, Request},
};
use crate::limits;

/// How workers come to be.
#[derive(Debug, Clone)]
pub enum Launch {
    /// A child of this process, which speaks on its standard input (development).
    Spawn { program: PathBuf },
    /// A connection to this Unix socket; systemd starts a worker for each (the package).
    Connect { socket: PathBuf },
}

/// Why there is no text. All but [`ExtractError::Unavailable`] and [`ExtractError::Input`] are about this file and will not go
/// away by trying again.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The worker died over it.
    #[error("the worker died")]
    Died,
    #[error("not done in time")]
    Deadline,
    /// It killed workers before.
    #[error("set aside")]
    Quarantined,
    #[error("start a worker")]
    Unavailable { source: io::Error },
    /// The bytes could not be read from the caller.
    #[error("read the file's bytes")]
    Input { source: io::Error },
}

/// Workers, at most so many at once. Share it behind an `Arc`.
pub struct Pool {
    launch: Launch,
    most: usize,
    deadline: Duration,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Worker>,
    busy: usize,
    kills: HashMap<[u8; 32], u32>,
    /// Keys of `kills`, oldest first.
    order: VecDeque<[u8; 32]>,
}

struct Worker {
    socket: UnixStream,
    child: Option<Child>,
    jobs: u32,
}

impl Pool {
    pub fn new(launch: Launch, most: usize) -> Self {
        Self::with_deadline(launch, most, Duration::from_secs(limits::WORKER_DEADLINE_SECONDS))
    }

    /// With another time for one file.
    pub fn with_deadline(launch: Launch, most: usize, deadline: Duration) -> Self {
        Self { launch, most: most.max(1), deadline, state: Mutex::default(), freed: Condvar::new() }
    }

    /// The text of one file. `key` names its content (a keyed hash, say), so that one that kills workers is known again; `input`
    /// gives exactly `size_bytes`. Waits for a free worker, at most until the deadline.
    pub fn extract(&self, key: &[u8; 32], name: &str, size_bytes: u64, input: &mut dyn Read) -> Result<Extracted, ExtractError> {
        if size_bytes > limits::INPUT_BYTES {
            return Err(Refusal::TooLarge.into());
        }
        let end = Instant::now() + self.deadline;
        let mut worker = self.take(key, end)?;
        let answer = worker.run(name, size_bytes, input, end);
        match &answer {
            Ok(_) | Err(ExtractError::Refused(_)) => self.give_back(Some(worker)),
            Err(error) => {
                worker.stop();
                self.give_back(None);
                if matches!(error, ExtractError::Died | ExtractError::Deadline) {
                    self.note_kill(*key);
                }
            }
        }
        answer
    }

    /// Files that are set aside.
    pub fn quarantined(&self) -> usize {
        self.state.lock().kills.values().filter(|kills| **kills >= limits::KILLS).count()
    }

    fn take(&self, key: &[u8; 32], end: Instant) -> Result<Worker, ExtractError> {
        let mut state = self.state.lock();
        if state.kills.get(key).is_some_and(|kills| *kills >= limits::KILLS) {
            return Err(ExtractError::Quarantined);
        }
        while state.busy >= self.most {
            if self.freed.wait_until(&mut state, end).timed_out() {
                return Err(ExtractError::Unavailable { source: io::ErrorKind::TimedOut.into() });
            }
        }
        state.busy += 1;
        if let Some(worker) = state.idle.pop() {
            return Ok(worker);
        }
        drop(state);
        self.start().map_err(|source| {
            self.give_back(None);
            ExtractError::Unavailable { source }
        })
    }

    fn start(&self) -> io::Result<Worker> {
        match &self.launch {
            Launch::Connect { socket } => Ok(Worker { socket: UnixStream::connect(socket)?, child: None, jobs: 0 }),
            Launch::Spawn { program } => {
                let (ours, theirs) = UnixStream::pair()?;
                let child = Command::new(program)
                    .env_clear()
                    .current_dir("/")
                    .stdin(Stdio::from(OwnedFd::from(theirs)))
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()?;
                Ok(Worker { socket: ours, child: Some(child), jobs: 0 })
            }
        }
    }

    fn give_back(&self, worker: Option<Worker>) {
        let mut worn = None;
        let mut state = self.state.lock();
        state.busy = state.busy.saturating_sub(1);
        match worker {
            Some(worker) if worker.jobs < limits::WORKER_JOBS => state.idle.push(worker),
            other => worn = other,
        }
        drop(state);
        self.freed.notify_one();
        if let Some(worker) = worn {
            worker.stop();
        }
    }

    fn note_kill(&self, key: [u8; 32]) {
        let mut state = self.state.lock();
        let kills = state.kills.entry(key).or_default();
        *kills += 1;
        if *kills == 1 {
            state.order.push_back(key);
        }
        if state.order.len() > limits::QUARANTINE
            && let Some(oldest) = state.order.pop_front()
        {
            state.kills.remove(&oldest);
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for worker in self.state.get_mut().idle.drain(..) {
            worker.stop();
        }
    }
}

impl Worker {
    fn run(&mut self, name: &str, size_bytes: u64, input: &mut dyn Read, end: Instant) -> Result<Extracted, ExtractError> {
        self.jobs += 1;
        let mut cut = name;
        while cut.len() > limits::FILE_NAME_BYTES {
            // The end of a name says what it is.
            cut = &cut[cut.char_indices().nth(1).map_or(cut.len(), |(at, _)| at)..];
        }
        let mut timed = Timed { socket: &self.socket, end };
        frame::write(&mut timed, &Request { name: cut.to_owned(), size_bytes }).map_err(died)?;
        send(input, size_bytes, &mut timed)?;
        let answer: Answer = frame::read(&mut timed, frame::ANSWER_BYTES).map_err(died)?;
        answer.map_err(ExtractError::Refused)
    }

    fn stop(self) {
        drop(self.socket);
        if let Some(mut child) = self.child {
            // It may have gone by itself; what counts is that it is gone, and reaped.
            let _gone = child.kill();
            let _status = child.wait();
        }
    }
}

fn send(input: &mut dyn Read, size_bytes: u64, to: &mut Timed<'_>) -> Result<(), ExtractError> {
    let mut buffer = vec![0; 64 * 1024];
    let mut left = size_bytes;
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let count = input.read(&mut buffer[..most]).map_err(|source| ExtractError::Input { source })?;
        if count == 0 {
            return Err(ExtractError::Input { source: io::ErrorKind::UnexpectedEof.into() });
        }
        to.write_all(&buffer[..count]).map_err(died)?;
        left -= count as u64;
    }
    Ok(())
}

fn died(error: io::Error) -> ExtractError {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => ExtractError::Deadline,
        _ => ExtractError::Died,
    }
}

/// A socket whose every call ends by `end`.
struct Timed<'a> {
    socket: &'a UnixStream,
    end: Instant,
}

impl Timed<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(self.left()?)?;
        self.socket.read(out)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(self.left()?)?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}
