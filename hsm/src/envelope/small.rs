//! The small format: one value, +46 bytes.

use holdfast_base::World;
use ring::hkdf::HKDF_SHA256;

use super::{
    AES_256_GCM_ID, Context, Key, SALT, TAG, VERSION,
    derive::{Cipher, expand},
};
use crate::{CryptoError, Epoch, limits};

const HEADER: usize = 1 + 1 + 4 + SALT;
const LABEL: &[u8] = b"holdfast/small/v1";

pub(crate) fn seal_small(
    key: &Key,
    epoch: Epoch,
    context: &Context,
    plain: &[u8],
    world: &World,
) -> Result<Vec<u8>, CryptoError> {
    if plain.len() > limits::SMALL_BYTES {
        return Err(CryptoError::TooLarge(plain.len()));
    }
    let mut out = Vec::with_capacity(HEADER + plain.len() + TAG);
    push_header(&mut out, epoch, world);
    let (cipher, nonce) = object_key(key, &out, context)?;
    out.extend_from_slice(plain);
    cipher.seal_tail(nonce, &mut out, HEADER)?;
    Ok(out)
}

pub(crate) fn open_small(key: &Key, context: &Context, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (header, body) = split_header(sealed)?;
    let (cipher, nonce) = object_key(key, header, context)?;
    let mut out = body.to_vec();
    let plain = cipher.open(nonce, &mut out)?;
    out.truncate(plain);
    Ok(out)
}

pub(super) fn push_header(out: &mut Vec<u8>, epoch: Epoch, world: &World) {
    out.extend_from_slice(&[VERSION, AES_256_GCM_ID]);
    out.extend_from_slice(&epoch.0.to_be_bytes());
    out.extend_from_slice(&world.random::<SALT>());
}

/// Splits the 30 bytes of version, cipher, epoch and salt off.
pub(super) fn split_header(sealed: &[u8]) -> Result<(&[u8], &[u8]), CryptoError> {
    match sealed {
        [VERSION, AES_256_GCM_ID, ..] if sealed.len() >= HEADER + TAG => Ok(sealed.split_at(HEADER)),
        [VERSION, AES_256_GCM_ID, ..] | [] => Err(CryptoError::Integrity),
        [version, ..] => Err(CryptoError::Format(*version)),
    }
}

fn object_key(key: &Key, header: &[u8], context: &Context) -> Result<(Cipher, [u8; 12]), CryptoError> {
    let okm = expand::<44>(HKDF_SHA256, key, &[LABEL, &[0], header, context.as_bytes()])?;
    let mut nonce = [0; 12];
    nonce.copy_from_slice(&okm[32..]);
    Ok((Cipher::new(&okm[..32])?, nonce))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> Key {
        Key::new([byte; 32])
    }

    fn place(n: u64) -> Context {
        Context::new("test.v1").u64(n)
    }

    #[test]
    fn adds_46_bytes_and_names_its_version_cipher_and_epoch() {
        let sealed = seal_small(&key(1), Epoch(7), &place(1), b"hello", &World::system()).unwrap();
        assert_eq!(sealed.len(), 5 + 46);
        assert_eq!(sealed[..6], [1, 1, 0, 0, 0, 7]);
    }

    #[test]
    fn the_same_plaintext_never_gives_the_same_bytes() {
        let world = World::system();
        let one = seal_small(&key(1), Epoch(1), &place(1), b"x", &world).unwrap();
        assert_ne!(one, seal_small(&key(1), Epoch(1), &place(1), b"x", &world).unwrap());
    }

    #[test]
    fn another_version_or_cipher_is_named() {
        let mut sealed = seal_small(&key(1), Epoch(1), &place(1), b"x", &World::system()).unwrap();
        sealed[0] = 9;
        assert_eq!(open_small(&key(1), &place(1), &sealed), Err(CryptoError::Format(9)));
        sealed[0] = 1;
        sealed[1] = 2;
        assert!(open_small(&key(1), &place(1), &sealed).is_err());
    }

    proptest! {
        #[test]
        fn opens_only_whole_in_place_and_under_its_key(
            plain in prop::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), bit in 0u8..8,
        ) {
            let sealed = seal_small(&key(1), Epoch(3), &place(1), &plain, &World::system()).unwrap();
            prop_assert_eq!(open_small(&key(1), &place(1), &sealed).unwrap(), plain);
            prop_assert!(open_small(&key(2), &place(1), &sealed).is_err());
            prop_assert!(open_small(&key(1), &place(2), &sealed).is_err());
            prop_assert!(open_small(&key(1), &place(1), &sealed[..at.index(sealed.len())]).is_err());
            let mut longer = sealed.clone();
            longer.push(0);
            prop_assert!(open_small(&key(1), &place(1), &longer).is_err());
            let mut flipped = sealed.clone();
            flipped[at.index(sealed.len())] ^= 1 << bit;
            prop_assert!(open_small(&key(1), &place(1), &flipped).is_err());
        }
    }
}
