//! Reading everything, so that a disk that forgets is noticed before somebody asks.

/// What a scrub found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scrub {
    /// Rows of the ledger, or pages of the database with a finding.
    pub rows: u64,
    pub bytes: u64,
    /// At most [`crate::limits::SCRUB_FINDINGS`].
    pub damaged: Vec<Damage>,
    /// False: the caller stopped it.
    pub complete: bool,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// A table of the ledger, or the file of the database.
    pub object: String,
    /// RocksDB's or SQLCipher's words, which name file or page; or what the sums tell.
    pub what: String,
}

impl Scrub {
    pub(crate) fn note(&mut self, object: &str, what: impl Into<String>) {
        if self.damaged.len() < crate::limits::SCRUB_FINDINGS {
            self.damaged.push(Damage { object: object.to_owned(), what: what.into() });
        }
    }
}
