//! Files to text.
//!
//! The caller has a [`Pool`] of workers: processes of `holdfast-extract`, which see no files and no network, have bounded
//! memory and time, and are replaced after [`crate::limits::WORKER_JOBS`] files or one failure. The bytes go in and the text comes out
//! over one Unix socket, in length-prefixed frames; a worker that hangs or dies costs its file a typed error and nobody else
//! anything. A file that killed [`crate::limits::KILLS`] workers is set aside.
//!
//! Always true: no library sees a stream before our own counting reader does; what a file claims about its size is not believed.
//! Absent on purpose: pictures and their text, macros, links that are followed, passwords that are tried.

mod bounded;
mod frame;
mod html;
mod kind;
mod markdown;
mod office;
mod pdf;
mod plain;
mod pool;
mod sandbox;
mod sink;
#[cfg(test)]
mod tests;
mod worker;

pub use frame::Refusal;
pub use kind::supports;
pub use pool::{ExtractError, Launch, Pool};
pub use worker::{WorkerError, serve};

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Extracted {
    pub text: String,
    /// There was more than [`crate::limits::TEXT_BYTES`].
    pub truncated: bool,
}

/// The door of the fuzzers: what the worker does with one file, without its process.
#[cfg(fuzzing)]
pub fn extract_for_fuzzing(name: &str, bytes: &[u8]) -> Result<Extracted, Refusal> {
    extract(name, bytes)
}

/// In the worker: bytes to text. `name` helps where the bytes do not say what they are.
fn extract(name: &str, bytes: &[u8]) -> Result<Extracted, Refusal> {
    let mut sink = sink::Sink::new();
    match kind::detect(name, bytes)? {
        kind::Kind::Plain => sink.verbatim(&plain::decode(bytes)?),
        kind::Kind::Markdown => markdown::read(&plain::decode(bytes)?, &mut sink),
        kind::Kind::Html => html::read(bytes, &mut sink)?,
        kind::Kind::Office => office::read(bytes, &mut sink)?,
        kind::Kind::Pdf => pdf::read(bytes, &mut sink)?,
    }
    Ok(sink.finish())
}
