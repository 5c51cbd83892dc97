//! The committing format: one value, +78 bytes, with an exportable key that opens exactly this value.
//!
//! data key → entry key (bound to header and context) → key, nonce, commitment. The commitment stands in the
//! ciphertext, so no other entry key can be made to open it: an auditor who holds leaf and entry key knows that the
//! plaintext belongs to the leaf.

use holdfast_base::World;
use ring::hkdf::HKDF_SHA256;

use super::{
    COMMITMENT, Context, Key, TAG,
    derive::{Cipher, expand, same},
    small::{push_header, split_header},
};
use crate::{CryptoError, Epoch, limits};

const ENTRY_LABEL: &[u8] = b"holdfast/entry/v1";
const OPEN_LABEL: &[u8] = b"holdfast/entry-open/v1";

pub(crate) fn seal_committing(
    key: &Key,
    epoch: Epoch,
    context: &Context,
    plain: &[u8],
    world: &World,
) -> Result<Vec<u8>, CryptoError> {
    if plain.len() > limits::SMALL_BYTES {
        return Err(CryptoError::TooLarge(plain.len()));
    }
    let mut out = Vec::with_capacity(plain.len() + 78);
    push_header(&mut out, epoch, world);
    let opener = Opener::new(&*derive_entry_key(key, &out, context)?, &out, context)?;
    out.extend_from_slice(&opener.commitment);
    let from = out.len();
    out.extend_from_slice(plain);
    opener.cipher.seal_tail(opener.nonce, &mut out, from)?;
    Ok(out)
}

pub(crate) fn open_committing(key: &Key, context: &Context, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (header, _) = split_header(sealed)?;
    open_with_entry_key(&*derive_entry_key(key, header, context)?, context, sealed)
}

/// The key of this one ciphertext. Answers only for a ciphertext that it opens.
pub(crate) fn entry_key(key: &Key, context: &Context, sealed: &[u8]) -> Result<[u8; 32], CryptoError> {
    let (header, _) = split_header(sealed)?;
    let entry_key = derive_entry_key(key, header, context)?;
    open_with_entry_key(&entry_key, context, sealed)?;
    Ok(*entry_key)
}

/// Opens a committing ciphertext with an exported entry key: no vault needed.
/// Fails when key, context and commitment do not belong together.
pub fn open_with_entry_key(key: &[u8; 32], context: &Context, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (header, rest) = split_header(sealed)?;
    if rest.len() < COMMITMENT + TAG {
        return Err(CryptoError::Integrity);
    }
    let (commitment, body) = rest.split_at(COMMITMENT);
    let opener = Opener::new(key, header, context)?;
    if !same(&opener.commitment, commitment) {
        return Err(CryptoError::Integrity);
    }
    let mut out = body.to_vec();
    let plain = opener.cipher.open(opener.nonce, &mut out)?;
    out.truncate(plain);
    Ok(out)
}

fn derive_entry_key(key: &Key, header: &[u8], context: &Context) -> Result<Key, CryptoError> {
    expand::<32>(HKDF_SHA256, key, &[ENTRY_LABEL, &[0], header, context.as_bytes()]).map(|bytes| Key::new(*bytes))
}

struct Opener {
    cipher: Cipher,
    nonce: [u8; 12],
    commitment: [u8; 32],
}

impl Opener {
    fn new(entry_key: &[u8; 32], header: &[u8], context: &Context) -> Result<Self, CryptoError> {
        let okm = expand::<76>(HKDF_SHA256, entry_key, &[OPEN_LABEL, &[0], header, context.as_bytes()])?;
        let (mut nonce, mut commitment) = ([0; 12], [0; 32]);
        nonce.copy_from_slice(&okm[32..44]);
        commitment.copy_from_slice(&okm[44..]);
        Ok(Self { cipher: Cipher::new(&okm[..32])?, nonce, commitment })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(n: u64) -> Context {
        Context::new("audit.entry.v1").u64(n)
    }

    proptest! {
        #[test]
        fn the_entry_key_opens_its_entry_and_nothing_else(
            plain in prop::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), bit in 0u8..8,
        ) {
            let key = Key::new([1; 32]);
            let world = World::system();
            let sealed = seal_committing(&key, Epoch(1), &place(1), &plain, &world).unwrap();
            let neighbour = seal_committing(&key, Epoch(1), &place(2), &plain, &world).unwrap();
            prop_assert_eq!(sealed.len(), plain.len() + 78);
            prop_assert_eq!(&open_committing(&key, &place(1), &sealed).unwrap(), &plain);

            let exported = entry_key(&key, &place(1), &sealed).unwrap();
            prop_assert_eq!(&open_with_entry_key(&exported, &place(1), &sealed).unwrap(), &plain);
            prop_assert!(open_with_entry_key(&exported, &place(2), &neighbour).is_err());
            prop_assert!(open_with_entry_key(&exported, &place(2), &sealed).is_err());
            prop_assert!(entry_key(&key, &place(2), &sealed).is_err());

            let mut flipped = sealed.clone();
            flipped[at.index(sealed.len())] ^= 1 << bit;
            prop_assert!(open_committing(&key, &place(1), &flipped).is_err());
            prop_assert!(open_committing(&key, &place(1), &sealed[..at.index(sealed.len())]).is_err());
            let mut other = exported;
            other[at.index(32)] ^= 1 << bit;
            prop_assert!(open_with_entry_key(&other, &place(1), &sealed).is_err());
        }
    }

    #[test]
    fn small_and_committing_do_not_open_each_other() {
        let key = Key::new([1; 32]);
        let world = World::system();
        let small = super::super::seal_small(&key, Epoch(1), &place(1), &[0; 64], &world).unwrap();
        let committing = seal_committing(&key, Epoch(1), &place(1), &[0; 64], &world).unwrap();
        assert!(open_committing(&key, &place(1), &small).is_err());
        assert!(super::super::open_small(&key, &place(1), &committing).is_err());
    }
}
