//! The cipher of the index's files: the large format of `holdfast-hsm`, under the domain of search.

use std::{io, ops::Range};

use holdfast_hsm::{Context, CryptoError, DekHandle, limits::SEGMENT_BYTES, stream_plain_len};
use holdfast_search::{BlockSealer, sealed::ReadAt};

pub(super) struct IndexSealer(pub(super) DekHandle);

impl BlockSealer for IndexSealer {
    fn block_bytes(&self) -> usize {
        SEGMENT_BYTES
    }

    fn seal(&self, place: &str, plain: &[u8]) -> io::Result<Vec<u8>> {
        self.0.seal_stream(&context(place), plain).map_err(failed)
    }

    fn plain_len(&self, sealed_len: u64) -> Option<u64> {
        stream_plain_len(sealed_len)
    }

    fn open(&self, place: &str, plain_len: u64, range: Range<u64>, read_at: &mut ReadAt<'_>) -> io::Result<Vec<u8>> {
        self.0.open_stream_range(&context(place), plain_len, range, read_at).map_err(failed)
    }
}

fn context(place: &str) -> Context {
    Context::new("search.index.v1").str(place)
}

fn failed(error: CryptoError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
