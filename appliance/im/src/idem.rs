//! Client ids: the same id with the same content gets the same answer, with other content a conflict. Remembered for seven
//! days at least; a lookup asks this week's partition and the one before.

use holdfast_base::{ClientId, ConversationId, Error, PersonId, Result};
use holdfast_store::{LedgerTx, Read, Tx};
use ring::digest;
use serde::Serialize;

use crate::{
    Im, keys,
    rows::{IdemRow, Row},
};

/// What a client id stands for: the verb and everything that decides its effect.
pub(crate) struct Attempt {
    person: PersonId,
    cid: ClientId,
    hash: [u8; 16],
}

/// What the first attempt made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    pub conversation: ConversationId,
    /// Of a message; 0 otherwise.
    pub seq: u64,
}

impl Attempt {
    pub(crate) fn new(person: PersonId, cid: ClientId, verb: &'static str, content: &impl Serialize) -> Result<Self> {
        let bytes = postcard::to_stdvec(&(verb, content)).map_err(Error::internal("hash what a client id stands for"))?;
        let mut hash = [0; 16];
        hash.copy_from_slice(&digest::digest(&digest::SHA256, &bytes).as_ref()[..16]);
        Ok(Self { person, cid, hash })
    }

    /// `Conflict` when the id was used for something else.
    pub(crate) fn answered(&self, im: &Im, tx: &LedgerTx<'_>) -> Result<Option<Answered>> {
        let this = keys::idem_partition(tx.now());
        for partition in [this, this.saturating_sub(1)] {
            let Some(bytes) = tx.get(keys::IDEM, &keys::idem(partition, self.person, self.cid), &im.inner.key)? else {
                continue;
            };
            let row = IdemRow::decode(&bytes)?;
            if row.hash != self.hash {
                return Err(Error::conflict("client-id-used"));
            }
            return Ok(Some(Answered { conversation: row.conversation, seq: row.seq }));
        }
        Ok(None)
    }

    pub(crate) fn remember(&self, im: &Im, tx: &mut LedgerTx<'_>, answer: Answered) -> Result<()> {
        let key = keys::idem(keys::idem_partition(tx.now()), self.person, self.cid);
        let row = IdemRow { hash: self.hash, conversation: answer.conversation, seq: answer.seq };
        tx.put(keys::IDEM, &key, &row.encode()?, &im.inner.key)
    }
}
