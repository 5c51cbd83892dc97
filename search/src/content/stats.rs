//! Statistics that never change. Real ones would let a person learn, from scores, how often a word stands in what is hidden.

use tantivy::{Term, query::Bm25StatisticsProvider, schema::Field};

use crate::words::is_dense;

/// As if there were this many documents, each one token long: field lengths are not stored, so they must not count.
const DOCS: u64 = 10_000_000;

/// The commonest characters of written Chinese: a bigram with one of them says less.
const COMMON: &str = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会可";

pub(super) struct Pinned;

impl Bm25StatisticsProvider for Pinned {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(DOCS)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(DOCS)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        Ok(term.value().as_str().map_or(DOCS / 1_000, doc_freq))
    }
}

/// A guess from the term alone: longer words are rarer.
fn doc_freq(text: &str) -> u64 {
    let chars = text.chars().count();
    if text.chars().all(is_dense) {
        let common = text.chars().filter(|c| COMMON.contains(*c)).count();
        return match (chars, common) {
            (1, 1) => DOCS / 5,
            (1, _) => DOCS / 100,
            (_, 0) => DOCS / 4_000,
            (_, 1) => DOCS / 800,
            _ => DOCS / 100,
        };
    }
    match chars {
        0..=2 => DOCS / 50,
        3 => DOCS / 150,
        4..=5 => DOCS / 600,
        6..=8 => DOCS / 3_000,
        _ => DOCS / 10_000,
    }
}
