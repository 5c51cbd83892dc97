//! Reading: only the segments that a range touches are read, verified and opened.

use std::{fs::File, ops::Range, sync::Arc};

use holdfast_base::{Error, NodeId, Result};
use holdfast_hsm::{CryptoError, DekHandle};
use holdfast_store::{Read, Table};
use parking_lot::Mutex;

use super::chunk;
use crate::{
    Drive, keys, limits,
    records::{self, Body, Chunk, ChunkRef, Page, Version, decode},
};

/// One version of a file, open for reading. It stays readable when the file is overwritten or deleted meanwhile.
pub struct Content {
    drive: Drive,
    node: NodeId,
    id: u64,
    version: Version,
    key: Mutex<DekHandle>,
    body: Body,
    cache: Mutex<Cache>,
}

/// Of sequential reading: the page and the chunk that were used last.
#[derive(Default)]
struct Cache {
    page: Option<(usize, Arc<Page>)>,
    chunk: Option<Arc<OpenChunk>>,
}

struct OpenChunk {
    chunk: ChunkRef,
    row: Chunk,
    key: DekHandle,
    file: Arc<File>,
    /// A compressed chunk is opened whole.
    plain: Option<Vec<u8>>,
}

impl Drive {
    /// The content of a version (`None`: the current one).
    pub fn open_content(&self, read: &dyn Read, reader: &crate::Reader, version: Option<u64>) -> Result<Content> {
        reader.file()?;
        self.content_of(read, reader.node(), version.unwrap_or(reader.entry.version))
    }

    pub(crate) fn content_of(&self, read: &dyn Read, node: NodeId, version: u64) -> Result<Content> {
        let version: Version = self.get(read, keys::VERSION, &keys::version(node, version))?.ok_or(Error::NotFound)?;
        let head: records::Content = self.need(read, keys::CONTENT, &keys::id(version.content))?;
        let (id, key) = (version.content, Mutex::new(self.data_key(head.key)?));
        Ok(Content { drive: self.clone(), node, id, version, key, body: head.body, cache: Mutex::default() })
    }

    /// All bytes of a content, in order: for an upload that goes on and for the scrub. Answers the bytes read.
    pub(crate) fn replay_chunks(&self, chunks: &[ChunkRef], f: &mut dyn FnMut(&[u8])) -> Result<()> {
        for &chunk in chunks {
            f(&self.open_chunk(chunk)?.read(self, 0..u64::from(chunk.len))?);
        }
        Ok(())
    }

    /// Reads a chunk whole and compares it with its name.
    pub(crate) fn verify_chunk(&self, chunk: ChunkRef) -> Result<bool> {
        let open = match self.open_chunk(chunk) {
            Ok(open) => open,
            Err(Error::Sealed) => return Err(Error::Sealed),
            Err(_) => return Ok(false),
        };
        match open.read(self, 0..u64::from(chunk.len)) {
            Ok(bytes) => {
                Ok(self.chunk_id(&bytes)? == chunk.id && self.packs().header(open.row.pack, open.row.offset)?.id == chunk.id)
            }
            Err(Error::Sealed) => Err(Error::Sealed),
            Err(_) => Ok(false),
        }
    }

    fn chunk_row(&self, chunk: ChunkRef) -> Result<Chunk> {
        self.need(&self.ledger().view(), keys::CHUNK, &chunk.id.0)
    }

    fn open_chunk(&self, chunk: ChunkRef) -> Result<OpenChunk> {
        let row = self.chunk_row(chunk)?;
        let found = |row: &Chunk| Ok((self.packs().file(row.pack)?, self.data_key(row.key)?));
        let (row, (file, key)) = match found(&row) {
            Ok(found) => (row, found),
            Err(error) => {
                // Between the two looks its pack may have been written anew, or the chunk sealed again.
                let again = self.chunk_row(chunk)?;
                if again == row {
                    return Err(error);
                }
                let found = found(&again)?;
                (again, found)
            }
        };
        let mut open = OpenChunk { chunk, row, key, file, plain: None };
        if open.row.zstd {
            let packed = open.sealed(self, 0..u64::from(open.row.stored))?;
            let plain = zstd::bulk::decompress(&packed, limits::CHUNK_MAX).map_err(Error::internal("decompress a chunk"))?;
            if plain.len() != chunk.len as usize {
                return Err(Error::broken("decompress a chunk to its length"));
            }
            open.plain = Some(plain);
        }
        Ok(open)
    }
}

impl OpenChunk {
    fn read(&self, drive: &Drive, range: Range<u64>) -> Result<Vec<u8>> {
        match &self.plain {
            Some(plain) => {
                let bounds = usize::try_from(range.start).unwrap_or(usize::MAX)..usize::try_from(range.end).unwrap_or(usize::MAX);
                plain.get(bounds).map(<[u8]>::to_vec).ok_or_else(|| Error::broken("read past a chunk"))
            }
            None => self.sealed(drive, range),
        }
    }

    fn sealed(&self, drive: &Drive, range: Range<u64>) -> Result<Vec<u8>> {
        let (pack, offset) = (self.row.pack, self.row.offset);
        let opened =
            self.key.open_stream_range(&chunk::context(self.chunk.id), u64::from(self.row.stored), range, &mut |skip, out| {
                drive.packs().read(&self.file, pack, offset, skip, out)
            });
        opened.map_err(|error| {
            if error != CryptoError::Sealed {
                tracing::error!(pack, offset, chunk = crate::drive::hex(&self.chunk.id.0[..8]), %error, "a chunk does not open");
            }
            error.into()
        })
    }
}

