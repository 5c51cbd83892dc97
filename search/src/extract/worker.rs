//! The worker's side: one file after another from one socket, until the other side closes it.

use std::{
    io::{self, Read, Write},
    panic::{self, AssertUnwindSafe},
};

use super::{
    Refusal, extract,
    frame::{self, Answer, Request},
    sandbox,
};
use crate::limits;

/// Why a worker ended early. Its parent sees only that it did.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    #[error("lock the worker in: {what}")]
    Sandbox { what: &'static str, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("speak to the caller")]
    Socket { source: io::Error },
}

/// Locks this process in for good, then serves `socket`.
pub fn serve(socket: &mut (impl Read + Write)) -> Result<(), WorkerError> {
    sandbox::lock()?;
    // A panic's message may hold text of the file.
    panic::set_hook(Box::new(|_| {}));
    for _ in 0..limits::WORKER_JOBS {
        match one(socket) {
            Ok(()) => {}
            Err(source) if source.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(source) => return Err(WorkerError::Socket { source }),
        }
    }
    Ok(())
}

fn one(socket: &mut (impl Read + Write)) -> io::Result<()> {
    let request: Request = frame::read(socket, frame::REQUEST_BYTES)?;
    if request.size_bytes > limits::INPUT_BYTES {
        return frame::write(socket, &Answer::Err(Refusal::TooLarge));
    }
    sandbox::allow_time().map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    socket.take(request.size_bytes).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < request.size_bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let answer = panic::catch_unwind(AssertUnwindSafe(|| extract(&request.name, &bytes))).unwrap_or(Err(Refusal::Malformed));
    frame::write(socket, &answer)
}
