//! Messages and the texts of files, in one tantivy index per class, in sealed files on the disk or in memory.
//!
//! - What [`Index::add`] and [`Index::remove`] did is seen by every search that begins afterwards: removals at once, additions by
//!   a commit that the search itself asks for when something is pending.
//! - A document is known by `(object, part)` within its class; adding it again replaces it, whatever container it was in.
//! - Scores come from the query, the document and the instant alone: statistics are constants (`stats`), field lengths are
//!   not stored, and the block maxima that pruning uses are therefore true upper bounds.
//!
//! - An index on the disk carries the position that the caller gave it last. Opened again it holds everything up to there,
//!   perhaps more, and the caller brings it forward by adding again what came later. One that does not open is begun anew
//!   and has no position.

mod allowed;
mod collect;
mod rank;
mod schema;
mod shelf;
mod stats;
#[cfg(test)]
mod tests;
mod tree;

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

pub use allowed::Allowed;
use holdfast_base::Timestamp;
pub use rank::Place;
use shelf::Shelf;

use crate::{limits, query::Query, sealed::BlockSealer};

/// What a document is. Each class has its own index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Message,
    File,
}

/// A document's name within its class: for messages conversation and number, for files node and 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub object: u64,
    pub part: u64,
}

/// What is searched. The texts are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doc {
    pub class: Class,
    /// Who may see the container may see this. Above `u32::MAX` nobody may.
    pub container: u64,
    pub key: Key,
    pub at: Timestamp,
    /// The caller's number of the author, for `from:`.
    pub author: u64,
    /// A file's name; empty for a message.
    pub title: String,
    pub text: String,
    /// The caller's mark of what was indexed, for [`Index::version`]; 0 where nobody asks.
    pub version: u64,
}

/// How hits are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// How well and how recent.
    #[default]
    Relevance,
    Newest,
}

/// Which hits. A later page names the last place of the one before, and the same `now`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub after: Option<Place>,
    /// At most [`limits::PAGE_HITS`].
    pub limit: usize,
    pub sort: Sort,
    /// The instant that recency is counted from.
    pub now: Timestamp,
}

/// A document that was found. Its text is the slice's to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub class: Class,
    pub container: u64,
    pub key: Key,
    pub at: Timestamp,
    /// Where it stands in the order; names the next page.
    pub place: Place,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Searched {
    pub hits: Vec<Hit>,
    /// All that match and may be seen, exactly.
    pub total: u64,
    /// There is more; ask with this place.
    pub next: Option<Place>,
}

/// Ours to mend; never caused by what was searched for.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("make the index of {class:?}")]
    Make { class: Class, source: tantivy::TantivyError },
    #[error("write to the index of {class:?}")]
    Write { class: Class, source: tantivy::TantivyError },
    #[error("search the index of {class:?}")]
    Search { class: Class, source: tantivy::TantivyError },
}

impl From<SearchError> for holdfast_base::Error {
    fn from(error: SearchError) -> Self {
        Self::internal("search")(error)
    }
}

/// A folder of one's own for index files, and who seals them. One [`Index`] at a time may be open on it.
#[derive(Clone)]
pub struct Home {
    pub folder: PathBuf,
    pub sealer: Arc<dyn BlockSealer>,
}

/// Of the folders below a [`Home`].
pub(crate) fn names_of_indexes() -> [&'static str; 2] {
    [Class::Message, Class::File].map(shelf::name)
}

/// Both indexes. Share it behind an `Arc`.
pub struct Index {
    messages: Shelf,
    files: Shelf,
}

impl Index {
    /// Opens what is there, or begins anew. `memory_bytes` bounds what is pending and the opened blocks that are kept; columns and
    /// dictionaries are held whole beside them.
    pub fn open(home: &Home, memory_bytes: usize) -> Result<Self, SearchError> {
        let arena = (memory_bytes / 4).clamp(limits::ARENA_LEAST_BYTES, limits::ARENA_MOST_BYTES);
        let cache = (memory_bytes / limits::CACHE_SHARE).max(limits::CACHE_LEAST_BYTES);
        let shelf = |class| Shelf::at(class, home, arena, cache);
        Ok(Self { messages: shelf(Class::Message)?, files: shelf(Class::File)? })
    }

    /// Throws away what is there and begins anew. Nobody may still search an [`Index`] of this folder.
    pub fn anew(home: &Home, memory_bytes: usize) -> Result<Self, SearchError> {
        for class in [Class::Message, Class::File] {
            Shelf::throw_away(class, home)?;
        }
        Self::open(home, memory_bytes)
    }

    /// In memory. `memory_bytes` bounds what is pending; what is committed lives in memory beside it.
    pub fn new(memory_bytes: usize) -> Result<Self, SearchError> {
        let arena = (memory_bytes / 4).clamp(limits::ARENA_LEAST_BYTES, limits::ARENA_MOST_BYTES);
        Ok(Self { messages: Shelf::new(Class::Message, arena)?, files: Shelf::new(Class::File, arena)? })
    }

    /// Adds or replaces.
    pub fn add(&self, doc: &Doc) -> Result<(), SearchError> {
        self.shelf(doc.class).add(doc)
    }

    /// Hidden from the next search on. Removing what is not there is no error.
    pub fn remove(&self, class: Class, key: Key) -> Result<(), SearchError> {
        self.shelf(class).remove(key)
    }

    /// `authors`: who `from:` means; `None` where it was not asked. `query.filter` gives times, types and endings.
    pub fn search(
        &self,
        class: Class,
        query: &Query,
        allowed: &Allowed,
        authors: Option<&BTreeSet<u64>>,
        page: Page,
    ) -> Result<Searched, SearchError> {
        let classes = &query.filter.classes;
        if !classes.is_empty() && !classes.contains(&class) {
            return Ok(Searched::default());
        }
        if query.is_blank() && query.filter == crate::query::Filter::default() && authors.is_none() {
            return Ok(Searched::default());
        }
        self.shelf(class).search(query, allowed, authors, page)
    }

    /// Everything up to this position of the caller's was added. The next commit carries it.
    pub fn reached(&self, position: u64) {
        self.messages.reached(position);
        self.files.reached(position);
    }

    /// The position that both indexes hold for sure when they are opened again; `None`: feed everything.
    pub fn position(&self) -> Option<u64> {
        Some(self.messages.committed()?.min(self.files.committed()?))
    }

    /// [`Doc::version`] of a committed document; `None` where there is none.
    pub fn version(&self, class: Class, key: Key) -> Result<Option<u64>, SearchError> {
        self.shelf(class).version(key)
    }

    /// Makes what was added searchable now instead of at the next search.
    pub fn commit(&self) -> Result<(), SearchError> {
        self.messages.commit()?;
        self.files.commit()
    }

    /// Documents of a class, those not yet committed left out.
    pub fn len(&self, class: Class) -> u64 {
        self.shelf(class).len()
    }

    fn shelf(&self, class: Class) -> &Shelf {
        match class {
            Class::Message => &self.messages,
            Class::File => &self.files,
        }
    }
}
