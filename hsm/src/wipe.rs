//! Keys that leave nothing behind: on the heap, wiped when dropped, and worked with on a stack that is wiped afterwards.
//!
//! Always true: a [`Key`] moves as a pointer, so no copy of it stays where it was; whatever works with one does so inside
//! [`apart`]. The ciphers wipe neither the schedules nor the blocks that they derive from a key: these lie on the stack.

use std::{
    hint,
    ops::{Deref, DerefMut},
    sync::atomic::{Ordering, compiler_fence},
};

use zeroize::Zeroize;

/// Stack that a call through the keyring or to hsmd may have used.
const DEEP: usize = 16 * 1024;
/// Stack that ciphers use on one value. Wiping more would cost every message half as much again.
const SHALLOW: usize = 4 * 1024;

/// 32 uniformly random bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key(Box<[u8; 32]>);

impl Key {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(Box::new(bytes))
    }

    /// `None` where there are not 32 bytes.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let mut key = Self(Box::new([0; 32]));
        (bytes.len() == key.len()).then(|| {
            key.copy_from_slice(bytes);
            key
        })
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Deref for Key {
    type Target = [u8; 32];

    fn deref(&self) -> &[u8; 32] {
        &self.0
    }
}

impl DerefMut for Key {
    fn deref_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

#[cfg(test)]
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

/// Does `act` in frames of its own, and overwrites them. What it answers must not hold key bytes in itself.
pub(crate) fn apart<T>(act: impl FnOnce() -> T) -> T {
    let done = below(act);
    burn::<DEEP>();
    done
}

/// As [`apart`], where a key is at hand and only ciphers are called.
pub(crate) fn apart_briefly<T>(act: impl FnOnce() -> T) -> T {
    let done = below(act);
    burn::<SHALLOW>();
    done
}

#[inline(never)]
fn below<T>(act: impl FnOnce() -> T) -> T {
    hint::black_box(act())
}

#[inline(never)]
fn burn<const BYTES: usize>() {
    let mut stack = [0u8; BYTES];
    hint::black_box(&mut stack);
    compiler_fence(Ordering::SeqCst);
}
