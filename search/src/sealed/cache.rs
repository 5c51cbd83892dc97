//! Opened blocks, the least used dropped first, in shards so that searches do not wait for each other.

use std::{num::NonZeroUsize, sync::Arc};

use lru::LruCache;
use parking_lot::Mutex;

/// A block of one open file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct BlockId {
    pub(super) file: u64,
    pub(super) block: u64,
}

const SHARDS: usize = 16;

pub(super) struct Cache {
    shards: Vec<Mutex<LruCache<BlockId, Arc<[u8]>>>>,
}

impl Cache {
    /// Holds at least one block a shard.
    pub(super) fn new(bytes: usize, block_bytes: usize) -> Self {
        let each = NonZeroUsize::new(bytes / block_bytes.max(1) / SHARDS).unwrap_or(NonZeroUsize::MIN);
        Self { shards: (0..SHARDS).map(|_| Mutex::new(LruCache::new(each))).collect() }
    }

    pub(super) fn get(&self, id: BlockId) -> Option<Arc<[u8]>> {
        self.shard(id).lock().get(&id).cloned()
    }

    pub(super) fn put(&self, id: BlockId, block: Arc<[u8]>) {
        self.shard(id).lock().put(id, block);
    }

    /// Neighbouring blocks of a file lie in different shards.
    fn shard(&self, id: BlockId) -> &Mutex<LruCache<BlockId, Arc<[u8]>>> {
        let at = usize::try_from((id.file.wrapping_mul(7)).wrapping_add(id.block) % SHARDS as u64).unwrap_or(0);
        &self.shards[at]
    }
}
