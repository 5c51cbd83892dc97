use std::{
    iter,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use holdfast_base::{Timestamp, World};
use parking_lot::Mutex;

use super::{Client, VaultConfig, client::CallError};
use crate::{
    CryptoError, DekHandle, Epoch, HsmError, KeyId, SealReason, SealState, TokenStatus,
    arena::Arena,
    envelope::Key,
    handle::Keys,
    keyring::{self, Keyring, NextEpoch},
    limits,
    protocol::{Fault, TokenInfo},
    wipe::apart,
};

type Subscriber = Arc<dyn Fn(&SealState) + Send + Sync>;

/// Lock order: `unsealing`, `keyring`, `arena`, `state`. Nobody calls out while holding one of the last three.
pub(super) struct Core {
    pub(super) config: VaultConfig,
    pub(super) world: World,
    /// Before the first token and, where there is one, the second.
    clients: Vec<Client>,
    /// Which of them the keyring is bound to, as far as was seen.
    serving: AtomicUsize,
    /// Held by whoever unseals.
    pub(super) unsealing: Mutex<()>,
    state: Mutex<SealState>,
    keyring: Mutex<Option<Keyring>>,
    seals: AtomicU64,
    /// `None` where the memory could not be had: keys are then opened at each use.
    arena: Mutex<Option<Arena>>,
    changes: (Sender<SealState>, Receiver<SealState>),
    subscribers: Mutex<Vec<Subscriber>>,
    audit_key: Mutex<Option<Vec<u8>>>,
    token: Mutex<Option<TokenInfo>>,
    last_probe: Mutex<Option<Timestamp>>,
    probe_microseconds: AtomicU64,
}

impl Core {
    pub(super) fn new(config: VaultConfig, world: World) -> Arc<Self> {
        let capacity = NonZeroUsize::new(limits::OPEN_KEYS).unwrap_or(NonZeroUsize::MIN);
        let arena = Arena::new(capacity).inspect_err(|error| tracing::error!(%error, "map memory for keys")).ok();
        let state = match keyring::exists(&config.keyring) {
            true => SealState::Sealed { since: world.now(), why: SealReason::Start },
            false => SealState::Uninitialised,
        };
        Arc::new(Self {
            clients: iter::once(&config.socket).chain(&config.second_socket).cloned().map(Client::new).collect(),
            serving: AtomicUsize::new(0),
            config,
            world,
            unsealing: Mutex::new(()),
            state: Mutex::new(state),
            keyring: Mutex::new(None),
            seals: AtomicU64::new(0),
            arena: Mutex::new(arena),
            changes: unbounded(),
            subscribers: Mutex::new(Vec::new()),
            audit_key: Mutex::new(None),
            token: Mutex::new(None),
            last_probe: Mutex::new(None),
            probe_microseconds: AtomicU64::new(0),
        })
    }

    /// The one before the keyring's token.
    pub(super) fn client(&self) -> &Client {
        &self.clients[self.serving.load(Ordering::Relaxed).min(self.clients.len() - 1)]
    }

    pub(super) fn clients(&self) -> &[Client] {
        &self.clients
    }

    pub(super) fn serve_by(&self, client: usize) {
        self.serving.store(client, Ordering::Relaxed);
    }

    pub(super) fn state(&self) -> SealState {
        self.state.lock().clone()
    }

    pub(super) fn set_state(&self, next: SealState) {
        let mut state = self.state.lock();
        if *state != next {
            *state = next.clone();
            // Sent under the lock, so that subscribers see the order in which it happened.
            let _ = self.changes.0.send(next);
        }
    }

    pub(super) fn subscribe(&self, f: Box<dyn Fn(&SealState) + Send + Sync>) {
        self.subscribers.lock().push(Arc::from(f));
    }

    pub(super) fn changes(&self) -> Receiver<SealState> {
        self.changes.1.clone()
    }

    pub(super) fn tell(&self, state: &SealState) {
        let subscribers = self.subscribers.lock().clone();
        for subscriber in subscribers {
            subscriber(state);
        }
    }

    /// Takes over an opened keyring, unless somebody sealed the box since there were `seals`.
    pub(super) fn open(&self, keyring: Keyring, seals: u64) -> Result<(), HsmError> {
        let epoch = keyring.header().epoch;
        let mut held = self.keyring.lock();
        if self.seals() != seals {
            self.set_state(SealState::Sealed { since: self.world.now(), why: SealReason::Operator });
            return Err(HsmError::Sealed);
        }
        *self.audit_key.lock() = Some(keyring.header().audit_public_key.clone());
        *held = Some(keyring);
        self.set_state(SealState::Unsealed { epoch });
        Ok(())
    }

    /// How often the box was told to seal.
    pub(super) fn seals(&self) -> u64 {
        self.seals.load(Ordering::SeqCst)
    }

    /// Wipes first, tells second.
    pub(super) fn seal(&self, why: SealReason) {
        let mut held = self.keyring.lock();
        self.seals.fetch_add(1, Ordering::SeqCst);
        let Some(mut keyring) = held.take() else { return };
        if let Some(arena) = self.arena.lock().as_mut() {
            arena.wipe();
        }
        self.set_state(SealState::Sealed { since: self.world.now(), why });
        keyring.settle().unwrap_or_else(|error| tracing::warn!(%error, "note which keys are taken"));
    }

    /// hsmd is away; keys still work until `seals_at`.
    pub(super) fn degrade(&self, since: Timestamp, seals_at: Timestamp) {
        let held = self.keyring.lock();
        if held.is_some() {
            self.set_state(SealState::Degraded { since, seals_at });
        }
    }

    /// hsmd is back in time.
    pub(super) fn recover(&self, epoch: Epoch) {
        let held = self.keyring.lock();
        if held.is_some() {
            self.set_state(SealState::Unsealed { epoch });
        }
    }

    pub(super) fn sealed_at_start(&self) -> SealState {
        SealState::Sealed { since: self.world.now(), why: SealReason::Start }
    }

    pub(super) fn log_out(&self) {
        if let Err(error) = self.client().logout() {
            tracing::info!(%error, "the token was not logged out");
        }
    }

    pub(super) fn with_keyring<T>(&self, act: impl FnOnce(&mut Keyring) -> Result<T, HsmError>) -> Result<T, HsmError> {
        match self.keyring.lock().as_mut() {
            Some(keyring) => act(keyring),
            None => Err(self.closed()),
        }
    }

    /// Changes the epoch under the keyring's lock, and forgets every open key: some may be shredded.
    pub(super) fn rotate(&self, next: NextEpoch, shred: &[KeyId]) -> Result<Epoch, HsmError> {
        let mut held = self.keyring.lock();
        let keyring = held.as_mut().ok_or(HsmError::Sealed)?;
        keyring.rotate(next, shred)?;
        if let Some(arena) = self.arena.lock().as_mut() {
            arena.wipe();
        }
        let epoch = keyring.header().epoch;
        self.set_state(SealState::Unsealed { epoch });
        Ok(epoch)
    }

    /// Why there are no keys.
    fn closed(&self) -> HsmError {
        match *self.state.lock() {
            SealState::Uninitialised => HsmError::Uninitialised,
            _ => HsmError::Sealed,
        }
    }

    pub(super) fn handle(core: &Arc<Self>, id: KeyId) -> Result<DekHandle, HsmError> {
        core.load(id)?;
        let epoch = core.with_keyring(|keyring| Ok(keyring.header().epoch))?;
        Ok(DekHandle::new(id, epoch, core.clone(), core.world.clone()))
    }

    /// From memory, else from the keyring. The keyring stays locked until the key is in the arena: a sealing that
    /// begins meanwhile wipes it after that, never before.
    fn load(&self, id: KeyId) -> Result<Key, HsmError> {
        if let Some(key) = self.arena.lock().as_mut().and_then(|arena| arena.get(id)) {
            return Ok(key);
        }
        apart(|| {
            self.with_keyring(|keyring| {
                let key = keyring.key(id)?;
                if let Some(arena) = self.arena.lock().as_mut() {
                    arena.put(id, &key);
                }
                Ok(key)
            })
        })
    }

    /// A token that was logged out by a restart of hsmd is logged in again once.
    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, HsmError> {
        if self.keyring.lock().is_none() {
            return Err(self.closed());
        }
        match self.client().sign(digest) {
            Err(CallError::Fault(Fault::LoggedOut)) => {
                self.client().resume()?;
                Ok(self.client().sign(digest)?)
            }
            done => Ok(done?),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, HsmError> {
        let key = self.audit_public_key()?;
        let mut digest = [0; 32];
        digest.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, message).as_ref());
        let signature = self.sign_digest(&digest)?;
        match verifies(&key, message, &signature) {
            true => Ok(signature),
            false => Err(HsmError::Device("the token's signature does not verify".into())),
        }
    }

    /// Whether the canary's fingerprint is the one that was pinned. A token may be wrong once: the caller looks again.
    pub(super) fn recognise(&self, found: [u8; 8]) -> Result<(), HsmError> {
        match self.with_keyring(|keyring| Ok(keyring.header().fingerprint))? == found {
            true => Ok(()),
            false => Err(HsmError::Device("the canary has another fingerprint".into())),
        }
    }

    pub(super) fn audit_public_key(&self) -> Result<Vec<u8>, HsmError> {
        self.audit_key.lock().clone().ok_or_else(|| self.closed())
    }

    pub(super) fn note_probe(&self, took: Duration) {
        *self.last_probe.lock() = Some(self.world.now());
        self.probe_microseconds.store(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn note_token(&self, token: TokenInfo) {
        *self.token.lock() = Some(token);
    }

    pub(super) fn status(&self) -> Result<TokenStatus, HsmError> {
        let seen = self.client().token();
        let token = match seen {
            Ok(token) => {
                self.note_token(token.clone());
                token
            }
            Err(error) => self.token.lock().clone().ok_or_else(|| HsmError::from(error))?,
        };
        let mut status = TokenStatus {
            software: token.manufacturer.contains("SoftHSM") || token.model.contains("SoftHSM"),
            label: token.label,
            serial: token.serial,
            model: token.model,
            manufacturer: token.manufacturer,
            mechanism: String::new(),
            epoch: Epoch(0),
            domain_keys: 0,
            data_keys: 0,
            spare_keys: 0,
            last_probe_at: *self.last_probe.lock(),
            probe_microseconds: self.probe_microseconds.load(Ordering::Relaxed),
            operations: self.clients.iter().map(Client::calls).sum(),
        };
        if let Some(keyring) = self.keyring.lock().as_ref() {
            status.mechanism = keyring.header().mechanism.clone();
            status.epoch = keyring.header().epoch;
            status.domain_keys = keyring.header().domains.len() as u64;
            status.data_keys = keyring.taken().saturating_sub(status.domain_keys);
            status.spare_keys = keyring.spare() as u64;
        }
        Ok(status)
    }
}

/// `key` is SubjectPublicKeyInfo DER of P-256, which ends with the point.
pub(crate) fn verifies(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Some((_, point)) = key.split_last_chunk::<65>() else { return false };
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_ASN1, point);
    key.verify(message, signature).is_ok()
}

impl Keys for Core {
    fn key(&self, id: KeyId) -> Result<Key, CryptoError> {
        self.load(id).map_err(|error| match error {
            HsmError::Sealed | HsmError::Uninitialised => CryptoError::Sealed,
            _ => CryptoError::Integrity,
        })
    }
}
