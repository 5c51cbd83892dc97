//! The sweeper: takes apart what was erased, drops content that nobody refers to, ends uploads. In small transactions, so
//! the lane stays free; each looks again before it removes anything.

use holdfast_base::{Error, NodeId, Result, Timestamp};
use holdfast_hsm::KeyId;
use holdfast_store::{LedgerTx, Read, Tx};

use crate::{
    Drive, keys, limits,
    records::{Body, Chunk, ChunkRef, Content, Entry, Garbage, Kind, Lock, Page, Place, Upload, Version, decode},
};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SweepReport {
    pub nodes: u64,
    pub contents: u64,
    pub chunks: u64,
    /// Packs that were mostly dead: what lived in them has moved, they are gone.
    pub packs: u64,
    pub uploads: u64,
    pub locks: u64,
    /// More is due than this call took.
    pub more: bool,
}

/// What was taken off a tree.
#[derive(Default)]
pub(crate) struct Felled {
    /// Trees of their own now.
    pub folders: Vec<NodeId>,
    /// The versions of each node that is gone.
    pub nodes: Vec<Vec<Version>>,
    /// Nothing of the tree is left.
    pub whole: bool,
}

/// What one step did to its object.
enum Step {
    /// It is gone, or was no garbage: the row goes, too.
    Done,
    /// There is more of it: the same row again.
    Again,
    /// Not yet.
    Later(Timestamp),
}

impl Drive {
    /// Works on at most `rows` due rows. For the server's job loop; harmless to call at any time.
    pub fn sweep(&self, now: Timestamp, rows: usize) -> Result<SweepReport> {
        let mut report = SweepReport { locks: self.sweep_locks(now)?, ..SweepReport::default() };
        let mut due: Vec<(Vec<u8>, Garbage)> = Vec::new();
        let end = now.0.cast_unsigned().to_be_bytes().to_vec();
        self.each(&self.ledger().view(), keys::GARBAGE, Vec::new()..end, &mut |key, what| {
            due.push((key.to_vec(), what));
            Ok(due.len() <= rows)
        })?;
        report.more = due.len() > rows;
        due.truncate(rows);
        for (key, what) in due {
            while self.sweep_step(&key, what, &mut report)? {}
        }
        report.packs = self.compact(now)?;
        Ok(report)
    }

    /// One transaction. Answers whether the object needs another one.
    fn sweep_step(&self, key: &[u8], what: Garbage, report: &mut SweepReport) -> Result<bool> {
        let (drive, key, mut seen) = (self.clone(), key.to_vec(), *report);
        let (again, seen) = self
            .ledger()
            .write_freeing(move |tx| {
                let step = match what {
                    Garbage::Tree(node) => drive.sweep_tree(tx, node, &mut seen)?,
                    Garbage::Content(content) => drive.sweep_content(tx, content, &mut seen)?,
                    Garbage::Chunk(chunk) => drive.sweep_chunk(tx, &chunk.0, &mut seen)?,
                    Garbage::Upload(upload) => drive.sweep_upload(tx, upload, &mut seen)?,
                    Garbage::Idem(person, cid) => {
                        tx.delete(keys::IDEM, &keys::idem(person, cid))?;
                        Step::Done
                    }
                };
                let again = matches!(step, Step::Again);
                if !again {
                    tx.delete(keys::GARBAGE, &key)?;
                }
                if let Step::Later(due) = step {
                    drive.discard(tx, due, what)?;
                }
                Ok((again, seen))
            })?
            .value;
        *report = seen;
        Ok(again)
    }

    /// Children first: files go at once, folders become trees of their own.
    fn sweep_tree(&self, tx: &mut LedgerTx<'_>, root: NodeId, seen: &mut SweepReport) -> Result<Step> {
        let felled = self.fell(tx, root, limits::SWEEP_ROWS)?;
        for folder in felled.folders {
            let now = tx.now();
            self.discard(tx, now, Garbage::Tree(folder))?;
        }
        for version in felled.nodes.iter().flatten() {
            self.release_content(tx, version.content)?;
        }
        seen.nodes += felled.nodes.len() as u64;
        Ok(if felled.whole { Step::Done } else { Step::Again })
    }

    /// Takes a detached tree apart, at most `rows` of its children: files go, folders become detached trees of their own, the root
    /// goes last.
    pub(crate) fn fell(&self, tx: &mut LedgerTx<'_>, root: NodeId, rows: usize) -> Result<Felled> {
        let mut children: Vec<(Vec<u8>, Entry)> = Vec::new();
        self.each(tx, keys::CHILD, keys::under(&root.to_be_bytes()), &mut |key, entry| {
            children.push((key.to_vec(), entry));
            Ok(children.len() < rows)
        })?;
        let mut felled = Felled { whole: children.len() < rows, ..Felled::default() };
        for (key, entry) in &children {
            tx.delete(keys::CHILD, key)?;
            if entry.kind == Kind::Folder {
                self.hang_detached(tx, entry)?;
                felled.folders.push(entry.id);
            } else {
                felled.nodes.push(self.drop_node(tx, entry.id)?);
            }
        }
        if felled.whole {
            if let Some(key) = keys::entry(root, Place::Detached) {
                tx.delete(keys::CHILD, &key)?;
            }
            felled.nodes.push(self.drop_node(tx, root)?);
        }
        Ok(felled)
    }

