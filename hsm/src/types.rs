//! The nouns of custody.

use std::fmt;

use holdfast_base::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Names a key of the keyring. UUIDv7-like: time first, then the place of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyId(pub [u8; 16]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The generation of the keyring, from 1. Each has an HSM key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Epoch(pub u32);

/// How far the keyring has come, for whoever keeps account of it elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyringState {
    pub epoch: Epoch,
    /// Keys that are durable.
    pub keys: u32,
    /// Keys that may have been handed out.
    pub released: u32,
}

/// Named by the caller: "db", "ledger", "audit", "search", "drive", "im", "directory". The ceremony makes one key for each.
/// At most [`crate::limits::DOMAIN_BYTES`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Domain(pub &'static str);

/// Why the box is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SealReason {
    Start,
    Operator,
    TokenLost,
    HsmdLost,
    Stopping,
}

/// Whether keys are there, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealState {
    /// No ceremony was held here.
    Uninitialised,
    Sealed {
        since: Timestamp,
        why: SealReason,
    },
    Unsealing,
    Unsealed {
        epoch: Epoch,
    },
    /// hsmd is away or unclear; keys still work until `seals_at`.
    Degraded {
        since: Timestamp,
        seals_at: Timestamp,
    },
    /// The keyring was altered or rolled back. Nothing opens.
    Quarantined {
        evidence: String,
    },
}

/// A second token, which wraps the epoch key too and can take the place of the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondToken {
    pub label: String,
    pub serial: String,
    pub mechanism: String,
    /// Whose epoch key it wraps.
    pub epoch: Epoch,
    /// False: it has missed a rotation, cannot take over, and still holds the keys of older epochs.
    pub is_current: bool,
    /// SubjectPublicKeyInfo DER of the key that will sign checkpoints once it takes over.
    pub audit_public_key: Vec<u8>,
}

/// Wiped on drop; no Debug.
pub struct Pin(pub Zeroizing<Vec<u8>>);

/// For `sqlite3_key`: 32 key bytes and 16 salt bytes. Wiped on drop, no Debug.
pub struct SqlcipherKey {
    pub key: Zeroizing<[u8; 32]>,
    pub salt: [u8; 16],
}

/// What the console shows of the token and the keyring. Counts are zero while sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenStatus {
    pub label: String,
    pub serial: String,
    pub model: String,
    pub manufacturer: String,
    /// A software token: for evaluation only.
    pub software: bool,
    /// The wrap mechanism that the ceremony pinned.
    pub mechanism: String,
    pub epoch: Epoch,
    pub domain_keys: u64,
    pub data_keys: u64,
    pub spare_keys: u64,
    pub last_probe_at: Option<Timestamp>,
    pub probe_microseconds: u64,
    /// Calls to the token since this process started.
    pub operations: u64,
}
