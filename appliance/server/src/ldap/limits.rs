//! Every limit of this door, with its unit and its reason.

use std::time::Duration;

/// Connections at once, over all addresses.
pub const CONNECTIONS: usize = 2_048;
/// Connections of one address at once. An office behind one router has its printers and desks; a server has its pool.
pub const CONNECTIONS_PER_ADDRESS: usize = 512;
/// Bytes of one message before somebody has signed in: a bind, a probe of the root DSE.
pub const MESSAGE_BYTES_STRANGER: usize = 64 << 10;
/// Bytes of one message afterwards: the longest filter that is of use.
pub const MESSAGE_BYTES: usize = 256 << 10;
/// How deep a filter may be nested.
pub const FILTER_DEPTH: usize = 64;
/// Parts of one filter.
pub const FILTER_PARTS: usize = 4_096;
/// Controls of one message.
pub const CONTROLS: usize = 16;
/// Attributes that one search may name.
pub const ATTRIBUTES: usize = 512;
/// Keys of one sort.
pub const SORT_KEYS: usize = 8;
/// Paged searches of one connection that can be gone on with; the oldest makes room.
pub const PAGED_SEARCHES: usize = 4;
/// Bytes that are gathered before they are written.
pub const WRITE_BYTES: usize = 32 << 10;
/// Entries that are looked at before others get their turn.
pub const ENTRIES_PER_TURN: usize = 256;

/// How long TLS may take to be agreed on.
pub const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long somebody who has not signed in may say nothing.
pub const IDLE_STRANGER: Duration = Duration::from_secs(30);
/// How long a connection under which somebody is signed in may say nothing.
pub const IDLE: Duration = Duration::from_secs(15 * 60);
/// How long a message that has begun may take to arrive.
pub const ARRIVAL: Duration = Duration::from_secs(20);
/// How long a client may take none of what it asked for.
pub const WRITE: Duration = Duration::from_secs(30);
/// An address that sent what is no LDAP is not let in again for this long.
pub const PENALTY: Duration = Duration::from_secs(2);
/// Addresses under a penalty that are remembered.
pub const PENALTIES: usize = 65_536;

/// What a person who came with an app password may take: entries and seconds of one search.
pub const PERSON_ENTRIES: u32 = 10_000;
pub const PERSON_SECONDS: u32 = 60;
/// Connections of one person with app passwords at once.
pub const PERSON_CONNECTIONS: u32 = 32;

/// Threads that hash passwords and write to the log at once.
pub const BLOCKING_THREADS: usize = 32;

/// The first uidNumber and gidNumber; a person's and a department's id are added. Below it lie a system's own accounts.
pub const POSIX_FIRST_PERSON: u64 = 1_000_000;
pub const POSIX_FIRST_DEPARTMENT: u64 = 500_000_000;
/// The same for tags.
pub const POSIX_FIRST_TAG: u64 = 1_000_000_000;
/// The group that everybody has as primary group.
pub const POSIX_EVERYBODY: u64 = 999_999;
