//! For tests of other crates (feature `testing`): real keys and, in [`crate::testing::TestBox`], a real token.

use std::sync::Arc;

use holdfast_base::World;
use zeroize::Zeroizing;

use crate::{CryptoError, DekHandle, Epoch, KeyId, envelope::Key, handle::Keys};

struct Throwaway(Key);

impl Keys for Throwaway {
    fn key(&self, _: KeyId) -> Result<Key, CryptoError> {
        Ok(self.0.clone())
    }
}

/// A handle on a random key that nobody keeps: the real formats without a token.
pub fn throwaway_key(world: &World) -> DekHandle {
    let keys = Arc::new(Throwaway(Zeroizing::new(world.random())));
    DekHandle::new(KeyId(world.random()), Epoch(1), keys, world.clone())
}
