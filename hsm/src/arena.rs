//! Where open keys lie: one locked mapping, kept out of core dumps and of children, wiped in one stroke.

use std::{ffi::c_void, num::NonZeroUsize, ptr::NonNull};

use lru::LruCache;
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mlock, mmap_anonymous, munmap};
use zeroize::Zeroize;

use crate::{KeyId, envelope::Key};

const KEY: usize = 32;

/// At most `capacity` keys; the one used longest ago makes room.
pub(crate) struct Arena {
    region: Region,
    slots: LruCache<KeyId, usize>,
    free: Vec<usize>,
}

impl Arena {
    pub(crate) fn new(capacity: NonZeroUsize) -> nix::Result<Self> {
        let region = Region::new(capacity.saturating_mul(NonZeroUsize::MIN.saturating_add(KEY - 1)))?;
        Ok(Self { region, slots: LruCache::new(capacity), free: (0..capacity.get()).rev().collect() })
    }

    pub(crate) fn get(&mut self, id: KeyId) -> Option<Key> {
        let slot = *self.slots.get(&id)?;
        Key::of(&self.region.bytes()[slot * KEY..][..KEY])
    }

    pub(crate) fn put(&mut self, id: KeyId, key: &Key) {
        if self.slots.get(&id).is_some() {
            return;
        }
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => match self.slots.pop_lru() {
                Some((_, slot)) => slot,
                None => return,
            },
        };
        self.region.bytes()[slot * KEY..][..KEY].copy_from_slice(&**key);
        self.slots.put(id, slot);
    }

    /// Overwrites every key.
    pub(crate) fn wipe(&mut self) {
        self.region.bytes().zeroize();
        self.slots.clear();
        self.free = (0..self.slots.cap().get()).rev().collect();
    }
}

struct Region {
    start: NonNull<c_void>,
    length: NonZeroUsize,
}

#[expect(unsafe_code, reason = "the mapping is owned by this value alone, and only reached through &mut")]
// SAFETY: a private anonymous mapping is not tied to the thread that made it.
unsafe impl Send for Region {}

impl Region {
    #[expect(unsafe_code, reason = "memory that is locked and excluded from dumps has to be mapped by hand")]
    fn new(length: NonZeroUsize) -> nix::Result<Self> {
        // SAFETY: no address is asked for, so nothing that exists is mapped over.
        let start = unsafe { mmap_anonymous(None, length, ProtFlags::PROT_READ | ProtFlags::PROT_WRITE, MapFlags::MAP_PRIVATE)? };
        let region = Self { start, length };
        // SAFETY: the range is exactly the mapping made above.
        unsafe {
            if let Err(error) = mlock(start, length.get()) {
                tracing::warn!(%error, "keys are not locked in memory: raise LimitMEMLOCK");
            }
            madvise(start, length.get(), MmapAdvise::MADV_DONTDUMP)?;
            madvise(start, length.get(), MmapAdvise::MADV_WIPEONFORK)?;
        }
        Ok(region)
    }

    #[expect(unsafe_code, reason = "the mapping as bytes")]
    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the mapping is `length` readable and writable bytes, lives as long as `self`, and &mut excludes others.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr().cast(), self.length.get()) }
    }
}

impl Drop for Region {
    #[expect(unsafe_code, reason = "gives the mapping back")]
    fn drop(&mut self) {
        self.bytes().zeroize();
        // SAFETY: the range is exactly the mapping made in `new`, and nothing borrows it any more.
        if let Err(error) = unsafe { munmap(self.start, self.length.get()) } {
            tracing::warn!(%error, "unmap the keys");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> KeyId {
        KeyId([n; 16])
    }

    #[test]
    fn keeps_what_was_used_last_and_wipes_everything() {
        let mut arena = Arena::new(NonZeroUsize::new(2).unwrap()).unwrap();
        for n in 1..=2 {
            arena.put(id(n), &Key::new([n; 32]));
        }
        assert_eq!(*arena.get(id(1)).unwrap(), [1; 32]);
        arena.put(id(3), &Key::new([3; 32]));
        assert!(arena.get(id(2)).is_none());
        assert_eq!(*arena.get(id(1)).unwrap(), [1; 32]);
        assert_eq!(*arena.get(id(3)).unwrap(), [3; 32]);
        arena.wipe();
        assert!(arena.get(id(1)).is_none());
        assert!(arena.region.bytes().iter().all(|byte| *byte == 0));
    }
}
