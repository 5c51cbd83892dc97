//! Rename and move: the node keeps its id; two rows change, whatever hangs below.

use holdfast_audit::record;
use holdfast_base::{Error, NodeId, Result};
use holdfast_store::{LedgerTx, Read, Tx};

use crate::{
    Drive, Expect, Name, Verb, Writer,
    records::{Entry, Kind},
};

/// What happens to a node that has the wanted name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    Refuse,
    /// It goes to the trash first.
    Replace,
}

impl Drive {
    /// Gives a node another name, another folder, or both. Between spaces, too, when both may be written.
    /// Answers the entry, and whether something was replaced.
    pub fn relocate(
        &self,
        tx: &mut LedgerTx<'_>,
        node: &Writer,
        to: Option<&Writer>,
        name: Option<&Name>,
        overwrite: Overwrite,
        expect: &Expect,
    ) -> Result<(Entry, bool)> {
        let actor = node.actor();
        let (place, from, mut entry) = self.child_place(tx, node.0.node())?;
        expect.check(Some(&entry))?;
        let target = to.map_or(from, |to| to.0.node());
        if let Some(to) = to {
            to.0.folder()?;
        }
        let name = match name {
            Some(name) => name.clone(),
            None => Name::new(&entry.name)?,
        };
        if target == from && name.as_str() == entry.name {
            return Ok((entry, false));
        }
        self.not_below(tx, target, &entry)?;
        self.unlocked_tree(tx, actor, &entry, &expect.tokens)?;
        self.unlocked(tx, actor, from, &expect.tokens)?;
        self.unlocked(tx, actor, target, &expect.tokens)?;
        let replaced = self.make_way(tx, actor, target, &name, &entry, overwrite, expect)?;

        let now = tx.now();
        let old_name = std::mem::replace(&mut entry.name, name.into_string());
        // The size that is taken out is the one of the old entry; a name does not change it.
        let left = self.detach(tx, &entry, place, now)?;
        let came = self.attach(tx, target, &entry, now)?;
        let (action, verb) = if target == from { ("node.rename", Verb::Renamed) } else { ("node.move", Verb::Moved) };
        let event = self.event(actor, action, &entry).text("from_name", old_name);
        record(tx, event.text("from", from.to_string()).text("to", target.to_string()));
        if left.space != came.space {
            self.changed(tx, left.space, entry.id, Some(from), Verb::Gone);
        }
        self.changed(tx, came.space, entry.id, Some(target), verb);
        Ok((entry, replaced))
    }

    /// A folder may not come to lie in itself.
    pub(crate) fn not_below(&self, read: &dyn Read, target: NodeId, entry: &Entry) -> Result<()> {
        if entry.kind == Kind::Folder && self.walk(read, target)?.ids.contains(&entry.id) {
            return Err(Error::conflict("own-subtree"));
        }
        Ok(())
    }

    /// Frees a name for `source`: refuses, or puts what has it into the trash. Answers whether it did.
    #[expect(clippy::too_many_arguments, reason = "one question with the nouns it is about")]
    pub(crate) fn make_way(
        &self,
        tx: &mut LedgerTx<'_>,
        actor: &holdfast_base::Actor,
        folder: NodeId,
        name: &Name,
        source: &Entry,
        overwrite: Overwrite,
        expect: &Expect,
    ) -> Result<bool> {
        let Some(there) = self.named(tx, folder, name)? else {
            return Ok(false);
        };
        if there.id == source.id || overwrite == Overwrite::Refuse {
            return Err(Error::conflict("name-taken"));
        }
        if self.walk(tx, source.id)?.ids.contains(&there.id) {
            return Err(Error::conflict("own-subtree"));
        }
        self.unlocked_tree(tx, actor, &there, &expect.tokens)?;
        self.to_trash(tx, actor, there.id)?;
        Ok(true)
    }
}
