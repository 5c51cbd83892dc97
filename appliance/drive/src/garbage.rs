//! What waits for the sweeper.

use holdfast_base::{Result, Timestamp};
use holdfast_store::LedgerTx;

use crate::{Drive, keys, records::Garbage};

impl Drive {
    /// The sweeper looks at it once it is due, and checks again whether it is garbage.
    pub(crate) fn discard(&self, tx: &mut LedgerTx<'_>, due: Timestamp, what: Garbage) -> Result<()> {
        self.set(tx, keys::GARBAGE, &keys::garbage(due, &what), &what)
    }
}
