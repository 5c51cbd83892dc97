//! The bounds of this crate, one place.

use std::time::Duration;

/// Bytes of a name after NFC (what ext4, NTFS and the sync clients agree on).
pub const NAME_BYTES: usize = 255;
/// Folders from a root down to the deepest node.
pub const DEPTH: u16 = 128;
/// Entries of one folder.
pub const FOLDER_ENTRIES: u32 = 1_000_000;

/// Content up to this many bytes lies in the ledger, so that its commit costs one fsync.
pub const INLINE_BYTES: usize = 32 * 1024;
/// Chunk sizes of the content-defined cut. Files up to the average are one chunk.
pub const CHUNK_MIN: usize = 256 * 1024;
pub const CHUNK_AVERAGE: usize = 1024 * 1024;
pub const CHUNK_MAX: usize = 4 * 1024 * 1024;
/// Chunk references of one manifest page: the unit in which a long upload becomes durable.
pub const PAGE_CHUNKS: usize = 512;
/// A pack is full at this length.
pub const PACK_BYTES: u64 = 256 * 1024 * 1024;
/// A full pack with less than this share of live bytes is written anew, in percent.
pub const PACK_LIVE_PERCENT: u64 = 60;
/// Packs that one call of the sweeper writes anew.
pub const PACKS_COMPACTED: usize = 4;
/// Open pack files that readers keep.
pub const PACK_FILES: usize = 64;
/// One piece that `Content::read_range` gives out.
pub const READ_BYTES: u64 = 4 * 1024 * 1024;
/// Largest file.
pub const FILE_BYTES: u64 = 8 * 1024 * 1024 * 1024 * 1024;

/// Versions of a file that are kept besides the current one.
pub const VERSIONS_KEPT: usize = 100;
/// Logical bytes of a personal space.
pub const QUOTA_PERSONAL: u64 = 10 * 1024 * 1024 * 1024;
/// Logical bytes of a department's or a conversation's space.
pub const QUOTA_SHARED: u64 = 100 * 1024 * 1024 * 1024;

/// People of whom it is remembered that their spaces are there.
pub const SPACES_SEEN: usize = 100_000;

/// Life of a resumable upload after its last received byte: what broke off before a holiday is there after it, and a clock
/// that is set by a day or two ends none.
pub const UPLOAD_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Open resumable uploads of one person into one space.
pub const UPLOADS_OPEN: u64 = 2_000;
/// A long request of an upload becomes durable in steps of this.
pub const CHECKPOINT_BYTES: u64 = 32 * 1024 * 1024;
/// Uploads whose running state stays in memory; others are read back when they go on.
pub const UPLOADS_LIVE: usize = 256;
/// Content that nobody refers to stays this long: a download or an upload in progress may still lean on it.
pub const GRACE: Duration = Duration::from_secs(24 * 3600);
/// How long a client id is remembered.
pub const IDEM_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Nodes that one step of a shredding takes apart.
pub const SHRED_NODES: usize = 100;
/// Bytes after which one step of sealing contents and chunks again ends.
pub const RENEW_BYTES: u64 = 8 * 1024 * 1024;
/// Rows that one transaction of the sweeper touches.
pub const SWEEP_ROWS: usize = 256;
/// Nodes that one copy may have: it is one transaction of the lane.
pub const COPY_NODES: usize = 10_000;
/// Sorted listings that are kept, and entries in all of them together.
pub const LISTINGS_KEPT: usize = 256;
pub const LISTING_ENTRIES: usize = 200_000;

/// Bytes of a media type.
pub const MEDIA_BYTES: usize = 127;
/// Dead properties of one node, and their bytes together.
pub const PROPERTIES: usize = 200;
pub const PROPERTY_BYTES: usize = 64 * 1024;
/// Locks on one node (shared ones).
pub const LOCKS: usize = 32;
/// Longest life of a lock.
pub const LOCK_LIFE: Duration = Duration::from_secs(24 * 3600);
/// Tries for a free name beside a taken one.
pub const NUMBERED_NAMES: u32 = 1_000;
/// Versions of one file that are looked through.
pub const VERSIONS_LISTED: usize = VERSIONS_KEPT + 1;
/// Items of the trash in one answer.
pub const TRASH_LISTED: usize = 200;
/// Files and folders that change hands in one transaction of a handover.
pub const HANDOVER_NODES: usize = 50;
