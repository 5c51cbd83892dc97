//! What may be seen, as a value that the caller computes.

use std::collections::HashMap;

use roaring::RoaringBitmap;

/// Containers of one class that may be seen. Empty: nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Allowed {
    containers: RoaringBitmap,
    /// For those who joined later: the least `part` (number of a message) that may be seen in a container.
    since: HashMap<u32, u64>,
}

impl Allowed {
    pub fn new(containers: RoaringBitmap) -> Self {
        Self { containers, since: HashMap::new() }
    }

    /// In `container` only parts from `part` on. Does not allow the container by itself.
    pub fn since(&mut self, container: u64, part: u64) {
        if let Ok(container) = u32::try_from(container)
            && part > 0
        {
            self.since.insert(container, part);
        }
    }

    /// Only what `other` holds as well (`in:`).
    pub fn narrow(&mut self, other: &RoaringBitmap) {
        self.containers &= other;
    }

    pub fn is_empty(&self) -> bool {
        self.containers.is_empty()
    }

    /// The one question.
    pub fn sees(&self, container: u64, part: u64) -> bool {
        let Ok(container) = u32::try_from(container) else { return false };
        self.containers.contains(container) && self.since.get(&container).is_none_or(|least| part >= *least)
    }
}

impl FromIterator<u32> for Allowed {
    fn from_iter<I: IntoIterator<Item = u32>>(containers: I) -> Self {
        Self::new(containers.into_iter().collect())
    }
}
