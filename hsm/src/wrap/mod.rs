//! How the token's key of an epoch wraps the epoch key. The ceremony pins the mechanism in the keyring's header; only a
//! rotation changes it, and nothing falls back to another one.

mod gcm;
mod prf;

use std::fmt;

use holdfast_base::World;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::protocol::Fault;

/// Bytes 2 to 10 of every wrapped key.
const FINGERPRINT: std::ops::Range<usize> = 2..10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum WrapMechanism {
    /// One HMAC-SHA-256 in the token, for any token.
    #[default]
    Prf,
    /// AES-256-GCM in the token, for those that take a nonce from outside.
    AesGcm,
}

/// What the token does with its key of one epoch.
pub(crate) trait RootKey {
    fn hmac(&mut self, message: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault>;
    /// Ciphertext and tag.
    fn encrypt(&mut self, nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault>;
    fn decrypt(&mut self, nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault>;
}

impl WrapMechanism {
    pub const ALL: [Self; 2] = [Self::Prf, Self::AesGcm];

    /// As the keyring's header, commands and reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prf => "prf-hmac-sha256",
            Self::AesGcm => "aes-256-gcm",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.name() == name)
    }

    /// Label of the token's key of this epoch.
    pub(crate) fn key_label(self, epoch: u32) -> String {
        match self {
            Self::Prf => format!("root.prf.{epoch}"),
            Self::AesGcm => format!("root.aes.{epoch}"),
        }
    }

    /// Eight bytes by which the token's key is known.
    pub(crate) fn fingerprint(self, root: &mut dyn RootKey) -> Result<[u8; 8], Fault> {
        match self {
            Self::Prf => prf::fingerprint(&mut |message| root.hmac(message)),
            Self::AesGcm => gcm::fingerprint(root),
        }
    }

    pub(crate) fn wrap(self, root: &mut dyn RootKey, context: &[u8], secret: &[u8; 32], world: &World) -> Result<Vec<u8>, Fault> {
        match self {
            Self::Prf => prf::wrap(&mut |message| root.hmac(message), world.random(), context, secret),
            Self::AesGcm => gcm::wrap(root, world.random(), context, secret),
        }
    }

    pub(crate) fn unwrap(self, root: &mut dyn RootKey, context: &[u8], blob: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault> {
        match self {
            Self::Prf => prf::unwrap(&mut |message| root.hmac(message), context, blob),
            Self::AesGcm => gcm::unwrap(root, context, blob),
        }
    }

    /// Whether this mechanism, with the key of this fingerprint, made the blob.
    pub(crate) fn made(self, blob: &[u8], fingerprint: [u8; 8]) -> bool {
        let format = match self {
            Self::Prf => prf::FORMAT,
            Self::AesGcm => gcm::FORMAT,
        };
        blob.first() == Some(&format) && blob.get(FINGERPRINT) == Some(&fingerprint)
    }
}

impl fmt::Display for WrapMechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use ring::{
        aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
        hmac,
    };

    use super::*;

    struct Token([u8; 32]);

    impl Token {
        fn cipher(&self) -> LessSafeKey {
            LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.0).unwrap())
        }
    }

    impl RootKey for Token {
        fn hmac(&mut self, message: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault> {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), message);
            Ok(Zeroizing::new(tag.as_ref().try_into().unwrap()))
        }

        fn encrypt(&mut self, nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
            let mut out = plain.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            self.cipher().seal_in_place_append_tag(nonce, Aad::from(aad), &mut out).map_err(|_| Fault::Integrity)?;
            Ok(out)
        }

        fn decrypt(&mut self, nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
            let mut out = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let plain = self.cipher().open_in_place(nonce, Aad::from(aad), &mut out).map_err(|_| Fault::Integrity)?;
            Ok(Zeroizing::new(plain.to_vec()))
        }
    }

    #[test]
    fn each_unwraps_only_its_own_whole_in_its_context_and_by_its_key() {
        let world = World::system();
        for (mechanism, bytes) in [(WrapMechanism::Prf, 122), (WrapMechanism::AesGcm, 70)] {
            let blob = mechanism.wrap(&mut Token([1; 32]), b"epoch 1", &[7; 32], &world).unwrap();
            assert_eq!(blob.len(), bytes);
            assert_eq!(*mechanism.unwrap(&mut Token([1; 32]), b"epoch 1", &blob).unwrap(), [7; 32]);
            assert!(mechanism.unwrap(&mut Token([1; 32]), b"epoch 2", &blob).is_err());
            assert!(mechanism.unwrap(&mut Token([2; 32]), b"epoch 1", &blob).is_err());
            for at in 0..blob.len() {
                let mut flipped = blob.clone();
                flipped[at] ^= 1;
                assert!(mechanism.unwrap(&mut Token([1; 32]), b"epoch 1", &flipped).is_err(), "{mechanism} {at}");
                assert!(mechanism.unwrap(&mut Token([1; 32]), b"epoch 1", &blob[..at]).is_err(), "{mechanism} {at}");
            }
            let fingerprint = mechanism.fingerprint(&mut Token([1; 32])).unwrap();
            let made = WrapMechanism::ALL.map(|other| other.made(&blob, fingerprint));
            assert_eq!(made, WrapMechanism::ALL.map(|other| other == mechanism));
            assert!(!mechanism.made(&blob, [0; 8]));
            assert_eq!(WrapMechanism::named(mechanism.name()), Some(mechanism));
        }
    }
}
