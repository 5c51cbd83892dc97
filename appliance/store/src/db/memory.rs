//! SQLite's memory is written over when it is given back: rows and pages lie open in it.
//!
//! `cipher_memory_security` does that too, and locks each single allocation into memory besides. Locks are by the page and not
//! counted, so that giving back one value unlocks its neighbours; and the two system calls for each value were more than half
//! of what a start with a large directory took. The service's own keys are locked in the arena of the vault, those of SQLCipher
//! in its private heap, and the unit allows the whole process no swap.

use std::{
    ffi::{c_int, c_void},
    ptr,
    sync::OnceLock,
};

use holdfast_base::{Error, Result};
use libsqlite3_sys as ffi;

/// SQLite's own.
static OWN: OnceLock<Own> = OnceLock::new();

#[derive(Clone, Copy)]
struct Own {
    malloc: unsafe extern "C" fn(c_int) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
    size: unsafe extern "C" fn(*mut c_void) -> c_int,
}

/// Before SQLite is first used in this process: later it refuses.
pub(super) fn wipe_what_is_given_back() -> Result<()> {
    let refused = || Error::broken("set up SQLite's memory");
    let mut methods = ffi::sqlite3_mem_methods {
        xMalloc: None,
        xFree: None,
        xRealloc: None,
        xSize: None,
        xRoundup: None,
        xInit: None,
        xShutdown: None,
        pAppData: ptr::null_mut(),
    };
    #[expect(unsafe_code, reason = "sqlite3_config has no safe wrapper")]
    // SAFETY: the option takes a pointer to such a struct and fills it.
    let code = unsafe { ffi::sqlite3_config(ffi::SQLITE_CONFIG_GETMALLOC, &raw mut methods) };
    let (Some(malloc), Some(free), Some(size), ffi::SQLITE_OK) = (methods.xMalloc, methods.xFree, methods.xSize, code) else {
        return Err(refused());
    };
    OWN.set(Own { malloc, free, size }).map_err(|_| refused())?;
    methods.xFree = Some(free_wiped);
    methods.xRealloc = Some(grow_wiped);
    #[expect(unsafe_code, reason = "sqlite3_config has no safe wrapper")]
    // SAFETY: the option copies the struct; its functions live as long as the process.
    let code = unsafe { ffi::sqlite3_config(ffi::SQLITE_CONFIG_MALLOC, &raw mut methods) };
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(refused()) }
}

#[expect(unsafe_code, reason = "an allocator")]
/// # Safety
/// `allocation` came from SQLite's own allocator and is given back once; SQLite never passes null.
unsafe extern "C" fn free_wiped(allocation: *mut c_void) {
    let Some(own) = OWN.get() else { return };
    // SAFETY: it is still allocated, so it has that size and all of it may be written.
    unsafe {
        let size = usize::try_from((own.size)(allocation)).unwrap_or_default();
        wipe(allocation.cast(), size);
        (own.free)(allocation);
    }
}

#[expect(unsafe_code, reason = "an allocator")]
/// # Safety
/// As for [`free_wiped`]; SQLite never asks for nothing.
unsafe extern "C" fn grow_wiped(allocation: *mut c_void, size: c_int) -> *mut c_void {
    let Some(own) = OWN.get() else { return ptr::null_mut() };
    // SAFETY: it is still allocated; what is copied is the whole of it, which is less than the new one has.
    unsafe {
        let had = (own.size)(allocation);
        if size <= had {
            return allocation;
        }
        let grown = (own.malloc)(size);
        if !grown.is_null() {
            ptr::copy_nonoverlapping(allocation.cast::<u8>(), grown.cast::<u8>(), usize::try_from(had).unwrap_or_default());
            free_wiped(allocation);
        }
        grown
    }
}

#[expect(unsafe_code, reason = "an allocator")]
/// # Safety
/// So many bytes may be written.
unsafe fn wipe(bytes: *mut u8, size: usize) {
    // SAFETY: as the caller says.
    unsafe { ptr::write_bytes(bytes, 0, size) };
    // Or the compiler would see that nobody reads it again.
    std::hint::black_box(bytes);
}

#[cfg(test)]
mod tests {
    use std::{fs::File, os::unix::fs::FileExt};

    use super::*;

    const SIZE: usize = 40_000;

    /// The bytes at an address that may be given back already.
    fn look(at: usize) -> Vec<u8> {
        let mut bytes = vec![0; SIZE];
        File::open("/proc/self/mem").unwrap().read_exact_at(&mut bytes, at as u64).unwrap();
        bytes
    }

    #[test]
    fn what_sqlite_gives_back_is_written_over() {
        crate::db::cipher::install().unwrap();
        let pattern = |bytes: &[u8]| bytes.windows(16).filter(|window| *window == b"Holdfast-secret.").count();
        #[expect(unsafe_code, reason = "to ask SQLite for memory")]
        // SAFETY: so many bytes were asked for, and are given back once.
        let (given_back, grown) = unsafe {
            let fill = || {
                let bytes = ffi::sqlite3_malloc(SIZE as c_int).cast::<u8>();
                b"Holdfast-secret.".iter().cycle().take(SIZE).enumerate().for_each(|(at, byte)| *bytes.add(at) = *byte);
                bytes
            };
            let (first, second) = (fill(), fill());
            assert!(pattern(&look(first as usize)) > 2_000, "the look is one that finds it");
            let grown = ffi::sqlite3_realloc(second.cast(), 3 * SIZE as c_int);
            assert!(pattern(&look(grown as usize)) > 2_000, "it went along");
            ffi::sqlite3_free(first.cast());
            ffi::sqlite3_free(grown);
            (first as usize, second as usize)
        };
        assert_eq!((pattern(&look(given_back)), pattern(&look(grown))), (0, 0));
    }
}
