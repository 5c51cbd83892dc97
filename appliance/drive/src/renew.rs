//! New data keys for what stands: contents and chunks are sealed again, in bounded steps, while people read and write. The old keys
//! are retired in the step that seals the last of what they sealed; who was just reading looks again.

use holdfast_base::{Error, Result};
use holdfast_hsm::DekHandle;
use holdfast_store::{LedgerTx, Read};

use crate::{
    Drive,
    content::{Header, Position, chunk_context},
    keys, limits,
    records::{Body, Chunk, ChunkId, Content},
};

/// What one step sealed again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed<Place> {
    pub items: u64,
    /// As they lie on the disk.
    pub bytes: u64,
    /// Left alone: somebody is still writing it, or it is about to be swept.
    pub left: u64,
    /// The last that was looked at; `None` at the end.
    pub at: Option<Place>,
}

/// A chunk that was appended again and not yet named in the ledger.
struct Again {
    id: ChunkId,
    was: Chunk,
    is: Chunk,
}

impl Drive {
    /// Contents behind `after`: the pages or the inline bytes of each go under a new key.
    pub fn renew_contents(&self, tx: &mut LedgerTx<'_>, after: u64) -> Result<Resealed<u64>> {
        let mut heads: Vec<(u64, Content)> = Vec::new();
        let range = keys::id(after.saturating_add(1)).to_vec()..keys::everything().end;
        self.each(tx, keys::CONTENT, range, &mut |key, head| {
            heads.push((keys::first(key), head));
            Ok(heads.len() < limits::SWEEP_ROWS)
        })?;
        let mut done = Resealed::default();
        let full = heads.len() == limits::SWEEP_ROWS;
        for (id, head) in heads {
            match self.renew_content(tx, id, head)? {
                Some(bytes) => (done.items, done.bytes) = (done.items + 1, done.bytes + bytes),
                None => done.left += 1,
            }
            if full || done.bytes >= limits::RENEW_BYTES {
                done.at = Some(id);
            }
            if done.bytes >= limits::RENEW_BYTES {
                break;
            }
        }
        Ok(done)
    }

    fn renew_content(&self, tx: &mut LedgerTx<'_>, id: u64, head: Content) -> Result<Option<u64>> {
        if head.refs == 0 {
            return Ok(None);
        }
        let old = match self.data_key(head.key) {
            Err(Error::Gone) => return Ok(None),
            key => key?,
        };
        let new = self.new_key()?;
        let bytes = match &head.body {
            Body::Inline { .. } => {
                let bytes = tx.get(keys::INLINE, &keys::id(id), &old)?.ok_or(Error::broken("find inline content"))?;
                tx.put(keys::INLINE, &keys::id(id), &bytes, &new)?;
                bytes.len() as u64
            }
            Body::Chunks { starts } => self.renew_pages(tx, id, starts.len(), [&old, &new])?,
        };
        tx.retire(old.id(), 0)?;
        self.set(tx, keys::CONTENT, &keys::id(id), &Content { key: new.id(), ..head })?;
        Ok(Some(bytes))
    }

    fn renew_pages(&self, tx: &mut LedgerTx<'_>, id: u64, pages: usize, [old, new]: [&DekHandle; 2]) -> Result<u64> {
        let mut bytes = 0;
        for page in 0..pages {
            let key = keys::page(id, page);
            let plain = tx.get(keys::PAGE, &key, old)?.ok_or(Error::broken("find a page of a file"))?;
            tx.put(keys::PAGE, &key, &plain, new)?;
            bytes += plain.len() as u64;
        }
        Ok(bytes)
    }

