//! Zip containers, counted. The budget is shared by all entries of a file.

use std::io::{self, Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use super::Refusal;
use crate::limits;

pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    unpacked_bytes: u64,
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(refusal)?;
        if zip.len() > limits::ARCHIVE_ENTRIES {
            return Err(Refusal::TooLarge);
        }
        Ok(Self { zip, unpacked_bytes: 0 })
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.zip.file_names().filter_map(|name| name.ok().map(|name| name.into_owned())).collect()
    }

    /// Gives `read` one entry; every byte it takes counts.
    pub(super) fn entry<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Counted<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let file = self.zip.by_name(name).map_err(refusal)?;
        let packed_bytes = file.compressed_size();
        let mut counted =
            Counted { from: Box::new(file), packed_bytes, here: 0, total: &mut self.unpacked_bytes, exceeded: false };
        let answer = read(&mut counted);
        if counted.exceeded { Err(Refusal::TooLarge) } else { answer }
    }
}

/// A reader that stops at the limits, whatever the headers claimed.
pub(super) struct Counted<'a> {
    from: Box<dyn Read + 'a>,
    packed_bytes: u64,
    here: u64,
    total: &'a mut u64,
    exceeded: bool,
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(out)?;
        self.here += count as u64;
        *self.total += count as u64;
        let most = limits::UNPACKED_FREE_BYTES.max(self.packed_bytes.saturating_mul(limits::UNPACKED_RATIO));
        if *self.total > limits::UNPACKED_BYTES || self.here > most {
            self.exceeded = true;
            return Err(io::Error::other("unpacks to too much"));
        }
        Ok(count)
    }
}

fn refusal(error: ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Refusal::Encrypted,
        ZipError::UnsupportedArchive(_) => Refusal::Unsupported,
        _ => Refusal::Malformed,
    }
}
