//! The formats of what is sealed. Pure: key, chance and bytes come in, bytes go out.
//!
//! | format     | bytes                                                                        | adds      |
//! |------------|------------------------------------------------------------------------------|-----------|
//! | small      | version 1 · cipher 1 · epoch 4 · salt 24 · ciphertext · tag 16               | 46        |
//! | committing | version 1 · cipher 1 · epoch 4 · salt 24 · commitment 32 · ciphertext · tag 16 | 78        |
//! | posted     | version 1 · cipher 1 · ephemeral public 32 · commitment 32 · ciphertext · tag 16 | 82        |
//! | stream     | version 1 · cipher 1 · C2SP chunked-encryption (salt 24 · commitment 32 · segments) | see [`stream_len`] |
//!
//! Always true: each object has a key and a nonce of its own, derived from the data key, a fresh random salt, the
//! header and the context, so nothing can be swapped, moved or replayed elsewhere. A counter is a nonce only inside
//! one stream. The epoch is that of the keyring when the value was sealed; it is authenticated, not compared.
//! Absent on purpose: SM4-GCM (cipher id 2 is reserved), compression, padding.

mod committing;
mod context;
mod derive;
mod posted;
mod small;
mod stream;

pub use committing::open_with_entry_key;
pub(crate) use committing::{entry_key, open_committing, seal_committing};
pub use context::Context;
pub(crate) use derive::{blind, mac, same, sqlcipher, sum};
pub(crate) use posted::{open_posted, post, public_of};
pub(crate) use small::{open_small, seal_small};
pub(crate) use stream::{open_range, seal_stream};
pub use stream::{stream_len, stream_plain_len};

/// The first byte of every format.
const VERSION: u8 = 1;
/// AES-256-GCM. 2 is reserved for SM4-GCM.
pub(crate) const AES_256_GCM_ID: u8 = 1;
const SALT: usize = 24;
const TAG: usize = 16;
const COMMITMENT: usize = 32;

pub(crate) use crate::wipe::Key;
