//! Packs that are mostly dead are written anew: their live records move, sealed as they are, to the open pack. A pack is read
//! by its own headers; the ledger says which of its records still count.

use holdfast_base::{Error, Result, Timestamp};
use holdfast_store::{LedgerTx, Tx};

use crate::{
    Drive,
    content::{Header, Position, record_bytes},
    keys, limits,
    records::{Chunk, Pack},
};

/// A live record that has been copied and not yet renamed in the ledger.
struct Moved {
    header: Header,
    from: u64,
    to: Position,
    offset: u64,
}

impl Drive {
    /// Answers how many packs were written anew. A few at a time: it reads and writes as much as they hold.
    pub(crate) fn compact(&self, now: Timestamp) -> Result<u64> {
        let mut worth = Vec::new();
        self.each(&self.ledger().view(), keys::PACK, keys::everything(), &mut |key, pack: Pack| {
            let dead_enough = pack.live * 100 <= pack.committed * limits::PACK_LIVE_PERCENT;
            // An upload that was under way when the pack was full has committed, or will have to begin again.
            let settled = pack.full_at.is_some_and(|at| at.plus(limits::GRACE * 2) <= now);
            if let Ok(id) = <[u8; 8]>::try_from(key)
                && settled
                && dead_enough
            {
                worth.push((u64::from_be_bytes(id), pack.committed));
            }
            Ok(worth.len() < limits::PACKS_COMPACTED)
        })?;
        let mut count = 0;
        for (pack, committed) in worth {
            match self.compact_pack(pack, committed) {
                Ok(()) => count += 1,
                // A pack that does not read is the scrub's to report; nothing was lost by leaving it.
                Err(error @ Error::Internal { .. }) => {
                    tracing::error!(pack, %error, "a pack could not be written anew")
                }
                Err(other) => return Err(other),
            }
        }
        Ok(count)
    }

    fn compact_pack(&self, pack: u64, committed: u64) -> Result<()> {
        let (mut offset, mut moved, mut end, mut dead) = (0, Vec::new(), Position::default(), Vec::new());
        while offset < committed {
            let header = self.packs().header(pack, offset)?;
            let row: Option<Chunk> = self.get(&self.ledger().view(), keys::CHUNK, &header.id.0)?;
            if row.as_ref().is_none_or(|row| row.key != header.key) {
                // Of an upload that was given up, or sealed again since: nothing else bears this key.
                dead.push(header.key);
            }
            if row.is_some_and(|row| (row.pack, row.offset) == (pack, offset)) {
                let mut sealed = self.packs().sealed(pack, offset, &header)?;
                let (to, at) = self.packs().append(header, &mut sealed)?;
                end = end.max(to);
                moved.push(Moved { header, from: offset, to, offset: at });
            }
            offset += record_bytes(header.stored);
        }
        if !moved.is_empty() {
            self.packs().flush(end)?;
        }
        for part in moved.chunks(limits::SWEEP_ROWS) {
            let part: Vec<_> = part.iter().map(|one| (one.header.id, one.from, one.to.pack, one.offset)).collect();
            let drive = self.clone();
            let _committed = self.ledger().write(move |tx| {
                for (id, from, to, offset) in part {
                    drive.rename_record(tx, id, (pack, from), (to, offset))?;
                }
                Ok(())
            })?;
        }
        let drive = self.clone();
        let _committed = self.ledger().write(move |tx| {
            // Another upload may have committed a record there meanwhile: then the pack stays for the next time.
            let row: Pack = drive.need(tx, keys::PACK, &keys::id(pack))?;
            if row.live > 0 {
                return Ok(());
            }
            dead.into_iter().try_for_each(|key| tx.retire(key, 0))?;
            drive.drop_pack(tx, pack)
        })?;
        Ok(())
    }

    fn rename_record(&self, tx: &mut LedgerTx<'_>, id: crate::records::ChunkId, from: (u64, u64), to: (u64, u64)) -> Result<()> {
        let Some(row) = self.get::<Chunk>(tx, keys::CHUNK, &id.0)? else {
            return Ok(());
        };
        if (row.pack, row.offset) != from {
            return Ok(());
        }
        self.account(tx, &row, false)?;
        let row = Chunk { pack: to.0, offset: to.1, ..row };
        self.account(tx, &row, true)?;
        self.set(tx, keys::CHUNK, &id.0, &row)
    }

    /// Readers that have the file open keep it; others find the record where it went.
    pub(crate) fn drop_pack(&self, tx: &mut LedgerTx<'_>, pack: u64) -> Result<()> {
        tx.delete(keys::PACK, &keys::id(pack))?;
        let drive = self.clone();
        tx.after_commit(Box::new(move || drive.packs().remove(pack)));
        Ok(())
    }
}
