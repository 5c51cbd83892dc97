//! From a draft to the bytes of an entry, and back.

use holdfast_base::{Error, Result};
use holdfast_hsm::{CryptoError, DekHandle};

use crate::{
    entry::{Body, Header, context},
    event::Draft,
    limits::ENTRY_BYTES,
};

/// Seals and opens entries of one log.
#[derive(Clone)]
pub(crate) struct Sealer {
    origin: String,
    key: DekHandle,
}

impl Sealer {
    pub(crate) fn new(origin: &str, key: DekHandle) -> Self {
        Self { origin: origin.to_owned(), key }
    }

    pub(crate) fn seal(&self, index: u64, draft: &Draft) -> Result<(Header, Vec<u8>)> {
        let header = Header {
            index,
            at: draft.at.0,
            action: draft.action.clone(),
            ending: draft.ending(),
            key: self.key.id().0,
            id: draft.id.0.into_bytes(),
            actor: self.pseudonym("audit.actor", &draft.actor_key())?,
            object: self.pseudonym("audit.object", &draft.object_key())?,
        };
        let mut entry = header.encode().map_err(Error::internal("write an audit header"))?;
        let body = draft.body().encode().map_err(Error::internal("write an audit entry"))?;
        let sealed = self.key.seal_committing(&context(&self.origin, index, &entry), &body)?;
        entry.extend_from_slice(&sealed);
        if entry.len() > ENTRY_BYTES {
            return Err(Error::TooLarge { limit: ENTRY_BYTES as u64 });
        }
        Ok((header, entry))
    }

    pub(crate) fn open(&self, entry: &[u8]) -> Result<(Header, Body)> {
        let (header, clear, sealed) = Header::split(entry).map_err(Error::internal("read an audit header"))?;
        if header.key != self.key.id().0 {
            return Err(Error::broken("open an audit entry that another key sealed"));
        }
        let plain = self.key.open_committing(&context(&self.origin, header.index, clear), sealed)?;
        Ok((header, Body::decode(&plain).map_err(Error::internal("read an audit entry"))?))
    }

    /// False: these bytes were never written here as they are. An error: nobody can say, since the key is away.
    pub(crate) fn is_authentic(&self, entry: &[u8]) -> Result<bool> {
        let Ok((header, clear, sealed)) = Header::split(entry) else { return Ok(false) };
        if header.key != self.key.id().0 {
            return Err(Error::broken("open an audit entry that another key sealed"));
        }
        match self.key.open_committing(&context(&self.origin, header.index, clear), sealed) {
            Ok(_) => Ok(true),
            Err(CryptoError::Sealed) => Err(Error::Sealed),
            Err(_) => Ok(false),
        }
    }

    /// The key of one entry, for an export.
    pub(crate) fn entry_key(&self, entry: &[u8]) -> Result<[u8; 32]> {
        let (header, clear, sealed) = Header::split(entry).map_err(Error::internal("read an audit header"))?;
        Ok(self.key.entry_key(&context(&self.origin, header.index, clear), sealed)?)
    }

    pub(crate) fn actor(&self, key: &str) -> Result<[u8; 8]> {
        Ok(self.pseudonym("audit.actor", key)?)
    }

    pub(crate) fn object(&self, key: &str) -> Result<[u8; 8]> {
        Ok(self.pseudonym("audit.object", key)?)
    }

    fn pseudonym(&self, label: &'static str, key: &str) -> Result<[u8; 8], CryptoError> {
        let token = self.key.blind(label, key.as_bytes())?;
        Ok([token[0], token[1], token[2], token[3], token[4], token[5], token[6], token[7]])
    }
}
