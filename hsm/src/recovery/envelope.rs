//! The epoch key, sealed to the kit's public key, so that every rotation can issue it anew without the shares.
//!
//! ```text
//! K        = HKDF-SHA-256("holdfast/recovery/v1", X25519(ephemeral, kit))
//! okm      = HKDF-Expand(K, ephemeral public 32 · kit public 32 · context)        key 32 · commitment 32
//! envelope = version 1 · cipher 1 · ephemeral public 32 · commitment 32 · AES-256-GCM(key 32) 48            114 bytes
//! ```
//! As HPKE's base mode does it (RFC 9180), with ring's ciphers; X25519 is by x25519-dalek, since ring takes no private key
//! that it did not make. The key under GCM is used once, so its nonce is zero.

use holdfast_base::World;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf,
};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::{
    Epoch,
    envelope::{AES_256_GCM_ID, Context, same},
    wipe::Key,
};

const VERSION: u8 = 1;
const LABEL: &[u8] = b"holdfast/recovery/v1";
const PREFIX: usize = 1 + 1 + 32 + 32;
const ENVELOPE: usize = PREFIX + 32 + 16;

pub(super) fn public_of(private: &[u8; 32]) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(*private)).to_bytes()
}

pub(super) fn seal(kit: &[u8; 32], context: &Context, key: &Key, world: &World) -> Option<Vec<u8>> {
    let ephemeral = StaticSecret::from(*Zeroizing::new(world.random()));
    let public = PublicKey::from(&ephemeral).to_bytes();
    let (cipher, commitment) = derive(&ephemeral, kit, &public, kit, context)?;
    let mut out = vec![VERSION, AES_256_GCM_ID];
    out.extend_from_slice(&public);
    out.extend_from_slice(&commitment);
    let mut body = Zeroizing::new(key.to_vec());
    let tag = cipher.seal_in_place_separate_tag(zero(), Aad::from(&out[..]), &mut body).ok()?;
    out.extend_from_slice(&body);
    out.extend_from_slice(tag.as_ref());
    Some(out)
}

pub(super) fn open(private: &[u8; 32], context: &Context, envelope: &[u8]) -> Option<Key> {
    if envelope.len() != ENVELOPE || envelope[..2] != [VERSION, AES_256_GCM_ID] {
        return None;
    }
    let (prefix, body) = envelope.split_at(PREFIX);
    let public: [u8; 32] = prefix[2..34].try_into().ok()?;
    let secret = StaticSecret::from(*private);
    let (cipher, commitment) = derive(&secret, &public, &public, &PublicKey::from(&secret).to_bytes(), context)?;
    if !same(&commitment, &prefix[34..]) {
        return None;
    }
    let mut body = Zeroizing::new(body.to_vec());
    let plain = cipher.open_in_place(zero(), Aad::from(prefix), &mut body).ok()?;
    Key::of(plain)
}

/// Where the envelope belongs.
pub(super) fn context(kit: &[u8; 8], epoch: Epoch) -> Context {
    Context::new("keyring.recovery.v1").bytes(kit).u64(u64::from(epoch.0))
}

fn derive(
    ours: &StaticSecret,
    theirs: &[u8; 32],
    ephemeral: &[u8; 32],
    kit: &[u8; 32],
    context: &Context,
) -> Option<(LessSafeKey, [u8; 32])> {
    let shared = ours.diffie_hellman(&PublicKey::from(*theirs));
    // A public key of small order makes a secret that everybody knows.
    if !shared.was_contributory() {
        return None;
    }
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, LABEL).extract(shared.as_bytes());
    let mut okm = Zeroizing::new([0; 64]);
    prk.expand(&[ephemeral, kit, context.as_bytes()], Both).and_then(|out| out.fill(&mut *okm)).ok()?;
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &okm[..32]).ok()?);
    Some((cipher, okm[32..].try_into().ok()?))
}

struct Both;

impl hkdf::KeyType for Both {
    fn len(&self) -> usize {
        64
    }
}

fn zero() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_whole_in_its_place_and_by_its_kit() {
        let world = World::system();
        let (kit, other) = ([7; 32], [8; 32]);
        let place = context(&[1; 8], Epoch(3));
        let sealed = seal(&public_of(&kit), &place, &Key::new([9; 32]), &world).unwrap();
        assert_eq!(sealed.len(), 114);
        assert!(open(&kit, &place, &sealed).unwrap() == Key::new([9; 32]));
        assert!(open(&other, &place, &sealed).is_none());
        assert!(open(&kit, &context(&[1; 8], Epoch(4)), &sealed).is_none());
        assert!(open(&kit, &context(&[2; 8], Epoch(3)), &sealed).is_none());
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            // The highest bit of an X25519 point says nothing (RFC 7748), but it is authenticated all the same.
            flipped[at] ^= 0x80;
            assert!(open(&kit, &place, &flipped).is_none(), "{at}");
            assert!(open(&kit, &place, &sealed[..at]).is_none(), "{at}");
        }
        assert!(seal(&[0; 32], &place, &Key::new([9; 32]), &world).is_none(), "a point of small order");
    }
}
