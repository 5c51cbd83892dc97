//! CONTRACT SKELETON (the owner of `hsm` replaces bodies and splits modules; names and signatures below are what other crates use).
#![allow(clippy::unimplemented, unused_variables, missing_docs)]
use std::{fmt, io, path::PathBuf, sync::Arc};
use holdfast_base::{Timestamp, World};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyId(pub [u8; 16]);
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Epoch(pub u32);
/// Named by the caller: "db", "ledger", "audit", "search", "drive", "im", "directory". The ceremony makes one key for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Domain(pub &'static str);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SealReason { Start, Operator, TokenLost, HsmdLost, Stopping }
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealState {
    Uninitialised,
    Sealed { since: Timestamp, why: SealReason },
    Unsealing,
    Unsealed { epoch: Epoch },
    Degraded { since: Timestamp, seals_at: Timestamp },
    Quarantined { evidence: String },
}
/// Wiped on drop; no Debug.
pub struct Pin(pub zeroize::Zeroizing<Vec<u8>>);
pub struct VaultConfig { pub socket: PathBuf, pub keyring: PathBuf }
#[derive(Clone)]
pub struct Vault { inner: Arc<()> }
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenStatus {
    pub label: String, pub serial: String, pub model: String, pub manufacturer: String, pub software: bool,
    pub mechanism: String, pub epoch: Epoch,
    pub domain_keys: u64, pub data_keys: u64, pub spare_keys: u64,
    pub last_probe_at: Option<Timestamp>, pub probe_microseconds: u64, pub operations: u64,
}
impl Vault {
    /// Never fails: comes up Sealed or Uninitialised on any fault. Probes hsmd every second from a thread of its own.
    pub fn connect(config: VaultConfig, world: World) -> Self { unimplemented!() }
    pub fn state(&self) -> SealState { unimplemented!() }
    /// Called on every change of state, from the vault's thread.
    pub fn subscribe(&self, f: Box<dyn Fn(&SealState) + Send + Sync>) { unimplemented!() }
    /// One PIN attempt. `None`: hsmd uses the PIN of its credential file.
    pub fn unseal(&self, pin: Option<Pin>) -> Result<(), HsmError> { unimplemented!() }
    /// Idempotent; wipes every key; handles answer `Sealed` from now on.
    pub fn seal(&self, why: SealReason) { unimplemented!() }
    /// The domain's key made at the ceremony. A missing key is an error, never a new key.
    pub fn domain(&self, domain: Domain) -> Result<DekHandle, HsmError> { unimplemented!() }
    pub fn key(&self, id: KeyId) -> Result<DekHandle, HsmError> { unimplemented!() }
    /// Taken from keys made durable ahead: no wait. The caller's row stores `id()`.
    pub fn create_key(&self, domain: Domain) -> Result<DekHandle, HsmError> { unimplemented!() }
    /// ECDSA P-256 over a SHA-256 digest by the HSM's audit key; fixed 64-byte r||s is converted to ASN.1 DER by hsm.
    pub fn sign_audit(&self, digest: &[u8; 32]) -> Result<Vec<u8>, HsmError> { unimplemented!() }
    /// SubjectPublicKeyInfo DER of the audit key. Known after the first unseal (kept in the keyring header).
    pub fn audit_public_key(&self) -> Result<Vec<u8>, HsmError> { unimplemented!() }
    pub fn status(&self) -> Result<TokenStatus, HsmError> { unimplemented!() }
}