impl Content {
    pub fn node(&self) -> NodeId {
        self.node
    }

    pub fn version(&self) -> u64 {
        self.version.version
    }

    pub fn size(&self) -> u64 {
        self.version.size
    }

    pub fn sha256(&self) -> [u8; 32] {
        self.version.sha256
    }

    pub fn media(&self) -> Option<&str> {
        self.version.media.as_deref()
    }

    pub fn changed_at(&self) -> holdfast_base::Timestamp {
        self.version.changed_at
    }

    /// Without quotes; of the current version it is the file's etag.
    pub fn etag(&self) -> String {
        format!("{:x}-{:016x}", self.node.0, self.version.stamp)
    }

    /// The bytes of `range`, verified. At most [`limits::READ_BYTES`] at once, within the file.
    /// What does not open is an error that names the object in the log, never other bytes.
    pub fn read_range(&self, range: Range<u64>) -> Result<Vec<u8>> {
        if range.end > self.version.size || range.start > range.end || range.end - range.start > limits::READ_BYTES {
            return Err(Error::broken("read a range of a file within its bounds"));
        }
        self.read(range).inspect_err(|error| {
            if !matches!(error, Error::Sealed) {
                tracing::error!(node = self.node.0, version = self.version.version, "content of a file does not open");
            }
        })
    }

    fn read(&self, range: Range<u64>) -> Result<Vec<u8>> {
        match &self.body {
            Body::Inline { zstd } => self.read_inline(*zstd, range),
            Body::Chunks { starts } => self.read_chunks(starts, range),
        }
    }

    fn read_inline(&self, zstd: bool, range: Range<u64>) -> Result<Vec<u8>> {
        let stored = self.row(keys::INLINE, &keys::id(self.id))?.ok_or_else(|| Error::broken("find inline content"))?;
        let plain = if zstd {
            zstd::bulk::decompress(&stored, limits::INLINE_BYTES).map_err(Error::internal("decompress inline content"))?
        } else {
            stored
        };
        let bounds = usize::try_from(range.start).unwrap_or(usize::MAX)..usize::try_from(range.end).unwrap_or(usize::MAX);
        plain.get(bounds).map(<[u8]>::to_vec).ok_or_else(|| Error::broken("read past inline content"))
    }

    fn read_chunks(&self, starts: &[u64], range: Range<u64>) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(usize::try_from(range.end - range.start).unwrap_or(0));
        let mut at = range.start;
        while at < range.end {
            let page_no = starts.partition_point(|&start| start <= at).saturating_sub(1);
            let page = self.page(page_no)?;
            let mut start = starts.get(page_no).copied().unwrap_or(0);
            let before = at;
            for &chunk in &page.chunks {
                let end = start + u64::from(chunk.len);
                if end > at {
                    let stop = end.min(range.end);
                    out.extend(self.bytes_of(chunk, at - start..stop - start)?);
                    at = stop;
                }
                start = end;
                if at >= range.end {
                    return Ok(out);
                }
            }
            if at == before {
                return Err(Error::broken("find a chunk of a file"));
            }
        }
        Ok(out)
    }

    fn page(&self, number: usize) -> Result<Arc<Page>> {
        if let Some((cached, page)) = &self.cache.lock().page
            && *cached == number
        {
            return Ok(page.clone());
        }
        let bytes = self.row(keys::PAGE, &keys::page(self.id, number))?;
        let page: Arc<Page> = Arc::new(decode(&bytes.ok_or_else(|| Error::broken("find a page of a file"))?)?);
        self.cache.lock().page = Some((number, page.clone()));
        Ok(page)
    }

    /// A row under the content's key, which may have been renewed since this was opened.
    fn row(&self, table: Table, at: &[u8]) -> Result<Option<Vec<u8>>> {
        let (view, key) = (self.drive.ledger().view(), self.key.lock().clone());
        let error = match view.get(table, at, &key) {
            Ok(row) => return Ok(row),
            Err(error) => error,
        };
        let head: Option<records::Content> = self.drive.get(&view, keys::CONTENT, &keys::id(self.id))?;
        let Some(head) = head.filter(|head| head.key != key.id()) else { return Err(error) };
        let renewed = self.drive.data_key(head.key)?;
        *self.key.lock() = renewed.clone();
        view.get(table, at, &renewed)
    }

    /// A chunk that is held open may have been sealed again, and its old key destroyed.
    fn bytes_of(&self, chunk: ChunkRef, range: Range<u64>) -> Result<Vec<u8>> {
        let open = self.chunk(chunk)?;
        let error = match open.read(&self.drive, range.clone()) {
            Ok(bytes) => return Ok(bytes),
            Err(error) => error,
        };
        if matches!(error, Error::Sealed) || self.drive.chunk_row(chunk)?.key == open.row.key {
            return Err(error);
        }
        self.cache.lock().chunk = None;
        self.chunk(chunk)?.read(&self.drive, range)
    }

    fn chunk(&self, chunk: ChunkRef) -> Result<Arc<OpenChunk>> {
        if let Some(open) = &self.cache.lock().chunk
            && open.chunk == chunk
        {
            return Ok(open.clone());
        }
        let open = Arc::new(self.drive.open_chunk(chunk)?);
        self.cache.lock().chunk = Some(open.clone());
        Ok(open)
    }
}
