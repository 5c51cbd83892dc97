//! New files and new versions: received content gets a name.

use holdfast_audit::{Event, Object, record};
use holdfast_base::{Actor, Error, NodeId, Result, Timestamp};
use holdfast_store::{LedgerTx, Read, Tx};

use crate::{
    Drive, Expect, Incoming, Name, OnConflict, Received, Verb, Writer,
    content::ReceivedBody,
    keys, limits,
    records::{Body, Content, Entry, Garbage, Kind, Place, Version},
    tree::{Delta, Touch, difference, stamp},
};

/// What comes with a content besides its bytes.
#[derive(Debug, Clone)]
pub struct NewContent {
    pub media: Option<String>,
    /// As the sender's device says; `None`: now.
    pub changed_at: Option<Timestamp>,
    pub on_conflict: OnConflict,
}

impl NewContent {
    pub(crate) fn check(&self) -> Result<()> {
        match &self.media {
            Some(media) if media.len() > limits::MEDIA_BYTES => Err(Error::too_long("media", limits::MEDIA_BYTES as u64)),
            Some(media) if !media.bytes().all(|b| b.is_ascii_graphic() || b == b' ') => {
                Err(Error::invalid("media", "not-a-media-type"))
            }
            _ => Ok(()),
        }
    }
}

impl Drive {
    /// A writer for the content of `name` in a folder. Refuses what cannot fit before any of it is taken.
    pub fn begin(&self, read: &dyn Read, folder: &Writer, name: &Name, size: Option<u64>) -> Result<Incoming> {
        folder.0.folder()?;
        // What an overwritten version held counts as free: it becomes an older version, which quota bounds apart.
        let old = self.named(read, folder.0.node(), name)?.filter(|entry| entry.kind == Kind::File).map_or(0, |entry| entry.size);
        let room = self.room(read, folder.0.space())?.saturating_add(old).min(limits::FILE_BYTES);
        if size.is_some_and(|size| size > limits::FILE_BYTES) {
            return Err(Error::TooLarge { limit: limits::FILE_BYTES });
        }
        if size.is_some_and(|size| size > room) {
            return Err(Error::QuotaExceeded);
        }
        Incoming::new(self, room)
    }

    /// Gives received content its name. `expect` is about the entry of that name. Answers the entry, and whether it is new.
    pub fn put(
        &self,
        tx: &mut LedgerTx<'_>,
        folder: &Writer,
        name: &Name,
        received: Received,
        new: &NewContent,
        expect: &Expect,
    ) -> Result<(Entry, bool)> {
        folder.0.folder()?;
        new.check()?;
        let parent = folder.0.node();
        let mut name = name.clone();
        let mut there = self.named(tx, parent, &name)?;
        expect.check(there.as_ref())?;
        if there.is_some() && new.on_conflict == OnConflict::Rename {
            (name, there) = (self.free_name(tx, parent, &name)?, None);
        }
        match there {
            None => {
                self.unlocked(tx, folder.actor(), parent, &expect.tokens)?;
                Ok((self.create_file(tx, folder, &name, received, new)?, true))
            }
            Some(_) if new.on_conflict == OnConflict::Refuse => Err(Error::conflict("name-taken")),
            Some(entry) if entry.kind == Kind::Folder => Err(Error::conflict("not-a-file")),
            Some(entry) => {
                self.unlocked(tx, folder.actor(), entry.id, &expect.tokens)?;
                let space = folder.0.space();
                Ok((self.overwrite(tx, folder.actor(), space, parent, entry, received, new)?, false))
            }
        }
    }

    /// An empty file, for a lock on a name that does not exist yet (RFC 4918 section 7.3).
    pub fn create_empty(&self, tx: &mut LedgerTx<'_>, folder: &Writer, name: &Name, expect: &Expect) -> Result<Entry> {
        let empty = Received {
            key: self.new_key()?,
            size: 0,
            sha256: sha256_of_nothing(),
            body: ReceivedBody::Inline { bytes: Vec::new(), zstd: false },
        };
        let new = NewContent { media: None, changed_at: None, on_conflict: OnConflict::Refuse };
        Ok(self.put(tx, folder, name, empty, &new, expect)?.0)
    }

