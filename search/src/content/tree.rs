//! A parsed query as a tree of tantivy's queries.
//!
//! A dense run is a phrase of its bigrams, one dense character a prefix over bigrams and last characters, a word itself (and,
//! while it is being typed, what begins with it).

use std::ops::Bound;

use tantivy::{
    Term,
    query::{AllQuery, BooleanQuery, BoostQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query as Node, RangeQuery, TermQuery},
    schema::{Field, IndexRecordOption},
};

use super::{Class, schema::Fields};
use crate::{
    limits,
    query::{Clause, Query},
    words::Script,
};

/// A word in a file's name counts this much more than in its text.
const TITLE_BOOST: f32 = 3.0;

pub(super) fn build(query: &Query, fields: &Fields, class: Class) -> Box<dyn Node> {
    let mut parts: Vec<(Occur, Box<dyn Node>)> = Vec::new();
    for clause in &query.clauses {
        let occur = if clause.negated { Occur::MustNot } else { Occur::Must };
        parts.push((occur, in_fields(clause, fields, class)));
    }
    if !query.filter.suffixes.is_empty() {
        let term = |suffix: &String| Term::from_field_text(fields.suffix, suffix);
        let any = query.filter.suffixes.iter().map(term).map(|term| plain(term, IndexRecordOption::Basic)).collect();
        parts.push((Occur::Must, Box::new(BoostQuery::new(Box::new(BooleanQuery::union(any)), 0.0))));
    }
    if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        parts.push((Occur::Must, Box::new(AllQuery)));
    }
    match parts.len() {
        1 => parts.remove(0).1,
        _ => Box::new(BooleanQuery::new(parts)),
    }
}

fn in_fields(clause: &Clause, fields: &Fields, class: Class) -> Box<dyn Node> {
    let text = leaf(clause, fields.text);
    if class == Class::Message {
        return text;
    }
    let title = Box::new(BoostQuery::new(leaf(clause, fields.title), TITLE_BOOST));
    Box::new(BooleanQuery::union(vec![title, text]))
}

fn leaf(clause: &Clause, field: Field) -> Box<dyn Node> {
    let open_end =
        clause.open || clause.runs.last().is_some_and(|run| run.script == Script::Dense && run.text.chars().nth(1).is_none());
    let mut terms: Vec<(usize, Term)> = Vec::new();
    let mut position = 0;
    for (number, run) in clause.runs.iter().enumerate() {
        let last = number + 1 == clause.runs.len();
        for (at, text) in tokens(run.script, &run.text, last) {
            terms.push((position + at, Term::from_field_text(field, &text)));
        }
        position += if run.script == Script::Dense { run.text.chars().count() } else { 1 };
    }
    if terms.len() == 1 {
        let (_, term) = terms.remove(0);
        return if open_end { beginning(term, clause.open) } else { plain(term, IndexRecordOption::WithFreqs) };
    }
    if !open_end {
        return Box::new(PhraseQuery::new_with_offset(terms));
    }
    let mut phrase = PhrasePrefixQuery::new_with_offset(terms);
    phrase.set_max_expansions(limits::PREFIX_TERMS);
    Box::new(phrase)
}

/// What a run looks like in the index, by place. The last run of a phrase may go on in the text, so its tail is not asked for.
fn tokens(script: Script, text: &str, last: bool) -> Vec<(usize, String)> {
    if script == Script::Word {
        return vec![(0, text.to_owned())];
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<(usize, String)> = chars.windows(2).map(String::from_iter).enumerate().collect();
    if !last || chars.len() == 1 {
        out.extend(chars.last().map(|c| (chars.len() - 1, c.to_string())));
    }
    out
}

fn plain(term: Term, record: IndexRecordOption) -> Box<dyn Node> {
    Box::new(TermQuery::new(term, record))
}

/// Everything that begins with `term`; `exact_first` lets the whole word count for more.
fn beginning(term: Term, exact_first: bool) -> Box<dyn Node> {
    let field = term.field();
    let text = term.value().as_str().unwrap_or_default().to_owned();
    let upper = after(&text).map_or(Bound::Unbounded, |next| Bound::Excluded(Term::from_field_text(field, &next)));
    let range: Box<dyn Node> = Box::new(RangeQuery::new(Bound::Included(term.clone()), upper));
    if !exact_first {
        return range;
    }
    Box::new(BooleanQuery::union(vec![plain(term, IndexRecordOption::WithFreqs), range]))
}

/// The least text greater than everything that begins with `text`.
fn after(text: &str) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    while let Some(last) = chars.pop() {
        let next = match u32::from(last) {
            0xd7ff => Some('\u{e000}'),
            code => char::from_u32(code + 1),
        };
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}
