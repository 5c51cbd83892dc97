//! Older versions of a file: pointers to content. Bounded in number for each file, and in bytes for each space.

use holdfast_audit::record;
use holdfast_base::{ClientId, Error, Result};
use holdfast_store::{LedgerTx, Read, Tx};

use crate::{
    Drive, Expect, Reader, Verb, Writer, keys, limits,
    records::{Entry, Version},
    tree::stamp,
};

impl Drive {
    /// Newest first, the current one included.
    pub(crate) fn version_rows(&self, read: &dyn Read, file: &Reader) -> Result<Vec<Version>> {
        file.file()?;
        let mut rows = Vec::new();
        self.each(read, keys::VERSION, keys::under(&file.node().to_be_bytes()), &mut |_, row| {
            rows.push(row);
            Ok(rows.len() < limits::VERSIONS_LISTED)
        })?;
        Ok(rows)
    }

    /// An older version becomes the current one again, as a new version with the same content.
    pub fn restore_version(
        &self,
        tx: &mut LedgerTx<'_>,
        file: &Writer,
        version: u64,
        cid: Option<ClientId>,
        expect: &Expect,
    ) -> Result<Entry> {
        file.0.file()?;
        let (node, actor) = (file.0.node(), file.actor());
        let once = self.once(actor.person(), cid, &[b"version", &node.to_be_bytes(), &version.to_be_bytes()])?;
        let (_, parent, old) = self.child_place(tx, node)?;
        if self.before(tx, once.as_ref())?.is_some() || version == old.version {
            return Ok(old);
        }
        expect.check(Some(&old))?;
        self.unlocked(tx, actor, node, &expect.tokens)?;
        let row: Version = self.get(tx, keys::VERSION, &keys::version(node, version))?.ok_or(Error::NotFound)?;
        let now = tx.now();
        let mut entry = Entry {
            stamp: stamp(tx),
            changed_at: now,
            changed_by: actor.person(),
            version: old.version + 1,
            size: row.size,
            history: old.history + old.size,
            sha256: Some(row.sha256),
            media: row.media.clone(),
            ..old.clone()
        };
        self.hold_content(tx, row.content)?;
        self.write_version(tx, &entry, row.content)?;
        self.replace(tx, parent, &old, &mut entry, now)?;
        self.remember(tx, once.as_ref(), node.0)?;
        record(tx, self.event(actor, "version.restore", &entry).number("from_version", version.cast_signed()));
        self.changed(tx, file.0.space(), node, Some(parent), Verb::Written);
        Ok(entry)
    }

    /// Drops the oldest versions while there are more than are kept, or while they hold more than `room` bytes.
    pub(crate) fn thin_versions(&self, tx: &mut LedgerTx<'_>, entry: &mut Entry, room: u64) -> Result<()> {
        if entry.version <= limits::VERSIONS_KEPT as u64 + 1 && entry.history <= room {
            return Ok(());
        }
        if self.is_kept(tx, entry.id)? {
            return Ok(());
        }
        let mut rows: Vec<Version> = Vec::new();
        self.each(tx, keys::VERSION, keys::under(&entry.id.to_be_bytes()), &mut |_, row| {
            rows.push(row);
            Ok(rows.len() <= limits::VERSIONS_LISTED)
        })?;
        while rows.len() > 1 && (rows.len() > limits::VERSIONS_KEPT + 1 || entry.history > room) {
            let Some(oldest) = rows.pop() else { break };
            tx.delete(keys::VERSION, &keys::version(entry.id, oldest.version))?;
            self.release_content(tx, oldest.content)?;
            entry.history = entry.history.saturating_sub(oldest.size);
        }
        Ok(())
    }
}
