//! Data keys whose last row is gone. The next rotation of the keyring leaves them out, so that older copies of those rows stay shut.

use holdfast_base::{Error, Result};
use holdfast_hsm::KeyId;

use super::{Ledger, LedgerTx, Preset, Read, Table};

/// key → what it was given up for (u64 big-endian)
pub(super) const RETIRED: Table = Table { name: "retired-keys", preset: Preset::Random };

impl LedgerTx<'_> {
    /// Gives a data key up, in the transaction that removes what it sealed. `cause`: a number of the caller's, 0 for none; the
    /// first one that is given stays.
    pub fn retire(&mut self, key: KeyId, cause: u64) -> Result<()> {
        let under = self.ledger_key().clone();
        match self.get(RETIRED, &key.0, &under)? {
            Some(_) => Ok(()),
            None => self.put(RETIRED, &key.0, &cause.to_be_bytes(), &under),
        }
    }
}

/// Keys that one transaction forgets.
const FORGOTTEN: usize = 4_096;

impl Ledger {
    /// They were destroyed. In bounded transactions: those that a crash leaves are forgotten with the next ones.
    pub fn forget_retired(&self, keys: &[KeyId]) -> Result<()> {
        for part in keys.chunks(FORGOTTEN) {
            let part = part.to_vec();
            let committed = self.write_freeing(move |tx| part.iter().try_for_each(|key| tx.delete(RETIRED, &key.0)))?;
            let () = committed.value;
        }
        Ok(())
    }

    /// Every key that was given up and is not destroyed, with its cause.
    pub fn retired(&self) -> Result<Vec<(KeyId, u64)>> {
        let (view, mut keys) = (self.view(), Vec::new());
        let under = view.ledger_key().clone();
        view.scan(RETIRED, Vec::new()..vec![u8::MAX; 17], false, &mut |_| Ok(under.clone()), &mut |key, cause| {
            let key = key.try_into().map_err(|_| Error::broken("read the name of a retired key"))?;
            let cause = cause.as_slice().try_into().map_err(|_| Error::broken("read why a key was retired"))?;
            keys.push((KeyId(key), u64::from_be_bytes(cause)));
            Ok(true)
        })?;
        Ok(keys)
    }
}
