//! The whole database under another key, while the box serves.
//!
//! Every page is copied into a file beside the old one, which is then put in its place. A crash at any instant leaves the one or the
//! other, whole; the salt at its beginning says which. Pages that deleted rows have left do not come along.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    ptr::NonNull,
    sync::atomic::Ordering,
};

use holdfast_base::{Error, Result};
use holdfast_hsm::SqlcipherKey;
use libsqlite3_sys as ffi;

use super::{
    Db, Inner,
    cipher::{KeyText, Keyed},
    open_common, open_reader, open_writer, tx,
};
use crate::limits;

/// Bytes that SQLCipher leaves readable at the beginning of a database.
const SALT: usize = 16;

impl Db {
    /// The salt of the database at `path`; `None` where there is none yet.
    pub fn salt(path: &Path) -> Result<Option<[u8; SALT]>> {
        let mut salt = [0; SALT];
        match File::open(path).and_then(|mut file| file.read_exact(&mut salt)) {
            Ok(()) => Ok(Some(salt)),
            // An empty file is what a crash leaves of the very first start.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => Ok(None),
            Err(error) => Err(Error::internal("read the salt of the database")(error)),
        }
    }

    /// From `old` to `new`. Writers and readers wait meanwhile: about a second for 100 MB. `Busy`: somebody reads for too long;
    /// nothing has changed then. Durable when it answers.
    pub fn renew(&self, old: &SqlcipherKey, new: &SqlcipherKey) -> Result<()> {
        let _alone = tx::Writing::enter()?;
        let inner = &self.inner;
        let mut writer = inner.writer.lock();
        inner.check()?;
        inner.space.check()?;
        let (old, new) = (KeyText::new(old), KeyText::new(new));
        let draft = Draft::beside(&inner.path)?;
        let source = writer.as_mut().ok_or(Error::Sealed)?;
        inner.copy(source, &draft.path, &new).map_err(|error| inner.name(error))?;
        let readers = inner.readers.close_all()?;
        let renewed = inner.put_in_place(writer.take(), draft);
        // Where it failed the old one is still there.
        let key = if renewed.is_ok() { &new } else { &old };
        let opened = inner.open_again(key, readers).map(|keyed| *writer = Some(keyed));
        if let Err(error) = &opened {
            inner.poisoned.store(true, Ordering::Release);
            tracing::error!(%error, "the database does not open again: nothing is acknowledged any more");
        }
        renewed.and(opened)
    }
}

impl Inner {
    /// Copies page by page, then writes the copy anew without the pages that nothing uses.
    fn copy(&self, source: &mut Keyed, draft: &Path, key: &KeyText) -> Result<()> {
        let mut copy = open_common(draft, key, &self.handles)?;
        copy.pragma("PRAGMA synchronous = OFF")?;
        copy.pragma("PRAGMA journal_mode = MEMORY")?;
        let going = || !self.closed.load(Ordering::Acquire);
        copy_pages(source, &mut copy, &going)?;
        // The copy says of itself that it has a log, as its original does.
        copy.pragma("PRAGMA journal_mode = MEMORY")?;
        copy.pragma("VACUUM")?;
        drop(copy);
        File::open(draft).and_then(|file| file.sync_all()).map_err(Error::internal("sync the copy of the database"))
    }

    /// Nobody reads any more, and the last connection to the old file goes here.
    fn put_in_place(&self, writer: Option<Keyed>, draft: Draft) -> Result<()> {
        let mut writer = writer.ok_or(Error::Sealed)?;
        writer.pragma("PRAGMA wal_checkpoint(TRUNCATE)")?;
        drop(writer);
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            return Err(Error::Busy { retry_seconds: limits::RETRY_SECONDS });
        }
        draft.put(&self.path)
    }

    fn open_again(&self, key: &KeyText, readers: usize) -> Result<Keyed> {
        let writer = open_writer(&self.path, key, &self.handles)?;
        let readers = (0..readers).map(|_| open_reader(&self.path, key, &self.handles)).collect::<Result<_>>()?;
        self.readers.open_again(readers);
        Ok(writer)
    }
}

/// A file that is removed again unless it is put in its place.
struct Draft {
    path: PathBuf,
    put: bool,
}

impl Draft {
    fn beside(path: &Path) -> Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        let path = PathBuf::from(name);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::internal("remove what a crash left of a copy")(error)),
        }
        Ok(Self { path, put: false })
    }

    fn put(mut self, place: &Path) -> Result<()> {
        let folder = place.parent().ok_or(Error::broken("find the folder of the database"))?;
        fs::rename(&self.path, place).map_err(Error::internal("put the copy of the database in its place"))?;
        self.put = true;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::internal("sync the folder of the database"))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.put
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::debug!(%error, "there was no copy to remove");
        }
    }
}

/// SQLite's online backup: pages are opened with the one key and sealed with the other on their way.
fn copy_pages(source: &mut Keyed, copy: &mut Keyed, going: &dyn Fn() -> bool) -> Result<()> {
    let main = c"main".as_ptr();
    #[expect(unsafe_code, reason = "diesel has no door to SQLite's backup")]
    // SAFETY: both connections are open and ours alone until the backup is finished below.
    let backup = unsafe { ffi::sqlite3_backup_init(copy.raw().as_ptr(), main, source.raw().as_ptr(), main) };
    let backup = NonNull::new(backup).ok_or(Error::broken("begin to copy the database"))?;
    let mut code = ffi::SQLITE_OK;
    while code == ffi::SQLITE_OK && going() {
        #[expect(unsafe_code, reason = "as above")]
        // SAFETY: not finished yet.
        unsafe {
            code = ffi::sqlite3_backup_step(backup.as_ptr(), limits::COPIED_PAGES);
        }
    }
    #[expect(unsafe_code, reason = "as above")]
    // SAFETY: finished once, here.
    unsafe {
        ffi::sqlite3_backup_finish(backup.as_ptr());
    }
    match code {
        ffi::SQLITE_DONE => Ok(()),
        ffi::SQLITE_OK => Err(Error::Sealed),
        ffi::SQLITE_FULL => Err(Error::QuotaExceeded),
        _ => Err(Error::broken("copy the pages of the database")),
    }
}
