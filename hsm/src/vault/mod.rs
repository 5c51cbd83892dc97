#![allow(clippy::unimplemented, unused_variables, missing_docs)]
use std::{path::PathBuf, sync::Arc};

use holdfast_base::World;

use crate::{DekHandle, Domain, HsmError, KeyId, Pin, SealReason, SealState, TokenStatus};

pub struct VaultConfig { pub socket: PathBuf, pub keyring: PathBuf }
#[derive(Clone)]
pub struct Vault { inner: Arc<()> }
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
