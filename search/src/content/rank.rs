//! How hits are ordered: words first, then age. The order is total and does not depend on how documents lie in segments.

use holdfast_base::Timestamp;
use tantivy::Score;

use super::Class;

/// A place in the order of one search; a greater one comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Millionths. 0 where hits are ordered by date.
    pub score: u64,
    pub at: i64,
    pub object: u64,
    pub part: u64,
}

/// Sums of the same parts in another order differ in the last bits of an f32, so word scores are rounded to this grid.
const GRID: f64 = 1024.0;
const MILLION: f64 = 1_000_000.0;
const DAY_MICROSECONDS: f64 = 86_400_000_000.0;

/// Weights of one class.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rank {
    now: Timestamp,
    /// What a document of this very instant gains over an old one.
    fresh: f64,
    half_life_microseconds: f64,
    /// Characters after which a longer text counts for less.
    usual_chars: f64,
}

impl Rank {
    pub(super) fn new(class: Class, now: Timestamp) -> Self {
        let (fresh, half_life_days, usual_chars) = match class {
            Class::Message => (1.0, 30.0, 100.0),
            Class::File => (0.4, 180.0, 20_000.0),
        };
        Self { now, fresh, half_life_microseconds: half_life_days * DAY_MICROSECONDS, usual_chars }
    }

    /// Millionths of (words × age × length).
    pub(super) fn score(&self, words: Score, at: i64, chars: u64) -> u64 {
        let words = (f64::from(words) * GRID).round() / GRID;
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let (age, chars) = (self.now.0.saturating_sub(at).max(0) as f64, chars as f64);
        let recency = 1.0 + self.fresh * (-age / self.half_life_microseconds).exp2();
        let length = 1.0 / (1.0 + 0.1 * (1.0 + chars / self.usual_chars).ln());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scores are small and not negative")]
        let millionths = (words * recency * length * MILLION) as u64;
        millionths
    }

    /// Documents whose words score no more than this cannot reach `place`: age and length together multiply by at most 1 + fresh.
    pub(super) fn least_words(&self, place: &Place) -> Score {
        #[expect(clippy::cast_precision_loss, reason = "rounded down below")]
        let score = place.score as f64 / MILLION;
        #[expect(clippy::cast_possible_truncation, reason = "a bound with room to spare")]
        let words = (score / (1.0 + self.fresh) * (1.0 - 1e-6) - 1.0 / GRID) as Score;
        words.max(Score::MIN_POSITIVE)
    }
}
