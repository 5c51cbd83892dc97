//! Handing over: what lies in the space of somebody who leaves goes into a folder of their heir's, a bounded part at a time.

use holdfast_audit::record;
use holdfast_base::{Actor, Error, NodeId, PersonId, Result};
use holdfast_store::{LedgerTx, Read, Tx};

use crate::{
    Drive, Name, Verb, keys, limits,
    records::{Entry, Kind, Owner},
    spaces::folder_entry,
    tree::stamp,
};

/// What lies in a person's own space, the trash left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnFiles {
    /// Files and folders at the top.
    pub entries: u64,
    pub bytes: u64,
}

/// One file or folder, as a list for its person shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// From the top of the space down.
    pub path: String,
    pub is_folder: bool,
    pub size: u64,
    pub changed_at: holdfast_base::Timestamp,
}

impl Drive {
    /// `None` when there is nothing.
    pub fn own_files(&self, read: &dyn Read, person: PersonId) -> Result<Option<OwnFiles>> {
        let Some(root) = self.own_root(read, person)? else { return Ok(None) };
        let (_, entry) = self.entry(read, root)?;
        Ok((entry.children > 0).then(|| OwnFiles { entries: u64::from(entry.children), bytes: entry.size }))
    }

    /// Moves the next entries of the space, as they are, into the heir's folder of this name, which is made if it is missing. False:
    /// nothing is left. What lies in the trash stays there. The box is the actor.
    pub fn hand_over(&self, tx: &mut LedgerTx<'_>, by: &Actor, from: PersonId, to: PersonId, folder: &Name) -> Result<bool> {
        let Some(root) = self.own_root(tx, from)? else { return Ok(false) };
        let mut nodes: Vec<NodeId> = Vec::new();
        self.each(tx, keys::CHILD, keys::under(&root.to_be_bytes()), &mut |_, entry: Entry| {
            nodes.push(entry.id);
            Ok(nodes.len() < limits::HANDOVER_NODES)
        })?;
        if nodes.is_empty() {
            return Ok(false);
        }
        let target = self.heirs_folder(tx, by, to, folder)?;
        nodes.into_iter().try_for_each(|node| self.hand_node(tx, by, node, target))?;
        Ok(true)
    }

    /// Everything in the person's own space, folder by folder, until `f` answers false.
    pub fn list_own(&self, read: &dyn Read, person: PersonId, f: &mut dyn FnMut(ListedFile) -> Result<bool>) -> Result<()> {
        let Some(root) = self.own_root(read, person)? else { return Ok(()) };
        let mut folders = vec![(root, String::new())];
        while let Some((folder, path)) = folders.pop() {
            let mut more = true;
            self.each(read, keys::CHILD, keys::under(&folder.to_be_bytes()), &mut |_, entry: Entry| {
                let (path, is_folder) = (format!("{path}/{}", entry.name), entry.kind == Kind::Folder);
                if is_folder {
                    folders.push((entry.id, path.clone()));
                }
                more = f(ListedFile { path, is_folder, size: entry.size, changed_at: entry.changed_at })?;
                Ok(more)
            })?;
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn own_root(&self, read: &dyn Read, person: PersonId) -> Result<Option<NodeId>> {
        let space = self.space_of(read, Owner::Person(person))?;
        space.map(|space| Ok(self.space_row(read, space)?.root)).transpose()
    }

    fn heirs_folder(&self, tx: &mut LedgerTx<'_>, by: &Actor, heir: PersonId, name: &Name) -> Result<NodeId> {
        let space = self.ensure_space(tx, by, Owner::Person(heir))?;
        let root = self.space_row(tx, space)?.root;
        let name = match self.named(tx, root, name)? {
            Some(there) if there.kind == Kind::Folder => return Ok(there.id),
            // A file of the heir's has the name.
            Some(_) => self.free_name(tx, root, name)?,
            None => name.clone(),
        };
        let (id, now) = (NodeId(tx.next_id(keys::NEXT_NODE)?), tx.now());
        let entry = folder_entry(id, name.into_string(), stamp(tx), now, by.person());
        self.attach(tx, root, &entry, now)?;
        record(tx, self.event(by, "node.create", &entry).text("parent", root.to_string()));
        self.changed(tx, space, id, Some(root), Verb::Written);
        Ok(id)
    }

    fn hand_node(&self, tx: &mut LedgerTx<'_>, by: &Actor, node: NodeId, target: NodeId) -> Result<()> {
        let (place, from, mut entry) = self.child_place(tx, node)?;
        let old_name = entry.name.clone();
        entry.name = self.free_name(tx, target, &Name::new(&old_name)?)?.into_string();
        let now = tx.now();
        let left = self.detach(tx, &entry, place, now)?;
        let came = self.attach(tx, target, &entry, now)?;
        self.drop_locks(tx, &entry)?;
        if left.space == came.space {
            return Err(Error::broken("hand over to somebody else"));
        }
        let event = self.event(by, "node.move", &entry).text("from_name", old_name);
        record(tx, event.text("from", from.to_string()).text("to", target.to_string()));
        self.changed(tx, left.space, node, Some(from), Verb::Gone);
        self.changed(tx, came.space, node, Some(target), Verb::Moved);
        Ok(())
    }
}
