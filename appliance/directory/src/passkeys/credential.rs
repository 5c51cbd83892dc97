//! What an authenticator hands over (WebAuthn Level 3, sections 5.8.1, 6.1, 6.5.1), read within bounds.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use minicbor::{Decoder, data::Type};
use ring::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};

use super::Host;
use crate::limits;

/// It is not what the standard describes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl From<minicbor::decode::Error> for Malformed {
    fn from(_: minicbor::decode::Error) -> Self {
        Self
    }
}

/// `None` for what is no base64url, or too long.
pub(super) fn bytes(text: &str, most: usize) -> Result<Vec<u8>, Malformed> {
    if text.len() > most.div_ceil(3) * 4 {
        return Err(Malformed);
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Malformed)
}

/// What the browser says that it was asked. Other members may come (section 5.8.1).
#[derive(Deserialize)]
pub(super) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

impl ClientData {
    pub(super) fn read(json: &[u8]) -> Result<Self, Malformed> {
        serde_json::from_slice(json).map_err(|_| Malformed)
    }

    pub(super) fn is_making(&self) -> bool {
        self.kind == "webauthn.create"
    }

    pub(super) fn is_signing(&self) -> bool {
        self.kind == "webauthn.get"
    }

    pub(super) fn challenge(&self) -> Result<Vec<u8>, Malformed> {
        bytes(&self.challenge, limits::CLIENT_DATA_BYTES)
    }

    /// Asked by a page of this host, at whatever port, or below it.
    pub(super) fn is_from(&self, host: &Host) -> bool {
        let Some(rest) = self.origin.strip_prefix("https://") else { return false };
        let name = rest.rsplit_once(':').map_or(rest, |(name, _)| name);
        let below = name.strip_suffix(host.0.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'));
        below && !self.cross_origin
    }
}

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;

pub(super) struct AuthenticatorData<'a> {
    host_hash: &'a [u8],
    flags: u8,
    pub(super) counter: u32,
    /// What follows the fixed part.
    rest: &'a [u8],
}

/// A key that was just made.
pub(super) struct Attested {
    pub(super) credential: Vec<u8>,
    pub(super) key: PublicKey,
}

impl<'a> AuthenticatorData<'a> {
    pub(super) fn read(data: &'a [u8]) -> Result<Self, Malformed> {
        let (host_hash, rest) = data.split_at_checked(32).ok_or(Malformed)?;
        let (fixed, rest) = rest.split_at_checked(5).ok_or(Malformed)?;
        let counter = <[u8; 4]>::try_from(&fixed[1..]).map_err(|_| Malformed)?;
        Ok(Self { host_hash, flags: fixed[0], counter: u32::from_be_bytes(counter), rest })
    }

    pub(super) fn is_for(&self, host: &Host) -> bool {
        self.host_hash == digest(&SHA256, host.0.as_bytes()).as_ref()
    }

    /// By a finger, a face, a PIN.
    pub(super) fn user_verified(&self) -> bool {
        self.flags & (USER_PRESENT | USER_VERIFIED) == USER_PRESENT | USER_VERIFIED
    }

    /// There may be copies on the person's other devices.
    pub(super) fn synced(&self) -> bool {
        self.flags & BACKED_UP != 0
    }

    pub(super) fn attested(&self) -> Result<Attested, Malformed> {
        if self.flags & ATTESTED == 0 {
            return Err(Malformed);
        }
        let (_model, rest) = self.rest.split_at_checked(16).ok_or(Malformed)?;
        let (length, rest) = rest.split_at_checked(2).ok_or(Malformed)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length == 0 || length > limits::CREDENTIAL_BYTES {
            return Err(Malformed);
        }
        let (credential, rest) = rest.split_at_checked(length).ok_or(Malformed)?;
        // Extensions may follow the key.
        Ok(Attested { credential: credential.to_owned(), key: PublicKey::read(&mut Decoder::new(rest))? })
    }
}

/// The authenticator data within an attestation object. What it says of the authenticator's maker is not asked for.
pub(super) fn authenticator_data(attestation: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut decoder = Decoder::new(attestation);
    let members = decoder.map()?.filter(|members| *members <= MEMBERS).ok_or(Malformed)?;
    let mut found = None;
    for _ in 0..members {
        match decoder.str()? {
            "authData" => found = Some(decoder.bytes()?.to_owned()),
            _ => decoder.skip()?,
        }
    }
    found.ok_or(Malformed)
}

/// Members of a map of ours; each kind has far fewer.
const MEMBERS: u64 = 16;

/// A COSE key (RFC 9052, section 7) of one of the three algorithms that browsers are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum PublicKey {
    /// ECDSA over P-256: an uncompressed point.
    Es256(Vec<u8>),
    Ed25519(Vec<u8>),
    /// RSASSA-PKCS1-v1_5 with SHA-256: modulus and exponent.
    Rs256(Vec<u8>, Vec<u8>),
}

