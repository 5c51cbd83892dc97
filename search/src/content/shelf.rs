//! One class: its tantivy index, its writer, and what is hidden until the next commit.

use std::{
    collections::BTreeSet,
    fs, io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::{Mutex, RwLock};
use tantivy::{
    DocSet, IndexReader, IndexWriter, ReloadPolicy, TERMINATED, TantivyDocument, TantivyError, merge_policy::LogMergePolicy,
    schema::IndexRecordOption,
};

use super::{
    Allowed, Class, Doc, Home, Key, Page, SearchError, Searched,
    collect::{Collect, Hidden},
    schema::{self, Fields},
    tree,
};
use crate::{limits, query::Query, sealed::SealedDirectory};

pub(super) struct Shelf {
    class: Class,
    fields: Fields,
    reader: IndexReader,
    writer: Mutex<Writer>,
    /// Something was written that no committed segment shows yet.
    dirty: AtomicBool,
    /// What the caller has reached, plus one; 0: it never said.
    position: AtomicU64,
    /// The same as of the last commit.
    committed: AtomicU64,
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
    /// In memory.
    pub(super) fn new(class: Class, arena_bytes: usize) -> Result<Self, SearchError> {
        open(class, None, arena_bytes).map_err(|source| SearchError::Make { class, source })
    }

    /// In its folder. What does not open there is thrown away.
    pub(super) fn at(class: Class, home: &Home, arena_bytes: usize, cache_bytes: usize) -> Result<Self, SearchError> {
        let made = |source| SearchError::Make { class, source };
        let (folder, name) = (home.folder.join(name(class)), name(class));
        let directory = || SealedDirectory::open(&folder, name, Arc::clone(&home.sealer), cache_bytes);
        let failed = |error: io::Error| made(error.into());
        match open(class, Some(directory().map_err(failed)?), arena_bytes) {
            Ok(shelf) => return Ok(shelf),
            Err(error) => tracing::warn!(%error, name, "an index does not open and is begun anew"),
        }
        Self::throw_away(class, home)?;
        open(class, Some(directory().map_err(failed)?), arena_bytes).map_err(made)
    }

    pub(super) fn throw_away(class: Class, home: &Home) -> Result<(), SearchError> {
        match fs::remove_dir_all(home.folder.join(name(class))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SearchError::Make { class, source: error.into() }),
            _ => Ok(()),
        }
    }

    pub(super) fn reached(&self, position: u64) {
        self.position.store(position.saturating_add(1), Ordering::Release);
    }

    pub(super) fn committed(&self) -> Option<u64> {
        self.committed.load(Ordering::Acquire).checked_sub(1)
    }

    /// The mark of a document in the committed segments.
    pub(super) fn version(&self, key: Key) -> Result<Option<u64>, SearchError> {
        let failed = |source| SearchError::Search { class: self.class, source };
        let term = self.fields.key_term(key);
        for segment in self.reader.searcher().segment_readers() {
            let index = segment.inverted_index(self.fields.key).map_err(failed)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic).map_err(|e| failed(e.into()))? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    let marks = segment.fast_fields().u64("version").map_err(failed)?;
                    return Ok(marks.values_for_doc(postings.doc()).next());
                }
                postings.advance();
            }
        }
        Ok(None)
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
        // Read first: all that the caller had reached was added before.
        let position = self.position.load(Ordering::Acquire);
        if !self.dirty.load(Ordering::Acquire) && position == self.committed.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut commit = writer.index.prepare_commit().map_err(self.write_failed())?;
        commit.set_payload(&Payload { position, stamp: writer.stamp }.text());
        commit.commit().map_err(self.write_failed())?;
        self.committed.store(position, Ordering::Release);
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

/// Of its folder, and bound into its files.
pub(super) fn name(class: Class) -> &'static str {
    match class {
        Class::Message => "messages",
        Class::File => "files",
    }
}

/// What a commit carries for the next start.
#[derive(Default)]
struct Payload {
    position: u64,
    stamp: u64,
}

impl Payload {
    fn text(&self) -> String {
        format!("{} {}", self.position, self.stamp)
    }

    /// What is not ours counts as nothing: everything is fed again.
    fn read(text: &str) -> Self {
        let parsed = text.split_once(' ').and_then(|(p, s)| Some(Self { position: p.parse().ok()?, stamp: s.parse().ok()? }));
        parsed.unwrap_or_default()
    }
}

fn open(class: Class, home: Option<SealedDirectory>, arena_bytes: usize) -> tantivy::Result<Shelf> {
    let (index, fields) = schema::make(home)?;
    let payload = index.load_metas()?.payload.as_deref().map(Payload::read).unwrap_or_default();
    let writer = index.writer_with_num_threads(1, arena_bytes)?;
    // The default never merges deleted documents away.
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(0.1);
    writer.set_merge_policy(Box::new(policy));
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok(Shelf {
        class,
        fields,
        reader,
        writer: Mutex::new(Writer { index: writer, stamp: payload.stamp, docs: 0, bytes: 0 }),
        dirty: AtomicBool::new(false),
        position: AtomicU64::new(payload.position),
        committed: AtomicU64::new(payload.position),
        hidden: RwLock::default(),
    })
}
