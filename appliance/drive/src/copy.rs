//! Copy: new nodes, the same content. One transaction, so a copy is there whole or not at all.

use holdfast_audit::record;
use holdfast_base::{ClientId, Error, NodeId, Result};
use holdfast_store::{LedgerTx, Tx};

use crate::{
    Drive, Expect, Name, Overwrite, Reader, Verb, Writer, keys, limits,
    records::{Entry, Kind, Place, Version},
    tree::stamp,
};

impl Drive {
    /// `shallow`: a folder without what is in it. Answers the new entry, and whether something was replaced.
    #[expect(clippy::too_many_arguments, reason = "the nouns of a copy; all callers name each of them")]
    pub fn copy(
        &self,
        tx: &mut LedgerTx<'_>,
        source: &Reader,
        to: &Writer,
        name: &Name,
        overwrite: Overwrite,
        shallow: bool,
        cid: Option<ClientId>,
        expect: &Expect,
    ) -> Result<(Entry, bool)> {
        to.0.folder()?;
        let (actor, target) = (to.actor(), to.0.node());
        let once = self.once(
            actor.person(),
            cid,
            &[b"copy", &source.node().to_be_bytes(), &target.to_be_bytes(), name.as_str().as_bytes()],
        )?;
        if let Some(node) = self.before(tx, once.as_ref())? {
            return Ok((self.entry(tx, NodeId(node))?.1, false));
        }
        // Read again on the lane: the source may have changed since the proof was made.
        self.walk(tx, source.node())?;
        let (_, entry) = self.entry(tx, source.node())?;
        if !shallow {
            self.not_below(tx, target, &entry)?;
        }
        self.unlocked(tx, actor, target, &expect.tokens)?;
        let replaced = self.make_way(tx, actor, target, name, &entry, overwrite, expect)?;
        let mut copied = 0;
        let mut new = self.duplicate(tx, &entry, shallow, to, &mut copied)?;
        new.name = name.as_str().to_owned();
        let now = tx.now();
        let walk = self.attach(tx, target, &new, now)?;
        self.remember(tx, once.as_ref(), new.id.0)?;
        let event = self.event(actor, "node.copy", &new).text("source", entry.id.to_string());
        record(tx, event.text("parent", target.to_string()).number("nodes", i64::from(copied)));
        self.changed(tx, walk.space, new.id, Some(target), Verb::Written);
        Ok((new, replaced))
    }

    /// The copy of one node with everything below it, its own entry not yet hung up.
    fn duplicate(&self, tx: &mut LedgerTx<'_>, source: &Entry, shallow: bool, to: &Writer, copied: &mut u32) -> Result<Entry> {
        *copied += 1;
        if *copied as usize > limits::COPY_NODES {
            return Err(Error::TooLarge { limit: limits::COPY_NODES as u64 });
        }
        let now = tx.now();
        let mut new = Entry {
            id: NodeId(tx.next_id(keys::NEXT_NODE)?),
            stamp: stamp(tx),
            history: 0,
            created_at: now,
            changed_by: to.actor().person(),
            version: u64::from(source.kind == Kind::File),
            ..source.clone()
        };
        if source.properties {
            self.copy_properties(tx, source.id, new.id)?;
        }
        if source.kind == Kind::File {
            let row: Version = self.need(tx, keys::VERSION, &keys::version(source.id, source.version))?;
            self.hold_content(tx, row.content)?;
            self.write_version(tx, &new, row.content)?;
            return Ok(new);
        }
        (new.size, new.children, new.height, new.changed_at) = (0, 0, 0, now);
        if shallow {
            return Ok(new);
        }
        for child in self.direct(tx, source.id)? {
            let child = self.duplicate(tx, &child, false, to, copied)?;
            let token = self.token(new.id, &child.name)?;
            let place = Place::Child { parent: new.id, token };
            self.set(tx, keys::NODE, &child.id.to_be_bytes(), &place)?;
            self.set_entry(tx, place, &child)?;
            new.size += child.size;
            new.children += 1;
            new.height = new.height.max(if child.kind == Kind::Folder { child.height + 1 } else { 1 });
        }
        Ok(new)
    }

    /// Direct entries of a folder as the lane sees them.
    pub(crate) fn direct(&self, read: &dyn holdfast_store::Read, folder: NodeId) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.each(read, keys::CHILD, keys::under(&folder.to_be_bytes()), &mut |_, entry| {
            entries.push(entry);
            Ok(entries.len() <= limits::COPY_NODES)
        })?;
        Ok(entries)
    }
}
