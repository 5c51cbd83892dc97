//! One chunk: from bytes to a sealed record, and its counted row in the ledger.

use std::cell::RefCell;

use holdfast_base::{Error, Result};
use holdfast_hsm::Context;
use holdfast_store::{LedgerTx, Tx};
use ring::digest;
use zstd::bulk::Compressor;

use super::pack::{Header, Position, record_bytes};
use crate::{
    Drive, keys, limits,
    records::{Body, Chunk, ChunkId, ChunkRef, Content, Garbage, Pack, Page, encode},
};

/// Looking at so much of a chunk decides whether compressing it is worth the time.
const SAMPLE: usize = 64 * 1024;

/// A chunk that an upload has brought.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub chunk: ChunkRef,
    /// Counted in the chunk's row already.
    pub counted: bool,
    /// Where it was appended; `None` when the chunk was there before.
    pub fresh: Option<Chunk>,
}

/// Chunks of a content under construction. Full pages are in the ledger, with their chunks counted.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    pub content: Option<u64>,
    pub starts: Vec<u64>,
    /// Bytes in the full pages.
    pub paged: u64,
    pub pieces: Vec<Piece>,
}

pub(crate) fn context(id: ChunkId) -> Context {
    Context::new("drive.chunk").bytes(&id.0)
}

thread_local! {
    /// Made once for each thread: its tables cost more than a small file.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(1).ok());
}

/// `Some` when it is at least 5 % smaller.
pub(crate) fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|compressor| compressed_by(compressor.as_mut()?, bytes))
}

fn compressed_by(compressor: &mut Compressor<'_>, bytes: &[u8]) -> Option<Vec<u8>> {
    let worth = |plain: usize, packed: usize| packed <= plain - plain / 20;
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let first = compressor.compress(sample).ok()?;
    if !worth(sample.len(), first.len()) || sample.is_empty() {
        return None;
    }
    let all = if sample.len() == bytes.len() { first } else { compressor.compress(bytes).ok()? };
    worth(bytes.len(), all.len()).then_some(all)
}

impl Drive {
    pub(crate) fn chunk_id(&self, bytes: &[u8]) -> Result<ChunkId> {
        let hash = digest::digest(&digest::SHA256, bytes);
        Ok(ChunkId(self.key().mac("drive.chunk-id", hash.as_ref())?))
    }

    /// Seals and appends a chunk, unless one with the same content is counted already.
    /// The client always sends the bytes, so nobody learns from the time whether they were known.
    pub(crate) fn store_chunk(&self, bytes: &[u8]) -> Result<(Piece, Option<Position>)> {
        let id = self.chunk_id(bytes)?;
        let len = u32::try_from(bytes.len()).map_err(Error::internal("measure a chunk"))?;
        let chunk = ChunkRef { id, len };
        let known: Option<Chunk> = self.get(&self.ledger().view(), keys::CHUNK, &id.0)?;
        if known.is_some_and(|row| row.refs > 0) {
            return Ok((Piece { chunk, counted: false, fresh: None }, None));
        }
        let packed = compressed(bytes);
        let plain = packed.as_deref().unwrap_or(bytes);
        let stored = u32::try_from(plain.len()).map_err(Error::internal("measure a chunk"))?;
        let key = self.new_key()?;
        let mut sealed = key.seal_stream(&context(id), plain)?;
        let header = Header { id, key: key.id(), len, stored, zstd: packed.is_some() };
        let (position, offset) = self.packs().append(header, &mut sealed)?;
        let fresh = Chunk { pack: position.pack, offset, len, stored, zstd: packed.is_some(), key: key.id(), refs: 0 };
        Ok((Piece { chunk, counted: false, fresh: Some(fresh) }, Some(position)))
    }

    /// Counts the pieces that are not yet counted and writes full pages. Their bytes are durable in the packs by now.
    pub(crate) fn stage(&self, tx: &mut LedgerTx<'_>, staged: &mut Staged, key: &holdfast_hsm::DekHandle) -> Result<()> {
        for piece in &mut staged.pieces {
            if !piece.counted {
                self.count_chunk(tx, piece)?;
                piece.counted = true;
            }
        }
        while staged.pieces.len() >= limits::PAGE_CHUNKS {
            let rest = staged.pieces.split_off(limits::PAGE_CHUNKS);
            let full = std::mem::replace(&mut staged.pieces, rest);
            self.write_page(tx, staged, &full, key)?;
        }
        Ok(())
    }

