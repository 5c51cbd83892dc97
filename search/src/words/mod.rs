//! How text becomes terms. The same rules read documents and queries; offsets always point into the original text.
//!
//! Scripts that put no space between words (Han, kana, Hangul: "dense" here) become bigrams, and the last character of each
//! run stands alone too, so that every substring of one character or more can be found and nothing else is. All else
//! becomes whole words. Characters are folded first: compatibility forms, case, marks over Latin letters, traditional Han.

mod analyzer;
mod fold;
mod runs;
mod snippet;

pub use analyzer::Analyzer;
pub use fold::{Folded, fold, fold_str, is_dense};
pub use runs::{Run, Runs, Script};
pub use snippet::{Snippet, highlight, snippet};
