//! The two kinds of records, and the chain that binds each to all before it.

use holdfast_base::{Timestamp, World};
use ring::{digest, hmac};

use crate::{
    CryptoError, Epoch, KeyId,
    envelope::{Context, Key, mac, open_small, seal_small},
    limits,
};

/// id 16 · sealed key 78 · zero 2 · chain 32
pub(super) const KEY_RECORD: usize = 128;
/// place of the key 4 · domain 16 · instant 8 · zero 4 · chain 32
pub(super) const TAKEN_RECORD: usize = 64;
const SEALED: usize = 78;
const CHAIN: usize = 32;

/// Head of a chain: the HMAC of the last record over all before it.
pub(super) type Head = [u8; CHAIN];

/// Makes and checks one chain.
pub(super) struct Chain {
    key: hmac::Key,
}

impl Chain {
    pub(super) fn new(epoch_key: &Key, file: &'static str) -> Result<Self, CryptoError> {
        let key = zeroize::Zeroizing::new(mac(epoch_key, "holdfast/keyring-chain/v1", file.as_bytes())?);
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &*key) })
    }

    pub(super) fn start() -> Head {
        [0; CHAIN]
    }

    /// Fills in the last 32 bytes of `record` and answers them.
    pub(super) fn append(&self, head: &Head, record: &mut [u8]) -> Head {
        let body = record.len() - CHAIN;
        let next = self.next(head, &record[..body]);
        record[body..].copy_from_slice(&next);
        next
    }

    /// The head after `record`, if it continues the chain.
    pub(super) fn follow(&self, head: &Head, record: &[u8]) -> Option<Head> {
        let (body, chain) = record.split_at(record.len() - CHAIN);
        let next = self.next(head, body);
        (next == chain).then_some(next)
    }

    fn next(&self, head: &Head, body: &[u8]) -> Head {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(head);
        context.update(body);
        let mut out = [0; CHAIN];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

/// A name for the key at `place`: RFC 9562 version 7 layout, with the place in the last four bytes.
pub(super) fn name_key(place: u32, world: &World) -> KeyId {
    let mut id = *world.uuid().as_bytes();
    id[12..].copy_from_slice(&place.to_be_bytes());
    KeyId(id)
}

pub(super) fn place_of(id: KeyId) -> u32 {
    let [.., a, b, c, d] = id.0;
    u32::from_be_bytes([a, b, c, d])
}

/// A record without its chain.
pub(super) fn key_record(id: KeyId, key: &Key, epoch_key: &Key, epoch: Epoch, world: &World) -> Result<Vec<u8>, CryptoError> {
    let mut record = id.0.to_vec();
    record.extend_from_slice(&seal_small(epoch_key, epoch, &place(id, epoch), &**key, world)?);
    record.resize(KEY_RECORD, 0);
    Ok(record)
}

pub(super) fn id_of(record: &[u8]) -> KeyId {
    let mut id = [0; 16];
    id.copy_from_slice(&record[..16]);
    KeyId(id)
}

pub(super) fn open_record(record: &[u8], epoch_key: &Key, epoch: Epoch) -> Result<Key, CryptoError> {
    let plain = zeroize::Zeroizing::new(open_small(epoch_key, &place(id_of(record), epoch), &record[16..16 + SEALED])?);
    Key::of(&plain).ok_or(CryptoError::Integrity)
}

fn place(id: KeyId, epoch: Epoch) -> Context {
    Context::new("keyring.key.v1").bytes(&id.0).u64(u64::from(epoch.0))
}

/// A record without its chain. A domain's name of more than 16 bytes is kept as a hash.
pub(super) fn taken_record(id: KeyId, domain: &str, at: Timestamp) -> Vec<u8> {
    let mut name = [0; limits::DOMAIN_BYTES];
    match domain.len() {
        length if length <= limits::DOMAIN_BYTES => name[..length].copy_from_slice(domain.as_bytes()),
        _ => name.copy_from_slice(&digest::digest(&digest::SHA256, domain.as_bytes()).as_ref()[..limits::DOMAIN_BYTES]),
    }
    let mut record = place_of(id).to_be_bytes().to_vec();
    record.extend_from_slice(&name);
    record.extend_from_slice(&at.0.to_be_bytes());
    record.resize(TAKEN_RECORD, 0);
    record
}
