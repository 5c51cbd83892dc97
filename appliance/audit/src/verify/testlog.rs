//! Logs for tests of the verifier, signed by a key of ring: the same files that the writer makes.

use std::{fs, path::Path};

use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};

use super::{
    hash::{Edge, leaf_hash},
    layout::{CHECKPOINT, bundle_path, tile_path},
    note::{Checkpoint, VKey},
};
use crate::{
    entry::{Ending, Header},
    limits::TILE_WIDTH,
};

pub(crate) struct TestSigner {
    pair: EcdsaKeyPair,
    pub(crate) vkey: VKey,
    pub(crate) spki: Vec<u8>,
}

impl TestSigner {
    pub(crate) fn new(name: &str) -> Self {
        Self::of(name, &Self::generate())
    }

    pub(crate) fn generate() -> Vec<u8> {
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).unwrap().as_ref().to_vec()
    }

    pub(crate) fn of(name: &str, pkcs8: &[u8]) -> Self {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &SystemRandom::new()).unwrap();
        let prefix = hex::decode("3059301306072a8648ce3d020106082a8648ce3d030107034200").unwrap();
        let spki = [&prefix, pair.public_key().as_ref()].concat();
        Self { pair, vkey: VKey::new(name, &spki).unwrap(), spki }
    }

    pub(crate) fn sign(&self, text: &str) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec()
    }
}

impl crate::CheckpointSigner for TestSigner {
    fn public_key(&self) -> holdfast_base::Result<Vec<u8>> {
        Ok(self.spki.clone())
    }

    fn sign(&self, text: &[u8]) -> holdfast_base::Result<Vec<u8>> {
        Ok(Self::sign(self, std::str::from_utf8(text).unwrap()))
    }
}

/// An entry with a readable header and some bytes in the place of the sealed body.
pub(crate) fn plain_entry(index: u64, salt: u64) -> Vec<u8> {
    entry_with(index, salt, None)
}

/// An entry that says what was pruned.
pub(crate) fn prune_entry(index: u64, minimum: u64) -> Vec<u8> {
    entry_with(index, 0, Some(minimum))
}

fn entry_with(index: u64, salt: u64, minimum: Option<u64>) -> Vec<u8> {
    let header = Header {
        index,
        at: 1_795_305_600_000_000 + i64::try_from(index).unwrap(),
        action: "person.freeze".to_owned(),
        ending: Ending::Success,
        key: [1; 16],
        id: [2; 16],
        actor: [3; 8],
        object: [4; 8],
        minimum,
    };
    let mut entry = header.encode().unwrap();
    for i in 0..20 + index % 7 {
        entry.extend_from_slice(&leaf_hash(&(index * 1_000 + i + salt * 1_000_000_007).to_be_bytes())[..8]);
    }
    entry
}

/// Writes an export-shaped log: full and partial tiles and bundles, and a checkpoint.
pub(crate) fn write_log(dir: &Path, signer: &TestSigner, entries: &[Vec<u8>]) {
    let put = |path: String, bytes: &[u8]| {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let mut edge = Edge::default();
    for entry in entries {
        for tile in edge.push(leaf_hash(entry)) {
            put(tile_path(tile.level, tile.index, TILE_WIDTH), &tile.hashes.concat());
        }
    }
    for (level, row) in (0_u8..).zip(edge.levels()) {
        if !row.is_empty() {
            put(tile_path(level, edge.size() >> (8 * (u32::from(level) + 1)), row.len()), &row.concat());
        }
    }
    for (number, chunk) in (0_u64..).zip(entries.chunks(TILE_WIDTH)) {
        put(bundle_path(number, chunk.len()), &bundle(chunk));
    }
    let checkpoint = Checkpoint { origin: signer.vkey.name().to_owned(), size: edge.size(), root: edge.root() };
    put(CHECKPOINT.to_owned(), checkpoint.signed(&signer.vkey, &signer.sign(&checkpoint.text())).as_bytes());
}

pub(crate) fn bundle(entries: &[Vec<u8>]) -> Vec<u8> {
    entries.iter().flat_map(|entry| [&u16::try_from(entry.len()).unwrap().to_be_bytes()[..], entry].concat()).collect()
}
