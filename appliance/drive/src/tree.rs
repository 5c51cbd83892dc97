//! The tree under all verbs: entries, the way up to the root, attaching and detaching. Every verb ends here, so sizes,
//! etags, depth and quota are kept in one place.

use holdfast_base::{Error, NodeId, Result, SpaceId, Timestamp};
use holdfast_store::{LedgerTx, Read, Tx};

use crate::{
    Drive, Name, keys,
    keys::Token,
    limits,
    records::{Entry, Kind, Owner, Place, Space},
};

/// The way from a node up to the root of its space.
pub(crate) struct Walk {
    pub space: SpaceId,
    /// The node first, the root last.
    pub ids: Vec<NodeId>,
    /// Where each of them stands.
    pub places: Vec<Place>,
}

/// What a change adds to all folders above it (negative: takes away).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Delta {
    pub size: i64,
    pub history: i64,
}

/// Sizes stay far below 2^63, so differences fit.
pub(crate) fn difference(new: u64, old: u64) -> i64 {
    new.cast_signed().wrapping_sub(old.cast_signed())
}

impl Drive {
    pub(crate) fn place(&self, read: &dyn Read, node: NodeId) -> Result<Place> {
        self.get(read, keys::NODE, &node.to_be_bytes())?.ok_or(Error::NotFound)
    }

    /// The entry of a node that is not in the trash, wherever it hangs.
    pub(crate) fn entry(&self, read: &dyn Read, node: NodeId) -> Result<(Place, Entry)> {
        let place = self.place(read, node)?;
        Ok((place, self.entry_at(read, node, place)?))
    }

    /// The same for who knows where the node stands.
    pub(crate) fn entry_at(&self, read: &dyn Read, node: NodeId, place: Place) -> Result<Entry> {
        let key = keys::entry(node, place).ok_or(Error::NotFound)?;
        self.need(read, keys::CHILD, &key)
    }

    /// `NotFound` when the node or a folder above it is in the trash or erased.
    pub(crate) fn walk(&self, read: &dyn Read, node: NodeId) -> Result<Walk> {
        let (mut ids, mut places) = (vec![node], Vec::new());
        let mut at = node;
        // Depth is bounded when a node is attached; the bound here only guards against a damaged tree.
        for _ in 0..=limits::DEPTH {
            let place = self.place(read, at)?;
            places.push(place);
            match place {
                Place::Root { space } => return Ok(Walk { space, ids, places }),
                Place::Child { parent, .. } => {
                    ids.push(parent);
                    at = parent;
                }
                Place::Trash { .. } | Place::Detached => return Err(Error::NotFound),
            }
        }
        Err(Error::broken("walk up a tree that is too deep"))
    }

    /// Parent and name are both in the token: equal names in two folders do not look alike.
    pub(crate) fn token(&self, parent: NodeId, name: &str) -> Result<Token> {
        let value = [&parent.to_be_bytes()[..], name.as_bytes()].concat();
        Ok(self.key().blind("drive.name", &value)?)
    }

    /// The entry called `name` in a folder.
    pub(crate) fn named(&self, read: &dyn Read, parent: NodeId, name: &Name) -> Result<Option<Entry>> {
        let token = self.token(parent, name.as_str())?;
        self.get(read, keys::CHILD, &keys::child(parent, token))
    }

    /// Writes an entry where its node stands.
    pub(crate) fn set_entry(&self, tx: &mut LedgerTx<'_>, place: Place, entry: &Entry) -> Result<()> {
        let key = keys::entry(entry.id, place).ok_or_else(|| Error::broken("write an entry in the trash"))?;
        self.set(tx, keys::CHILD, &key, entry)
    }

    /// Hangs an entry under a folder: the name must be free, the depth and the space's quota must hold.
    pub(crate) fn attach(&self, tx: &mut LedgerTx<'_>, parent: NodeId, entry: &Entry, now: Timestamp) -> Result<Walk> {
        let token = self.token(parent, &entry.name)?;
        let key = keys::child(parent, token);
        if tx.get(keys::CHILD, &key, self.key())?.is_some() {
            return Err(Error::conflict("name-taken"));
        }
        self.set(tx, keys::CHILD, &key, entry)?;
        self.set(tx, keys::NODE, &entry.id.to_be_bytes(), &Place::Child { parent, token })?;
        let grown = Delta { size: difference(entry.size, 0), history: difference(entry.history, 0) };
        let levels = if entry.kind == Kind::Folder { entry.height + 1 } else { 1 };
        self.grow(tx, parent, grown, Touch { children: 1, height: levels, now })
    }

