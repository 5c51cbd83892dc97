//! Shredding: a file with all its versions, a folder with all below, or a whole space. Out of sight at once; then taken apart in
//! bounded steps without the grace that erasing leaves, and every data key that seals nothing else any more is retired. Bytes that
//! another file also holds (a copy, an equal chunk) stay readable there, as they must. Names stand in rows under the drive's own
//! key: they go from this box, and an old copy of the ledger still has them.

use holdfast_audit::{Event, Object, record};
use holdfast_base::{Actor, Error, NodeId, Result, SpaceId};
use holdfast_store::{LedgerTx, Read, Tx};
use serde::{Deserialize, Serialize};

use crate::{
    Drive, Verb, keys, limits,
    records::{self, Body, Chunk, Content, Entry, Owner, Place},
};

/// Something that a shredding has still to take apart.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Shreds {
    Tree(NodeId),
    Content(u64),
}

/// What one step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShredStep {
    pub files: u64,
    /// Versions and chunks that something else also holds: they stay, with their keys.
    pub kept: u64,
    pub more: bool,
}

impl Drive {
    /// Whose space a node lies in, and the node with all folders above it; also in the trash. `NotFound` once erased.
    pub fn lineage(&self, read: &dyn Read, node: NodeId) -> Result<(Owner, Vec<NodeId>)> {
        let mut above = vec![node];
        let mut at = node;
        for _ in 0..=limits::DEPTH {
            match self.place(read, at)? {
                Place::Child { parent, .. } => {
                    above.push(parent);
                    at = parent;
                }
                Place::Root { space } | Place::Trash { space, .. } => return Ok((self.space_row(read, space)?.owner, above)),
                Place::Detached => return Err(Error::NotFound),
            }
        }
        Err(Error::broken("walk up a tree that is too deep"))
    }

    /// Takes a node and all below out of sight, out of its folder or out of the trash. `cause` is what the keys are retired for.
    pub fn begin_shred(&self, tx: &mut LedgerTx<'_>, by: &Actor, node: NodeId, cause: u64) -> Result<()> {
        let place = self.place(tx, node)?;
        let (entry, space, parent) = match place {
            Place::Child { parent, .. } => {
                let entry = self.entry_at(tx, node, place)?;
                let now = tx.now();
                let walk = self.detach(tx, &entry, place, now)?;
                self.drop_locks(tx, &entry)?;
                (entry, walk.space, Some(parent))
            }
            Place::Trash { space, at } => (self.take_from_trash(tx, space, at, node)?.entry, space, None),
            Place::Detached => return Err(Error::NotFound),
            Place::Root { .. } => return Err(Error::Forbidden),
        };
        self.hang_detached(tx, &entry)?;
        self.shred_later(tx, cause, Shreds::Tree(node))?;
        record(tx, self.event(by, "node.shred", &entry).text("shred", cause.to_string()));
        self.changed(tx, space, node, parent, Verb::Gone);
        Ok(())
    }

    /// Everything in a space, the trash too. Call until it answers false: it takes a bounded number of nodes at once.
    pub fn begin_shred_space(&self, tx: &mut LedgerTx<'_>, by: &Actor, space: SpaceId, cause: u64) -> Result<bool> {
        let root = self.space_row(tx, space)?.root;
        let mut nodes: Vec<NodeId> = Vec::new();
        self.each(tx, keys::CHILD, keys::under(&root.to_be_bytes()), &mut |_, entry: Entry| {
            nodes.push(entry.id);
            Ok(nodes.len() < limits::SWEEP_ROWS)
        })?;
        self.each(tx, keys::TRASH, keys::under(&space.to_be_bytes()), &mut |_, row: records::Trashed| {
            nodes.push(row.entry.id);
            Ok(nodes.len() < limits::SWEEP_ROWS)
        })?;
        if nodes.is_empty() {
            record(tx, Event::new(by, "space.shred", Object::new("space", space)).text("shred", cause.to_string()));
            return Ok(false);
        }
        nodes.into_iter().try_for_each(|node| self.begin_shred(tx, by, node, cause))?;
        Ok(true)
    }

