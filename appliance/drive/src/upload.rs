//! Resumable uploads. What an answer calls the offset is durable: full chunks in packs, the bytes behind the last cut in the
//! ledger. The running hash lives in memory; after a restart it is made again from what is stored.

use std::{num::NonZeroUsize, sync::Arc};

use holdfast_audit::{Event, Object, record};
use holdfast_base::{Actor, ClientId, Error, PersonId, Result, SpaceId, Timestamp};
use holdfast_store::{Committed, LedgerTx, Read, Tx};
use lru::LruCache;
use parking_lot::{Mutex, MutexGuard};

use crate::{
    Declared, Drive, Expect, Name, OnConflict, Writer,
    content::{Ingest, Piece},
    keys, limits,
    put::NewContent,
    records::{self, Announced, Body, Content, Entry, Garbage, Page, decode},
    views,
};

/// What a client says when it begins.
#[derive(Debug, Clone)]
pub struct NewUpload {
    pub cid: Option<ClientId>,
    pub name: Name,
    pub size: u64,
    pub media: Option<String>,
    pub changed_at: Option<Timestamp>,
    pub on_conflict: OnConflict,
}

/// Running state of one upload. Whoever comes last holds it: a connection that hangs must not keep its successor out.
#[derive(Default)]
struct Live {
    ingest: Option<Ingest>,
    holder: u64,
}

type Slot = Arc<Mutex<Live>>;

/// Running state of uploads, by id. What falls out is read back when the upload goes on.
pub(crate) struct LiveUploads {
    slots: Mutex<LruCache<u64, Slot>>,
}

impl LiveUploads {
    pub(crate) fn new() -> Self {
        let capacity = NonZeroUsize::new(limits::UPLOADS_LIVE).unwrap_or(NonZeroUsize::MIN);
        Self { slots: Mutex::new(LruCache::new(capacity)) }
    }

    fn slot(&self, id: u64) -> Slot {
        self.slots.lock().get_or_insert(id, Slot::default).clone()
    }

    fn forget(&self, id: u64) {
        self.slots.lock().pop(&id);
    }
}

/// One PATCH: bytes in, then [`UploadWriter::checkpoint`]. A later writer of the same upload takes over from this one.
pub struct UploadWriter {
    drive: Drive,
    id: u64,
    size: u64,
    slot: Slot,
    holder: u64,
    /// The durable offset that this writer builds on.
    saved: u64,
}

impl Drive {
    /// Quota is asked before any byte is taken, and again by the commit.
    pub fn create_upload(&self, tx: &mut LedgerTx<'_>, folder: &Writer, new: &NewUpload) -> Result<views::Upload> {
        folder.0.folder()?;
        let content = NewContent { media: new.media.clone(), changed_at: new.changed_at, on_conflict: new.on_conflict };
        content.check()?;
        if new.size > limits::FILE_BYTES {
            return Err(Error::TooLarge { limit: limits::FILE_BYTES });
        }
        let (parent, person) = (folder.0.node(), folder.actor().person().ok_or(Error::NotSignedIn)?);
        let parts: [&[u8]; 4] = [b"upload", &parent.to_be_bytes(), new.name.as_str().as_bytes(), &new.size.to_be_bytes()];
        let once = self.once(Some(person), new.cid, &parts)?;
        if let Some(id) = self.before(tx, once.as_ref())? {
            return Ok(upload_view(id, &self.upload_row(tx, person, id)?));
        }
        let there = self.named(tx, parent, &new.name)?;
        if there.is_some() && new.on_conflict == OnConflict::Refuse {
            return Err(Error::conflict("name-taken"));
        }
        let room = self.room(tx, folder.0.space())?.saturating_add(there.map_or(0, |entry| entry.size));
        self.announce(tx, person, folder.0.space(), new.size, room)?;
        let id = tx.next_id(keys::NEXT_UPLOAD)?;
        let row = records::Upload {
            owner: person,
            space: folder.0.space(),
            parent,
            name: new.name.as_str().to_owned(),
            size: new.size,
            media: new.media.clone(),
            changed_at: new.changed_at,
            on_conflict: new.on_conflict,
            expires_at: tx.now().plus(limits::UPLOAD_LIFE),
            key: self.new_key()?.id(),
            content: None,
            chunks: Vec::new(),
            offset: 0,
            tail: 0,
            node: None,
        };
        self.set(tx, keys::UPLOAD, &keys::id(id), &row)?;
        self.discard(tx, row.expires_at, Garbage::Upload(id))?;
        self.remember(tx, once.as_ref(), id)?;
        let event = Event::new(folder.actor(), "upload.create", Object::new("upload", id)).text("name", row.name.clone());
        record(tx, event.text("parent", parent.to_string()).number("size", new.size.cast_signed()));
        Ok(upload_view(id, &row))
    }

