//! What the appliance holds: a vault that is sealed or not, and hands out handles while it is not.
//!
//! Always true: connecting never fails; a change of state reaches every subscriber, in order; sealing wipes every key
//! before it returns; the token is asked once a second, whatever the traffic.

mod client;
mod core;
mod rotate;
mod second;
mod unseal;
mod watch;

use std::{path::PathBuf, sync::Arc, time::Duration};

use holdfast_base::{Timestamp, World};

pub(crate) use client::{Client, Root};
use core::Core;
pub(crate) use core::verifies;

use crate::{
    DekHandle, Domain, Epoch, HsmError, KeyId, KeyringState, Pin, SealReason, SealState, SecondToken, TokenStatus, WrapMechanism,
    recovery::{Kit, KitState, Share, Split},
    wipe::apart,
};

pub struct VaultConfig {
    /// The Unix socket of hsmd.
    pub socket: PathBuf,
    /// That of the hsmd before a second token, where there is one.
    pub second_socket: Option<PathBuf>,
    /// The folder of the keyring.
    pub keyring: PathBuf,
}

/// Cheap to clone; all clones are one vault. Its threads end with the last clone and the last handle.
#[derive(Clone)]
pub struct Vault {
    core: Arc<Core>,
}

impl Vault {
    /// Never fails: comes up Sealed or Uninitialised on any fault. Probes hsmd every second from a thread of its own.
    pub fn connect(config: VaultConfig, world: World) -> Self {
        let core = Core::new(config, world);
        watch::start(&core);
        Self { core }
    }

    pub fn state(&self) -> SealState {
        self.core.state()
    }

    /// Called on every change of state, from the vault's thread, in order. Keep it short.
    pub fn subscribe(&self, f: Box<dyn Fn(&SealState) + Send + Sync>) {
        self.core.subscribe(f);
    }

    /// One PIN attempt. `None`: hsmd uses the PIN of its credential file. Waits up to
    /// [`crate::limits::UNSEAL_PATIENCE`] for an hsmd that is just being started again.
    pub fn unseal(&self, pin: Option<Pin>) -> Result<(), HsmError> {
        self.unseal_within(pin, crate::limits::UNSEAL_PATIENCE)
    }

    /// As [`Vault::unseal`], with another patience for an hsmd that is just being started again.
    pub fn unseal_within(&self, pin: Option<Pin>, patience: Duration) -> Result<(), HsmError> {
        apart(|| unseal::unseal(&self.core, unseal::By::Operator(pin.as_ref()), patience))
    }

    /// With the second token in the place of the first, from now on: the one that was first is the second then, and is brought
    /// up when it comes back. The audit log is signed by the other key from here. Only while sealed.
    pub fn unseal_with_second(&self, pin: Option<Pin>) -> Result<(), HsmError> {
        apart(|| unseal::unseal_with_second(&self.core, unseal::By::Operator(pin.as_ref())))
    }

    /// Where no operator asks, as after a start: with the credential file, and not while an earlier login was never
    /// answered ([`HsmError::LoginUnanswered`]), since that may have cost one of the token's attempts.
    pub fn unseal_unasked(&self) -> Result<(), HsmError> {
        apart(|| unseal::unseal(&self.core, unseal::By::Nobody, crate::limits::UNSEAL_PATIENCE))
    }

    /// Idempotent; wipes every key; handles answer `Sealed` from now on. Logs the token out.
    pub fn seal(&self, why: SealReason) {
        apart(|| self.core.seal(why));
        self.core.log_out();
    }

    /// The domain's key made at the ceremony. A missing key is an error, never a new key.
    pub fn domain(&self, domain: Domain) -> Result<DekHandle, HsmError> {
        let id = self.core.with_keyring(|keyring| keyring.domain(domain.0))?;
        Core::handle(&self.core, id)
    }

    /// The domain's key is this one from now on, and the one before can be shredded. For a domain whose key seals nothing any
    /// more: everything was sealed again under the other.
    pub fn name_domain(&self, domain: Domain, key: KeyId) -> Result<(), HsmError> {
        apart(|| self.core.with_keyring(|keyring| keyring.name_domain(domain.0, key)))
    }

    /// The key that a row names.
    pub fn key(&self, id: KeyId) -> Result<DekHandle, HsmError> {
        Core::handle(&self.core, id)
    }

