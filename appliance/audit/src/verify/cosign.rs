//! Cosignatures of witnesses: C2SP tlog-cosignature with Ed25519 (type 0x04). A witness signs that, at a time, the checkpoint was
//! the largest it had seen of the log, and continued what it had seen before.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};

use super::note::{NoteError, SignedCheckpoint};

/// Ed25519 cosignatures in the list of C2SP signature types.
const COSIGNATURE: u8 = 4;
const KEY_BYTES: usize = 32;
/// A time and a signature.
const STAMPED_BYTES: usize = 8 + 64;

/// A witness's public key: `name+hash+base64(0x04 || key)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: [u8; 4],
    key: [u8; KEY_BYTES],
}

/// What a witness says of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosigned {
    /// Seconds since 1970, as the witness states it.
    pub at_seconds: i64,
}

/// A witness's private key, as it lies in its file: the name, and the key in PKCS#8.
pub struct WitnessSigner {
    key: WitnessKey,
    pair: Ed25519KeyPair,
}

impl WitnessKey {
    fn new(name: &str, key: [u8; KEY_BYTES]) -> Result<Self, NoteError> {
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(NoteError::Key);
        }
        let hash = digest(&SHA256, &[name.as_bytes(), b"\n", &[COSIGNATURE], &key].concat());
        let mut id = [0; 4];
        id.copy_from_slice(&hash.as_ref()[..4]);
        Ok(Self { name: name.to_owned(), id, key })
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[COSIGNATURE], &self.key[..]].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), BASE64.encode(key))
    }
}

impl FromStr for WitnessKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return Err(NoteError::Key) };
        let key = BASE64.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&COSIGNATURE, key)) = key.split_first() else { return Err(NoteError::Curve) };
        let known = Self::new(name, key.try_into().map_err(|_| NoteError::Curve)?)?;
        if hex::decode(id).ok().as_deref() != Some(&known.id) {
            return Err(NoteError::KeyHash);
        }
        Ok(known)
    }
}

impl SignedCheckpoint {
    /// What this witness says of the note. None: nothing, or one of its signatures is not its.
    pub fn cosigned(&self, by: &WitnessKey) -> Option<Cosigned> {
        let mut said = None;
        for signature in self.signatures_of(&by.name, by.id) {
            let (time, signature) = <&[u8; STAMPED_BYTES]>::try_from(signature).ok()?.split_at(8);
            let at_seconds = i64::from_be_bytes(time.try_into().ok()?);
            let known = UnparsedPublicKey::new(&ED25519, by.key);
            known.verify(&message(at_seconds, self.text()), signature).ok().filter(|()| at_seconds >= 0)?;
            said = Some(Cosigned { at_seconds });
        }
        said
    }

    /// The note with the lines of others below its own.
    pub fn with_signatures(&self, lines: &str) -> Result<Self, NoteError> {
        Self::parse(format!("{}{}\n", self.note(), lines.trim()).as_bytes())
    }
}

/// What a witness hands back: the note that it signed, or its signature lines alone, for the checkpoint that it was `asked` about.
pub fn handed_back(text: &str, asked: Option<&str>) -> Result<SignedCheckpoint, NoteError> {
    let text = text.replace("\r\n", "\n");
    if !text.trim_start().starts_with('\u{2014}') {
        return SignedCheckpoint::parse(format!("{}\n", text.trim_end()).as_bytes());
    }
    SignedCheckpoint::parse(asked.ok_or(NoteError::Shape)?.as_bytes())?.with_signatures(&text)
}

impl WitnessSigner {
    /// The text of a new key's file.
    pub fn generate(name: &str) -> Result<String, NoteError> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| NoteError::Key)?;
        let text = format!("{name}\n{}\n", BASE64.encode(pkcs8.as_ref()));
        text.parse::<Self>().map(|_| text)
    }

    pub fn key(&self) -> &WitnessKey {
        &self.key
    }

    /// The checkpoint with this witness's signature below those of others. Whoever calls has seen that it continues what was before.
    pub fn cosign(&self, signed: &SignedCheckpoint, at_seconds: i64) -> Result<SignedCheckpoint, NoteError> {
        let signature = self.pair.sign(&message(at_seconds, signed.text()));
        let stamped = [&self.key.id[..], &at_seconds.to_be_bytes(), signature.as_ref()].concat();
        signed.with_signatures(&format!("\u{2014} {} {}", self.key.name, BASE64.encode(stamped)))
    }
}