    /// Takes apart a bounded part of what was begun for `cause`.
    pub fn shred_step(&self, tx: &mut LedgerTx<'_>, cause: u64) -> Result<ShredStep> {
        let mut first = None;
        self.each(tx, keys::SHRED, keys::under(&cause.to_be_bytes()), &mut |key, work: Shreds| {
            first = Some((key.to_vec(), work));
            Ok(false)
        })?;
        let Some((key, work)) = first else { return Ok(ShredStep::default()) };
        let mut step = ShredStep { more: true, ..ShredStep::default() };
        let done = match work {
            Shreds::Tree(node) => self.shred_tree(tx, node, cause, &mut step)?,
            Shreds::Content(content) => self.shred_content(tx, content, cause, &mut step)?,
        };
        if done {
            tx.delete(keys::SHRED, &key)?;
        }
        Ok(step)
    }

    fn shred_later(&self, tx: &mut LedgerTx<'_>, cause: u64, work: Shreds) -> Result<()> {
        self.set(tx, keys::SHRED, &keys::shred(cause, work), &work)
    }

    /// As the sweeper does, without its grace.
    fn shred_tree(&self, tx: &mut LedgerTx<'_>, root: NodeId, cause: u64, step: &mut ShredStep) -> Result<bool> {
        let felled = self.fell(tx, root, limits::SHRED_NODES)?;
        felled.folders.into_iter().try_for_each(|folder| self.shred_later(tx, cause, Shreds::Tree(folder)))?;
        for versions in felled.nodes {
            step.files += u64::from(!versions.is_empty());
            versions.into_iter().try_for_each(|row| self.shred_version(tx, row.content, cause, step))?;
        }
        Ok(felled.whole)
    }

    fn shred_version(&self, tx: &mut LedgerTx<'_>, content: u64, cause: u64, step: &mut ShredStep) -> Result<()> {
        let mut head: Content = self.need(tx, keys::CONTENT, &keys::id(content))?;
        head.refs = head.refs.saturating_sub(1);
        self.set(tx, keys::CONTENT, &keys::id(content), &head)?;
        match (head.refs, &head.body) {
            (1.., _) => step.kept += 1,
            (0, Body::Inline { .. }) => drop(self.unbind(tx, content, &mut head, cause)?),
            (0, Body::Chunks { .. }) => self.shred_later(tx, cause, Shreds::Content(content))?,
        }
        Ok(())
    }

    /// One page of it.
    fn shred_content(&self, tx: &mut LedgerTx<'_>, id: u64, cause: u64, step: &mut ShredStep) -> Result<bool> {
        let head: Option<Content> = self.get(tx, keys::CONTENT, &keys::id(id))?;
        let Some(mut head) = head.filter(|head| head.refs == 0) else { return Ok(true) };
        let Some(chunks) = self.unbind(tx, id, &mut head, cause)? else { return Ok(true) };
        chunks.into_iter().try_for_each(|chunk| self.shred_chunk(tx, &chunk.id.0, cause, step))?;
        Ok(false)
    }

    /// An upload that is just about to count the same chunk is told to come back, and brings it anew.
    fn shred_chunk(&self, tx: &mut LedgerTx<'_>, id: &[u8; 32], cause: u64, step: &mut ShredStep) -> Result<()> {
        let mut row: Chunk = self.need(tx, keys::CHUNK, id)?;
        row.refs = row.refs.saturating_sub(1);
        if row.refs > 0 {
            step.kept += 1;
            return self.set(tx, keys::CHUNK, id, &row);
        }
        tx.delete(keys::CHUNK, id)?;
        self.account(tx, &row, false)?;
        tx.retire(row.key, cause)
    }
}
