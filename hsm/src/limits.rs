//! Every bound of this crate, in one place.

use std::time::Duration;

/// Plaintext bytes of one small value. What is larger belongs in a stream.
pub const SMALL_BYTES: usize = 16 * 1024 * 1024;
/// Plaintext bytes of one segment of a stream (C2SP chunked-encryption).
pub const SEGMENT_BYTES: usize = 16 * 1024;
/// Segments of one stream: 2^38, 4 PiB (C2SP chunked-encryption).
pub const STREAM_SEGMENTS: u64 = 1 << 38;
/// Segments that are read at once while a range is opened.
pub const SEGMENTS_PER_READ: u64 = 64;

/// Data keys that are held open in memory. What does not fit is opened from the keyring again.
pub const OPEN_KEYS: usize = 32_768;
/// Random keys that are made durable at once.
pub const KEYS_PER_BLOCK: u32 = 4_096;
/// A new block is made when fewer spare keys than this are left.
pub const SPARE_KEYS_LOW: usize = 1_024;
/// Keys that one durable reservation releases for use; at most so many are lost when the process ends.
pub const KEYS_PER_RESERVATION: u32 = 256;
/// The next reservation is made when fewer released keys than this are left.
pub const RESERVED_KEYS_LOW: usize = 128;
/// Bytes of a keyring header.
pub const HEADER_BYTES: u64 = 64 * 1024;
/// Domains of one keyring.
pub const DOMAINS: usize = 64;
/// Bytes of a domain's name.
pub const DOMAIN_BYTES: usize = 16;

/// Shares of a recovery kit.
pub const SHARES: u8 = 16;
/// Audit keys of tokens that were lost, which the keyring remembers.
pub const FORMER_AUDIT_KEYS: usize = 32;

/// Rotations that a second token may have missed and is still brought up.
pub const SECOND_BEHIND: u32 = 512;

/// Bytes of one frame between the vault and hsmd.
pub const FRAME_BYTES: u32 = 64 * 1024;
/// Connections that hsmd serves at once.
pub const CONNECTIONS: usize = 32;
/// Calls that wait for the token at once.
pub const WAITING_CALLS: usize = 64;
/// Bytes of a PIN.
pub const PIN_BYTES: usize = 256;
/// Random bytes of one call.
pub const RANDOM_BYTES: u32 = 4_096;

/// How often the vault probes.
pub const PROBE_EVERY: Duration = Duration::from_millis(1_000);
/// How often it does while hsmd is away.
pub const PROBE_EVERY_DEGRADED: Duration = Duration::from_millis(100);
/// How long one ordinary call may take before hsmd counts as away.
pub const CALL_TIMEOUT: Duration = Duration::from_millis(1_200);
/// How long a login, or the making of keys, may take on a slow token.
pub const SLOW_CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// How long hsmd may be away before the box seals.
pub const AWAY: Duration = Duration::from_millis(1_800);
/// How long an unsealing waits for hsmd to come back with a fresh module.
pub const UNSEAL_PATIENCE: Duration = Duration::from_secs(8);
/// A token call that takes longer ends hsmd, which is started again.
pub const TOKEN_HANGS_AFTER: Duration = Duration::from_secs(5);
/// An hsmd without its token ends itself after this, so that the module is loaded afresh.
pub const TOKENLESS_LIFE: Duration = Duration::from_millis(1_000);
/// Bounds of the wait before hsmd is started again.
pub const RESTART_WAIT: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
