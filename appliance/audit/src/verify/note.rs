//! Signed checkpoints: C2SP signed-note and tlog-checkpoint, with ECDSA P-256 signatures (type 0x02).
//!
//! The key id of type 0x02 is the first four bytes of SHA-256 over the SubjectPublicKeyInfo, not over the key's name.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use ring::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey},
};

use super::hash::Hash;

/// ECDSA in the list of C2SP signature types.
const ECDSA: u8 = 2;
/// A SubjectPublicKeyInfo of P-256 is this, then the 65 bytes of the uncompressed point.
const P256_SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07, 0x03, 0x42, 0x00,
];
const SIGNATURES: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error("not a verifier key: expected name+hash+base64, as the box prints it")]
    Key,
    #[error("not an ECDSA P-256 key")]
    Curve,
    #[error("the verifier key's hash does not belong to its key")]
    KeyHash,
    #[error("not a signed checkpoint")]
    Shape,
}

/// The log's public key with the name that signs: `name+hash+base64(type || SubjectPublicKeyInfo)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VKey {
    name: String,
    id: [u8; 4],
    spki: Vec<u8>,
}

impl VKey {
    pub fn new(name: &str, spki: &[u8]) -> Result<Self, NoteError> {
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(NoteError::Key);
        }
        if spki.len() != P256_SPKI.len() + 65 || !spki.starts_with(&P256_SPKI) || spki[26] != 4 {
            return Err(NoteError::Curve);
        }
        Ok(Self { name: name.to_owned(), id: key_id(spki), spki: spki.to_vec() })
    }

    /// Name of the key, which is the origin of the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn verify(&self, text: &str, signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.spki[P256_SPKI.len()..]).verify(text.as_bytes(), signature).is_ok()
    }
}

fn key_id(spki: &[u8]) -> [u8; 4] {
    let hash = digest(&SHA256, spki);
    let mut id = [0; 4];
    id.copy_from_slice(&hash.as_ref()[..4]);
    id
}

impl fmt::Display for VKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ECDSA];
        key.extend_from_slice(&self.spki);
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), BASE64.encode(key))
    }
}

impl FromStr for VKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return Err(NoteError::Key) };
        let key = BASE64.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&ECDSA, spki)) = key.split_first() else { return Err(NoteError::Curve) };
        let vkey = Self::new(name, spki)?;
        if hex::decode(id).ok().as_deref() != Some(&vkey.id) {
            return Err(NoteError::KeyHash);
        }
        Ok(vkey)
    }
}

/// What a signature is made over: origin, size, root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

impl Checkpoint {
    /// The note text, with its final newline.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    /// The signed note.
    pub fn signed(&self, key: &VKey, signature: &[u8]) -> String {
        signed(&self.text(), key, signature)
    }
}

/// A text that ends with a newline, as the note that `key` has signed (C2SP signed-note).
pub fn signed(text: &str, key: &VKey, signature: &[u8]) -> String {
    let mut bytes = key.id.to_vec();
    bytes.extend_from_slice(signature);
    format!("{text}\n\u{2014} {} {}\n", key.name, BASE64.encode(bytes))
}

/// A note as it lies in a file: nothing in it is believed before [`SignedNote::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    note: String,
    signatures: Vec<(String, [u8; 4], Vec<u8>)>,
}

/// A note that is a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    pub checkpoint: Checkpoint,
    signed: SignedNote,
}

/// What a key says of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    Good,
    /// The note names this key, and the signature is not its.
    Bad,
    /// No signature names this key.
    Unknown,
}

impl SignedCheckpoint {
    pub fn parse(note: &[u8]) -> Result<Self, NoteError> {
        let signed = SignedNote::parse(note)?;
        Ok(Self { checkpoint: body(signed.text())?, signed })
    }

    /// As [`SignedNote::check`].
    pub fn check(&self, key: &VKey) -> Signed {
        self.signed.check(key)
    }

    /// What the signatures are over.
    pub(super) fn text(&self) -> &str {
        self.signed.text()
    }

    /// The signatures that claim to be of this key.
    pub(super) fn signatures_of<'a>(&'a self, name: &'a str, id: [u8; 4]) -> impl Iterator<Item = &'a [u8]> {
        let all = self.signed.signatures.iter();
        all.filter(move |(by, its, _)| by == name && *its == id).map(|(_, _, signature)| signature.as_slice())
    }

    /// The whole note, as it was read.
    pub fn note(&self) -> &str {
        &self.signed.note
    }

    /// Names of the keys that the note claims.
    pub fn signers(&self) -> impl Iterator<Item = (&str, String)> {
        self.signed.signatures.iter().map(|(name, id, _)| (name.as_str(), hex::encode(id)))
    }
}

