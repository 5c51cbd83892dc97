//! What a client's create led to: the same id and content gets the same answer, the same id with other content is refused.

use diesel::prelude::*;
use holdfast_base::{ClientId, Error, Result};
use holdfast_store::{DbTx, Tx, schema::directory_create as table};

use crate::{Directory, keys};

/// One create of a client: its id, the noun, and a digest of what was asked for.
pub(crate) struct Create {
    cid: ClientId,
    kind: &'static str,
    digest: Vec<u8>,
}

impl Create {
    /// `content` is any text that is the same for the same request; only its HMAC is kept.
    pub(crate) fn new(directory: &Directory, cid: ClientId, kind: &'static str, content: &str) -> Result<Self> {
        let digest = directory.key().mac(keys::MAC_CREATE, content.as_bytes())?.to_vec();
        Ok(Self { cid, kind, digest })
    }

    /// The object's id when this create was done before.
    pub(crate) fn before(&self, tx: &mut DbTx<'_>) -> Result<Option<String>> {
        let found: Option<(String, Vec<u8>, String)> = table::table
            .find(self.cid.0.as_bytes().as_slice())
            .select((table::kind, table::digest, table::object))
            .first(tx.conn())
            .optional()
            .map_err(Error::internal("look for an earlier create"))?;
        match found {
            None => Ok(None),
            Some((kind, digest, object)) if kind == self.kind && digest == self.digest => Ok(Some(object)),
            Some(_) => Err(Error::conflict("cid-used-for-something-else")),
        }
    }

    pub(crate) fn done(self, tx: &mut DbTx<'_>, object: &str) -> Result<()> {
        let row = (
            table::cid.eq(self.cid.0.as_bytes().to_vec()),
            table::kind.eq(self.kind),
            table::digest.eq(self.digest),
            table::object.eq(object),
            table::created_at.eq(tx.now().0),
        );
        let insert = diesel::insert_into(table::table).values(row);
        insert.execute(tx.conn()).map(drop).map_err(Error::internal("remember a create"))
    }
}