impl PublicKey {
    fn read(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let members = decoder.map()?.filter(|members| *members <= MEMBERS).ok_or(Malformed)?;
        let (mut kind, mut algorithm, mut curve) = (0, 0, 0);
        let (mut first, mut second, mut third): (&[u8], &[u8], &[u8]) = (&[], &[], &[]);
        for _ in 0..members {
            let label = decoder.i64()?;
            let is_bytes = decoder.datatype()? == Type::Bytes;
            match label {
                1 => kind = decoder.i64()?,
                3 => algorithm = decoder.i64()?,
                -1 if is_bytes => first = decoder.bytes()?,
                -1 => curve = decoder.i64()?,
                -2 if is_bytes => second = decoder.bytes()?,
                -3 if is_bytes => third = decoder.bytes()?,
                _ => decoder.skip()?,
            }
        }
        match (kind, algorithm, curve) {
            (2, -7, 1) if second.len() == 32 && third.len() == 32 => Ok(Self::Es256([&[4], second, third].concat())),
            (1, -8, 6) if second.len() == 32 => Ok(Self::Ed25519(second.to_owned())),
            (3, -257, 0) if (256..=1_024).contains(&first.len()) && (1..=8).contains(&second.len()) => {
                Ok(Self::Rs256(first.to_owned(), second.to_owned()))
            }
            _ => Err(Malformed),
        }
    }

    pub(super) fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(text, signature).is_ok(),
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(text, signature).is_ok(),
            Self::Rs256(n, e) => RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, text, signature).is_ok(),
        }
    }
}

#[cfg(fuzzing)]
pub(super) fn read_all(bytes: &[u8]) {
    let _ = ClientData::read(bytes);
    for data in [authenticator_data(bytes).unwrap_or_default(), bytes.to_owned()] {
        let _ = AuthenticatorData::read(&data).and_then(|read| read.attested());
    }
}

/// What an assertion signs (section 6.3.3, step 11).
pub(super) fn signed_text(authenticator_data: &[u8], client_data: &[u8]) -> Vec<u8> {
    [authenticator_data, digest(&SHA256, client_data).as_ref()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn from(origin: &str, cross_origin: bool) -> ClientData {
        ClientData { kind: "webauthn.get".to_owned(), challenge: String::new(), origin: origin.to_owned(), cross_origin }
    }

    #[test]
    fn only_pages_of_the_host_may_ask() {
        let host = Host("box.corp.example".to_owned());
        for good in ["https://box.corp.example", "https://box.corp.example:8443", "https://a.box.corp.example"] {
            assert!(from(good, false).is_from(&host), "{good}");
        }
        for bad in [
            "http://box.corp.example",
            "https://box.corp.example.evil.example",
            "https://evilbox.corp.example",
            "https://corp.example",
            "https://evil.example:443#box.corp.example",
            "",
        ] {
            assert!(!from(bad, false).is_from(&host), "{bad}");
        }
        assert!(!from("https://box.corp.example", true).is_from(&host), "inside somebody else's page");
    }

    /// Section 6.5.1.1 has this key as an example.
    #[test]
    fn an_ec2_key_is_read() {
        let mut key = hex("a5010203262001215820");
        key.extend([7; 32]);
        key.extend(hex("225820"));
        key.extend([9; 32]);
        let mut point = vec![4];
        point.extend([7; 32]);
        point.extend([9; 32]);
        assert_eq!(PublicKey::read(&mut Decoder::new(&key)), Ok(PublicKey::Es256(point)));
        for cut in 0..key.len() {
            assert_eq!(PublicKey::read(&mut Decoder::new(&key[..cut])), Err(Malformed), "{cut}");
        }
        key[4] = 0x27;
        assert_eq!(PublicKey::read(&mut Decoder::new(&key)), Err(Malformed), "another algorithm");
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    proptest! {
        #[test]
        fn nothing_that_is_handed_over_harms(data in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = ClientData::read(&data);
            let _ = authenticator_data(&data);
            let _ = PublicKey::read(&mut Decoder::new(&data));
            if let Ok(read) = AuthenticatorData::read(&data) {
                let _ = read.attested();
            }
        }

        #[test]
        fn a_key_of_any_bytes_verifies_nothing(point in proptest::collection::vec(any::<u8>(), 0..600), signature in proptest::collection::vec(any::<u8>(), 0..80)) {
            for key in [PublicKey::Es256(point.clone()), PublicKey::Ed25519(point.clone()), PublicKey::Rs256(point.clone(), vec![3])] {
                prop_assert!(!key.signed(b"text", &signature));
            }
        }
    }
}