impl SignedNote {
    pub fn parse(note: &[u8]) -> Result<Self, NoteError> {
        let note = std::str::from_utf8(note).map_err(|_| NoteError::Shape)?;
        if note.chars().any(|c| c.is_control() && c != '\n') {
            return Err(NoteError::Shape);
        }
        let split = note.rfind("\n\n").ok_or(NoteError::Shape)?;
        let (text, signatures) = (&note[..=split], &note[split + 2..]);
        let signatures = signatures.strip_suffix('\n').ok_or(NoteError::Shape)?;
        let signatures: Vec<_> = signatures.split('\n').map(signature_line).collect::<Result<_, _>>()?;
        if signatures.len() > SIGNATURES {
            return Err(NoteError::Shape);
        }
        Ok(Self { text: text.to_owned(), note: note.to_owned(), signatures })
    }

    /// Does this key stand behind the note? One bad signature in its name spoils a good one.
    pub fn check(&self, key: &VKey) -> Signed {
        let mut answer = Signed::Unknown;
        for (name, id, signature) in &self.signatures {
            if *name != key.name || *id != key.id {
                continue;
            }
            if !key.verify(&self.text, signature) {
                return Signed::Bad;
            }
            answer = Signed::Good;
        }
        answer
    }

    /// What is signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn signature_line(line: &str) -> Result<(String, [u8; 4], Vec<u8>), NoteError> {
    let (name, signature) = line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(NoteError::Shape)?;
    let bytes = BASE64.decode(signature).map_err(|_| NoteError::Shape)?;
    let (id, signature) = bytes.split_first_chunk::<4>().ok_or(NoteError::Shape)?;
    if name.is_empty() || signature.is_empty() {
        return Err(NoteError::Shape);
    }
    Ok((name.to_owned(), *id, signature.to_vec()))
}

fn body(text: &str) -> Result<Checkpoint, NoteError> {
    let mut lines = text.strip_suffix('\n').ok_or(NoteError::Shape)?.split('\n');
    let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else { return Err(NoteError::Shape) };
    let number = size.parse::<u64>().map_err(|_| NoteError::Shape)?;
    let root: Hash = BASE64.decode(root).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(NoteError::Shape)?;
    // "007" and "+7" are other texts of the same number: a checkpoint has one.
    if origin.is_empty() || number.to_string() != size || lines.any(str::is_empty) {
        return Err(NoteError::Shape);
    }
    Ok(Checkpoint { origin: origin.to_owned(), size: number, root })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::testlog::TestSigner;

    #[test]
    fn a_checkpoint_comes_back_and_only_its_key_stands_behind_it() {
        let (signer, other) = (TestSigner::new("box.example/audit"), TestSigner::new("box.example/audit"));
        let checkpoint = Checkpoint { origin: "box.example/audit".to_owned(), size: 42, root: [7; 32] };
        let note = checkpoint.signed(&signer.vkey, &signer.sign(&checkpoint.text()));
        let read = SignedCheckpoint::parse(note.as_bytes()).unwrap();
        assert_eq!(read.checkpoint, checkpoint);
        assert_eq!(read.check(&signer.vkey), Signed::Good);
        assert_eq!(read.check(&other.vkey), Signed::Unknown);
        let again: VKey = signer.vkey.to_string().parse().unwrap();
        assert_eq!(again, signer.vkey);
    }

    #[test]
    fn every_flipped_bit_of_a_checkpoint_is_seen() {
        let signer = TestSigner::new("box.example/audit");
        let checkpoint = Checkpoint { origin: "box.example/audit".to_owned(), size: 42, root: [7; 32] };
        let note = checkpoint.signed(&signer.vkey, &signer.sign(&checkpoint.text())).into_bytes();
        for at in 0..note.len() * 8 {
            let mut bytes = note.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            let verdict = SignedCheckpoint::parse(&bytes).map(|read| read.check(&signer.vkey));
            assert_ne!(verdict, Ok(Signed::Good), "bit {at}");
        }
    }

    #[test]
    fn keys_that_are_not_ours_are_refused() {
        let good = TestSigner::new("box").vkey.to_string();
        assert_eq!("box".parse::<VKey>(), Err(NoteError::Key));
        assert_eq!(good.replacen("box+", "box+0", 1).parse::<VKey>(), Err(NoteError::KeyHash));
        // An Ed25519 key of the Go checksum database.
        let ed25519 = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        assert_eq!(ed25519.parse::<VKey>(), Err(NoteError::Curve));
    }
}