    /// Every row of a node but its entry. Answers its versions, whose contents the caller lets go.
    fn drop_node(&self, tx: &mut LedgerTx<'_>, node: NodeId) -> Result<Vec<Version>> {
        let mut versions: Vec<Version> = Vec::new();
        self.each(tx, keys::VERSION, keys::under(&node.to_be_bytes()), &mut |_, row| {
            versions.push(row);
            Ok(true)
        })?;
        for row in &versions {
            tx.delete(keys::VERSION, &keys::version(node, row.version))?;
        }
        for table in [keys::NODE, keys::PROPERTY, keys::LOCK] {
            tx.delete(table, &node.to_be_bytes())?;
        }
        Ok(versions)
    }

    fn sweep_content(&self, tx: &mut LedgerTx<'_>, id: u64, seen: &mut SweepReport) -> Result<Step> {
        let Some(mut head) = self.get::<Content>(tx, keys::CONTENT, &keys::id(id))? else {
            return Ok(Step::Done);
        };
        if head.refs > 0 {
            return Ok(Step::Done);
        }
        let alive_until = head.touched_at.plus(limits::GRACE * 2);
        if alive_until > tx.now() {
            return Ok(Step::Later(alive_until));
        }
        match self.unbind(tx, id, &mut head, 0)? {
            Some(chunks) => {
                chunks.into_iter().try_for_each(|chunk| self.release_chunk(tx, chunk.id))?;
                Ok(Step::Again)
            }
            None => {
                seen.contents += 1;
                Ok(Step::Done)
            }
        }
    }

    /// Takes the last page off a content and answers its chunks; `None`: there was none left, the content is gone and its key retired.
    pub(crate) fn unbind(&self, tx: &mut LedgerTx<'_>, id: u64, head: &mut Content, cause: u64) -> Result<Option<Vec<ChunkRef>>> {
        if let Body::Chunks { starts } = &mut head.body
            && starts.pop().is_some()
        {
            let key = keys::page(id, starts.len());
            let chunks = self.chunks_of(tx, &key, head.key)?;
            tx.delete(keys::PAGE, &key)?;
            self.set(tx, keys::CONTENT, &keys::id(id), head)?;
            return Ok(Some(chunks));
        }
        tx.delete(keys::CONTENT, &keys::id(id))?;
        tx.delete(keys::INLINE, &keys::id(id))?;
        tx.retire(head.key, cause)?;
        Ok(None)
    }

    /// Of one page. None where its key was shredded.
    fn chunks_of(&self, read: &dyn Read, page: &[u8], key: KeyId) -> Result<Vec<ChunkRef>> {
        let key = match self.data_key(key) {
            Err(Error::Gone) => return Ok(Vec::new()),
            key => key?,
        };
        let bytes = read.get(keys::PAGE, page, &key)?;
        let page: Page = bytes.map(|bytes| decode(&bytes)).transpose()?.unwrap_or_default();
        Ok(page.chunks)
    }

    fn sweep_chunk(&self, tx: &mut LedgerTx<'_>, id: &[u8; 32], seen: &mut SweepReport) -> Result<Step> {
        let Some(chunk) = self.get::<Chunk>(tx, keys::CHUNK, id)? else {
            return Ok(Step::Done);
        };
        if chunk.refs > 0 {
            return Ok(Step::Done);
        }
        tx.delete(keys::CHUNK, id)?;
        self.account(tx, &chunk, false)?;
        tx.retire(chunk.key, 0)?;
        seen.chunks += 1;
        Ok(Step::Done)
    }

    fn sweep_upload(&self, tx: &mut LedgerTx<'_>, id: u64, seen: &mut SweepReport) -> Result<Step> {
        let Some(upload) = self.get::<Upload>(tx, keys::UPLOAD, &keys::id(id))? else {
            return Ok(Step::Done);
        };
        if upload.expires_at > tx.now() {
            return Ok(Step::Later(upload.expires_at));
        }
        self.end_upload(tx, id, &upload)?;
        seen.uploads += 1;
        Ok(Step::Done)
    }

    fn sweep_locks(&self, now: Timestamp) -> Result<u64> {
        let mut dead: Vec<Vec<u8>> = Vec::new();
        self.each(&self.ledger().view(), keys::LOCK, keys::everything(), &mut |key, row: Vec<Lock>| {
            if row.iter().all(|lock| lock.expires_at <= now) {
                dead.push(key.to_vec());
            }
            Ok(dead.len() < limits::SWEEP_ROWS)
        })?;
        let count = dead.len() as u64;
        if count == 0 {
            return Ok(0);
        }
        let drive = self.clone();
        let _committed = self.ledger().write_freeing(move |tx| {
            for key in dead {
                let row: Vec<Lock> = drive.get(tx, keys::LOCK, &key)?.unwrap_or_default();
                if row.iter().all(|lock| lock.expires_at <= tx.now()) {
                    tx.delete(keys::LOCK, &key)?;
                }
            }
            Ok(())
        })?;
        Ok(count)
    }
}
