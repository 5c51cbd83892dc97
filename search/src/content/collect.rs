//! The collector: permissions, filters and tombstones are tested for each document inside the callback, through fast fields, so
//! what may not be seen is neither scored into the page nor counted.
//!
//! Two passes: one counts every match exactly, without scores; one takes the best through `for_each_pruning`, whose threshold
//! only ever comes from documents that were accepted. tantivy's `Collector` would want a child type that does nothing here.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, HashMap},
    sync::Arc,
};

use tantivy::{
    DocId, Score, Searcher, SegmentReader,
    columnar::ColumnValues,
    query::{EnableScoring, Query as Node},
};

use super::{Allowed, Class, Hit, Key, Page, Place, Searched, Sort, rank::Rank, stats::Pinned};
use crate::{limits, query::Filter};

/// Documents that are gone: a key, and the last stamp that is hidden.
pub(super) type Hidden = HashMap<Key, u64>;

/// One search, ready to run over the segments.
pub(super) struct Collect<'a> {
    pub(super) class: Class,
    pub(super) allowed: &'a Allowed,
    pub(super) authors: Option<&'a BTreeSet<u64>>,
    pub(super) filter: &'a Filter,
    pub(super) hidden: &'a Hidden,
    pub(super) page: Page,
}

impl Collect<'_> {
    pub(super) fn run(&self, searcher: &Searcher, tree: &dyn Node) -> tantivy::Result<Searched> {
        if self.allowed.is_empty() {
            return Ok(Searched::default());
        }
        let mut best = Best::new(self.page);
        let total = self.count(searcher, tree, &mut best)?;
        if self.page.sort == Sort::Relevance && total > 0 {
            self.take(searcher, tree, &mut best)?;
        }
        Ok(best.page(total))
    }

    /// Counts all; by date it also takes, since nothing needs a score.
    fn count(&self, searcher: &Searcher, tree: &dyn Node, best: &mut Best) -> tantivy::Result<u64> {
        let weight = tree.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let by_date = self.page.sort == Sort::Newest;
        let mut total = 0;
        for reader in searcher.segment_readers() {
            let test = Columns::open(reader)?;
            weight.for_each_no_score(reader, &mut |docs| {
                for doc in docs.iter().copied().filter(|doc| self.accepts(reader, &test, *doc)) {
                    total += 1;
                    if by_date {
                        best.offer(test.hit(self.class, doc, 0));
                    }
                }
            })?;
        }
        Ok(total)
    }

    fn take(&self, searcher: &Searcher, tree: &dyn Node, best: &mut Best) -> tantivy::Result<()> {
        let rank = Rank::new(self.class, self.page.now);
        let weight = tree.weight(EnableScoring::enabled_from_statistics_provider(&Pinned, searcher))?;
        for reader in searcher.segment_readers() {
            let test = Columns::open(reader)?;
            let mut threshold = best.threshold(&rank);
            weight.for_each_pruning(threshold, reader, &mut |doc, words: Score| {
                if self.accepts(reader, &test, doc) {
                    let score = rank.score(words, test.at.get_val(doc), test.chars.get_val(doc));
                    best.offer(test.hit(self.class, doc, score));
                    threshold = best.threshold(&rank);
                }
                threshold
            })?;
        }
        Ok(())
    }

    fn accepts(&self, reader: &SegmentReader, test: &Columns, doc: DocId) -> bool {
        if reader.alive_bitset().is_some_and(|alive| !alive.is_alive(doc)) {
            return false;
        }
        let part = test.part.get_val(doc);
        if !self.allowed.sees(test.container.get_val(doc), part) {
            return false;
        }
        if !self.hidden.is_empty() {
            let key = Key { object: test.object.get_val(doc), part };
            if self.hidden.get(&key).is_some_and(|stamp| test.stamp.get_val(doc) <= *stamp) {
                return false;
            }
        }
        if self.filter.after.is_some() || self.filter.before.is_some() {
            let at = test.at.get_val(doc);
            if self.filter.after.is_some_and(|after| at < after.0) || self.filter.before.is_some_and(|before| at >= before.0) {
                return false;
            }
        }
        self.authors.is_none_or(|authors| authors.contains(&test.author.get_val(doc)))
    }
}

/// Fast fields of one segment.
struct Columns {
    container: Arc<dyn ColumnValues<u64>>,
    object: Arc<dyn ColumnValues<u64>>,
    part: Arc<dyn ColumnValues<u64>>,
    at: Arc<dyn ColumnValues<i64>>,
    author: Arc<dyn ColumnValues<u64>>,
    chars: Arc<dyn ColumnValues<u64>>,
    stamp: Arc<dyn ColumnValues<u64>>,
}

impl Columns {
    fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        Ok(Self {
            // A document without a container is nobody's.
            container: fast.u64("container")?.first_or_default_col(u64::MAX),
            object: fast.u64("object")?.first_or_default_col(0),
            part: fast.u64("part")?.first_or_default_col(0),
            at: fast.i64("at")?.first_or_default_col(0),
            author: fast.u64("author")?.first_or_default_col(0),
            chars: fast.u64("chars")?.first_or_default_col(0),
            stamp: fast.u64("stamp")?.first_or_default_col(0),
        })
    }

    fn hit(&self, class: Class, doc: DocId, score: u64) -> Hit {
        let key = Key { object: self.object.get_val(doc), part: self.part.get_val(doc) };
        let at = self.at.get_val(doc);
        let place = Place { score, at, object: key.object, part: key.part };
        Hit { class, container: self.container.get_val(doc), key, at: holdfast_base::Timestamp(at), place }
    }
}

/// The best hits after a place, one more than asked for, so that it is known whether there is a next page.
struct Best {
    after: Option<Place>,
    limit: usize,
    heap: BinaryHeap<Reverse<Ranked>>,
}

struct Ranked(Hit);

impl Best {
    fn new(page: Page) -> Self {
        let limit = page.limit.min(limits::PAGE_HITS);
        Self { after: page.after, limit, heap: BinaryHeap::with_capacity(limit + 2) }
    }

    fn offer(&mut self, hit: Hit) {
        if self.after.is_some_and(|after| hit.place >= after) {
            return;
        }
        if self.heap.len() > self.limit {
            if self.heap.peek().is_some_and(|Reverse(worst)| hit.place <= worst.0.place) {
                return;
            }
            self.heap.pop();
        }
        self.heap.push(Reverse(Ranked(hit)));
    }

    fn threshold(&self, rank: &Rank) -> Score {
        match self.heap.peek() {
            Some(Reverse(worst)) if self.heap.len() > self.limit => rank.least_words(&worst.0.place),
            _ => Score::MIN,
        }
    }

    fn page(self, total: u64) -> Searched {
        let limit = self.limit;
        let mut hits: Vec<Hit> = self.heap.into_sorted_vec().into_iter().map(|Reverse(ranked)| ranked.0).collect();
        let more = hits.len() > limit;
        hits.truncate(limit);
        let next = if more { hits.last().map(|hit| hit.place) } else { None };
        Searched { hits, total, next }
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.0.place == other.0.place
    }
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.place.cmp(&other.0.place)
    }
}