    /// Chunks behind `after`: each is appended again under a new key; its old record stays dead in its pack, which is written anew
    /// when it is mostly dead.
    pub fn renew_chunks(&self, after: Option<[u8; 32]>) -> Result<Resealed<[u8; 32]>> {
        let mut due: Vec<(ChunkId, Chunk)> = Vec::new();
        let mut done = Resealed::default();
        // The smallest key behind it.
        let start = after.map_or_else(Vec::new, |after| [&after[..], &[0]].concat());
        self.each(&self.ledger().view(), keys::CHUNK, start..keys::everything().end, &mut |key, row: Chunk| {
            let id = key.try_into().map_err(|_| Error::broken("read the name of a chunk"))?;
            done.bytes += u64::from(row.stored);
            due.push((ChunkId(id), row));
            let full = due.len() == limits::SWEEP_ROWS || done.bytes >= limits::RENEW_BYTES;
            done.at = full.then_some(id);
            Ok(!full)
        })?;
        while !due.is_empty() {
            let (mut again, mut end) = (Vec::new(), Position::default());
            for (id, was) in due {
                match self.append_again(id, was)? {
                    Some((one, position)) => {
                        end = end.max(position);
                        again.push(one);
                    }
                    None => done.left += 1,
                }
            }
            done.items += again.len() as u64;
            due = self.name_all_again(again, end)?;
            done.items -= due.len() as u64;
        }
        Ok(done)
    }

    fn append_again(&self, id: ChunkId, was: Chunk) -> Result<Option<(Again, Position)>> {
        let old = match self.data_key(was.key) {
            Err(Error::Gone) => return Ok(None),
            key => key?,
        };
        let file = match self.packs().file(was.pack) {
            Ok(file) => file,
            // Swept since, or its pack was written anew: then it lies elsewhere.
            Err(error) => match self.get::<Chunk>(&self.ledger().view(), keys::CHUNK, &id.0)? {
                Some(now) if now.pack != was.pack => return self.append_again(id, now),
                Some(_) => return Err(error),
                None => return Ok(None),
            },
        };
        let length = u64::from(was.stored);
        let plain = old.open_stream_range(&chunk_context(id), length, 0..length, &mut |skip, out| {
            self.packs().read(&file, was.pack, was.offset, skip, out)
        })?;
        let new = self.new_key()?;
        let mut sealed = new.seal_stream(&chunk_context(id), &plain)?;
        let header = Header { id, key: new.id(), len: was.len, stored: was.stored, zstd: was.zstd };
        let (position, offset) = self.packs().append(header, &mut sealed)?;
        let is = Chunk { pack: position.pack, offset, key: new.id(), ..was.clone() };
        Ok(Some((Again { id, was, is }, position)))
    }

    /// Answers those that were moved meanwhile: their old key still seals them elsewhere.
    fn name_all_again(&self, again: Vec<Again>, end: Position) -> Result<Vec<(ChunkId, Chunk)>> {
        if again.is_empty() {
            return Ok(Vec::new());
        }
        self.packs().flush(end)?;
        let drive = self.clone();
        let written = self.ledger().write(move |tx| {
            let mut moved = Vec::new();
            for one in again {
                moved.extend(drive.name_again(tx, &one)?.map(|now| (one.id, now)));
            }
            Ok(moved)
        })?;
        Ok(written.value)
    }

    fn name_again(&self, tx: &mut LedgerTx<'_>, Again { id, was, is }: &Again) -> Result<Option<Chunk>> {
        let now: Option<Chunk> = self.get(tx, keys::CHUNK, &id.0)?;
        let Some(now) = now.filter(|now| now.key == was.key) else {
            // Shredded since: ours stays dead in its pack.
            tx.retire(is.key, 0)?;
            return Ok(None);
        };
        if (now.pack, now.offset) != (was.pack, was.offset) {
            tx.retire(is.key, 0)?;
            return Ok(Some(now));
        }
        self.account(tx, &now, false)?;
        self.account(tx, is, true)?;
        tx.retire(now.key, 0)?;
        self.set(tx, keys::CHUNK, &id.0, &Chunk { refs: now.refs, ..is.clone() })?;
        Ok(None)
    }
}