    /// Reserves the bytes of an upload: all that a person has open in a space must fit into it together.
    fn announce(&self, tx: &mut LedgerTx<'_>, person: PersonId, space: SpaceId, size: u64, room: u64) -> Result<()> {
        let key = keys::announced(person, space);
        let mut row: Announced = self.get(tx, keys::ANNOUNCED, &key)?.unwrap_or_default();
        if row.uploads >= limits::UPLOADS_OPEN {
            return Err(Error::TooLarge { limit: limits::UPLOADS_OPEN });
        }
        row.uploads += 1;
        row.bytes = row.bytes.saturating_add(size);
        if row.bytes > room {
            return Err(Error::QuotaExceeded);
        }
        self.set(tx, keys::ANNOUNCED, &key, &row)
    }

    /// The upload has become a file, or has ended.
    fn withdraw(&self, tx: &mut LedgerTx<'_>, upload: &records::Upload) -> Result<()> {
        let key = keys::announced(upload.owner, upload.space);
        let mut row: Announced = self.get(tx, keys::ANNOUNCED, &key)?.unwrap_or_default();
        row.uploads = row.uploads.saturating_sub(1);
        row.bytes = row.bytes.saturating_sub(upload.size);
        if row.uploads == 0 { tx.delete(keys::ANNOUNCED, &key) } else { self.set(tx, keys::ANNOUNCED, &key, &row) }
    }

    /// The state of an own upload; of others and expired ones there is none.
    pub fn upload(&self, read: &dyn Read, actor: &Actor, id: u64) -> Result<views::Upload> {
        let row = self.upload_row(read, actor.person().ok_or(Error::NotSignedIn)?, id)?;
        Ok(upload_view(id, &row))
    }

    fn upload_row(&self, read: &dyn Read, person: PersonId, id: u64) -> Result<records::Upload> {
        let row: records::Upload = self.get(read, keys::UPLOAD, &keys::id(id))?.ok_or(Error::NotFound)?;
        if row.owner != person || row.expires_at <= self.world().now() { Err(Error::NotFound) } else { Ok(row) }
    }

    /// Goes on at `offset`; `Conflict("offset")` when that is not the durable one.
    pub fn resume_upload(&self, actor: &Actor, id: u64, offset: u64) -> Result<UploadWriter> {
        let view = self.ledger().view();
        let row = self.upload_row(&view, actor.person().ok_or(Error::NotSignedIn)?, id)?;
        self.writer(&view, actor, row.parent)?;
        if row.node.is_some() {
            return Err(Error::conflict("upload-committed"));
        }
        let slot = self.uploads().slot(id);
        let mut live = slot.lock();
        // Under the lock: the writer before may have moved the offset since.
        let row = self.upload_row(&self.ledger().view(), row.owner, id)?;
        if row.offset != offset {
            return Err(Error::conflict("offset"));
        }
        if live.ingest.as_ref().is_none_or(|ingest| ingest.total != offset) {
            live.ingest = Some(self.rehydrate(id, &row)?);
        }
        live.holder += 1;
        let holder = live.holder;
        drop(live);
        Ok(UploadWriter { drive: self.clone(), id, size: row.size, slot, holder, saved: offset })
    }

