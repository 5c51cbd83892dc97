//! Words to results. It gets documents with container ids, and a set of containers that may be seen; it answers with ids.
//!
//! - [`words`]: how text becomes terms: Han bigrams, folded words, highlights and snippets. Pure functions.
//! - [`query`]: what a person typed, as a tree. Parsing never fails.
//! - [`names`]: people, departments and titles of conversations, also by pinyin, initials and with a typo.
//! - [`content`]: messages and texts of files in tantivy.
//! - [`sealed`]: index files on the disk, sealed through a trait of the caller's.
//! - [`extract`]: files to text, in a sandboxed process of its own.
//!
//! Always true: permissions are tested inside the collector, so counts are exact; a score depends on the query, the document
//! and the instant, never on other documents; what is removed is hidden from the next search on; a hit carries ids, no text.
//! Absent on purpose: people as rights holders, sessions, keys, HTTP, and tantivy's query parser (it makes phrases of its own accord).

pub mod content;
pub mod extract;
pub mod limits;
pub mod names;
pub mod query;
pub mod sealed;
pub mod words;

pub use content::{Allowed, Class, Doc, Hit, Home, Index, Key, Page, Place, SearchError, Searched, Sort};
pub use names::{Field, NameEntry, NameHit, NameKey, NameKind, Names, NamesFound};
pub use query::{Filter, Query};
pub use sealed::BlockSealer;
pub use words::{Snippet, highlight, snippet};
