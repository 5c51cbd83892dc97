//! Sealed to a public key, so that whoever writes cannot read: the epoch key to a recovery kit, so that every rotation can
//! issue it anew without the shares, and what happens while the box is sealed to the audit log.
//!
//! ```text
//! K        = HKDF-SHA-256("holdfast/recovery/v1", X25519(ephemeral, reader))
//! okm      = HKDF-Expand(K, ephemeral public 32 · reader's public 32 · context)   key 32 · commitment 32
//! envelope = version 1 · cipher 1 · ephemeral public 32 · commitment 32 · AES-256-GCM(plain) · tag 16
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

use super::{AES_256_GCM_ID, COMMITMENT, Context, TAG, VERSION, same};

const LABEL: &[u8] = b"holdfast/recovery/v1";
const PREFIX: usize = 1 + 1 + 32 + COMMITMENT;

pub(crate) fn public_of(private: &[u8; 32]) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(*private)).to_bytes()
}

/// `None`: the reader's public key is none.
pub(crate) fn post(reader: &[u8; 32], context: &Context, plain: &[u8], world: &World) -> Option<Vec<u8>> {
    let ephemeral = StaticSecret::from(*Zeroizing::new(world.random()));
    let public = PublicKey::from(&ephemeral).to_bytes();
    let (cipher, commitment) = derive(&ephemeral, reader, &public, reader, context)?;
    let mut out = vec![VERSION, AES_256_GCM_ID];
    out.extend_from_slice(&public);
    out.extend_from_slice(&commitment);
    let mut body = Zeroizing::new(plain.to_vec());
    let tag = cipher.seal_in_place_separate_tag(zero(), Aad::from(&out[..]), &mut body).ok()?;
    out.extend_from_slice(&body);
    out.extend_from_slice(tag.as_ref());
    Some(out)
}

pub(crate) fn open_posted(private: &[u8; 32], context: &Context, envelope: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if envelope.len() < PREFIX + TAG || envelope[..2] != [VERSION, AES_256_GCM_ID] {
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
    let length = cipher.open_in_place(zero(), Aad::from(prefix), &mut body).ok()?.len();
    body.truncate(length);
    Some(body)
}

fn derive(
    ours: &StaticSecret,
    theirs: &[u8; 32],
    ephemeral: &[u8; 32],
    reader: &[u8; 32],
    context: &Context,
) -> Option<(LessSafeKey, [u8; 32])> {
    let shared = ours.diffie_hellman(&PublicKey::from(*theirs));
    // A public key of small order makes a secret that everybody knows.
    if !shared.was_contributory() {
        return None;
    }
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, LABEL).extract(shared.as_bytes());
    let mut okm = Zeroizing::new([0; 64]);
    prk.expand(&[ephemeral, reader, context.as_bytes()], Both).and_then(|out| out.fill(&mut *okm)).ok()?;
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
    fn opens_only_whole_in_its_place_and_by_its_reader() {
        let world = World::system();
        let (reader, other) = ([7; 32], [8; 32]);
        let place = Context::new("test.v1").u64(3);
        let sealed = post(&public_of(&reader), &place, &[9; 32], &world).unwrap();
        assert_eq!(sealed.len(), 114);
        assert_eq!(*open_posted(&reader, &place, &sealed).unwrap(), [9; 32]);
        assert!(open_posted(&other, &place, &sealed).is_none());
        assert!(open_posted(&reader, &Context::new("test.v1").u64(4), &sealed).is_none());
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            // The highest bit of an X25519 point says nothing (RFC 7748), but it is authenticated all the same.
            flipped[at] ^= 0x80;
            assert!(open_posted(&reader, &place, &flipped).is_none(), "{at}");
            assert!(open_posted(&reader, &place, &sealed[..at]).is_none(), "{at}");
        }
        assert!(post(&[0; 32], &place, &[9; 32], &world).is_none(), "a point of small order");
    }
}
