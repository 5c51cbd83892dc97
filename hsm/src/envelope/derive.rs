//! Derivation by HKDF-Expand (RFC 5869): data keys are uniformly random, so there is nothing to extract.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{self, HKDF_SHA256, Prk},
    hmac,
};
use zeroize::Zeroizing;

use super::Key;
use crate::{CryptoError, SqlcipherKey};

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF-Expand over the concatenation of `info`. The caller keeps `info` parseable: fixed lengths, or a zero byte after a name.
pub(super) fn expand<const N: usize>(
    hash: hkdf::Algorithm,
    key: &[u8; 32],
    info: &[&[u8]],
) -> Result<Zeroizing<[u8; N]>, CryptoError> {
    let mut out = Zeroizing::new([0; N]);
    Prk::new_less_safe(hash, key)
        .expand(info, Length(N))
        .and_then(|okm| okm.fill(&mut *out))
        .map_err(|_| CryptoError::Integrity)?;
    Ok(out)
}

/// AES-256-GCM under a key that lives as long as this value: ring does not wipe key schedules, so keep it short.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    pub(super) fn new(key: &[u8]) -> Result<Self, CryptoError> {
        UnboundKey::new(&AES_256_GCM, key).map(|key| Self(LessSafeKey::new(key))).map_err(|_| CryptoError::Integrity)
    }

    /// Seals the plaintext that begins at `from` in `out`, in place, and appends the tag.
    pub(super) fn seal_tail(&self, nonce: [u8; 12], out: &mut Vec<u8>, from: usize) -> Result<(), CryptoError> {
        let (_, plain) = out.split_at_mut(from);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), plain)
            .map_err(|_| CryptoError::TooLarge(out.len()))?;
        out.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Opens ciphertext and tag in place; answers the length of the plaintext at the start of `sealed`.
    pub(super) fn open(&self, nonce: [u8; 12], sealed: &mut [u8]) -> Result<usize, CryptoError> {
        self.0
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), sealed)
            .map(|plain| plain.len())
            .map_err(|_| CryptoError::Integrity)
    }
}

/// Equality in constant time.
pub(crate) fn same(a: &[u8; 32], b: &[u8]) -> bool {
    // ring's own comparison is deprecated in 0.17; two MACs under a throwaway key say the same.
    let key = hmac::Key::new(hmac::HMAC_SHA256, a);
    hmac::verify(&key, b, hmac::sign(&key, a).as_ref()).is_ok()
}

fn subkey(key: &Key, use_: &str, label: &str) -> Result<hmac::Key, CryptoError> {
    let bytes = expand::<32>(HKDF_SHA256, key, &[use_.as_bytes(), &[0], label.as_bytes()])?;
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &*bytes))
}

pub(crate) fn mac(key: &Key, label: &str, value: &[u8]) -> Result<[u8; 32], CryptoError> {
    let tag = hmac::sign(&subkey(key, "holdfast/mac/v1", label)?, value);
    tag.as_ref().try_into().map_err(|_| CryptoError::Integrity)
}

pub(crate) fn blind(key: &Key, label: &str, value: &[u8]) -> Result<[u8; 16], CryptoError> {
    let tag = hmac::sign(&subkey(key, "holdfast/blind/v1", label)?, value);
    let mut out = [0; 16];
    out.copy_from_slice(&tag.as_ref()[..16]);
    Ok(out)
}

/// XOR of the MACs of all items.
pub(crate) fn sum(key: &Key, label: &str, items: &mut dyn Iterator<Item = Vec<u8>>) -> Result<[u8; 32], CryptoError> {
    let subkey = subkey(key, "holdfast/sum/v1", label)?;
    Ok(items.fold([0; 32], |mut sum, item| {
        sum.iter_mut().zip(hmac::sign(&subkey, &item).as_ref()).for_each(|(byte, tag)| *byte ^= tag);
        sum
    }))
}

pub(crate) fn sqlcipher(key: &Key) -> Result<SqlcipherKey, CryptoError> {
    let both = expand::<48>(HKDF_SHA256, key, &[b"holdfast/sqlcipher/v1", &[0]])?;
    let mut out = SqlcipherKey { key: Zeroizing::new([0; 32]), salt: [0; 16] };
    out.key.copy_from_slice(&both[..32]);
    out.salt.copy_from_slice(&both[32..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_depend_on_key_use_label_and_value() {
        let (a, b): (Key, Key) = (Key::new([1; 32]), Key::new([2; 32]));
        let mut seen = std::collections::HashSet::new();
        for key in [&a, &b] {
            for label in ["emoji", "name"] {
                for value in [&b"x"[..], b"y", b""] {
                    assert!(seen.insert(blind(key, label, value).unwrap().to_vec()));
                    assert!(seen.insert(mac(key, label, value).unwrap()[..16].to_vec()));
                    assert_eq!(blind(key, label, value).unwrap(), blind(key, label, value).unwrap());
                }
            }
            assert!(seen.insert(sqlcipher(key).unwrap().key.to_vec()));
        }
    }

    #[test]
    fn a_sum_forgets_order_and_notices_all_else() {
        let key = Key::new([1; 32]);
        let of = |items: &[&str]| sum(&key, "rows", &mut items.iter().map(|item| item.as_bytes().to_vec())).unwrap();
        assert_eq!(of(&["a", "b", "c"]), of(&["c", "a", "b"]));
        assert_eq!(of(&["a", "b", "b"]), of(&["a"]), "what comes and goes leaves nothing");
        assert_eq!(of(&[]), [0; 32]);
        for other in [&["a", "b"][..], &["a", "b", "c", "d"], &["a", "b", "cc"]] {
            assert_ne!(of(&["a", "b", "c"]), of(other));
        }
        assert_ne!(of(&["a"]), sum(&key, "others", &mut [b"a".to_vec()].into_iter()).unwrap());
    }

    #[test]
    fn comparison_sees_length_and_content() {
        assert!(same(&[7; 32], &[7; 32]));
        assert!(!same(&[7; 32], &[8; 32]));
        assert!(!same(&[7; 32], &[7; 31]));
    }
}