    /// Taken from keys made durable ahead: no wait. The caller's row stores `id()`.
    pub fn create_key(&self, domain: Domain) -> Result<DekHandle, HsmError> {
        let id = apart(|| self.core.with_keyring(|keyring| keyring.take(domain.0)))?;
        Core::handle(&self.core, id)
    }

    /// ECDSA P-256 with SHA-256 over `message` by the HSM's audit key, as ASN.1 DER. Checked against the pinned key before it is
    /// answered: a token that signs wrongly is seen here, not by the first auditor.
    pub fn sign_audit(&self, message: &[u8]) -> Result<Vec<u8>, HsmError> {
        self.core.sign(message)
    }

    /// SubjectPublicKeyInfo DER of the audit key, as the ceremony pinned it. Known after the first unseal.
    pub fn audit_public_key(&self) -> Result<Vec<u8>, HsmError> {
        self.core.audit_public_key()
    }

    /// How far the keyring is durable. Neither number of one epoch ever becomes less.
    pub fn keyring_state(&self) -> Result<KeyringState, HsmError> {
        self.core.with_keyring(|keyring| {
            let header = keyring.header();
            Ok(KeyringState { epoch: header.epoch, keys: header.keys, released: header.released })
        })
    }

    /// A disk error has ended the keyring: the process should end, and recover from what is on the disk.
    pub fn poisoned(&self) -> bool {
        self.core.with_keyring(|keyring| Ok(keyring.poisoned())).unwrap_or(false)
    }

    /// A new epoch: every data key is sealed again under a new key of the token, those in `shred` are left out, and the
    /// token's key of the old epoch is destroyed, so that no copy of the old keyring opens again. Handles of what was
    /// shredded answer `Integrity` from then on. Takes seconds for a million keys; the vault's other callers wait meanwhile.
    /// An interrupted rotation is finished by the next one.
    pub fn rotate(&self, shred: &[KeyId]) -> Result<Epoch, HsmError> {
        apart(|| rotate::rotate(&self.core, None, shred))
    }

    /// As [`Vault::rotate`]; the new epoch key is wrapped by this mechanism, and so are later ones. Refused, and nothing is
    /// changed, where the token does not do it.
    pub fn rotate_to(&self, mechanism: WrapMechanism) -> Result<Epoch, HsmError> {
        apart(|| rotate::rotate(&self.core, Some(mechanism), &[]))
    }

    /// Wraps the epoch key with the second token too (its keys are made by [`crate::ceremony::prepare_second`]), or brings one
    /// up that has missed rotations. From then on each rotation takes it along where it can be reached.
    pub fn copy_to_second(&self, pin: Option<Pin>) -> Result<SecondToken, HsmError> {
        apart(|| second::copy(&self.core, pin.as_ref()))
    }

    /// There is no second token any more. What is on it stays there: destroy the token.
    pub fn forget_second(&self) -> Result<(), HsmError> {
        apart(|| self.core.with_keyring(|keyring| keyring.set_second(None)))
    }

    /// The second token as the keyring knows it. Known while unsealed.
    pub fn second(&self) -> Result<Option<SecondToken>, HsmError> {
        self.core.with_keyring(|keyring| Ok(second::state(keyring.header())))
    }

    pub(crate) fn make_kit(&self, split: Split) -> Result<Vec<Share>, HsmError> {
        apart(|| self.core.with_keyring(|keyring| keyring.make_kit(split)))
    }

    /// Public keys that signed for the audit log before, each with the instant when its token was given up.
    /// Known while unsealed.
    pub fn former_audit_keys(&self) -> Result<Vec<(Vec<u8>, Timestamp)>, HsmError> {
        self.core.with_keyring(|keyring| Ok(keyring.header().former_audit_keys.clone()))
    }

    /// The recovery kit in force, if there is one. Known while unsealed.
    pub fn kit(&self) -> Result<Option<KitState>, HsmError> {
        self.core.with_keyring(|keyring| Ok(keyring.header().kit.as_ref().map(Kit::state)))
    }

    /// When the epoch began. Known while unsealed.
    pub fn epoch_since(&self) -> Result<Timestamp, HsmError> {
        self.core.with_keyring(|keyring| Ok(keyring.header().epoch_since))
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn masked_epoch_key(&self, mask: u8) -> Result<[u8; 32], HsmError> {
        self.core.with_keyring(|keyring| Ok(keyring.masked_epoch_key(mask)))
    }

    /// The token and the keyring. While hsmd is away: as last seen.
    pub fn status(&self) -> Result<TokenStatus, HsmError> {
        self.core.status()
    }
}
