//! tantivy's directory over sealed files.

use std::{
    collections::HashMap,
    fmt, fs,
    io::{self, BufWriter, Write},
    ops::Range,
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use tantivy::{
    Directory, HasLen,
    directory::{
        AntiCallToken, DirectoryLock, FileHandle, Lock, OwnedBytes, TerminatingWrite, WatchCallback, WatchCallbackList,
        WatchHandle, WritePtr,
        error::{DeleteError, LockError, OpenReadError, OpenWriteError},
    },
};

use super::{
    BlockSealer,
    cache::{BlockId, Cache},
};
use crate::limits;

#[derive(Default)]
struct Opened {
    files: HashMap<PathBuf, Known>,
    /// Names files in the cache; never given twice.
    last: u64,
}

#[derive(Clone)]
enum Known {
    /// Opened block by block; the number is its name in the cache.
    Blocks(u64),
    /// Held whole: every search reads it.
    Whole(OwnedBytes),
}

/// Dictionaries, columns and deletions; postings, positions and stored fields are read by range.
const HELD_WHOLE: [&str; 4] = ["term", "fast", "fieldnorm", "del"];

/// One folder with the files of one index. Clones share it.
#[derive(Clone)]
pub(crate) struct SealedDirectory(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    /// The index's name, bound into every file.
    index: &'static str,
    sealer: Arc<dyn BlockSealer>,
    cache: Cache,
    /// Files that were opened, until they are deleted. A reader opens its files again after every commit.
    opened: Mutex<Opened>,
    watchers: WatchCallbackList,
    /// One replacement of a file at a time.
    replacing: Mutex<()>,
}

impl SealedDirectory {
    /// Makes the folder where there is none.
    pub(crate) fn open(folder: &Path, index: &'static str, sealer: Arc<dyn BlockSealer>, cache_bytes: usize) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let cache = Cache::new(cache_bytes, sealer.block_bytes());
        let folder = folder.to_owned();
        let (opened, watchers, replacing) = (Mutex::default(), WatchCallbackList::default(), Mutex::new(()));
        Ok(Self(Arc::new(Inner { folder, index, sealer, cache, opened, watchers, replacing })))
    }
}

impl Inner {
    fn path(&self, name: &Path) -> PathBuf {
        self.folder.join(name)
    }

    fn place(&self, name: &Path) -> String {
        format!("{}/{}", self.index, name.display())
    }

    fn read_whole(&self, name: &Path) -> io::Result<Vec<u8>> {
        let file = fs::File::open(self.path(name))?;
        let plain = self.length(&file)?;
        self.sealer.open(&self.place(name), plain, 0..plain, &mut |at, out| file.read_exact_at(out, at))
    }

    fn length(&self, file: &fs::File) -> io::Result<u64> {
        self.sealer.plain_len(file.metadata()?.len()).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
    }

    fn known(&self, name: &Path) -> io::Result<Known> {
        if let Some(known) = self.opened.lock().files.get(name) {
            return Ok(known.clone());
        }
        let whole = name.extension().and_then(|suffix| suffix.to_str()).is_some_and(|suffix| HELD_WHOLE.contains(&suffix));
        // Read without the lock: a large dictionary must not hold up other readers.
        let bytes = if whole { Some(OwnedBytes::new(self.read_whole(name)?)) } else { None };
        let mut opened = self.opened.lock();
        opened.last += 1;
        let known = bytes.map_or(Known::Blocks(opened.last), Known::Whole);
        Ok(opened.files.entry(name.to_owned()).or_insert(known).clone())
    }

    /// A new file; one that is there already is an error.
    fn create(&self, name: &Path, plain: &[u8]) -> io::Result<()> {
        let sealed = self.sealer.seal(&self.place(name), plain)?;
        fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(self.path(name))?.write_all(&sealed)
    }

    fn replace(&self, name: &Path, plain: &[u8]) -> io::Result<()> {
        let sealed = self.sealer.seal(&self.place(name), plain)?;
        let _one = self.replacing.lock();
        let draft = self.path(name).with_extension("new");
        fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&draft)?.write_all(&sealed)?;
        fs::rename(&draft, self.path(name))
    }
}

impl fmt::Debug for SealedDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedDirectory").field("folder", &self.0.folder).finish_non_exhaustive()
    }
}

