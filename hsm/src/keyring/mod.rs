//! The keyring: random data keys, sealed under the epoch key, which the HSM's key of the epoch wraps.
//!
//! ```text
//! header           version 4 · postcard of Header · HMAC 32      replaced as a whole; names what is durable
//! keys.<epoch>     records of 128 bytes, one for each key         made ahead in blocks of 4,096
//! taken.<epoch>    records of 64 bytes, one for each key in use   who took it, and when
//! ```
//! A `KeyId` carries the place of its record, so nothing is searched and nothing is held in memory but the spare ids.
//!
//! Always true: a key is durable, and released by a durable header, before it is handed out; no key is handed out
//! twice, also after a crash (what was released and perhaps not used is lost); both files are chained by HMACs, and the
//! header names the head of each chain, so a changed, missing or swapped record is seen when the keyring opens.
//! Absent on purpose: protection against an old copy of the whole folder (the audit log's state root shows that), and
//! any way to make a key whose name is given.

mod files;
mod header;
mod open;
mod record;
mod rotate;

pub(crate) use header::{Header, Second, TokenIdentity, check_header, epoch_key_context, exists, read_header};
pub(crate) use open::Keyring;
pub(crate) use rotate::NextEpoch;

use crate::HsmError;

/// What can be wrong with a keyring, by the word that an operator sees.
fn altered(what: &'static str) -> HsmError {
    HsmError::Integrity(what)
}