    fn write_page(
        &self,
        tx: &mut LedgerTx<'_>,
        staged: &mut Staged,
        pieces: &[Piece],
        key: &holdfast_hsm::DekHandle,
    ) -> Result<()> {
        let content = match staged.content {
            Some(content) => content,
            None => tx.next_id(keys::NEXT_CONTENT)?,
        };
        let page = Page { chunks: pieces.iter().map(|piece| piece.chunk).collect() };
        tx.put(keys::PAGE, &keys::page(content, staged.starts.len()), &encode(&page)?, key)?;
        staged.starts.push(staged.paged);
        staged.paged += pieces.iter().map(|piece| u64::from(piece.chunk.len)).sum::<u64>();
        // Until a version points to it the content is garbage in waiting: a crash leaves it to the sweeper.
        if staged.content.is_none() {
            let due = tx.now().plus(limits::GRACE * 2);
            self.set(tx, keys::GARBAGE, &keys::garbage(due, &Garbage::Content(content)), &Garbage::Content(content))?;
        }
        staged.content = Some(content);
        let body = Body::Chunks { starts: staged.starts.clone() };
        let head = Content { key: key.id(), size: staged.paged, refs: 0, touched_at: tx.now(), body };
        self.set(tx, keys::CONTENT, &keys::id(content), &head)
    }

    /// The last page and the head: from here on a version may point to the content.
    pub(crate) fn finish_content(&self, tx: &mut LedgerTx<'_>, mut staged: Staged, key: &holdfast_hsm::DekHandle) -> Result<u64> {
        self.stage(tx, &mut staged, key)?;
        let rest = std::mem::take(&mut staged.pieces);
        if !rest.is_empty() {
            self.write_page(tx, &mut staged, &rest, key)?;
        }
        staged.content.ok_or_else(|| Error::broken("finish a content without chunks"))
    }

    fn count_chunk(&self, tx: &mut LedgerTx<'_>, piece: &Piece) -> Result<()> {
        let id = piece.chunk.id;
        // Somebody else may have brought the same chunk since: then theirs counts and ours stays dead in its pack.
        let known: Option<Chunk> = self.get(tx, keys::CHUNK, &id.0)?;
        let mut row = match (known, &piece.fresh) {
            (Some(row), fresh) => {
                if let Some(dead) = fresh.as_ref().filter(|dead| dead.key != row.key) {
                    tx.retire(dead.key, 0)?;
                }
                row
            }
            (None, Some(fresh)) => {
                self.account(tx, fresh, true)?;
                fresh.clone()
            }
            // It was swept while this upload ran for longer than the grace.
            (None, None) => return Err(Error::Busy { retry_seconds: 1 }),
        };
        row.refs += 1;
        self.set(tx, keys::CHUNK, &id.0, &row)
    }

    /// One reference less; what nobody refers to any more waits for the sweeper.
    pub(crate) fn release_chunk(&self, tx: &mut LedgerTx<'_>, id: ChunkId) -> Result<()> {
        let mut row: Chunk = self.need(tx, keys::CHUNK, &id.0)?;
        row.refs = row.refs.saturating_sub(1);
        if row.refs == 0 {
            let due = tx.now().plus(limits::GRACE);
            self.set(tx, keys::GARBAGE, &keys::garbage(due, &Garbage::Chunk(id)), &Garbage::Chunk(id))?;
        }
        self.set(tx, keys::CHUNK, &id.0, &row)
    }

    /// Books a record in its pack's row.
    pub(crate) fn account(&self, tx: &mut LedgerTx<'_>, chunk: &Chunk, live: bool) -> Result<()> {
        let bytes = record_bytes(chunk.stored);
        // Gone only under an upload that was slower than any grace: its sender begins again.
        let pack: Option<Pack> = self.get(tx, keys::PACK, &keys::id(chunk.pack))?;
        let mut pack = pack.ok_or(Error::Busy { retry_seconds: 1 })?;
        if live {
            pack.live += bytes;
            pack.committed = pack.committed.max(chunk.offset + bytes);
        } else {
            pack.live = pack.live.saturating_sub(bytes);
        }
        self.set(tx, keys::PACK, &keys::id(chunk.pack), &pack)
    }
}
