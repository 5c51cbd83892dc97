//! Cursors of search: a place in one order. They carry nothing that a client could not guess, and rights are asked again with
//! every page, so they are encoded and not sealed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use holdfast_base::Timestamp;
use holdfast_search::Place;
use serde::{Deserialize, Serialize};

use super::ask::Kind;

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    kind: Kind,
    /// The instant that recency was counted from on the first page.
    pub(super) now: i64,
    /// Names have no place but a number.
    pub(super) skip: u64,
    score: u64,
    at: i64,
    object: u64,
    part: u64,
}

impl Cursor {
    pub(super) fn after(kind: Kind, now: Timestamp, place: Place) -> Self {
        Self { kind, now: now.0, skip: 0, score: place.score, at: place.at, object: place.object, part: place.part }
    }

    pub(super) fn skipping(kind: Kind, now: Timestamp, skip: usize) -> Self {
        let skip = u64::try_from(skip).unwrap_or(u64::MAX);
        Self { kind, now: now.0, skip, score: 0, at: 0, object: 0, part: 0 }
    }

    pub(super) fn place(&self) -> Place {
        Place { score: self.score, at: self.at, object: self.object, part: self.part }
    }

    pub(super) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(postcard::to_stdvec(self).unwrap_or_default())
    }

    /// `None` for what is not one of ours, or of another kind.
    pub(super) fn decode(text: &str, kind: Kind) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (cursor, rest) = postcard::take_from_bytes::<Self>(&bytes).ok()?;
        (rest.is_empty() && cursor.kind == kind && kind != Kind::All).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_and_nothing_else_does() {
        let cursor = Cursor::after(Kind::Files, Timestamp(7), Place { score: 1, at: -2, object: 3, part: 4 });
        assert_eq!(Cursor::decode(&cursor.encode(), Kind::Files), Some(cursor));
        for (text, kind) in
            [(cursor.encode().as_str(), Kind::People), ("", Kind::Files), ("!", Kind::Files), ("AAAA", Kind::Files)]
        {
            assert_eq!(Cursor::decode(text, kind), None, "{text}");
        }
    }
}
