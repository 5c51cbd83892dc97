//! Checkpoints: the tree's root, signed by the HSM, once a second while entries come in.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use holdfast_base::{Error, Result, Timestamp, World};
use holdfast_hsm::Vault;
use parking_lot::Mutex;

use crate::{
    files,
    limits::CHECKPOINTS_KEPT,
    tree::Tree,
    verify::{
        layout::CHECKPOINT,
        note::{Checkpoint, VKey, signed},
    },
};

/// Who signs checkpoints: in a box the HSM, through the vault.
pub trait CheckpointSigner: Send + Sync {
    /// SubjectPublicKeyInfo of a P-256 key.
    fn public_key(&self) -> Result<Vec<u8>>;
    /// Those that signed before it, of tokens that were lost.
    fn former_keys(&self) -> Result<Vec<Vec<u8>>> {
        Ok(Vec::new())
    }
    /// ECDSA with SHA-256 over the text, ASN.1.
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>>;
}

impl CheckpointSigner for Vault {
    fn public_key(&self) -> Result<Vec<u8>> {
        Ok(self.audit_public_key()?)
    }

    fn former_keys(&self) -> Result<Vec<Vec<u8>>> {
        Ok(self.former_audit_keys()?.into_iter().map(|(key, _)| key).collect())
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>> {
        // Checked against the pinned key before it is answered.
        Ok(self.sign_audit(text)?)
    }
}

/// The last checkpoint that lies on the disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latest {
    /// None: nothing is signed yet.
    pub(crate) size: Option<u64>,
    pub(crate) note: String,
    pub(crate) at: Timestamp,
}

/// A checkpoint as it was signed, and when; the note itself bears no time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedCheckpoint {
    pub at: Timestamp,
    pub note: String,
}

pub(crate) struct Checkpoints {
    dir: PathBuf,
    vkey: VKey,
    signer: Box<dyn CheckpointSigner>,
    world: World,
    /// Also keeps two threads from signing at once.
    latest: Mutex<Latest>,
    /// Of this opening, the newest first.
    recent: Mutex<VecDeque<DatedCheckpoint>>,
}

impl Checkpoints {
    pub(crate) fn new(dir: &Path, vkey: VKey, signer: Box<dyn CheckpointSigner>, latest: Latest, world: World) -> Self {
        let found = latest.size.map(|_| DatedCheckpoint { at: latest.at, note: latest.note.clone() });
        let recent = Mutex::new(found.into_iter().collect());
        Self { dir: dir.to_owned(), vkey, signer, world, latest: Mutex::new(latest), recent }
    }

    pub(crate) fn vkey(&self) -> &VKey {
        &self.vkey
    }

    /// Any text but a checkpoint's, as a note under the same key.
    pub(crate) fn sign_note(&self, text: &str) -> Result<String> {
        let lines = text.strip_suffix('\n').map(|lines| lines.split('\n'));
        let is_ours = text.split('\n').next() == Some(self.vkey.name());
        if is_ours || lines.is_none_or(|mut lines| lines.any(str::is_empty)) {
            return Err(Error::broken("sign a text that could be taken for another"));
        }
        Ok(signed(text, &self.vkey, &self.signature(text)?))
    }

    /// The last checkpoint.
    pub(crate) fn latest(&self) -> Latest {
        self.latest.lock().clone()
    }

    /// The newest first.
    pub(crate) fn recent(&self) -> Vec<DatedCheckpoint> {
        self.recent.lock().iter().cloned().collect()
    }

    /// Signs what the tree holds now, unless that is signed already.
    pub(crate) fn sign(&self, tree: &Mutex<Tree>) -> Result<Latest> {
        let mut latest = self.latest.lock();
        if latest.size == Some(tree.lock().edge().size()) {
            return Ok(latest.clone());
        }
        let snapshot = tree.lock().snapshot();
        let done = snapshot
            .store(&self.dir)
            .map_err(Error::internal("make audit tiles durable"))
            .and_then(|()| self.write(snapshot.edge.size(), snapshot.edge.root()));
        match done {
            Ok(new) => {
                snapshot.sweep();
                self.remember(&new);
                *latest = new;
                Ok(latest.clone())
            }
            Err(cause) => {
                tree.lock().give_back(snapshot);
                Err(cause)
            }
        }
    }

    /// By the key that the log was opened with: where another token has taken over meanwhile, its signature is not this
    /// key's, and a checkpoint that bore it would be nobody's. The log is closed and opened under the other key.
    fn signature(&self, text: &str) -> Result<Vec<u8>> {
        let signature = self.signer.sign(text.as_bytes())?;
        if self.vkey.verify(text, &signature) { Ok(signature) } else { Err(Error::Sealed) }
    }

    fn write(&self, size: u64, root: crate::verify::Hash) -> Result<Latest> {
        let checkpoint = Checkpoint { origin: self.vkey.name().to_owned(), size, root };
        let note = checkpoint.signed(&self.vkey, &self.signature(&checkpoint.text())?);
        files::replace(&self.dir.join(CHECKPOINT), note.as_bytes()).map_err(Error::internal("write the audit checkpoint"))?;
        Ok(Latest { size: Some(size), note, at: self.world.now() })
    }

    fn remember(&self, new: &Latest) {
        let mut recent = self.recent.lock();
        recent.push_front(DatedCheckpoint { at: new.at, note: new.note.clone() });
        recent.truncate(CHECKPOINTS_KEPT);
    }
}
