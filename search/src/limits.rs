//! Every bound of this crate.

/// Characters of one word; a longer one is cut into several in a row.
pub const WORD_CHARS: usize = 64;
/// Characters of a query that are read.
pub const QUERY_CHARS: usize = 512;
/// Clauses of a query that are read.
pub const QUERY_CLAUSES: usize = 24;
/// Values of one filter that are read.
pub const FILTER_VALUES: usize = 16;
/// Terms that a prefix may stand for inside a phrase.
pub const PREFIX_TERMS: u32 = 4096;

/// Hits of one page.
pub const PAGE_HITS: usize = 200;
/// Documents added since the last commit that make the next one due without a search asking for it.
pub const PENDING_DOCS: usize = 2_000;
/// Bytes of text added since the last commit that make the next one due.
pub const PENDING_BYTES: usize = 8 << 20;
/// tantivy's arena of one index: its own least, and its most.
pub const ARENA_LEAST_BYTES: usize = 16 << 20;
pub const ARENA_MOST_BYTES: usize = 256 << 20;
/// Opened blocks that are kept, of one index: the least, and the part of the memory budget.
pub const CACHE_LEAST_BYTES: usize = 4 << 20;
pub const CACHE_SHARE: usize = 8;
/// A read of so many blocks or more goes past the cache.
pub const CACHED_READ_BLOCKS: u64 = 64;
/// How long a search waits for a commit that somebody else is making.
pub const COMMIT_WAIT_MILLISECONDS: u64 = 200;

/// Characters of a snippet, without the dots at its ends.
pub const SNIPPET_CHARS: usize = 120;
/// Characters of a snippet before its first highlight.
pub const SNIPPET_LEAD_CHARS: usize = 24;
/// Bytes of a text that are looked through for the best place.
pub const SNIPPET_TEXT_BYTES: usize = 4 << 20;
/// Highlights that are looked at before the best place is chosen.
pub const SNIPPET_MATCHES: usize = 512;

/// Characters of a name that are matched.
pub const NAME_UNITS: usize = 48;
/// Readings of one character.
pub const READINGS: usize = 8;
/// Words of a query for names.
pub const NAME_WORDS: usize = 6;
/// Characters of a word of a query for names.
pub const NAME_WORD_CHARS: usize = 40;
/// Steps of the matcher on one name; a name that needs more does not match.
pub const NAME_STEPS: u32 = 512;
/// Names changed since the large index was built, before it is built again.
pub const NAME_DELTA: usize = 512;

/// Bytes of a file that are given to a worker.
pub const INPUT_BYTES: u64 = 128 << 20;
/// Bytes of text that a file may give; more is cut.
pub const TEXT_BYTES: usize = 16 << 20;
/// Bytes that a container or stream may unpack to, in total.
pub const UNPACKED_BYTES: u64 = 256 << 20;
/// Bytes unpacked for each byte packed, once [`UNPACKED_FREE_BYTES`] are unpacked.
pub const UNPACKED_RATIO: u64 = 200;
/// Bytes that may be unpacked before the ratio counts.
pub const UNPACKED_FREE_BYTES: u64 = 1 << 20;
/// Entries of a container.
pub const ARCHIVE_ENTRIES: usize = 10_000;
/// Nested elements of an XML part.
pub const XML_DEPTH: usize = 256;
/// Pages of a PDF.
pub const PDF_PAGES: usize = 20_000;
/// Bytes of one page's unpacked content.
pub const PDF_CONTENT_BYTES: usize = 32 << 20;
/// Forms inside forms.
pub const PDF_FORM_DEPTH: usize = 8;
/// Forms drawn on one page.
pub const PDF_FORMS: usize = 2_000;
/// Codes of one CMap.
pub const CMAP_CODES: usize = 200_000;
/// Bytes of one CMap.
pub const CMAP_BYTES: usize = 8 << 20;

/// Address space of a worker.
pub const WORKER_MEMORY_BYTES: u64 = 768 << 20;
/// Processor time of a worker, for one file.
pub const WORKER_CPU_SECONDS: u64 = 30;
/// Open files of a worker.
pub const WORKER_FILES: u64 = 16;
/// Files that a worker takes before it is replaced.
pub const WORKER_JOBS: u32 = 200;
/// Time for one file, waiting included.
pub const WORKER_DEADLINE_SECONDS: u64 = 45;
/// Workers that a file may kill before it is set aside.
pub const KILLS: u32 = 2;
/// Files set aside that are remembered.
pub const QUARANTINE: usize = 10_000;
/// Bytes of a name that are given to a worker.
pub const FILE_NAME_BYTES: usize = 1_024;
