//! Bounds of the realtime door.

use std::time::Duration;

/// Sockets at once. A socket more is refused with `busy`.
pub const CONNECTIONS: usize = 60_000;
/// Sockets of one person; one more ends the oldest.
pub const CONNECTIONS_OF_ONE: usize = 16;
/// Requests of one person that wait in `/api/v1/sync`.
pub const LISTENERS_OF_ONE: usize = 16;
/// Bytes of one frame from a client: a text at its limit with every character escaped.
pub const FRAME_BYTES: usize = 256 * 1024;
/// Events that wait for one slow client before they are dropped and it is told `lag`.
pub const QUEUE_FRAMES: usize = 256;
/// The same in bytes.
pub const QUEUE_BYTES: usize = 1 << 20;
/// Sends of one connection that are not acknowledged yet.
pub const UNACKED: usize = 64;
/// Events between the commit lane and the fan-out; beyond it everybody is told `lag`.
pub const FAN_OUT: usize = 65_536;
/// How soon a connection must say hello.
pub const HELLO: Duration = Duration::from_secs(10);
/// How often the server pings; a client that is silent for twice as long is gone.
pub const HEARTBEAT: Duration = Duration::from_secs(30);
/// How long one write may take before the client counts as gone.
pub const WRITE: Duration = Duration::from_secs(30);
/// How long saying goodbye may take.
pub const GOODBYE: Duration = Duration::from_millis(400);
/// How often ended sessions are looked for. A connection outlives its session by no more than this and [`GOODBYE`].
pub const CHECK: Duration = Duration::from_millis(500);
/// Typing of one connection is told no more often.
pub const TYPING: Duration = Duration::from_secs(1);
/// Clients are asked to come back at about this rate after a restart, spread over time by the server.
pub const RETURNS_PER_SECOND: u64 = 1_000;
/// The shortest and longest spread, in milliseconds.
pub const RETRY_MIN_MS: u64 = 500;
pub const RETRY_MAX_MS: u64 = 60_000;
