//! What goes over the socket. Both sides are built from the same source, so the format has no version.
//!
//! A frame is a little-endian u32 length and that many bytes of postcard. After a request's frame come the file's bytes.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Extracted;
use crate::limits;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) name: String,
    pub(super) size_bytes: u64,
}

pub(super) type Answer = Result<Extracted, Refusal>;

/// Why a file has no text. Said by the worker, after it read all of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    #[error("no text is read from files of this kind")]
    Unsupported,
    #[error("larger than is read, packed or unpacked")]
    TooLarge,
    #[error("encrypted")]
    Encrypted,
    #[error("malformed")]
    Malformed,
}

pub(super) fn write<T: Serialize>(to: &mut impl Write, value: &T) -> io::Result<()> {
    let body = postcard::to_stdvec(value).map_err(io::Error::other)?;
    let length = u32::try_from(body.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&body)?;
    to.flush()
}

pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read, most: usize) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if usize::try_from(length).map_or(true, |length| length > most) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "frame too long"));
    }
    // Not allocated ahead: a worker that lies about a length must not cost the caller memory.
    let mut body = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut body)?;
    if body.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    postcard::from_bytes(&body).map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))
}

/// Bytes of a request's frame, and of an answer's.
pub(super) const REQUEST_BYTES: usize = limits::FILE_NAME_BYTES + 64;
pub(super) const ANSWER_BYTES: usize = limits::TEXT_BYTES + 64;