    fn create_file(
        &self,
        tx: &mut LedgerTx<'_>,
        folder: &Writer,
        name: &Name,
        received: Received,
        new: &NewContent,
    ) -> Result<Entry> {
        let (now, actor) = (tx.now(), folder.actor());
        let entry = Entry {
            id: NodeId(tx.next_id(keys::NEXT_NODE)?),
            kind: Kind::File,
            name: name.as_str().to_owned(),
            size: received.size,
            history: 0,
            stamp: stamp(tx),
            created_at: now,
            changed_at: new.changed_at.unwrap_or(now),
            changed_by: actor.person(),
            version: 1,
            media: new.media.clone(),
            sha256: Some(received.sha256),
            children: 0,
            height: 0,
            properties: false,
        };
        let content = self.keep_content(tx, received)?;
        self.write_version(tx, &entry, content)?;
        let walk = self.attach(tx, folder.0.node(), &entry, now)?;
        record(
            tx,
            self.event(actor, "node.create", &entry)
                .text("parent", folder.0.node().to_string())
                .number("size", entry.size.cast_signed()),
        );
        self.changed(tx, walk.space, entry.id, Some(folder.0.node()), Verb::Written);
        Ok(entry)
    }

    #[expect(clippy::too_many_arguments, reason = "each one is another noun; a struct for one caller would hide them")]
    fn overwrite(
        &self,
        tx: &mut LedgerTx<'_>,
        actor: &Actor,
        space: holdfast_base::SpaceId,
        parent: NodeId,
        old: Entry,
        received: Received,
        new: &NewContent,
    ) -> Result<Entry> {
        let now = tx.now();
        let mut entry = Entry {
            stamp: stamp(tx),
            changed_at: new.changed_at.unwrap_or(now),
            changed_by: actor.person(),
            media: new.media.clone().or_else(|| old.media.clone()),
            ..old.clone()
        };
        if old.sha256 == Some(received.sha256) && old.size == received.size {
            // The same bytes again are a new date, not a new version.
            let mut version: Version = self.need(tx, keys::VERSION, &keys::version(old.id, old.version))?;
            (version.stamp, version.changed_at, version.media) = (entry.stamp, entry.changed_at, entry.media.clone());
            self.set(tx, keys::VERSION, &keys::version(old.id, old.version), &version)?;
        } else {
            entry.version += 1;
            entry.size = received.size;
            entry.history += old.size;
            entry.sha256 = Some(received.sha256);
            let content = self.keep_content(tx, received)?;
            self.write_version(tx, &entry, content)?;
        }
        self.replace(tx, parent, &old, &mut entry, now)?;
        let event = self.event(actor, "node.write", &entry).number("version", entry.version.cast_signed());
        record(tx, event.number("size", entry.size.cast_signed()));
        self.changed(tx, space, entry.id, Some(parent), Verb::Written);
        Ok(entry)
    }

    /// A file's entry with a new current version takes the place of the old one; what must not be kept any longer goes.
    pub(crate) fn replace(
        &self,
        tx: &mut LedgerTx<'_>,
        parent: NodeId,
        old: &Entry,
        entry: &mut Entry,
        now: Timestamp,
    ) -> Result<()> {
        let (space, row) = {
            let walk = self.walk(tx, parent)?;
            (walk.space, self.space_row(tx, walk.space)?)
        };
        let (_, root) = self.entry(tx, row.root)?;
        let others = root.history.saturating_sub(old.history).saturating_add(row.trash_history_bytes);
        self.thin_versions(tx, entry, crate::tree::quota(&row).saturating_sub(others))?;
        self.set_entry(tx, self.place(tx, entry.id)?, entry)?;
        let delta = Delta { size: difference(entry.size, old.size), history: difference(entry.history, old.history) };
        let walk = self.grow(tx, parent, delta, Touch { children: 0, height: 0, now })?;
        debug_assert_eq!(walk.space, space);
        Ok(())
    }

