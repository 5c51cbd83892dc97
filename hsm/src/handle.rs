use std::{io, ops::Range, sync::Arc};

use holdfast_base::World;
use zeroize::Zeroizing;

use crate::{
    CryptoError, Epoch, KeyId, SqlcipherKey,
    envelope::{self, Context, Key},
    wipe::apart_briefly,
};

/// Where handles find their key, at each use.
pub(crate) trait Keys: Send + Sync {
    /// A copy that the caller drops, and so wipes, within the call.
    fn key(&self, id: KeyId) -> Result<Key, CryptoError>;
}

/// Takes what its key opens, also while that is away: the public half of a key pair, which may lie about in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostBox(pub [u8; 32]);

impl PostBox {
    pub fn post(&self, context: &Context, plain: &[u8], world: &World) -> Result<Vec<u8>, CryptoError> {
        envelope::post(&self.0, context, plain, world).ok_or(CryptoError::Integrity)
    }
}

fn posted_to(key: &Key) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
    envelope::mac(key, "holdfast/post-box/v1", &[]).map(Zeroizing::new)
}

/// An opaque key: no Debug of secrets, no bytes out (exceptions: [`DekHandle::sqlcipher_key`], [`DekHandle::entry_key`]).
///
/// It holds a name, not bytes: after sealing every call answers [`CryptoError::Sealed`], after the next unsealing it works again.
#[derive(Clone)]
pub struct DekHandle {
    id: KeyId,
    epoch: Epoch,
    keys: Arc<dyn Keys>,
    world: World,
}

impl DekHandle {
    pub(crate) fn new(id: KeyId, epoch: Epoch, keys: Arc<dyn Keys>, world: World) -> Self {
        Self { id, epoch, keys, world }
    }

    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The small format: version 1 · cipher 1 · epoch 4 · salt 24 · ciphertext · tag 16.
    /// At most [`crate::limits::SMALL_BYTES`].
    pub fn seal(&self, context: &Context, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.with_key(|key| envelope::seal_small(key, self.epoch, context, plain, &self.world))
    }

    pub fn open(&self, context: &Context, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.with_key(|key| envelope::open_small(key, context, sealed))
    }

    /// The small format with a 32-byte key commitment, for audit entries; the one-entry key may be exported.
    pub fn seal_committing(&self, context: &Context, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.with_key(|key| envelope::seal_committing(key, self.epoch, context, plain, &self.world))
    }

    pub fn open_committing(&self, context: &Context, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.with_key(|key| envelope::open_committing(key, context, sealed))
    }

    /// The key that opens exactly this committing ciphertext, for an auditor's export.
    /// See [`crate::open_with_entry_key`].
    pub fn entry_key(&self, context: &Context, sealed: &[u8]) -> Result<[u8; 32], CryptoError> {
        self.with_key(|key| envelope::entry_key(key, context, sealed))
    }

    /// The large format: C2SP chunked-encryption, 16 KiB segments, random access, length authenticated.
    /// [`crate::stream_len`] tells the size.
    pub fn seal_stream(&self, context: &Context, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.with_key(|key| envelope::seal_stream(key, context, plain, &self.world))
    }

    /// Plaintext bytes `range` of a stream of `plain_len` plaintext bytes; `read_at` fills its buffer with sealed
    /// bytes from an offset. A wrong `plain_len` does not authenticate.
    pub fn open_stream_range(
        &self,
        context: &Context,
        plain_len: u64,
        range: Range<u64>,
        read_at: &mut dyn FnMut(u64, &mut [u8]) -> io::Result<()>,
    ) -> Result<Vec<u8>, CryptoError> {
        self.with_key(|key| envelope::open_range(key, context, plain_len, range, read_at))
    }

    /// Where anybody may post what this key alone opens.
    pub fn post_box(&self) -> Result<PostBox, CryptoError> {
        self.with_key(|key| Ok(PostBox(envelope::public_of(&*posted_to(key)?))))
    }

    /// What was posted to this key.
    pub fn open_posted(&self, context: &Context, posted: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.with_key(|key| {
            let opened = envelope::open_posted(&*posted_to(key)?, context, posted);
            opened.map(|plain| plain.to_vec()).ok_or(CryptoError::Integrity)
        })
    }

    /// HMAC token of a value, for key parts that derive from one (a name, an emoji). 16 bytes of HMAC-SHA-256.
    pub fn blind(&self, label: &'static str, value: &[u8]) -> Result<[u8; 16], CryptoError> {
        self.with_key(|key| envelope::blind(key, label, value))
    }

    /// HMAC-SHA-256 under a subkey of `label` (password pepper, session tokens, cursors).
    pub fn mac(&self, label: &'static str, value: &[u8]) -> Result<[u8; 32], CryptoError> {
        self.with_key(|key| envelope::mac(key, label, value))
    }

    /// What a set is known by: the XOR of the HMAC-SHA-256 of its items under a subkey of `label`. What comes and what goes
    /// is added alike (MSet-XOR-Hash of Clarke et al., Incremental Multiset Hash Functions, 2003, for items that differ).
    /// It proves something only while it is kept from whoever may write to the set: seal it.
    pub fn sum(&self, label: &'static str, items: &mut dyn Iterator<Item = Vec<u8>>) -> Result<[u8; 32], CryptoError> {
        self.with_key(|key| envelope::sum(key, label, items))
    }

    /// The raw key and salt of the relational database.
    pub fn sqlcipher_key(&self) -> Result<SqlcipherKey, CryptoError> {
        self.with_key(envelope::sqlcipher)
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn masked(&self, mask: u8) -> Result<[u8; 32], CryptoError> {
        self.with_key(|key| Ok(std::array::from_fn(|at| key[at] ^ mask)))
    }

    fn with_key<T>(&self, act: impl FnOnce(&Key) -> Result<T, CryptoError>) -> Result<T, CryptoError> {
        apart_briefly(|| act(&self.keys.key(self.id)?))
    }
}
