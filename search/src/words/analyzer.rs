//! The analyzer as tantivy wants it.
//!
//! Positions: each character of a dense run and each word has one. The bigram of characters i and i+1 stands at i, the last
//! character of a run alone at its own, so a phrase of bigrams never crosses the end of a run.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::{
    fold::{Folded, fold},
    runs::{Kind, kind},
};
use crate::limits;

/// Stateless; see the module.
#[derive(Debug, Clone, Copy, Default)]
pub struct Analyzer;

impl Tokenizer for Analyzer {
    type TokenStream<'a> = Box<dyn TokenStream + 'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        Box::new(Stream { folded: fold(text).peekable(), held: None, position: 0, token: Token::default() })
    }
}

struct Stream<I: Iterator<Item = Folded>> {
    folded: std::iter::Peekable<I>,
    /// A dense character whose bigram or single form is still to come.
    held: Option<Folded>,
    position: usize,
    token: Token,
}

impl<I: Iterator<Item = Folded>> Stream<I> {
    fn emit(&mut self, from: usize, to: usize) -> bool {
        self.token.offset_from = from;
        self.token.offset_to = to;
        self.token.position = self.position;
        self.position += 1;
        true
    }

    fn dense(&mut self, held: Folded) -> bool {
        self.token.text.clear();
        self.token.text.push(held.char);
        let Some(next) = self.folded.next_if(|folded| kind(folded.char) == Kind::Dense) else {
            self.held = None;
            return self.emit(held.from, held.to);
        };
        self.token.text.push(next.char);
        self.held = Some(next);
        // Two characters of one original (`㍿`) share its offsets.
        self.emit(held.from, next.to)
    }

    fn word(&mut self, first: Folded) -> bool {
        self.token.text.clear();
        self.token.text.push(first.char);
        let mut to = first.to;
        if kind(first.char) == Kind::Word {
            for _ in 1..limits::WORD_CHARS {
                let Some(next) = self.folded.next_if(|folded| kind(folded.char) == Kind::Word) else { break };
                self.token.text.push(next.char);
                to = next.to;
            }
        }
        self.emit(first.from, to)
    }
}

impl<I: Iterator<Item = Folded>> TokenStream for Stream<I> {
    fn advance(&mut self) -> bool {
        if let Some(held) = self.held {
            return self.dense(held);
        }
        while let Some(folded) = self.folded.next() {
            match kind(folded.char) {
                Kind::Dense => return self.dense(folded),
                Kind::Word | Kind::Symbol => return self.word(folded),
                Kind::Blank | Kind::Other => {}
            }
        }
        false
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut analyzer = Analyzer;
        let mut stream = analyzer.token_stream(text);
        let mut out = Vec::new();
        while stream.advance() {
            out.push(stream.token().clone());
        }
        out
    }

    #[test]
    fn bigrams_tails_and_words_with_positions() {
        let seen: Vec<(String, usize)> = tokens("数据库v2，好").into_iter().map(|t| (t.text, t.position)).collect();
        let want = [("数据", 0), ("据库", 1), ("库", 2), ("v2", 3), ("好", 4)];
        assert_eq!(seen, want.map(|(text, at)| (text.to_owned(), at)));
    }

    proptest! {
        #[test]
        fn offsets_are_on_character_boundaries_and_never_go_back(text in "[\\PC一-龥豈ﬁ㍿é한가ｶﾞ \n]{0,60}") {
            let mut before = 0;
            for token in tokens(&text) {
                prop_assert!(token.offset_from >= before && token.offset_from < token.offset_to);
                prop_assert!(text.is_char_boundary(token.offset_from) && text.is_char_boundary(token.offset_to));
                before = token.offset_from;
            }
        }

        #[test]
        fn the_cutter_and_the_analyzer_agree(text in "[a-zA-Z0-9一-龥豈㍿👍é ,.]{0,60}") {
            let positions: usize = super::super::Runs::of(&text).map(|run| match run.script {
                super::super::Script::Dense => run.chars.len(),
                super::super::Script::Word => 1,
            }).sum();
            prop_assert_eq!(tokens(&text).len(), positions);
        }
    }
}
