//! Content on its way in: bytes are handed over as they arrive, never held whole.

use std::thread;

use holdfast_base::{Error, Result};
use holdfast_hsm::DekHandle;
use ring::digest;

use super::{
    chunk::{Staged, compressed},
    pack::Position,
};
use crate::{Drive, limits};

/// Cutting, hashing and storing of one content. Also what a resumable upload keeps running.
pub(crate) struct Ingest {
    pub(crate) drive: Drive,
    /// Seals this content's pages or inline bytes: the file's own data key.
    pub(crate) key: DekHandle,
    pub(crate) staged: Staged,
    /// Bytes behind the last cut.
    pub(crate) buffer: Vec<u8>,
    pub(crate) total: u64,
    /// Over the whole content, up to `hashed` bytes of the buffer.
    hasher: digest::Context,
    hashed: usize,
    written: Position,
}

impl Ingest {
    pub(crate) fn new(drive: &Drive, key: DekHandle) -> Self {
        Self {
            drive: drive.clone(),
            key,
            staged: Staged::default(),
            buffer: Vec::new(),
            total: 0,
            hasher: digest::Context::new(&digest::SHA256),
            hashed: 0,
            written: Position::default(),
        }
    }

    /// Feeds the running hash with bytes that are stored already (an upload that goes on after a restart).
    pub(crate) fn replay(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.total += bytes.len() as u64;
    }

    /// The last bytes of that, which no cut has taken yet.
    pub(crate) fn resume(&mut self, tail: Vec<u8>) {
        self.replay(&tail);
        (self.hashed, self.buffer) = (tail.len(), tail);
    }

    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(limits::CHUNK_MAX));
            self.total += now.len() as u64;
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() >= limits::CHUNK_MAX {
                self.cut(false)?;
            }
        }
        Ok(())
    }

    /// Stores the chunks whose ends are certain (`last`: all).
    pub(crate) fn cut(&mut self, last: bool) -> Result<()> {
        let buffer = std::mem::take(&mut self.buffer);
        let stored = self.hash_and_store(&buffer, last);
        self.buffer = buffer;
        let done = stored?;
        self.buffer.drain(..done);
        self.hashed -= done;
        if self.staged.pieces.len() >= limits::PAGE_CHUNKS {
            self.page()?;
        }
        Ok(())
    }

    /// Hashing the content costs as much as storing it, so a thread does it meanwhile where there is much of it.
    fn hash_and_store(&mut self, buffer: &[u8], last: bool) -> Result<usize> {
        let (fresh, mut hasher) = (&buffer[self.hashed..], self.hasher.clone());
        self.hashed = buffer.len();
        if fresh.len() < limits::CHUNK_AVERAGE {
            self.hasher.update(fresh);
            return self.store(buffer, last);
        }
        let (hashed, stored) = thread::scope(|scope| {
            let beside = thread::Builder::new().name("drive-hash".to_owned()).spawn_scoped(scope, move || {
                hasher.update(fresh);
                hasher
            });
            let stored = self.store(buffer, last);
            (beside.map(thread::ScopedJoinHandle::join), stored)
        });
        match hashed {
            Ok(Ok(hasher)) => self.hasher = hasher,
            // No thread to be had: this one does it.
            Ok(Err(_)) | Err(_) => self.hasher.update(fresh),
        }
        stored
    }

    /// Answers how many bytes went into chunks.
    fn store(&mut self, buffer: &[u8], last: bool) -> Result<usize> {
        let mut done = 0;
        while let Some(len) = self.drive.chunker().cut(&buffer[done..], last) {
            let (piece, position) = self.drive.store_chunk(&buffer[done..done + len])?;
            self.written = self.written.max(position.unwrap_or_default());
            self.staged.pieces.push(piece);
            done += len;
        }
        Ok(done)
    }

    pub(crate) fn flush(&self) -> Result<()> {
        self.drive.packs().flush(self.written)
    }

    /// Makes full pages durable, so that the last commit of a huge file stays small.
    fn page(&mut self) -> Result<()> {
        self.flush()?;
        let (drive, key) = (self.drive.clone(), self.key.clone());
        let mut staged = std::mem::take(&mut self.staged);
        self.staged = self
            .drive
            .ledger()
            .write(move |tx| {
                drive.stage(tx, &mut staged, &key)?;
                Ok(staged)
            })?
            .value;
        Ok(())
    }

    /// Everything is here: content that is durable up to the commit that names it.
    pub(crate) fn finish(mut self, declared: &Declared) -> Result<Received> {
        if declared.size.is_some_and(|size| size != self.total) {
            return Err(Error::invalid("size", "body-length-differs"));
        }
        self.hasher.update(&self.buffer[self.hashed..]);
        self.hashed = self.buffer.len();
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.hasher.clone().finish().as_ref());
        if declared.sha256.is_some_and(|wanted| wanted != sha256) {
            return Err(Error::invalid("sha256", "checksum-differs"));
        }
        let small = self.staged.pieces.is_empty() && self.staged.content.is_none() && self.buffer.len() <= limits::INLINE_BYTES;
        let body = if small {
            let packed = compressed(&self.buffer);
            ReceivedBody::Inline { zstd: packed.is_some(), bytes: packed.unwrap_or(self.buffer) }
        } else {
            self.cut(true)?;
            self.flush()?;
            ReceivedBody::Chunks(self.staged)
        };
        Ok(Received { key: self.key, size: self.total, sha256, body })
    }
}

/// What the sender said of the content.
#[derive(Debug, Clone, Copy, Default)]
pub struct Declared {
    pub size: Option<u64>,
    pub sha256: Option<[u8; 32]>,
}

/// Content whose bytes are durable and which no name points to yet: [`Drive::put`] does that. Dropped, it is garbage.
pub struct Received {
    pub(crate) key: DekHandle,
    pub(crate) size: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) body: ReceivedBody,
}

pub(crate) enum ReceivedBody {
    Inline { bytes: Vec<u8>, zstd: bool },
    Chunks(Staged),
}

impl Received {
    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }
}

/// A writer for one whole body. Synchronous: the caller feeds it from a thread that may block, which is also how the
/// sender's socket is slowed down.
pub struct Incoming {
    ingest: Ingest,
    /// Bytes that fit into the space as it was when the body began; the commit looks again.
    room: u64,
}

impl Incoming {
    pub(crate) fn new(drive: &Drive, room: u64) -> Result<Self> {
        Ok(Self { ingest: Ingest::new(drive, drive.new_key()?), room })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.ingest.total + bytes.len() as u64 > self.room {
            return Err(Error::QuotaExceeded);
        }
        self.ingest.write(bytes)
    }

    pub fn received(&self) -> u64 {
        self.ingest.total
    }

    /// Refuses a body that is shorter or longer than declared, or has another checksum; nothing has changed then.
    pub fn finish(self, declared: &Declared) -> Result<Received> {
        self.ingest.finish(declared)
    }
}
