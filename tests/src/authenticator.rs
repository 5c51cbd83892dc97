//! What a person holds in the hand: an authenticator app (RFC 6238) and a security key (WebAuthn), each written from the
//! standard and not from the box.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

/// An app that has scanned an `otpauth:` address.
pub struct App(Vec<u8>);

impl App {
    pub fn scanning(uri: &str) -> Self {
        let secret = uri.split("secret=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
        let bits: String = secret.bytes().map(|b| format!("{:05b}", if b < b'A' { b - b'2' + 26 } else { b - b'A' })).collect();
        Self((0..bits.len() / 8).filter_map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).ok()).collect())
    }

    /// The code of this step, or of one `steps` later.
    #[expect(clippy::disallowed_methods, reason = "a telephone has a clock of its own")]
    pub fn code(&self, steps: u64) -> String {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0), &(now / 30 + steps).to_be_bytes());
        let at = usize::from(tag.as_ref()[19] & 15);
        let number = tag.as_ref()[at..at + 4].iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

/// A key for one host name. What it does wrong on purpose is set before it is asked.
pub struct SecurityKey {
    pair: EcdsaKeyPair,
    credential: [u8; 32],
    host: String,
    pub origin: String,
    pub counter: u32,
    pub verifies_its_user: bool,
}

impl SecurityKey {
    #[expect(clippy::expect_used, reason = "no key, no test")]
    pub fn new(origin: &str, host: &str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("make a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).expect("read a key");
        let mut credential = [0; 32];
        credential.copy_from_slice(digest(&SHA256, pair.public_key().as_ref()).as_ref());
        let (host, origin) = (host.to_owned(), origin.to_owned());
        Self { pair, credential, host, origin, counter: 0, verifies_its_user: true }
    }

    /// What a browser hands over when a passkey was made.
    pub fn make(&mut self, name: &str, challenge: &str) -> Value {
        let mut data = self.data(0x40);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(self.credential);
        let point = self.pair.public_key().as_ref();
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..]);
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(data.len()).unwrap_or(u8::MAX));
        attestation.extend(data);
        json!({"name": name, "client_data": text(&self.client_data("webauthn.create", challenge)), "attestation": text(&attestation)})
    }

    /// What a browser hands over when a passkey was used.
    #[expect(clippy::expect_used, reason = "no signature, no test")]
    pub fn sign(&mut self, challenge: &str) -> Value {
        let (data, client_data) = (self.data(0), self.client_data("webauthn.get", challenge));
        let signed = [&data[..], digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).expect("sign");
        json!({
            "credential": text(&self.credential),
            "client_data": text(&client_data),
            "authenticator_data": text(&data),
            "signature": text(signature.as_ref()),
        })
    }

    fn data(&mut self, flags: u8) -> Vec<u8> {
        self.counter += 1;
        let mut data = digest(&SHA256, self.host.as_bytes()).as_ref().to_vec();
        data.push(flags | 0x01 | if self.verifies_its_user { 0x04 } else { 0 });
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, challenge: &str) -> Vec<u8> {
        json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false}).to_string().into_bytes()
    }
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