    /// Takes an entry out of its folder. The caller says where the node stands next.
    pub(crate) fn detach(&self, tx: &mut LedgerTx<'_>, entry: &Entry, place: Place, now: Timestamp) -> Result<Walk> {
        let Place::Child { parent, token } = place else {
            return Err(Error::Forbidden);
        };
        tx.delete(keys::CHILD, &keys::child(parent, token))?;
        let shrunk = Delta { size: difference(0, entry.size), history: difference(0, entry.history) };
        self.grow(tx, parent, shrunk, Touch { children: -1, height: 0, now })
    }

    /// A change at or below `folder`: new etags and sizes from there to the root.
    pub(crate) fn grow(&self, tx: &mut LedgerTx<'_>, folder: NodeId, delta: Delta, touch: Touch) -> Result<Walk> {
        let walk = self.walk(tx, folder)?;
        let stamp = stamp(tx);
        let mut height = touch.height;
        for (level, (&id, &place)) in walk.ids.iter().zip(&walk.places).enumerate() {
            let mut entry = self.entry_at(tx, id, place)?;
            if level == 0 {
                entry.children = changed_count(entry.children, touch.children)?;
                entry.changed_at = touch.now;
                if entry.children == 0 {
                    entry.height = 0;
                }
            }
            entry.size = entry.size.wrapping_add_signed(delta.size);
            entry.history = entry.history.wrapping_add_signed(delta.history);
            entry.stamp = stamp;
            entry.height = entry.height.max(height);
            height = height.saturating_add(u16::from(height > 0));
            if entry.height > limits::DEPTH {
                return Err(Error::Invalid {
                    field: "parent",
                    rule: holdfast_base::Rule { code: "too-deep", limit: Some(u64::from(limits::DEPTH)) },
                });
            }
            self.set_entry(tx, place, &entry)?;
            if matches!(place, Place::Root { .. }) && delta.size > 0 {
                self.keep_quota(tx, walk.space, &entry)?;
            }
        }
        Ok(walk)
    }

    /// Logical bytes of all files and of the trash. Older versions are bounded apart, see `versions`.
    fn keep_quota(&self, read: &dyn Read, space: SpaceId, root: &Entry) -> Result<()> {
        let row = self.space_row(read, space)?;
        if root.size.saturating_add(row.trash_bytes) > quota(&row) { Err(Error::QuotaExceeded) } else { Ok(()) }
    }

    pub(crate) fn space_row(&self, read: &dyn Read, space: SpaceId) -> Result<Space> {
        self.get(read, keys::SPACE, &space.to_be_bytes())?.ok_or(Error::NotFound)
    }

    /// Used bytes and quota of the space that a node lies in.
    pub fn usage(&self, read: &dyn Read, node: &crate::Reader) -> Result<(u64, u64)> {
        let row = self.space_row(read, node.space())?;
        let (_, root) = self.entry(read, row.root)?;
        Ok((root.size.saturating_add(row.trash_bytes), quota(&row)))
    }

    /// Bytes that still fit into a space.
    pub(crate) fn room(&self, read: &dyn Read, space: SpaceId) -> Result<u64> {
        let row = self.space_row(read, space)?;
        let (_, root) = self.entry(read, row.root)?;
        Ok(quota(&row).saturating_sub(root.size.saturating_add(row.trash_bytes)))
    }
}

/// What a change means for the folder that it happens in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touch {
    /// Direct entries more or fewer.
    pub children: i32,
    /// Levels that now hang below the folder; 0 when none were added.
    pub height: u16,
    pub now: Timestamp,
}

pub(crate) fn quota(space: &Space) -> u64 {
    space.quota_bytes.unwrap_or(match space.owner {
        Owner::Person(_) => limits::QUOTA_PERSONAL,
        Owner::Department(_) | Owner::Conversation(_) => limits::QUOTA_SHARED,
    })
}

/// Random, not a counter: a restored backup would count the same numbers again for other content.
pub(crate) fn stamp(tx: &LedgerTx<'_>) -> u64 {
    u64::from_be_bytes(tx.world().random())
}

fn changed_count(count: u32, by: i32) -> Result<u32> {
    let count = count.saturating_add_signed(by);
    if count > limits::FOLDER_ENTRIES && by > 0 {
        return Err(Error::TooLarge { limit: u64::from(limits::FOLDER_ENTRIES) });
    }
    Ok(count)
}
