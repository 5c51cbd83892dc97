//! Packs: append-only files of sealed chunk records. The pack is what the disk's thief sees, so nothing in it tells where a
//! record begins: headers are sealed, and the bytes that every sealed value begins with are masked.
//!
//! Record: header (sealed: chunk, key, lengths; fixed size) ‖ the chunk as a sealed stream. The header makes a pack readable
//! without the ledger. One `fdatasync` serves all uploads that wait for it. Durable is what the ledger calls committed; the
//! rest of a pack is cut off at the next start. A start appends to a new pack, never to one of an earlier process.

use std::{
    fs::{self, File, OpenOptions},
    io,
    num::NonZeroUsize,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use holdfast_base::{Error, Result};
use holdfast_hsm::{Context, DekHandle};
use holdfast_store::{Ledger, Read, Tx};
use lru::LruCache;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::{
    drive::hex,
    keys, limits,
    records::{ChunkId, Pack, decode, encode},
};

/// Plain bytes of a header, padded: chunk 32, key 16, lengths, flag.
const HEADER_PLAIN: usize = 64;
/// The small format adds 46 bytes.
const HEADER_BYTES: u64 = HEADER_PLAIN as u64 + 46;
/// Bytes that are masked where a sealed value begins.
const MASKED: usize = 16;

/// What a record says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub id: ChunkId,
    pub key: holdfast_hsm::KeyId,
    pub len: u32,
    pub stored: u32,
    pub zstd: bool,
}

/// The end of a record: durable once a sync has reached it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position {
    pub pack: u64,
    pub end: u64,
}

struct Open {
    pack: u64,
    file: Arc<File>,
    tail: u64,
}

pub(crate) struct PackStore {
    dir: PathBuf,
    ledger: Ledger,
    key: DekHandle,
    /// None until the first append of this process.
    open: Mutex<Option<Open>>,
    synced: Mutex<Position>,
    /// After a failed sync nobody knows what the disk has: no more appends until the next start.
    broken: AtomicBool,
    files: Mutex<LruCache<u64, Arc<File>>>,
}

impl PackStore {
    pub(crate) fn open(dir: &Path, ledger: Ledger, key: DekHandle) -> Result<Self> {
        fs::create_dir_all(dir).map_err(Error::internal("make the folder of the packs"))?;
        let capacity = NonZeroUsize::new(limits::PACK_FILES).unwrap_or(NonZeroUsize::MIN);
        let store = Self {
            dir: dir.to_owned(),
            ledger,
            key,
            open: Mutex::new(None),
            synced: Mutex::new(Position::default()),
            broken: AtomicBool::new(false),
            files: Mutex::new(LruCache::new(capacity)),
        };
        store.recover()?;
        Ok(store)
    }

