//! Write locks (RFC 4918 section 6) by node id, so a rename does not lose them. They bind every door, not only WebDAV.

use holdfast_audit::record;
use holdfast_base::{Actor, Error, NodeId, Result, Timestamp};
use holdfast_store::{LedgerTx, Read, Tx};

use crate::{
    Drive, Reader, Writer, keys, limits,
    records::{Entry, Kind, Lock},
};

/// A lock as it is asked for.
#[derive(Debug, Clone)]
pub struct NewLock {
    pub shared: bool,
    pub deep: bool,
    pub owner: String,
    pub seconds: u64,
}

impl Drive {
    /// Locks that hold for a node: its own and the deep ones above, with the node that each stands on.
    pub fn locks(&self, read: &dyn Read, reader: &Reader, now: Timestamp) -> Result<Vec<(NodeId, Lock)>> {
        self.locks_on(read, reader.node(), now)
    }

    fn locks_on(&self, read: &dyn Read, node: NodeId, now: Timestamp) -> Result<Vec<(NodeId, Lock)>> {
        let mut found = Vec::new();
        for (level, id) in self.walk(read, node)?.ids.into_iter().enumerate() {
            for lock in self.lock_row(read, id, now)? {
                if level == 0 || lock.deep {
                    found.push((id, lock));
                }
            }
        }
        Ok(found)
    }

    fn lock_row(&self, read: &dyn Read, node: NodeId, now: Timestamp) -> Result<Vec<Lock>> {
        let mut row: Vec<Lock> = self.get(read, keys::LOCK, &node.to_be_bytes())?.unwrap_or_default();
        row.retain(|lock| lock.expires_at > now);
        Ok(row)
    }

    /// A new lock; `Locked` when another stands against it, here, above or (deep) below.
    pub fn lock(&self, tx: &mut LedgerTx<'_>, node: &Writer, new: &NewLock) -> Result<Lock> {
        let (now, id, actor) = (tx.now(), node.0.node(), node.actor());
        let mut against = self.locks_on(tx, id, now)?;
        if new.deep {
            against.extend(self.locks_below(tx, &node.0.entry, now)?);
        }
        if against.iter().any(|(_, lock)| !(lock.shared && new.shared)) {
            return Err(Error::Locked);
        }
        let seconds = new.seconds.clamp(1, limits::LOCK_LIFE.as_secs());
        let lock = Lock {
            token: format!("urn:uuid:{}", tx.world().uuid()),
            shared: new.shared,
            deep: new.deep,
            by: actor.person().ok_or(Error::NotSignedIn)?,
            owner: new.owner.clone(),
            expires_at: now.plus(std::time::Duration::from_secs(seconds)),
            seconds,
        };
        let mut row = self.lock_row(tx, id, now)?;
        if row.len() >= limits::LOCKS || lock.owner.len() > limits::PROPERTY_BYTES {
            return Err(Error::TooLarge { limit: limits::LOCKS as u64 });
        }
        row.push(lock.clone());
        self.set(tx, keys::LOCK, &id.to_be_bytes(), &row)?;
        record(tx, self.event(actor, "node.lock", &node.0.entry));
        Ok(lock)
    }

    /// Prolongs the lock of `tokens` that holds for the node.
    pub fn refresh_lock(&self, tx: &mut LedgerTx<'_>, node: &Writer, tokens: &[String], seconds: u64) -> Result<Lock> {
        let now = tx.now();
        for (id, lock) in self.locks_on(tx, node.0.node(), now)? {
            if tokens.contains(&lock.token) && Some(lock.by) == node.actor().person() {
                let mut row = self.lock_row(tx, id, now)?;
                let Some(kept) = row.iter_mut().find(|kept| kept.token == lock.token) else {
                    continue;
                };
                kept.seconds = seconds.clamp(1, limits::LOCK_LIFE.as_secs());
                kept.expires_at = now.plus(std::time::Duration::from_secs(kept.seconds));
                let kept = kept.clone();
                self.set(tx, keys::LOCK, &id.to_be_bytes(), &row)?;
                record(tx, self.event(node.actor(), "node.lock", &node.0.entry));
                return Ok(kept);
            }
        }
        Err(Error::PreconditionFailed)
    }

