//! The digest of a batch: what the audit log keeps of messages, marks and chunks.

use holdfast_base::{CommitNo, Result};
use ring::digest::{Digest, SHA256, digest};
use serde::{Deserialize, Serialize};

use super::value;

/// Covers every row that slices wrote in the commits `g_from ..= g_to`, as it stands on disk.
///
/// `sha256` is over, for each row in the order (table as the ledger was opened with, key):
/// one byte (1 put, 2 deleted), the table's name and the key (each behind its length, u32 big-endian), then for a put
/// SHA-256 of the stored value. So a row that is removed later leaves its hash, and the rest stays checkable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchDigest {
    pub g_from: CommitNo,
    pub g_to: CommitNo,
    pub rows: u32,
    pub sha256: [u8; 32],
}

impl BatchDigest {
    /// A version byte, then postcard.
    pub fn encode(&self) -> Result<Vec<u8>> {
        value::encode(self)
    }

    pub fn decode(payload: &[u8]) -> Result<Self> {
        value::decode(payload)
    }
}

/// Takes rows in order, answers the digest.
pub(super) struct Digester {
    state: ring::digest::Context,
    pub(super) rows: u32,
}

impl Digester {
    pub(super) fn new() -> Self {
        Self { state: ring::digest::Context::new(&SHA256), rows: 0 }
    }

    /// Answers SHA-256 of the stored value.
    pub(super) fn put(&mut self, table: &str, key: &[u8], stored: &[u8]) -> Digest {
        self.row(1, table, key);
        let hash = digest(&SHA256, stored);
        self.state.update(hash.as_ref());
        hash
    }

    pub(super) fn delete(&mut self, table: &str, key: &[u8]) {
        self.row(2, table, key);
    }

    fn row(&mut self, kind: u8, table: &str, key: &[u8]) {
        self.rows += 1;
        self.state.update(&[kind]);
        for part in [table.as_bytes(), key] {
            self.state.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            self.state.update(part);
        }
    }

    pub(super) fn finish(self, g_from: CommitNo, g_to: CommitNo) -> BatchDigest {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.state.finish().as_ref());
        BatchDigest { g_from, g_to, rows: self.rows, sha256 }
    }
}
