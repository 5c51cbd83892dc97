//! Every bound of conversations and messages, in one place.

/// Characters (Unicode scalar values) of one text message.
pub const TEXT_CHARS: usize = 20_000;
/// Characters of a group's title.
pub const TITLE_CHARS: usize = 100;
/// Characters of a file's name inside a message.
pub const FILE_NAME_CHARS: usize = 255;
/// Bytes of a file's media type inside a message.
pub const MEDIA_BYTES: usize = 127;
/// People in one group.
pub const GROUP_MEMBERS: usize = 10_000;
/// People that a message about members names; the rest is only counted.
pub const EVENT_PEOPLE: usize = 50;
/// Ranges in one call of read.
pub const READ_RANGES: usize = 100;
/// Disjoint read intervals kept for one person in one conversation. Clients that read top down have one or two.
pub const READ_INTERVALS: usize = 4_096;
/// Above this many members a read mark is told only to the reader's own devices: telling everybody is quadratic.
pub const READ_EVENT_MEMBERS: usize = 100;
/// Above this many members typing is not told.
pub const TYPING_MEMBERS: usize = 100;
/// How long the sender may recall a message.
pub const RECALL_SECONDS: u64 = 24 * 3_600;
/// How long a client id is remembered at least. Two partitions of this length are kept.
pub const CLIENT_ID_SECONDS: i64 = 7 * 86_400;
/// Events that one catch-up may read before the answer is `reset`.
pub const SYNC_RESET_EVENTS: usize = 5_000;
/// Events in one page of a catch-up.
pub const SYNC_PAGE: usize = 500;
/// Days that the conversation log is kept for devices that were away.
pub const LOG_DAYS: u64 = 30;
/// Messages that are emptied in one transaction.
pub const SHRED_ROWS: usize = 200;
/// Messages, and about so many bytes of them, that are sealed again in one transaction.
pub const RENEW_ROWS: usize = 200;
pub const RENEW_BYTES: usize = 1024 * 1024;
/// Rows that one transaction of a sweep removes.
pub const SWEEP_ROWS: usize = 1_000;
/// Membership windows kept for one person in one conversation (joined, left, joined again ...).
pub const WINDOWS: usize = 64;
/// Data keys held open in memory.
pub const KEYS_CACHED: usize = 16_384;
/// Characters of a last message that are held in memory for the list; longer ones are read when asked for.
pub const LAST_CHARS: usize = 1_000;