/// A place: length-prefixed, injective. Bound to every ciphertext as associated data.
#[derive(Debug, Clone)]
pub struct Context(Vec<u8>);
impl Context {
    pub fn new(label: &'static str) -> Self { unimplemented!() }
    pub fn bytes(self, b: &[u8]) -> Self { unimplemented!() }
    pub fn str(self, s: &str) -> Self { unimplemented!() }
    pub fn u64(self, n: u64) -> Self { unimplemented!() }
}

/// An opaque key: no Debug of secrets, no bytes out (one exception: [`DekHandle::sqlcipher_key`]). Answers `Sealed` after sealing.
#[derive(Clone)]
pub struct DekHandle { inner: Arc<()> }
impl DekHandle {
    pub fn id(&self) -> KeyId { unimplemented!() }
    /// The small format: version 1 · cipher 1 · epoch 4 · salt 24 · ciphertext · tag 16.
    pub fn seal(&self, context: &Context, plain: &[u8]) -> Result<Vec<u8>, CryptoError> { unimplemented!() }
    pub fn open(&self, context: &Context, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> { unimplemented!() }
    /// The small format with a 32-byte key commitment, for audit entries; the one-entry key may be exported.
    pub fn seal_committing(&self, context: &Context, plain: &[u8]) -> Result<Vec<u8>, CryptoError> { unimplemented!() }
    pub fn open_committing(&self, context: &Context, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> { unimplemented!() }
    /// The key that opens exactly this committing ciphertext, for an auditor's export.
    pub fn entry_key(&self, context: &Context, sealed: &[u8]) -> Result<[u8; 32], CryptoError> { unimplemented!() }
    /// The large format: C2SP chunked-encryption, 16 KiB segments, random access, length authenticated.
    pub fn seal_stream(&self, context: &Context, plain: &[u8]) -> Result<Vec<u8>, CryptoError> { unimplemented!() }
    /// Plaintext bytes `range` of a stream of `plain_len` plaintext bytes; `read_at` reads ciphertext at an offset.
    pub fn open_stream_range(&self, context: &Context, plain_len: u64, range: std::ops::Range<u64>,
        read_at: &mut dyn FnMut(u64, &mut [u8]) -> io::Result<()>) -> Result<Vec<u8>, CryptoError> { unimplemented!() }
    /// HMAC token of a value, for key parts that derive from one (a name, an emoji).
    pub fn blind(&self, label: &'static str, value: &[u8]) -> [u8; 16] { unimplemented!() }
    /// HMAC-SHA-256 under a subkey of `label` (password pepper, session tokens, cursors).
    pub fn mac(&self, label: &'static str, value: &[u8]) -> Result<[u8; 32], CryptoError> { unimplemented!() }
    pub fn sqlcipher_key(&self) -> Result<SqlcipherKey, CryptoError> { unimplemented!() }
}
/// Size of a sealed stream of `plain_len` bytes.
pub fn stream_len(plain_len: u64) -> u64 { unimplemented!() }
/// Open a committing ciphertext with an exported entry key: no vault needed. Fails when key and commitment do not belong together.
pub fn open_with_entry_key(key: &[u8; 32], context: &Context, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> { unimplemented!() }
/// For `sqlite3_key`: 32 key bytes and 16 salt bytes. Wiped on drop, no Debug.
pub struct SqlcipherKey { pub key: zeroize::Zeroizing<[u8; 32]>, pub salt: [u8; 16] }

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    #[error("the box is sealed")] Sealed,
    #[error("does not authenticate: altered, moved, or another key's")] Integrity,
    #[error("format version {0} is not known")] Format(u8),
    #[error("{0} bytes are too large for this format")] TooLarge(usize),
}
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HsmError {
    #[error("the box is sealed")] Sealed,
    #[error("the box has no keys yet: hold the key ceremony with holdfast-setup")] Uninitialised,
    #[error("token not reachable")] TokenGone,
    #[error("wrong token: expected {want}, found {got}")] WrongToken { want: String, got: String },
    #[error("key {0} is missing; it was not created")] KeyMissing(String),
    #[error("PIN refused; not tried again until the credential changes")] PinRejected,
    #[error("{0} does not authenticate")] Integrity(&'static str),
    #[error("hsmd is away")] WorkerLost,
    #[error("device: {0}")] Device(String),
    #[error("{act}")] Io { act: &'static str, source: io::Error },
}
impl From<CryptoError> for holdfast_base::Error { fn from(e: CryptoError) -> Self { match e { CryptoError::Sealed => Self::Sealed, other => Self::internal("open or seal a value")(other) } } }
impl From<HsmError> for holdfast_base::Error { fn from(e: HsmError) -> Self { match e { HsmError::Sealed | HsmError::Uninitialised => Self::Sealed, other => Self::internal("use a key")(other) } } }
impl fmt::Display for KeyId { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&hex::encode(self.0)) } }