impl FromStr for WitnessSigner {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, pkcs8) = text.trim_end().split_once('\n').ok_or(NoteError::Key)?;
        let pkcs8 = BASE64.decode(pkcs8).map_err(|_| NoteError::Key)?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| NoteError::Key)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| NoteError::Key)?;
        Ok(Self { key: WitnessKey::new(name, public)?, pair })
    }
}

/// The time, then the whole body of the note.
fn message(at_seconds: i64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {at_seconds}\n{text}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::{
        note::{Checkpoint, Signed},
        testlog::TestSigner,
    };

    #[test]
    fn a_cosignature_is_of_one_witness_one_note_and_one_time() {
        let log = TestSigner::new("box.example/audit");
        let checkpoint = Checkpoint { origin: "box.example/audit".to_owned(), size: 42, root: [7; 32] };
        let note = checkpoint.signed(&log.vkey, &log.sign(&checkpoint.text()));
        let signed = SignedCheckpoint::parse(note.as_bytes()).unwrap();
        let signer = |name: &str| WitnessSigner::generate(name).unwrap().parse::<WitnessSigner>().unwrap();
        let (east, west) = (signer("witness.example/east"), signer("witness.example/west"));
        let key: WitnessKey = east.key().to_string().parse().unwrap();
        assert_eq!(&key, east.key());

        let once = east.cosign(&signed, 1_679_315_147).unwrap();
        let both = west.cosign(&once, 1_679_315_148).unwrap();
        assert_eq!(both.cosigned(&key), Some(Cosigned { at_seconds: 1_679_315_147 }));
        assert_eq!(both.cosigned(west.key()), Some(Cosigned { at_seconds: 1_679_315_148 }));
        assert_eq!((both.check(&log.vkey), signed.cosigned(&key)), (Signed::Good, None));

        // The lines alone, for the checkpoint that was asked about, or for another.
        let lines = once.note().strip_prefix(note.as_str()).unwrap();
        assert_eq!(handed_back(lines, Some(&note)).unwrap().cosigned(&key), once.cosigned(&key));
        assert!(handed_back(lines, None).is_err());
        let other = Checkpoint { size: 43, ..checkpoint };
        let other = other.signed(&log.vkey, &log.sign(&other.text()));
        assert_eq!(handed_back(lines, Some(&other)).unwrap().cosigned(&key), None);
        assert_eq!(handed_back(&once.note().replace('\n', "\r\n"), None).unwrap().cosigned(&key), once.cosigned(&key));

        let bytes = once.note().as_bytes();
        for at in 0..bytes.len() * 8 {
            let mut bad = bytes.to_vec();
            bad[at / 8] ^= 1 << (at % 8);
            let said = SignedCheckpoint::parse(&bad).ok().filter(|bad| bad.check(&log.vkey) == Signed::Good);
            assert_eq!(said.and_then(|bad| bad.cosigned(&key)), None, "bit {at}");
        }
        assert_eq!(log.vkey.to_string().parse::<WitnessKey>(), Err(NoteError::Curve), "the log's own key is no witness's");
        for bad in ["", "a b+00000000+BAAA", "w+00000000+BA=="] {
            assert!(bad.parse::<WitnessKey>().is_err(), "{bad}");
        }
    }

    /// The example of C2SP tlog-cosignature: its key is not given, but its shape is.
    #[test]
    fn the_note_of_the_specification_is_read() {
        let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
            \u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
        let read = SignedCheckpoint::parse(note.as_bytes()).unwrap();
        let stamped: Vec<_> = read.signatures_of("witness.example.com/w1", [0x8d, 0x66, 0xcf, 0x3f]).collect();
        assert_eq!((stamped.len(), stamped[0].len()), (1, STAMPED_BYTES));
        assert_eq!(i64::from_be_bytes(stamped[0][..8].try_into().unwrap()), 1_679_315_147);
    }
}
