//! The large format: two header bytes, then C2SP chunked-encryption (<https://c2sp.org/chunked-encryption>) as
//! Cobblestone-256, i.e. with SHA-512 and AES-256-GCM.
//!
//! The plaintext length is part of the C2SP context, so the commitment authenticates it: a range opens only under
//! the right length, without reading the last segment.

use std::{io, ops::Range};

use holdfast_base::World;
use ring::hkdf::HKDF_SHA512;

use super::{
    AES_256_GCM_ID, COMMITMENT, Context, Key, SALT, TAG, VERSION,
    derive::{Cipher, expand, same},
};
use crate::{CryptoError, limits};

const SEGMENT: u64 = limits::SEGMENT_BYTES as u64;
const SEALED_SEGMENT: u64 = SEGMENT + TAG as u64;
const PREFIX: usize = 2;
/// Bytes before the first segment.
const HEADER: usize = PREFIX + SALT + COMMITMENT;
const NAME: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// Size of a sealed stream of `plain_len` bytes.
pub fn stream_len(plain_len: u64) -> u64 {
    HEADER as u64 + plain_len + (plain_len / SEGMENT + 1) * TAG as u64
}

/// How many plaintext bytes a sealed stream of this size holds; `None` when no stream has it.
pub fn stream_plain_len(sealed_len: u64) -> Option<u64> {
    let body = sealed_len.checked_sub(HEADER as u64 + TAG as u64)?;
    let plain = body - body / SEALED_SEGMENT * TAG as u64;
    (stream_len(plain) == sealed_len).then_some(plain)
}

pub(crate) fn seal_stream(key: &Key, context: &Context, plain: &[u8], world: &World) -> Result<Vec<u8>, CryptoError> {
    let length = plain.len() as u64;
    let capacity = usize::try_from(stream_len(length)).map_err(|_| CryptoError::TooLarge(plain.len()))?;
    let mut out = Vec::with_capacity(capacity);
    out.extend_from_slice(&[VERSION, AES_256_GCM_ID]);
    seal_c2sp(key, world.random(), &place(context, length), plain, &mut out)?;
    Ok(out)
}

/// Plaintext bytes `range` of a stream of `plain_len` bytes. `read_at` fills its buffer with sealed bytes from an offset.
pub(crate) fn open_range(
    key: &Key,
    context: &Context,
    plain_len: u64,
    range: Range<u64>,
    read_at: &mut dyn FnMut(u64, &mut [u8]) -> io::Result<()>,
) -> Result<Vec<u8>, CryptoError> {
    if range.start > range.end || range.end > plain_len || plain_len / SEGMENT >= limits::STREAM_SEGMENTS {
        return Err(CryptoError::Range);
    }
    let size = usize::try_from(range.end - range.start).map_err(|_| CryptoError::Range)?;
    let mut header = [0; HEADER];
    read_at(0, &mut header).map_err(|error| CryptoError::Read(error.kind()))?;
    match header {
        [VERSION, AES_256_GCM_ID, ..] => {}
        [version, ..] => return Err(CryptoError::Format(version)),
    }
    let stream = Stream::open(key, &place(context, plain_len), &header[PREFIX..])?;

    let mut out = Vec::with_capacity(size);
    let end = if range.end == range.start { range.start / SEGMENT } else { range.end.div_ceil(SEGMENT) };
    let mut next = range.start / SEGMENT;
    while next < end {
        let batch_end = end.min(next + limits::SEGMENTS_PER_READ);
        let from = HEADER as u64 + next * SEALED_SEGMENT;
        let until = (HEADER as u64 + batch_end * SEALED_SEGMENT).min(stream_len(plain_len));
        let mut sealed = vec![0; usize::try_from(until - from).map_err(|_| CryptoError::Range)?];
        read_at(from, &mut sealed).map_err(|error| CryptoError::Read(error.kind()))?;
        for segment in sealed.chunks_mut(limits::SEGMENT_BYTES + TAG) {
            let plain = stream.open_segment(next, segment)?;
            let offset = next * SEGMENT;
            let first = usize::try_from(range.start.saturating_sub(offset)).map_err(|_| CryptoError::Range)?;
            let last = plain.min(usize::try_from(range.end - offset).unwrap_or(usize::MAX));
            out.extend_from_slice(segment.get(first..last).ok_or(CryptoError::Integrity)?);
            next += 1;
        }
    }
    Ok(out)
}

/// The context as C2SP takes it: ours, and the length.
fn place(context: &Context, plain_len: u64) -> Vec<u8> {
    let mut place = vec![VERSION, AES_256_GCM_ID];
    place.extend_from_slice(&plain_len.to_be_bytes());
    place.extend_from_slice(context.as_bytes());
    place
}

fn seal_c2sp(key: &Key, salt: [u8; SALT], context: &[u8], plain: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
    let stream = Stream::derive(key, &salt, context)?;
    out.extend_from_slice(&salt);
    out.extend_from_slice(&stream.commitment);
    let segments = plain.len() / limits::SEGMENT_BYTES + 1;
    for index in 0..segments {
        let start = index * limits::SEGMENT_BYTES;
        let end = plain.len().min(start + limits::SEGMENT_BYTES);
        let from = out.len();
        out.extend_from_slice(&plain[start..end]);
        stream.cipher.seal_tail(stream.nonce(index as u64), out, from)?;
    }
    Ok(())
}

struct Stream {
    cipher: Cipher,
    base_nonce: [u8; 12],
    commitment: [u8; 32],
}

impl Stream {
    fn derive(key: &Key, salt: &[u8], context: &[u8]) -> Result<Self, CryptoError> {
        let okm = expand::<76>(HKDF_SHA512, key, &[NAME, salt, context])?;
        let (mut base_nonce, mut commitment) = ([0; 12], [0; 32]);
        base_nonce.copy_from_slice(&okm[32..44]);
        commitment.copy_from_slice(&okm[44..]);
        Ok(Self { cipher: Cipher::new(&okm[..32])?, base_nonce, commitment })
    }

    fn open(key: &Key, context: &[u8], header: &[u8]) -> Result<Self, CryptoError> {
        let (salt, commitment) = header.split_at(SALT);
        let stream = Self::derive(key, salt, context)?;
        if !same(&stream.commitment, commitment) {
            return Err(CryptoError::Integrity);
        }
        Ok(stream)
    }

    /// The base nonce XOR the segment's number, big-endian.
    fn nonce(&self, index: u64) -> [u8; 12] {
        let mut nonce = self.base_nonce;
        for (byte, n) in nonce[4..].iter_mut().zip(index.to_be_bytes()) {
            *byte ^= n;
        }
        nonce
    }

    fn open_segment(&self, index: u64, sealed: &mut [u8]) -> Result<usize, CryptoError> {
        self.cipher.open(self.nonce(index), sealed)
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