    pub fn unlock(&self, tx: &mut LedgerTx<'_>, node: &Writer, token: &str) -> Result<()> {
        let now = tx.now();
        for (id, lock) in self.locks_on(tx, node.0.node(), now)? {
            if lock.token == token {
                if Some(lock.by) != node.actor().person() {
                    return Err(Error::Forbidden);
                }
                let mut row = self.lock_row(tx, id, now)?;
                row.retain(|kept| kept.token != token);
                self.write_locks(tx, id, &row)?;
                record(tx, self.event(node.actor(), "node.unlock", &node.0.entry));
                return Ok(());
            }
        }
        Err(Error::conflict("no-such-lock"))
    }

    fn write_locks(&self, tx: &mut LedgerTx<'_>, node: NodeId, row: &[Lock]) -> Result<()> {
        if row.is_empty() {
            tx.delete(keys::LOCK, &node.to_be_bytes())
        } else {
            self.set(tx, keys::LOCK, &node.to_be_bytes(), &row)
        }
    }

    /// May the actor, holding `tokens`, change this node itself? A token counts only for the person who locked.
    pub(crate) fn unlocked(&self, read: &LedgerTx<'_>, actor: &Actor, node: NodeId, tokens: &[String]) -> Result<()> {
        let locks = self.locks_on(read, node, read.now())?;
        allowed(&locks, actor, tokens)
    }

    /// The same for a node and all that hangs below it.
    pub(crate) fn unlocked_tree(&self, read: &LedgerTx<'_>, actor: &Actor, entry: &Entry, tokens: &[String]) -> Result<()> {
        self.unlocked(read, actor, entry.id, tokens)?;
        for (node, lock) in self.locks_below(read, entry, read.now())? {
            allowed(&[(node, lock)], actor, tokens)?;
        }
        Ok(())
    }

    /// Locks are few, so all of them are looked at, instead of the whole subtree.
    fn locks_below(&self, read: &dyn Read, entry: &Entry, now: Timestamp) -> Result<Vec<(NodeId, Lock)>> {
        let mut rows: Vec<(NodeId, Vec<Lock>)> = Vec::new();
        if entry.kind == Kind::File {
            return Ok(Vec::new());
        }
        self.each(read, keys::LOCK, keys::everything(), &mut |key, row| {
            if let Ok(id) = <[u8; 8]>::try_from(key) {
                rows.push((NodeId::from_be_bytes(id), row));
            }
            Ok(true)
        })?;
        let mut below = Vec::new();
        for (node, row) in rows {
            let live: Vec<_> = row.into_iter().filter(|lock| lock.expires_at > now).collect();
            let inside =
                node != entry.id && !live.is_empty() && matches!(self.walk(read, node), Ok(walk) if walk.ids.contains(&entry.id));
            if inside {
                below.extend(live.into_iter().map(|lock| (node, lock)));
            }
        }
        Ok(below)
    }

    /// A deleted node has no locks (RFC 4918 section 9.6.1); those below it die with the walk to the root.
    pub(crate) fn drop_locks(&self, tx: &mut LedgerTx<'_>, entry: &Entry) -> Result<()> {
        tx.delete(keys::LOCK, &entry.id.to_be_bytes())
    }
}

/// Exclusive and shared alike: one of the locks that hold must be the caller's.
fn allowed(locks: &[(NodeId, Lock)], actor: &Actor, tokens: &[String]) -> Result<()> {
    let held = |lock: &Lock| tokens.contains(&lock.token) && actor.person() == Some(lock.by);
    if locks.is_empty() || locks.iter().any(|(_, lock)| held(lock)) { Ok(()) } else { Err(Error::Locked) }
}
