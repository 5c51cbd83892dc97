//! Opens a connection with its key already in place.
//!
//! diesel keeps SQLite's handle to itself. SQLite calls an "automatic extension" with the handle at the end of each
//! `sqlite3_open_v2`, before anybody can run a statement: there the key goes in, as bytes, never as SQL text, and there
//! we learn the handle that `sqlite3_interrupt` needs.

use std::{
    cell::RefCell,
    ffi::{c_char, c_int},
    path::Path,
    ptr::NonNull,
    sync::{Arc, OnceLock},
};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use holdfast_base::{Error, Result};
use holdfast_hsm::SqlcipherKey;
use libsqlite3_sys as ffi;
use parking_lot::Mutex;
use zeroize::Zeroizing;

use super::memory;

/// A connection under its key, and a handle to stop it from another thread.
pub(super) struct Keyed {
    pub(super) conn: SqliteConnection,
    handle: Handle,
    open: Arc<Handles>,
}

/// Every open connection of one store.
#[derive(Default)]
pub(super) struct Handles(Mutex<Vec<Handle>>);

#[derive(Clone, Copy, PartialEq, Eq)]
struct Handle(NonNull<ffi::sqlite3>);

#[expect(unsafe_code, reason = "the handle is only given to functions that SQLite allows on any thread")]
// SAFETY: SQLite is built threadsafe (serialised), and the pointer is used only while it is registered in `Handles`.
unsafe impl Send for Handle {}

impl Keyed {
    pub(super) fn open(path: &Path, key: &KeyText, open: &Arc<Handles>) -> Result<Self> {
        let url = path.to_str().ok_or(Error::broken("open a database at a path that is not UTF-8"))?;
        let (conn, handle) = establish(url, key)?;
        open.0.lock().push(handle);
        Ok(Self { conn, handle, open: open.clone() })
    }

    /// Runs one statement whose answer nobody needs.
    pub(super) fn pragma(&mut self, statement: &str) -> Result<()> {
        self.conn.batch_execute(statement).map_err(Error::internal("set up a connection: wrong key or damaged file"))
    }

    /// For what diesel has no door to. Ours alone as long as `self` is borrowed.
    pub(super) fn raw(&mut self) -> NonNull<ffi::sqlite3> {
        self.handle.0
    }

    /// Whether the last statement failed because of the disk.
    pub(super) fn disk_failed(&self) -> bool {
        #[expect(unsafe_code, reason = "diesel does not tell SQLite's error code")]
        // SAFETY: the connection is open, since `self.conn` lives.
        let code = unsafe { ffi::sqlite3_extended_errcode(self.handle.0.as_ptr()) };
        code & 0xff == ffi::SQLITE_IOERR
    }
}

impl Drop for Keyed {
    fn drop(&mut self) {
        // Before the fields: nobody may interrupt a closed connection.
        self.open.0.lock().retain(|handle| *handle != self.handle);
    }
}

impl Handles {
    pub(super) fn interrupt(&self) {
        for handle in self.0.lock().iter() {
            #[expect(unsafe_code, reason = "the one way to stop a running statement")]
            // SAFETY: registered handles are open: `Keyed::drop` takes this lock before it closes one.
            unsafe {
                ffi::sqlite3_interrupt(handle.0.as_ptr());
            }
        }
    }

    pub(super) fn all_closed(&self) -> bool {
        self.0.lock().is_empty()
    }
}

/// SQLCipher's raw form `x'<64 hex of the key><32 hex of the salt>'`; wiped on drop.
pub(super) struct KeyText(Zeroizing<Vec<u8>>);

impl KeyText {
    pub(super) fn new(key: &SqlcipherKey) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        // Enough from the start: a buffer that grows leaves copies behind.
        let mut text = Zeroizing::new(Vec::with_capacity(3 + 2 * (key.key.len() + key.salt.len())));
        text.extend_from_slice(b"x'");
        for byte in key.key.iter().chain(&key.salt) {
            text.push(DIGITS[usize::from(byte >> 4)]);
            text.push(DIGITS[usize::from(byte & 15)]);
        }
        text.push(b'\'');
        Self(text)
    }
}

#[derive(Default)]
struct Handing {
    key: Option<Zeroizing<Vec<u8>>>,
    got: Option<(NonNull<ffi::sqlite3>, c_int)>,
}

thread_local! {
    static HANDING: RefCell<Handing> = RefCell::default();
}

fn establish(url: &str, key: &KeyText) -> Result<(SqliteConnection, Handle)> {
    install()?;
    HANDING.with_borrow_mut(|handing| *handing = Handing { key: Some(key.0.clone()), got: None });
    let conn = SqliteConnection::establish(url);
    let handing = HANDING.take();
    let conn = conn.map_err(Error::internal("open the database"))?;
    match handing.got {
        Some((handle, ffi::SQLITE_OK)) => Ok((conn, Handle(handle))),
        _ => Err(Error::broken("key the database")),
    }
}

/// Once in a process; what failed then has failed for good.
pub(super) fn install() -> Result<()> {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    let installed = *INSTALLED.get_or_init(|| memory::wipe_what_is_given_back().is_ok() && hook());
    if installed { Ok(()) } else { Err(Error::broken("install the key hook")) }
}

fn hook() -> bool {
    #[expect(unsafe_code, reason = "the only door to the handle before the first statement")]
    // SAFETY: the function has the signature that SQLite documents and lives as long as the process.
    let code = unsafe { ffi::sqlite3_auto_extension(Some(hand_over)) };
    code == ffi::SQLITE_OK
}

/// Called by SQLite for each new connection of the process; those without a waiting key are not ours.
extern "C" fn hand_over(db: *mut ffi::sqlite3, _message: *mut *mut c_char, _api: *const ffi::sqlite3_api_routines) -> c_int {
    let handed = HANDING.try_with(|handing| {
        let mut handing = handing.try_borrow_mut().ok()?;
        let (key, db) = (handing.key.take()?, NonNull::new(db)?);
        let length = c_int::try_from(key.len()).ok()?;
        #[expect(unsafe_code, reason = "sqlite3_key has no safe wrapper")]
        // SAFETY: `db` is the connection that SQLite is opening on this thread; the key outlives the call, which copies it.
        let code = unsafe { ffi::sqlite3_key(db.as_ptr(), key.as_ptr().cast(), length) };
        handing.got = Some((db, code));
        Some(code)
    });
    handed.ok().flatten().unwrap_or(ffi::SQLITE_OK)
}
