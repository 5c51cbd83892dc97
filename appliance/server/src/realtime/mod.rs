//! The realtime door `/api/v1/ws`: JSON text frames under the subprotocol `holdfast1.json` (API.md).
//!
//! Always true: a connection is subscribed before its first catch-up; an acknowledgement and an event come only after
//! durability; one encoded frame serves all receivers; a slow client costs bounded memory and loses nothing, since it is
//! told to catch up; a connection ends within a second of its session.
//! Absent on purpose: storage (typing is told and forgotten), presence, compression of frames (CRIME).

mod connection;
mod frames;
mod hub;
pub mod limits;
mod measured;
mod socket;
mod talk;

use actix_web::web::ServiceConfig;

pub use hub::{Hub, Listening};

pub fn configure(config: &mut ServiceConfig) {
    config.service(socket::open);
}

/// The door of the fuzzers: bytes of a connection, and the text of a frame.
#[cfg(fuzzing)]
pub fn read_for_fuzzing(bytes: &[u8]) {
    measured::read_for_fuzzing(bytes);
    let _ = frames::read(&String::from_utf8_lossy(bytes));
}