    /// The running state again, from what is durable.
    fn rehydrate(&self, id: u64, row: &records::Upload) -> Result<Ingest> {
        let view = self.ledger().view();
        let key = self.data_key(row.key)?;
        let mut ingest = Ingest::new(self, key.clone());
        if let Some(content) = row.content {
            let head: Content = self.need(&view, keys::CONTENT, &keys::id(content))?;
            if let Body::Chunks { starts } = head.body {
                for number in 0..starts.len() {
                    let page = view.get(keys::PAGE, &keys::page(content, number), &key)?;
                    let page: Page = decode(&page.ok_or_else(|| Error::broken("find a page of an upload"))?)?;
                    self.replay_chunks(&page.chunks, &mut |bytes| ingest.replay(bytes))?;
                }
                (ingest.staged.content, ingest.staged.starts, ingest.staged.paged) = (Some(content), starts, head.size);
            }
        }
        self.replay_chunks(&row.chunks, &mut |bytes| ingest.replay(bytes))?;
        ingest.staged.pieces = row.chunks.iter().map(|&chunk| Piece { chunk, counted: true, fresh: None }).collect();
        if row.tail > 0 {
            let tail = view.get(keys::TAIL, &keys::id(id), &key)?.ok_or_else(|| Error::broken("find the tail of an upload"))?;
            ingest.resume(tail);
        }
        if ingest.total != row.offset {
            return Err(Error::broken("bring an upload back to its offset"));
        }
        Ok(ingest)
    }

    /// All bytes are here: they get their name. Repeated, it answers the same node.
    /// Fails with the upload unharmed, so a client may correct and try again.
    pub fn commit_upload(
        &self,
        actor: &Actor,
        id: u64,
        sha256: Option<[u8; 32]>,
        expect: Expect,
    ) -> Result<(Entry, Option<Committed<()>>)> {
        let view = self.ledger().view();
        let person = actor.person().ok_or(Error::NotSignedIn)?;
        let row = self.upload_row(&view, person, id)?;
        if let Some(node) = row.node {
            return Ok((self.reader(&view, actor, node)?.entry, None));
        }
        if row.offset != row.size {
            return Err(Error::conflict("upload-incomplete"));
        }
        let slot = self.uploads().slot(id);
        let mut live = slot.lock();
        live.holder += 1;
        let ingest = match live.ingest.take() {
            Some(ingest) if ingest.total == row.offset => ingest,
            _ => self.rehydrate(id, &row)?,
        };
        let received = ingest.finish(&Declared { size: Some(row.size), sha256 })?;
        let name = Name::new(&row.name)?;
        let new = NewContent { media: row.media, changed_at: row.changed_at, on_conflict: row.on_conflict };
        let (drive, actor) = (self.clone(), actor.clone());
        let committed = self.ledger().write(move |tx| {
            let mut row = drive.upload_row(tx, person, id)?;
            let folder = drive.writer(tx, &actor, row.parent)?;
            let (entry, _) = drive.put(tx, &folder, &name, received, &new, &expect)?;
            drive.withdraw(tx, &row)?;
            // Its chunks belong to the file now.
            (row.content, row.chunks, row.tail, row.node) = (None, Vec::new(), 0, Some(entry.id));
            tx.delete(keys::TAIL, &keys::id(id))?;
            drive.set(tx, keys::UPLOAD, &keys::id(id), &row)?;
            let event = Event::new(&actor, "upload.commit", Object::new("upload", id)).text("node", entry.id.to_string());
            record(tx, event);
            Ok(entry)
        })?;
        drop(live);
        self.uploads().forget(id);
        Ok((committed.value, Some(Committed { value: (), mark: committed.mark, g: committed.g })))
    }

    pub fn cancel_upload(&self, tx: &mut LedgerTx<'_>, actor: &Actor, id: u64) -> Result<()> {
        let row = self.upload_row(tx, actor.person().ok_or(Error::NotSignedIn)?, id)?;
        self.end_upload(tx, id, &row)?;
        record(tx, Event::new(actor, "upload.cancel", Object::new("upload", id)));
        let drive = self.clone();
        tx.after_commit(Box::new(move || drive.uploads().forget(id)));
        Ok(())
    }

