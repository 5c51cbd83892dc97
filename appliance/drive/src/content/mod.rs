//! The bytes behind files: cut into chunks, hashed, compressed, sealed, appended to packs; and the way back.

mod chunk;
mod chunker;
mod incoming;
mod pack;
mod reader;

pub(crate) use chunk::{Piece, context as chunk_context};
pub(crate) use chunker::Chunker;
pub use incoming::{Declared, Incoming, Received};
pub(crate) use incoming::{Ingest, ReceivedBody};
pub(crate) use pack::{Header, PackStore, Position, record_bytes};
pub use reader::Content;
