//! From a draft to the bytes of an entry, and back.

use holdfast_base::{Error, Result, Timestamp};
use holdfast_hsm::{CryptoError, DekHandle, KeyId};

use crate::{
    entry::{Body, Header, context},
    event::Draft,
    keys::{AuditKeys, Keys},
    limits::ENTRY_BYTES,
};

/// Seals and opens entries of one log.
pub(crate) struct Sealer {
    origin: String,
    keys: Keys,
}

impl Sealer {
    pub(crate) fn new(origin: &str, keys: Box<dyn AuditKeys>) -> Result<Self> {
        Ok(Self { origin: origin.to_owned(), keys: Keys::new(keys)? })
    }

    /// The newest entry of a log that is opened again.
    pub(crate) fn go_on(&self, newest: &Header) -> Result<()> {
        self.keys.go_on(Timestamp(newest.at), newest.key)
    }

    /// The key is that of the month of `now`, whenever the event was.
    pub(crate) fn seal(&self, index: u64, draft: &Draft, now: Timestamp) -> Result<(Header, Vec<u8>)> {
        let key = self.keys.of_now(now)?;
        let header = Header {
            index,
            at: draft.at.0,
            action: draft.action.clone(),
            ending: draft.ending(),
            key: key.id().0,
            id: draft.id.0.into_bytes(),
            actor: self.pseudonym("audit.actor", &draft.actor_key())?,
            object: self.pseudonym("audit.object", &draft.object_key())?,
            minimum: draft.minimum,
        };
        let mut entry = header.encode().map_err(Error::internal("write an audit header"))?;
        let body = draft.body().encode().map_err(Error::internal("write an audit entry"))?;
        let sealed = key.seal_committing(&context(&self.origin, index, &entry), &body)?;
        entry.extend_from_slice(&sealed);
        if entry.len() > ENTRY_BYTES {
            return Err(Error::TooLarge { limit: ENTRY_BYTES as u64 });
        }
        Ok((header, entry))
    }

    /// The key of the log as a whole.
    pub(crate) fn lasting(&self) -> &DekHandle {
        self.keys.lasting()
    }

    pub(crate) fn open(&self, entry: &[u8]) -> Result<(Header, Body)> {
        let (header, clear, sealed) = Header::split(entry).map_err(Error::internal("read an audit header"))?;
        let plain = self.keys.find(header.key)?.open_committing(&context(&self.origin, header.index, clear), sealed)?;
        Ok((header, Body::decode(&plain).map_err(Error::internal("read an audit entry"))?))
    }

    /// False: these bytes were never written here as they are. An error: nobody can say, since the key is away.
    pub(crate) fn is_authentic(&self, entry: &[u8]) -> Result<bool> {
        let Ok((header, clear, sealed)) = Header::split(entry) else { return Ok(false) };
        match self.keys.find(header.key)?.open_committing(&context(&self.origin, header.index, clear), sealed) {
            Ok(_) => Ok(true),
            Err(CryptoError::Sealed) => Err(Error::Sealed),
            Err(_) => Ok(false),
        }
    }

    /// The key of one entry, for an export.
    pub(crate) fn entry_key(&self, entry: &[u8]) -> Result<[u8; 32]> {
        let (header, clear, sealed) = Header::split(entry).map_err(Error::internal("read an audit header"))?;
        Ok(self.keys.find(header.key)?.entry_key(&context(&self.origin, header.index, clear), sealed)?)
    }

    pub(crate) fn key_of_now(&self, now: Timestamp) -> Result<[u8; 16]> {
        Ok(self.keys.of_now(now)?.id().0)
    }

    /// Of entries that were pruned.
    pub(crate) fn forget(&self, keys: &[KeyId]) -> Result<()> {
        self.keys.forget(keys)
    }

    pub(crate) fn actor(&self, key: &str) -> Result<[u8; 8]> {
        Ok(self.pseudonym("audit.actor", key)?)
    }

    pub(crate) fn object(&self, key: &str) -> Result<[u8; 8]> {
        Ok(self.pseudonym("audit.object", key)?)
    }

    fn pseudonym(&self, label: &'static str, key: &str) -> Result<[u8; 8], CryptoError> {
        let token = self.keys.lasting().blind(label, key.as_bytes())?;
        Ok([token[0], token[1], token[2], token[3], token[4], token[5], token[6], token[7]])
    }
}
