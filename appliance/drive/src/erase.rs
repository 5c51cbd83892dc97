//! Erase from the trash: out of sight and off the quota at once; the sweeper takes the tree apart in small steps.

use holdfast_audit::record;
use holdfast_base::{Error, Result};
use holdfast_store::{LedgerTx, Tx};

use crate::{Drive, Trashed, Verb, records::Garbage};

impl Drive {
    /// `legal-hold`: it has to be kept.
    pub fn erase(&self, tx: &mut LedgerTx<'_>, trashed: &Trashed) -> Result<()> {
        if self.is_kept(tx, trashed.row.entry.id)? {
            return Err(Error::conflict("legal-hold"));
        }
        let row = self.out_of_trash(tx, trashed)?;
        self.hang_detached(tx, &row.entry)?;
        let now = tx.now();
        self.discard(tx, now, Garbage::Tree(row.entry.id))?;
        record(tx, self.event(&trashed.actor, "node.erase", &row.entry).number("size", row.entry.size.cast_signed()));
        self.changed(tx, trashed.space, row.entry.id, None, Verb::Gone);
        Ok(())
    }
}
