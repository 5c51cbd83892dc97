//! Fields of a document. Nothing is stored; the fast fields are what the collector tests and what a hit answers.

use tantivy::{
    Index, IndexSettings, TantivyDocument, Term,
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

use super::{Doc, Key};
use crate::{sealed::SealedDirectory, words::Analyzer};

/// The name that the analyzer is registered under.
const ANALYZER: &str = "words";

/// Handles of the fields; the names are in [`make`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) key: Field,
    pub(super) title: Field,
    pub(super) text: Field,
    pub(super) suffix: Field,
    container: Field,
    object: Field,
    part: Field,
    at: Field,
    author: Field,
    chars: Field,
    stamp: Field,
    version: Field,
}

/// A sealed folder, or memory.
pub(super) fn make(home: Option<SealedDirectory>) -> tantivy::Result<(Index, Fields)> {
    let (schema, fields) = fields();
    let builder = Index::builder().schema(schema).settings(IndexSettings::default());
    let index = match home {
        Some(home) => builder.open_or_create(home)?,
        None => builder.create_in_ram()?,
    };
    index.tokenizers().register(ANALYZER, Analyzer);
    Ok((index, fields))
}

fn fields() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    // Without field norms: lengths are weighed by `rank`, and block maxima stay true bounds under pinned statistics.
    let words = |record| {
        let indexing = TextFieldIndexing::default().set_tokenizer(ANALYZER).set_fieldnorms(false).set_index_option(record);
        TextOptions::default().set_indexing_options(indexing)
    };
    let raw = TextFieldIndexing::default().set_tokenizer("raw").set_fieldnorms(false).set_index_option(IndexRecordOption::Basic);
    let fields = Fields {
        key: schema.add_bytes_field("key", INDEXED),
        title: schema.add_text_field("title", words(IndexRecordOption::WithFreqsAndPositions)),
        text: schema.add_text_field("text", words(IndexRecordOption::WithFreqsAndPositions)),
        suffix: schema.add_text_field("suffix", TextOptions::default().set_indexing_options(raw)),
        container: schema.add_u64_field("container", FAST),
        object: schema.add_u64_field("object", FAST),
        part: schema.add_u64_field("part", FAST),
        at: schema.add_i64_field("at", FAST),
        author: schema.add_u64_field("author", FAST),
        chars: schema.add_u64_field("chars", FAST),
        stamp: schema.add_u64_field("stamp", FAST),
        version: schema.add_u64_field("version", FAST),
    };
    (schema.build(), fields)
}

impl Fields {
    pub(super) fn key_term(&self, key: Key) -> Term {
        Term::from_field_bytes(self.key, &key_bytes(key))
    }

    pub(super) fn document(&self, doc: &Doc, stamp: u64) -> TantivyDocument {
        let mut out = TantivyDocument::new();
        out.add_bytes(self.key, &key_bytes(doc.key));
        out.add_text(self.text, &doc.text);
        if !doc.title.is_empty() {
            out.add_text(self.title, &doc.title);
            if let Some((_, suffix)) = doc.title.rsplit_once('.') {
                out.add_text(self.suffix, suffix.to_lowercase());
            }
        }
        out.add_u64(self.container, doc.container);
        out.add_u64(self.object, doc.key.object);
        out.add_u64(self.part, doc.key.part);
        out.add_i64(self.at, doc.at.0);
        out.add_u64(self.author, doc.author);
        out.add_u64(self.chars, u64::try_from(doc.text.chars().count()).unwrap_or(u64::MAX));
        out.add_u64(self.stamp, stamp);
        out.add_u64(self.version, doc.version);
        out
    }
}

fn key_bytes(key: Key) -> [u8; 16] {
    let mut out = [0; 16];
    out[..8].copy_from_slice(&key.object.to_be_bytes());
    out[8..].copy_from_slice(&key.part.to_be_bytes());
    out
}
