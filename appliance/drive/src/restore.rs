//! Out of the trash again: to where it was, or to the root of the space when that folder is gone.

use holdfast_audit::record;
use holdfast_base::{ClientId, NodeId, Result, SpaceId, Timestamp};
use holdfast_store::{LedgerTx, Read, Tx};

use crate::{
    Drive, Name, Trashed, Verb, keys, limits,
    records::{self, Entry, Kind, Place},
};

impl Drive {
    /// A taken name gets a number. A repeated restore with the same client id answers the node again.
    pub fn restore(&self, tx: &mut LedgerTx<'_>, trashed: &Trashed, cid: Option<ClientId>) -> Result<Entry> {
        let (node, actor) = (trashed.row.entry.id, &trashed.actor);
        let once = self.once(actor.person(), cid, &[b"restore", &node.to_be_bytes()])?;
        let row = self.out_of_trash(tx, trashed)?;
        let target = self.old_parent(tx, trashed, row.parent)?;
        let mut entry = row.entry;
        entry.name = self.free_name(tx, target, &Name::new(&entry.name)?)?.into_string();
        let walk = self.attach(tx, target, &entry, tx.now())?;
        self.remember(tx, once.as_ref(), node.0)?;
        record(tx, self.event(actor, "node.restore", &entry).text("parent", target.to_string()));
        self.changed(tx, walk.space, node, Some(target), Verb::Restored);
        Ok(entry)
    }

    /// What the same client id restored before, for a retry that finds the trash empty.
    pub fn restored_before(
        &self,
        tx: &LedgerTx<'_>,
        actor: &holdfast_base::Actor,
        node: NodeId,
        cid: Option<ClientId>,
    ) -> Result<bool> {
        let once = self.once(actor.person(), cid, &[b"restore", &node.to_be_bytes()])?;
        Ok(self.before(tx, once.as_ref())?.is_some())
    }

    /// Takes the row out of the trash and its bytes off the space's account. Read again on the lane: two restores, one wins.
    pub(crate) fn out_of_trash(&self, tx: &mut LedgerTx<'_>, trashed: &Trashed) -> Result<records::Trashed> {
        self.take_from_trash(tx, trashed.space, trashed.row.at, trashed.row.entry.id)
    }

    pub(crate) fn take_from_trash(
        &self,
        tx: &mut LedgerTx<'_>,
        space: SpaceId,
        at: Timestamp,
        node: NodeId,
    ) -> Result<records::Trashed> {
        let key = keys::trash(space, at, node);
        let row: records::Trashed = self.get(tx, keys::TRASH, &key)?.ok_or(holdfast_base::Error::NotFound)?;
        tx.delete(keys::TRASH, &key)?;
        let mut whole = self.space_row(tx, space)?;
        whole.trash_bytes = whole.trash_bytes.saturating_sub(row.entry.size);
        whole.trash_history_bytes = whole.trash_history_bytes.saturating_sub(row.entry.history);
        self.set(tx, keys::SPACE, &space.to_be_bytes(), &whole)?;
        Ok(row)
    }

    fn old_parent(&self, read: &dyn Read, trashed: &Trashed, parent: NodeId) -> Result<NodeId> {
        match self.walk(read, parent) {
            Ok(walk) if walk.space == trashed.space && self.entry(read, parent)?.1.kind == Kind::Folder => Ok(parent),
            Ok(_) | Err(holdfast_base::Error::NotFound) => Ok(self.space_row(read, trashed.space)?.root),
            Err(other) => Err(other),
        }
    }

    /// The trash of a space, newest first, after the item that `after` names (its instant and node).
    pub(crate) fn trash_rows(
        &self,
        read: &dyn Read,
        space: SpaceId,
        after: Option<(Timestamp, NodeId)>,
        limit: usize,
    ) -> Result<Vec<records::Trashed>> {
        let mut range = keys::under(&space.to_be_bytes());
        if let Some((at, node)) = after {
            range.start = [keys::trash(space, at, node), vec![0]].concat();
        }
        let (mut rows, limit) = (Vec::new(), limit.min(limits::TRASH_LISTED + 1));
        self.each(read, keys::TRASH, range, &mut |_, row| {
            rows.push(row);
            Ok(rows.len() < limit)
        })?;
        Ok(rows)
    }

    /// Place of an erased tree.
    pub(crate) fn hang_detached(&self, tx: &mut LedgerTx<'_>, entry: &Entry) -> Result<()> {
        self.set(tx, keys::NODE, &entry.id.to_be_bytes(), &Place::Detached)?;
        self.set_entry(tx, Place::Detached, entry)
    }
}
