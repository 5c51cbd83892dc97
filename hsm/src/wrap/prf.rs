//! PRF-wrap, the default wrap: one HMAC in the token, everything else here. Every token can do it; it binds its
//! context, and it commits.
//!
//! ```text
//! K    = HMAC-SHA-256 in the token ("holdfast/prf-wrap/v1" · 0 · salt 32 · SHA-256(context))
//! blob = version 1 · cipher 1 · fingerprint 8 · salt 32 · commitment 32 · AES-256-GCM(key 32) 48       122 bytes
//! ```
//! The key under GCM is used once, so its nonce is zero.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    digest, hkdf,
};
use zeroize::Zeroizing;

use crate::{envelope::same, protocol::Fault};

const LABEL: &[u8] = b"holdfast/prf-wrap/v1";
/// First byte of a wrapped key.
pub(super) const FORMAT: u8 = 1;
const CANARY: &[u8] = b"holdfast/canary/v1";
const HEAD: usize = 1 + 1 + 8;
const PREFIX: usize = HEAD + 32 + 32;
/// Bytes of a wrapped key.
const WRAPPED: usize = PREFIX + 32 + 16;

/// HMAC-SHA-256 with a key that stays in the token.
pub(super) type Prf<'a> = &'a mut dyn FnMut(&[u8]) -> Result<Zeroizing<[u8; 32]>, Fault>;

/// Eight bytes by which the HSM key is known.
pub(super) fn fingerprint(prf: Prf<'_>) -> Result<[u8; 8], Fault> {
    let tag = prf(CANARY)?;
    let mut out = [0; 8];
    out.copy_from_slice(&digest::digest(&digest::SHA256, &*tag).as_ref()[..8]);
    Ok(out)
}

pub(super) fn wrap(prf: Prf<'_>, salt: [u8; 32], context: &[u8], secret: &[u8; 32]) -> Result<Vec<u8>, Fault> {
    let mut blob = vec![FORMAT, 1];
    blob.extend_from_slice(&fingerprint(prf)?);
    blob.extend_from_slice(&salt);
    let keys = Keys::derive(prf, &salt, context)?;
    blob.extend_from_slice(&keys.commitment);
    let mut body = Zeroizing::new(secret.to_vec());
    let tag = keys.cipher.seal_in_place_separate_tag(zero(), aad(&blob, context), &mut body).map_err(|_| Fault::Integrity)?;
    blob.extend_from_slice(&body);
    blob.extend_from_slice(tag.as_ref());
    Ok(blob)
}

pub(super) fn unwrap(prf: Prf<'_>, context: &[u8], blob: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault> {
    if blob.len() != WRAPPED || blob[..2] != [FORMAT, 1] || blob[2..HEAD] != fingerprint(prf)? {
        return Err(Fault::Integrity);
    }
    let (prefix, body) = blob.split_at(PREFIX);
    let keys = Keys::derive(prf, &prefix[HEAD..HEAD + 32], context)?;
    if !same(&keys.commitment, &prefix[HEAD + 32..]) {
        return Err(Fault::Integrity);
    }
    let mut body = Zeroizing::new(body.to_vec());
    let plain = keys.cipher.open_in_place(zero(), aad(prefix, context), &mut body).map_err(|_| Fault::Integrity)?;
    let mut out = Zeroizing::new([0; 32]);
    out.copy_from_slice(plain);
    Ok(out)
}

struct Keys {
    cipher: LessSafeKey,
    commitment: [u8; 32],
}

impl Keys {
    fn derive(prf: Prf<'_>, salt: &[u8], context: &[u8]) -> Result<Self, Fault> {
        let mut message = LABEL.to_vec();
        message.push(0);
        message.extend_from_slice(salt);
        message.extend_from_slice(digest::digest(&digest::SHA256, context).as_ref());
        let prk = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &*prf(&message)?);
        let cipher = UnboundKey::new(&AES_256_GCM, &*expand(&prk, b"enc")?).map_err(|_| Fault::Integrity)?;
        Ok(Self { cipher: LessSafeKey::new(cipher), commitment: *expand(&prk, b"com")? })
    }
}

fn expand(prk: &hkdf::Prk, label: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault> {
    let mut out = Zeroizing::new([0; 32]);
    prk.expand(&[label], hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut *out)).map_err(|_| Fault::Integrity)?;
    Ok(out)
}

fn aad(prefix: &[u8], context: &[u8]) -> Aad<Vec<u8>> {
    Aad::from([prefix, context].concat())
}

fn zero() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
