//! One class: its tantivy index, its writer, and what is hidden until the next commit.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::{Mutex, RwLock};
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, merge_policy::LogMergePolicy};

use super::{
    Allowed, Class, Doc, Key, Page, SearchError, Searched,
    collect::{Collect, Hidden},
    schema::{self, Fields},
    tree,
};
use crate::{limits, query::Query};

pub(super) struct Shelf {
    class: Class,
    fields: Fields,
    reader: IndexReader,
    writer: Mutex<Writer>,
    /// Something was written that no committed segment shows yet.
    dirty: AtomicBool,
    hidden: RwLock<Arc<Hidden>>,
}

struct Writer {
    index: IndexWriter<TantivyDocument>,
    /// Grows with every write; a tombstone hides what has its stamp or an earlier one.
    stamp: u64,
    docs: usize,
    bytes: usize,
}

impl Shelf {
    pub(super) fn new(class: Class, arena_bytes: usize) -> Result<Self, SearchError> {
        let (reader, writer, fields) = open(arena_bytes).map_err(|source| SearchError::Make { class, source })?;
        let writer = Mutex::new(Writer { index: writer, stamp: 0, docs: 0, bytes: 0 });
        Ok(Self { class, fields, reader, writer, dirty: AtomicBool::new(false), hidden: RwLock::default() })
    }

    pub(super) fn add(&self, doc: &Doc) -> Result<(), SearchError> {
        let mut writer = self.writer.lock();
        self.hide(doc.key, writer.stamp);
        writer.stamp += 1;
        writer.index.delete_term(self.fields.key_term(doc.key));
        let document = self.fields.document(doc, writer.stamp);
        writer.index.add_document(document).map_err(self.write_failed())?;
        writer.docs += 1;
        writer.bytes += doc.text.len() + doc.title.len();
        self.dirty.store(true, Ordering::Release);
        if writer.docs >= limits::PENDING_DOCS || writer.bytes >= limits::PENDING_BYTES {
            self.commit_with(&mut writer)?;
        }
        Ok(())
    }

    pub(super) fn remove(&self, key: Key) -> Result<(), SearchError> {
        let mut writer = self.writer.lock();
        self.hide(key, writer.stamp);
        writer.index.delete_term(self.fields.key_term(key));
        writer.docs += 1;
        self.dirty.store(true, Ordering::Release);
        if writer.docs >= limits::PENDING_DOCS {
            self.commit_with(&mut writer)?;
        }
        Ok(())
    }

    pub(super) fn search(
        &self,
        query: &Query,
        allowed: &Allowed,
        authors: Option<&BTreeSet<u64>>,
        page: Page,
    ) -> Result<Searched, SearchError> {
        if self.dirty.load(Ordering::Acquire)
            && let Some(mut writer) = self.writer.try_lock_for(Duration::from_millis(limits::COMMIT_WAIT_MILLISECONDS))
        {
            self.commit_with(&mut writer)?;
        }
        // Tombstones first, segments second: a tombstone is dropped only after the segments without its document are in place.
        let hidden = Arc::clone(&self.hidden.read());
        let searcher = self.reader.searcher();
        let collect = Collect { class: self.class, allowed, authors, filter: &query.filter, hidden: &hidden, page };
        let tree = tree::build(query, &self.fields, self.class);
        collect.run(&searcher, tree.as_ref()).map_err(|source| SearchError::Search { class: self.class, source })
    }

    pub(super) fn commit(&self) -> Result<(), SearchError> {
        self.commit_with(&mut self.writer.lock())
    }

    pub(super) fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    fn commit_with(&self, writer: &mut Writer) -> Result<(), SearchError> {
        if !self.dirty.load(Ordering::Acquire) {
            return Ok(());
        }
        writer.index.commit().map_err(self.write_failed())?;
        self.reader.reload().map_err(self.write_failed())?;
        (writer.docs, writer.bytes) = (0, 0);
        *self.hidden.write() = Arc::default();
        self.dirty.store(false, Ordering::Release);
        Ok(())
    }

    /// What has this key and was written up to now is gone from the next search on.
    fn hide(&self, key: Key, stamp: u64) {
        Arc::make_mut(&mut self.hidden.write()).insert(key, stamp);
    }

    fn write_failed(&self) -> impl FnOnce(TantivyError) -> SearchError + use<> {
        let class = self.class;
        move |source| SearchError::Write { class, source }
    }
}

fn open(arena_bytes: usize) -> tantivy::Result<(IndexReader, IndexWriter<TantivyDocument>, Fields)> {
    let (index, fields) = schema::make()?;
    let writer = index.writer_with_num_threads(1, arena_bytes)?;
    // The default never merges deleted documents away.
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(0.1);
    writer.set_merge_policy(Box::new(policy));
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((reader, writer, fields))
}
