//! The definitions in memory, in their order.

use std::sync::Arc;

use arc_swap::ArcSwap;
use holdfast_base::Result;
use holdfast_store::{Db, DbTx, Tx};

use super::{PersonField, rows};
use crate::Directory;

pub(crate) struct PersonFields {
    all: ArcSwap<Vec<PersonField>>,
}

impl PersonFields {
    pub(crate) fn load(db: &Db) -> Result<Self> {
        Ok(Self { all: ArcSwap::from_pointee(db.read(rows::definitions)?) })
    }

    pub(crate) fn all(&self) -> Arc<Vec<PersonField>> {
        self.all.load_full()
    }

    /// Put into memory what the rows say once the transaction is durable, before its answer goes out.
    pub(super) fn publish(tx: &mut DbTx<'_>, directory: &Directory) -> Result<()> {
        let all = rows::definitions(tx.conn())?;
        let directory = directory.clone();
        tx.after_commit(Box::new(move || directory.person_fields().all.store(Arc::new(all))));
        Ok(())
    }
}

/// All definitions in their order. No secret: everybody may know what the enterprise asks of its people.
pub fn list(directory: &Directory) -> Vec<PersonField> {
    directory.person_fields().all().to_vec()
}