impl Directory for SealedDirectory {
    fn get_file_handle(&self, name: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let failed = |error| open_failed(error, name);
        let id = match self.0.known(name).map_err(failed)? {
            Known::Whole(bytes) => return Ok(Arc::new(bytes)),
            Known::Blocks(id) => id,
        };
        let file = fs::File::open(self.0.path(name)).map_err(failed)?;
        let length = self.0.length(&file).map_err(failed)?;
        Ok(Arc::new(SealedFile { inner: Arc::clone(&self.0), place: self.0.place(name), file, length, id }))
    }

    fn delete(&self, name: &Path) -> Result<(), DeleteError> {
        self.0.opened.lock().files.remove(name);
        fs::remove_file(self.0.path(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(name.to_owned()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: name.to_owned() },
        })
    }

    fn exists(&self, name: &Path) -> Result<bool, OpenReadError> {
        self.0.path(name).try_exists().map_err(|error| open_failed(error, name))
    }

    fn open_write(&self, name: &Path) -> Result<WritePtr, OpenWriteError> {
        if self.0.path(name).exists() {
            return Err(OpenWriteError::FileAlreadyExists(name.to_owned()));
        }
        Ok(BufWriter::new(Box::new(Draft { inner: Arc::clone(&self.0), name: name.to_owned(), plain: Vec::new() })))
    }

    fn atomic_read(&self, name: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.0.read_whole(name).map_err(|error| open_failed(error, name))
    }

    fn atomic_write(&self, name: &Path, plain: &[u8]) -> io::Result<()> {
        self.0.replace(name, plain)?;
        if name == Path::new("meta.json") {
            drop(self.0.watchers.broadcast());
        }
        Ok(())
    }

    /// Nothing waits for the disk: the index is derived (see the module).
    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    /// One process opens the folder, and it opens it once.
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(self.0.watchers.subscribe(callback))
    }
}

fn open_failed(error: io::Error, name: &Path) -> OpenReadError {
    match error.kind() {
        io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(name.to_owned()),
        _ => OpenReadError::wrap_io_error(error, name.to_owned()),
    }
}

/// A file that is being written. It is kept in memory, and sealed and stored when it is complete.
struct Draft {
    inner: Arc<Inner>,
    name: PathBuf,
    plain: Vec<u8>,
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.plain.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Draft {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.inner.create(&self.name, &std::mem::take(&mut self.plain))
    }
}

struct SealedFile {
    inner: Arc<Inner>,
    place: String,
    file: fs::File,
    length: u64,
    id: u64,
}

impl SealedFile {
    fn open(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        self.inner.sealer.open(&self.place, self.length, range, &mut |at, out| self.file.read_exact_at(out, at))
    }

    fn block(&self, block: u64, block_bytes: u64) -> io::Result<Arc<[u8]>> {
        let id = BlockId { file: self.id, block };
        if let Some(held) = self.inner.cache.get(id) {
            return Ok(held);
        }
        let start = block * block_bytes;
        let opened: Arc<[u8]> = self.open(start..self.length.min(start + block_bytes))?.into();
        self.inner.cache.put(id, Arc::clone(&opened));
        Ok(opened)
    }
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFile").field("place", &self.place).field("length", &self.length).finish_non_exhaustive()
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        usize::try_from(self.length).unwrap_or(usize::MAX)
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let (start, end) = (range.start as u64, range.end as u64);
        if start > end || end > self.length {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        if start == end {
            return Ok(OwnedBytes::empty());
        }
        let block_bytes = self.inner.sealer.block_bytes() as u64;
        let (first, last) = (start / block_bytes, (end - 1) / block_bytes);
        let within = |at: u64| usize::try_from(at - first * block_bytes).unwrap_or(usize::MAX);
        if first == last {
            return Ok(OwnedBytes::new(self.block(first, block_bytes)?).slice(within(start)..within(end)));
        }
        // A long list that is read in one go would only displace others.
        if last - first >= limits::CACHED_READ_BLOCKS {
            return Ok(OwnedBytes::new(self.open(start..end)?));
        }
        let mut out = Vec::with_capacity(range.len());
        for block in first..=last {
            let held = self.block(block, block_bytes)?;
            let offset = block * block_bytes;
            let from = usize::try_from(start.saturating_sub(offset)).unwrap_or(0);
            let until = held.len().min(usize::try_from(end - offset).unwrap_or(usize::MAX));
            out.extend_from_slice(&held[from..until]);
        }
        Ok(OwnedBytes::new(out))
    }
}
