//! Reading everything, so that a disk that forgets is noticed before somebody asks.

/// What a scrub found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scrub {
    /// Rows of the ledger, or pages of the database with a finding.
    pub rows: u64,
    pub bytes: u64,
    /// Where something is damaged: a table of the ledger, or SQLCipher's words about a page. At most
    /// [`crate::limits::SCRUB_FINDINGS`].
    pub damaged: Vec<String>,
    /// False: the caller stopped it.
    pub complete: bool,
}

impl Scrub {
    pub(crate) fn note(&mut self, finding: String) {
        if self.damaged.len() < crate::limits::SCRUB_FINDINGS {
            self.damaged.push(finding);
        }
    }
}
