//! The two ASN.1 shapes that tokens do not give: Ecdsa-Sig-Value (RFC 3279) and SubjectPublicKeyInfo (RFC 5480), for P-256.

const HALF: usize = 32;
const POINT: usize = 1 + 2 * HALF;
/// SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING of 65 bytes }, without the point.
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07, 0x03, 0x42, 0x00,
];

/// DER of the fixed 64-byte `r · s`.
pub(super) fn signature(fixed: &[u8]) -> Option<Vec<u8>> {
    if fixed.len() != 2 * HALF {
        return None;
    }
    let (r, s) = fixed.split_at(HALF);
    let body = [integer(r), integer(s)].concat();
    let mut out = vec![0x30, u8::try_from(body.len()).ok()?];
    out.extend_from_slice(&body);
    Some(out)
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
    let digits = &bytes[first..];
    let pad = usize::from(digits[0] & 0x80 != 0);
    let mut out = vec![0x02, (digits.len() + pad) as u8];
    out.resize(2 + pad, 0);
    out.extend_from_slice(digits);
    out
}

/// DER of CKA_EC_POINT, which is an OCTET STRING of the point, or on some tokens the bare point.
pub(super) fn public_key(point: &[u8]) -> Option<Vec<u8>> {
    let bare = match point {
        [0x04, 0x41, bare @ ..] if bare.len() == POINT => bare,
        bare if bare.len() == POINT => bare,
        _ => return None,
    };
    (bare[0] == 0x04).then(|| [&SPKI[..], bare].concat())
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    #[test]
    fn ring_accepts_what_was_converted() {
        let random = ring::rand::SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let verifier = ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_ASN1, pair.public_key());
        for n in 0u16..200 {
            let fixed = pair.sign(&random, &n.to_be_bytes()).unwrap();
            verifier.verify(&n.to_be_bytes(), &signature(fixed.as_ref()).unwrap()).unwrap();
        }
        let spki = public_key(pair.public_key().as_ref()).unwrap();
        assert_eq!(spki.len(), 91);
        assert_eq!(public_key(&[&[4, 65], pair.public_key().as_ref()].concat()).unwrap(), spki);
        assert!(public_key(&[4; 10]).is_none());
    }
}
