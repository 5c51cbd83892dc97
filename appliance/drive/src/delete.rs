//! Delete: the whole subtree goes to the trash of its space in one step, as it is.

use holdfast_audit::record;
use holdfast_base::{Actor, NodeId, Result};
use holdfast_store::{LedgerTx, Tx};

use crate::{
    Drive, Expect, Verb, Writer, keys,
    records::{Place, Trashed},
};

impl Drive {
    pub fn delete(&self, tx: &mut LedgerTx<'_>, node: &Writer, expect: &Expect) -> Result<()> {
        let (_, parent, entry) = self.child_place(tx, node.0.node())?;
        expect.check(Some(&entry))?;
        self.unlocked_tree(tx, node.actor(), &entry, &expect.tokens)?;
        self.unlocked(tx, node.actor(), parent, &expect.tokens)?;
        self.to_trash(tx, node.actor(), entry.id)
    }

    pub(crate) fn to_trash(&self, tx: &mut LedgerTx<'_>, actor: &Actor, node: NodeId) -> Result<()> {
        let (place, parent, entry) = self.child_place(tx, node)?;
        let from = self.path_of(tx, parent)?.into_iter().map(|(_, name)| name).collect();
        let now = tx.now();
        let walk = self.detach(tx, &entry, place, now)?;
        self.set(tx, keys::NODE, &node.to_be_bytes(), &Place::Trash { space: walk.space, at: now })?;
        let mut space = self.space_row(tx, walk.space)?;
        space.trash_bytes += entry.size;
        space.trash_history_bytes += entry.history;
        self.set(tx, keys::SPACE, &walk.space.to_be_bytes(), &space)?;
        self.drop_locks(tx, &entry)?;
        record(tx, self.event(actor, "node.delete", &entry).text("parent", parent.to_string()));
        let row = Trashed { entry, parent, from, at: now, by: actor.person() };
        self.set(tx, keys::TRASH, &keys::trash(walk.space, now, node), &row)?;
        self.changed(tx, walk.space, node, Some(parent), Verb::Gone);
        Ok(())
    }
}