    /// The row of the current version; `content` is counted by the caller.
    pub(crate) fn write_version(&self, tx: &mut LedgerTx<'_>, entry: &Entry, content: u64) -> Result<()> {
        let version = Version {
            version: entry.version,
            content,
            size: entry.size,
            sha256: entry.sha256.unwrap_or_default(),
            author: entry.changed_by,
            at: tx.now(),
            changed_at: entry.changed_at,
            media: entry.media.clone(),
            stamp: entry.stamp,
        };
        self.set(tx, keys::VERSION, &keys::version(entry.id, entry.version), &version)
    }

    /// Received content becomes content with one reference.
    fn keep_content(&self, tx: &mut LedgerTx<'_>, received: Received) -> Result<u64> {
        match received.body {
            ReceivedBody::Inline { bytes, zstd } => {
                let content = tx.next_id(keys::NEXT_CONTENT)?;
                tx.put(keys::INLINE, &keys::id(content), &bytes, &received.key)?;
                let head = Content {
                    key: received.key.id(),
                    size: received.size,
                    refs: 1,
                    touched_at: tx.now(),
                    body: Body::Inline { zstd },
                };
                self.set(tx, keys::CONTENT, &keys::id(content), &head)?;
                Ok(content)
            }
            ReceivedBody::Chunks(staged) => {
                let content = self.finish_content(tx, staged, &received.key)?;
                self.hold_content(tx, content)?;
                Ok(content)
            }
        }
    }

    /// One reference more.
    pub(crate) fn hold_content(&self, tx: &mut LedgerTx<'_>, content: u64) -> Result<()> {
        let mut head: Content = self.need(tx, keys::CONTENT, &keys::id(content))?;
        head.refs += 1;
        self.set(tx, keys::CONTENT, &keys::id(content), &head)
    }

    /// One reference less; the sweeper takes what nobody refers to.
    pub(crate) fn release_content(&self, tx: &mut LedgerTx<'_>, content: u64) -> Result<()> {
        let mut head: Content = self.need(tx, keys::CONTENT, &keys::id(content))?;
        head.refs = head.refs.saturating_sub(1);
        if head.refs == 0 {
            let due = tx.now().plus(limits::GRACE);
            self.discard(tx, due, Garbage::Content(content))?;
        }
        self.set(tx, keys::CONTENT, &keys::id(content), &head)
    }

    /// `name (2)`, `name (3)` ...: the first that is free.
    pub(crate) fn free_name(&self, read: &dyn Read, parent: NodeId, name: &Name) -> Result<Name> {
        if self.named(read, parent, name)?.is_none() {
            return Ok(name.clone());
        }
        for n in 2..2 + limits::NUMBERED_NAMES {
            let next = name.numbered(n);
            if self.named(read, parent, &next)?.is_none() {
                return Ok(next);
            }
        }
        Err(Error::conflict("name-taken"))
    }

    /// An audit event about a node. The name is a detail: sealed.
    pub(crate) fn event(&self, actor: &Actor, action: &'static str, entry: &Entry) -> Event {
        Event::new(actor, action, Object::new("node", entry.id)).text("name", entry.name.clone())
    }

    /// Where a node that hangs in a folder stands; roots are not for the verbs that ask this.
    pub(crate) fn child_place(&self, read: &dyn Read, node: NodeId) -> Result<(Place, NodeId, Entry)> {
        match self.entry(read, node)? {
            (place @ Place::Child { parent, .. }, entry) => Ok((place, parent, entry)),
            _ => Err(Error::Forbidden),
        }
    }
}

fn sha256_of_nothing() -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, b"").as_ref());
    out
}