    /// Its chunks lose a reference; pages that are full already go the way of any content.
    pub(crate) fn end_upload(&self, tx: &mut LedgerTx<'_>, id: u64, row: &records::Upload) -> Result<()> {
        if row.node.is_none() {
            self.withdraw(tx, row)?;
        }
        for chunk in &row.chunks {
            self.release_chunk(tx, chunk.id)?;
        }
        if let Some(content) = row.content {
            let due = tx.now().plus(limits::GRACE);
            self.discard(tx, due, Garbage::Content(content))?;
        }
        tx.delete(keys::TAIL, &keys::id(id))?;
        tx.delete(keys::UPLOAD, &keys::id(id))
    }
}

impl UploadWriter {
    /// Saves by itself every [`limits::CHECKPOINT_BYTES`], so that a long request that breaks loses little.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let slot = self.slot.clone();
        let mut live = self.held(&slot)?;
        let ingest = live.ingest.as_mut().ok_or_else(|| Error::broken("write to an upload that has ended"))?;
        if ingest.total + bytes.len() as u64 > self.size {
            return Err(Error::TooLarge { limit: self.size });
        }
        if let Err(error) = ingest.write(bytes) {
            // What is in memory may be ahead of what is stored: the next writer reads it back.
            live.ingest = None;
            return Err(error);
        }
        if ingest.total - self.saved >= limits::CHECKPOINT_BYTES {
            self.save(&mut live)?;
        }
        Ok(())
    }

    /// Makes everything that was written durable and answers the new offset. Also after a torn connection.
    pub fn checkpoint(mut self) -> Result<views::Upload> {
        let slot = self.slot.clone();
        let mut live = self.held(&slot)?;
        self.save(&mut live)
    }

    fn held<'a>(&self, slot: &'a Slot) -> Result<MutexGuard<'a, Live>> {
        let live = slot.lock();
        if live.holder == self.holder { Ok(live) } else { Err(Error::conflict("upload-taken-over")) }
    }

    fn save(&mut self, live: &mut Live) -> Result<views::Upload> {
        let mut ingest = live.ingest.take().ok_or_else(|| Error::broken("keep an upload that has ended"))?;
        ingest.cut(false)?;
        ingest.flush()?;
        let (drive, id, key, saved) = (self.drive.clone(), self.id, ingest.key.clone(), self.saved);
        let (total, tail) = (ingest.total, ingest.buffer.clone());
        let mut staged = std::mem::take(&mut ingest.staged);
        let (staged, view) = self
            .drive
            .ledger()
            .write(move |tx| {
                let mut row: records::Upload = drive.get(tx, keys::UPLOAD, &keys::id(id))?.ok_or(Error::NotFound)?;
                if row.offset != saved || row.node.is_some() {
                    return Err(Error::conflict("offset"));
                }
                drive.stage(tx, &mut staged, &key)?;
                drive.touch_content(tx, staged.content)?;
                tx.put(keys::TAIL, &keys::id(id), &tail, &key)?;
                row.content = staged.content;
                row.chunks = staged.pieces.iter().map(|piece| piece.chunk).collect();
                row.offset = total;
                row.tail = u32::try_from(tail.len()).map_err(Error::internal("measure the tail of an upload"))?;
                row.expires_at = tx.now().plus(limits::UPLOAD_LIFE);
                drive.set(tx, keys::UPLOAD, &keys::id(id), &row)?;
                Ok((staged, upload_view(id, &row)))
            })?
            .value;
        ingest.staged = staged;
        live.ingest = Some(ingest);
        self.saved = total;
        Ok(view)
    }
}

impl Drive {
    /// A content under construction shows that it is alive, or the sweeper takes it.
    fn touch_content(&self, tx: &mut LedgerTx<'_>, content: Option<u64>) -> Result<()> {
        let Some(content) = content else {
            return Ok(());
        };
        let mut head: Content = self.need(tx, keys::CONTENT, &keys::id(content))?;
        head.touched_at = tx.now();
        self.set(tx, keys::CONTENT, &keys::id(content), &head)
    }
}

fn upload_view(id: u64, row: &records::Upload) -> views::Upload {
    views::Upload { id: id.to_string(), offset: row.offset, size: row.size, expires_at: row.expires_at }
}
