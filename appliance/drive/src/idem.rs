//! Creates carry a client id: the same id and content has the same answer, the same id with other content is refused.

use holdfast_base::{ClientId, Error, PersonId, Result};
use holdfast_store::{LedgerTx, Tx};

use crate::{
    Drive, keys, limits,
    records::{Garbage, Idem},
};

/// A create that may come twice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Once {
    person: PersonId,
    cid: [u8; 16],
    digest: [u8; 16],
}

impl Drive {
    /// `parts`: the verb and all that makes two creates differ.
    pub(crate) fn once(&self, person: Option<PersonId>, cid: Option<ClientId>, parts: &[&[u8]]) -> Result<Option<Once>> {
        let (Some(person), Some(cid)) = (person, cid) else {
            return Ok(None);
        };
        let mut value = Vec::new();
        for part in parts {
            value.extend((part.len() as u64).to_be_bytes());
            value.extend_from_slice(part);
        }
        Ok(Some(Once { person, cid: cid.0.into_bytes(), digest: self.key().blind("drive.idem", &value)? }))
    }

    /// The object that this create made before.
    pub(crate) fn before(&self, tx: &LedgerTx<'_>, once: Option<&Once>) -> Result<Option<u64>> {
        let Some(once) = once else { return Ok(None) };
        match self.get::<Idem>(tx, keys::IDEM, &keys::idem(once.person, once.cid))? {
            None => Ok(None),
            Some(row) if row.digest == once.digest => Ok(Some(row.object)),
            Some(_) => Err(Error::conflict("cid-reused")),
        }
    }

    pub(crate) fn remember(&self, tx: &mut LedgerTx<'_>, once: Option<&Once>, object: u64) -> Result<()> {
        let Some(once) = once else { return Ok(()) };
        self.set(tx, keys::IDEM, &keys::idem(once.person, once.cid), &Idem { digest: once.digest, object })?;
        let due = tx.now().plus(limits::IDEM_LIFE);
        self.discard(tx, due, Garbage::Idem(once.person, once.cid))
    }
}
