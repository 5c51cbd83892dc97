//! What somebody has read: disjoint intervals of message numbers that only grow. A bare cursor would lie, since a jump to
//! the newest message does not mean that what was skipped has been read.

use serde::{Deserialize, Serialize};

/// Inclusive, ascending, never touching each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Intervals(Vec<(u64, u64)>);

impl Intervals {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn contains(&self, seq: u64) -> bool {
        let after = self.0.partition_point(|&(from, _)| from <= seq);
        after > 0 && self.0[after - 1].1 >= seq
    }

    /// Adds `[from, to]` and answers which parts were new, ascending.
    pub(crate) fn gain(&mut self, from: u64, to: u64) -> Vec<(u64, u64)> {
        if from > to {
            return Vec::new();
        }
        let new = self.gaps(from, to);
        if new.is_empty() {
            return new;
        }
        // Everything that overlaps or touches [from, to] becomes one interval.
        let first = self.0.partition_point(|&(_, end)| end.saturating_add(1) < from);
        let last = self.0.partition_point(|&(start, _)| start <= to.saturating_add(1));
        let joined = match self.0.get(first..last) {
            Some([]) | None => (from, to),
            Some(found) => (from.min(found[0].0), to.max(found[found.len() - 1].1)),
        };
        self.0.splice(first..last, [joined]);
        new
    }

    /// The parts of `[from, to]` that are not covered, ascending.
    pub(crate) fn gaps(&self, from: u64, to: u64) -> Vec<(u64, u64)> {
        let mut gaps = Vec::new();
        let mut at = from;
        let first = self.0.partition_point(|&(_, end)| end < from);
        for &(start, end) in &self.0[first..] {
            if start > to {
                break;
            }
            if start > at {
                gaps.push((at, start - 1));
            }
            at = end.saturating_add(1);
        }
        if at <= to {
            gaps.push((at, to));
        }
        gaps
    }

    /// The intervals inside `[from, to]`, cut to it.
    pub(crate) fn within(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, u64)> + '_ {
        let first = self.0.partition_point(|&(_, end)| end < from);
        self.0[first..]
            .iter()
            .take_while(move |&&(start, _)| start <= to)
            .map(move |&(start, end)| (start.max(from), end.min(to)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn intervals_are_a_set(marks in prop::collection::vec((1u64..60, 0u64..12), 0..40), ask in (1u64..70, 0u64..30)) {
            let (mut intervals, mut set) = (Intervals::default(), BTreeSet::new());
            for (from, span) in marks {
                let new: BTreeSet<u64> = intervals.gain(from, from + span).into_iter().flat_map(|(a, b)| a..=b).collect();
                let want: BTreeSet<u64> = (from..=from + span).filter(|seq| !set.contains(seq)).collect();
                prop_assert_eq!(&new, &want);
                set.extend(want);
            }
            prop_assert!(intervals.0.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
            prop_assert!((0..100).all(|seq| intervals.contains(seq) == set.contains(&seq)));
            let (from, to) = (ask.0, ask.0 + ask.1);
            let inside: BTreeSet<u64> = intervals.within(from, to).flat_map(|(a, b)| a..=b).collect();
            let gaps: BTreeSet<u64> = intervals.gaps(from, to).into_iter().flat_map(|(a, b)| a..=b).collect();
            prop_assert!(inside.is_disjoint(&gaps));
            prop_assert_eq!(inside.len() + gaps.len(), usize::try_from(to - from + 1).unwrap());
            prop_assert!(inside.iter().all(|seq| set.contains(seq)));
        }
    }
}
