//! GCM-wrap: AES-256-GCM in the token, for sites whose policy wants the token itself to wrap. It needs a token that takes a
//! nonce from outside; those that insist on their own (FIPS 140-3 IG C.H, scenario 2) keep PRF-wrap.
//!
//! ```text
//! blob = version 2 · cipher 1 · fingerprint 8 · nonce 12 · AES-256-GCM in the token (key 32) 48               70 bytes
//! aad  = "holdfast/gcm-wrap/v1" · 0 · version..nonce · SHA-256(context)
//! ```
//! A key of the token wraps one epoch key and its rehearsals, so random nonces do not meet (NIST SP 800-38D, 8.3).

use ring::digest;
use zeroize::Zeroizing;

use super::RootKey;
use crate::protocol::Fault;

const LABEL: &[u8] = b"holdfast/gcm-wrap/v1";
/// First byte of a wrapped key.
pub(super) const FORMAT: u8 = 2;
const HEAD: usize = 1 + 1 + 8;
const PREFIX: usize = HEAD + 12;
const WRAPPED: usize = PREFIX + 32 + 16;
/// Nonce and text of the canary. No secret is ever wrapped under this nonce.
const CANARY: ([u8; 12], &[u8; 16]) = ([0xff; 12], b"holdfast/canary1");

/// Eight bytes by which the HSM key is known.
pub(super) fn fingerprint(root: &mut dyn RootKey) -> Result<[u8; 8], Fault> {
    let sealed = root.encrypt(&CANARY.0, LABEL, CANARY.1)?;
    let mut out = [0; 8];
    out.copy_from_slice(&digest::digest(&digest::SHA256, &sealed).as_ref()[..8]);
    Ok(out)
}

pub(super) fn wrap(root: &mut dyn RootKey, nonce: [u8; 12], context: &[u8], secret: &[u8; 32]) -> Result<Vec<u8>, Fault> {
    if nonce == CANARY.0 {
        return Err(Fault::Busy);
    }
    let mut blob = vec![FORMAT, 1];
    blob.extend_from_slice(&fingerprint(root)?);
    blob.extend_from_slice(&nonce);
    let sealed = root.encrypt(&nonce, &aad(&blob, context), secret)?;
    blob.extend_from_slice(&sealed);
    match blob.len() {
        WRAPPED => Ok(blob),
        _ => Err(Fault::Device("AES-GCM of another length".into())),
    }
}

pub(super) fn unwrap(root: &mut dyn RootKey, context: &[u8], blob: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault> {
    if blob.len() != WRAPPED || blob[..2] != [FORMAT, 1] || blob[2..HEAD] != fingerprint(root)? {
        return Err(Fault::Integrity);
    }
    let (prefix, sealed) = blob.split_at(PREFIX);
    let mut nonce = [0; 12];
    nonce.copy_from_slice(&prefix[HEAD..]);
    let plain = root.decrypt(&nonce, &aad(prefix, context), sealed)?;
    let mut out = Zeroizing::new([0; 32]);
    if plain.len() != out.len() {
        return Err(Fault::Integrity);
    }
    out.copy_from_slice(&plain);
    Ok(out)
}

fn aad(prefix: &[u8], context: &[u8]) -> Vec<u8> {
    [LABEL, &[0], prefix, digest::digest(&digest::SHA256, context).as_ref()].concat()
}