    /// Cuts every pack at its committed length. A pack that is too short is reported and left: its chunks may be partly whole.
    fn recover(&self) -> Result<()> {
        let view = self.ledger.view();
        let mut rows: Vec<(u64, Pack)> = Vec::new();
        view.scan(keys::PACK, keys::everything(), false, &mut |_| Ok(self.key.clone()), &mut |key, value| {
            let mut id = [0; 8];
            id.copy_from_slice(key.get(..8).unwrap_or(&[0; 8]));
            rows.push((u64::from_be_bytes(id), decode(&value)?));
            Ok(true)
        })?;
        self.close_open(rows.iter().filter(|(_, row)| row.full_at.is_none()).map(|(id, _)| *id).collect())?;
        for (id, row) in rows {
            let path = self.path(id);
            let length = match fs::metadata(&path) {
                Ok(meta) => meta.len(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
                Err(error) => return Err(Error::internal("look at a pack")(error)),
            };
            if length < row.committed {
                tracing::error!(pack = id, length, committed = row.committed, "a pack is shorter than what was committed to it");
            }
            if length > row.committed {
                let file = OpenOptions::new().write(true).open(&path).map_err(Error::internal("open a pack to cut its tail"))?;
                file.set_len(row.committed).map_err(Error::internal("cut the tail of a pack"))?;
                tracing::info!(pack = id, cut_bytes = length - row.committed, "cut the uncommitted tail of a pack");
            }
        }
        Ok(())
    }

    /// What an earlier process had open is full now.
    fn close_open(&self, packs: Vec<u64>) -> Result<()> {
        if packs.is_empty() {
            return Ok(());
        }
        let key = self.key.clone();
        // The box must come up on a full disk, too.
        let closed = self.ledger.write_freeing(move |tx| {
            for id in packs {
                let Some(bytes) = tx.get(keys::PACK, &keys::id(id), &key)? else {
                    continue;
                };
                let row = Pack { full_at: Some(tx.now()), ..decode(&bytes)? };
                tx.put(keys::PACK, &keys::id(id), &encode(&row)?, &key)?;
            }
            Ok(())
        });
        match closed {
            // Not a byte is left. They stay open until the next start: nothing is appended to them, and nothing compacts them.
            Err(Error::QuotaExceeded) => Ok(()),
            closed => closed.map(drop),
        }
    }

    /// Appends a record; durable after [`PackStore::flush`] to the position. Gives the place of the record, too.
    /// Leaves `sealed` masked, since it is too long to be copied for that.
    pub(crate) fn append(&self, header: Header, sealed: &mut [u8]) -> Result<(Position, u64)> {
        if self.broken.load(Ordering::Acquire) {
            return Err(Error::broken("append to packs after a failed sync"));
        }
        let length = HEADER_BYTES + sealed.len() as u64;
        let mut slot = self.open.lock();
        if slot.as_ref().is_none_or(|open| open.tail + length > limits::PACK_BYTES) {
            *slot = Some(self.begin(slot.take())?);
        }
        let Some(open) = slot.as_mut() else {
            return Err(Error::broken("open a pack"));
        };
        let offset = open.tail;
        let [over_head, over_stream] = self.masks(open.pack, offset)?;
        let mut head = self.head(open.pack, offset, header)?;
        mask(over_head, &mut head);
        mask(over_stream, sealed);
        // The tail moves only after the writes: what a failed one left is written over by the next.
        let written = open.file.write_all_at(&head, offset);
        written.and_then(|()| open.file.write_all_at(sealed, offset + HEADER_BYTES)).map_err(Error::io("append to a pack"))?;
        open.tail += length;
        Ok((Position { pack: open.pack, end: open.tail }, offset))
    }

    /// A pack is known to the ledger before its first byte, so that a crash leaves no file that nobody knows.
    fn begin(&self, before: Option<Open>) -> Result<Open> {
        if let Some(before) = &before {
            self.sync(&before.file)?;
        }
        let (last, key) = (before.as_ref().map(|open| open.pack), self.key.clone());
        let pack = self
            .ledger
            .write(move |tx| {
                if let Some(last) = last
                    && let Some(bytes) = tx.get(keys::PACK, &keys::id(last), &key)?
                {
                    let row = Pack { full_at: Some(tx.now()), ..decode(&bytes)? };
                    tx.put(keys::PACK, &keys::id(last), &encode(&row)?, &key)?;
                }
                let id = tx.next_id(keys::NEXT_PACK)?;
                tx.put(keys::PACK, &keys::id(id), &encode(&Pack::default())?, &key)?;
                Ok(id)
            })?
            .value;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(self.path(pack)).map_err(Error::io("make a pack"))?;
        File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(Error::internal("sync the folder of the packs"))?;
        Ok(Open { pack, file: Arc::new(file), tail: 0 })
    }

    /// Waits until everything up to `upto` is on the disk. Whoever waits behind the first is served by the first's sync.
    pub(crate) fn flush(&self, upto: Position) -> Result<()> {
        let mut synced = self.synced.lock();
        if *synced >= upto {
            return Ok(());
        }
        let current = self.open.lock().as_ref().map(|open| (open.file.clone(), Position { pack: open.pack, end: open.tail }));
        let Some((file, tail)) = current else {
            return Err(Error::broken("sync a pack that is not open"));
        };
        self.sync(&file)?;
        *synced = tail;
        Ok(())
    }

    fn sync(&self, file: &File) -> Result<()> {
        file.sync_data().map_err(|error| {
            self.broken.store(true, Ordering::Release);
            Error::internal("sync a pack")(error)
        })
    }

    /// A sealed header.
    fn head(&self, pack: u64, offset: u64, header: Header) -> Result<Vec<u8>> {
        let mut plain = encode(&header)?;
        if plain.len() > HEADER_PLAIN {
            return Err(Error::broken("fit a chunk header"));
        }
        plain.resize(HEADER_PLAIN, 0);
        Ok(self.key.seal(&place(pack, offset), &plain)?)
    }

    /// The header of the record at `offset`, and its sealed length: how a pack is read without the ledger.
    pub(crate) fn header(&self, pack: u64, offset: u64) -> Result<Header> {
        let mut bytes = vec![0; usize::try_from(HEADER_BYTES).unwrap_or(0)];
        self.file(pack)?.read_exact_at(&mut bytes, offset).map_err(Error::internal("read a chunk header"))?;
        mask(self.masks(pack, offset)?[0], &mut bytes);
        decode(&self.key.open(&place(pack, offset), &bytes)?)
    }

    /// The whole sealed stream of a record.
    pub(crate) fn sealed(&self, pack: u64, offset: u64, header: &Header) -> Result<Vec<u8>> {
        let length = usize::try_from(holdfast_hsm::stream_len(u64::from(header.stored))).unwrap_or(usize::MAX);
        let mut sealed = vec![0; length];
        self.read(&*self.file(pack)?, pack, offset, 0, &mut sealed).map_err(Error::internal("read a sealed chunk"))?;
        Ok(sealed)
    }

    /// Reads sealed bytes of the record at `offset`; `skip` counts from the beginning of the stream.
    pub(crate) fn read(&self, file: &File, pack: u64, offset: u64, skip: u64, out: &mut [u8]) -> io::Result<()> {
        file.read_exact_at(out, offset + HEADER_BYTES + skip)?;
        if skip < MASKED as u64 {
            let [_, over_stream] = self.masks(pack, offset).map_err(io::Error::other)?;
            let skip = usize::try_from(skip).unwrap_or(MASKED);
            for (byte, mask) in out.iter_mut().zip(&over_stream[skip..]) {
                *byte ^= mask;
            }
        }
        Ok(())
    }

    /// Both masks of a record: the header's, then the stream's.
    fn masks(&self, pack: u64, offset: u64) -> Result<[[u8; MASKED]; 2]> {
        let place = [pack.to_be_bytes(), offset.to_be_bytes()].concat();
        let bytes: [u8; 2 * MASKED] = self.key.mac("drive.pack-mask", &place)?;
        let mut masks = [[0; MASKED]; 2];
        for (mask, bytes) in masks.iter_mut().zip(bytes.chunks_exact(MASKED)) {
            mask.copy_from_slice(bytes);
        }
        Ok(masks)
    }

    pub(crate) fn file(&self, pack: u64) -> Result<Arc<File>> {
        if let Some(file) = self.files.lock().get(&pack) {
            return Ok(file.clone());
        }
        let file = File::open(self.path(pack)).map_err(|error| {
            tracing::error!(pack, "a pack cannot be opened");
            Error::internal("open a pack")(error)
        })?;
        let file = Arc::new(file);
        self.files.lock().put(pack, file.clone());
        Ok(file)
    }

    /// A failed sync has ended appending: the process should end, and recover.
    pub(crate) fn broken(&self) -> bool {
        self.broken.load(Ordering::Acquire)
    }

    /// The pack holds nothing that anybody refers to. Its row is gone already.
    pub(crate) fn remove(&self, pack: u64) {
        self.files.lock().pop(&pack);
        if let Err(error) = fs::remove_file(self.path(pack)) {
            tracing::warn!(pack, %error, "a dead pack could not be removed");
        }
    }

    /// File name of a pack.
    pub(crate) fn name(&self, pack: u64) -> String {
        format!("{}.pack", hex(&pack.to_be_bytes()))
    }

    fn path(&self, pack: u64) -> PathBuf {
        self.dir.join(self.name(pack))
    }
}

/// Bytes of a record whose sealed part has `stored` plain bytes.
pub(crate) fn record_bytes(stored: u32) -> u64 {
    HEADER_BYTES + holdfast_hsm::stream_len(u64::from(stored))
}

/// Puts a mask over the beginning of `bytes`, or takes it off.
fn mask(mask: [u8; MASKED], bytes: &mut [u8]) {
    for (byte, mask) in bytes.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}

fn place(pack: u64, offset: u64) -> Context {
    Context::new("drive.pack").u64(pack).u64(offset)
}
