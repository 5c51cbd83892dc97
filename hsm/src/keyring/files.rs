//! One file of fixed records, written at known offsets, checked from end to end when it opens.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
};

use super::{
    altered,
    record::{Chain, Head},
};
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};

use crate::HsmError;

/// Records that are read at once while the chain is checked.
const RECORDS_PER_READ: u32 = 2_048;

pub(super) struct Records {
    file: File,
    size: usize,
    chain: Chain,
    pub(super) count: u32,
    pub(super) head: Head,
    what: &'static str,
    /// A sync has failed: the kernel takes the next one as if nothing had been, and what it lost would be promised.
    pub(super) broken: bool,
}

impl Records {
    pub(super) fn create(path: &Path, size: usize, chain: Chain, what: &'static str) -> Result<Self, HsmError> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
        let file = file.map_err(HsmError::io("create a file of the keyring"))?;
        lock(&file)?;
        Ok(Self { file, size, chain, count: 0, head: Chain::start(), what, broken: false })
    }

    /// Checks the first `durable` records against `head`. What follows is kept as far as the chain goes when
    /// `keep_tail`, else dropped: it was never promised to anybody.
    pub(super) fn open(
        path: &Path,
        size: usize,
        chain: Chain,
        what: &'static str,
        durable: (u32, Head),
        keep_tail: bool,
    ) -> Result<Self, HsmError> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(altered(what)),
            Err(error) => return Err(HsmError::io("open a file of the keyring")(error)),
        };
        lock(&file)?;
        from_disk(&file).map_err(HsmError::io("read the keyring from the disk"))?;
        let mut records = Self { file, size, chain, count: 0, head: Chain::start(), what, broken: false };
        records.check(durable, keep_tail)?;
        Ok(records)
    }

    fn check(&mut self, (durable, head): (u32, Head), keep_tail: bool) -> Result<(), HsmError> {
        let length = self.file.metadata().map_err(HsmError::io("measure a file of the keyring"))?.len();
        let present = u32::try_from(length / self.size as u64).map_err(|_| altered(self.what))?;
        if present < durable {
            return Err(altered(self.what));
        }
        let until = if keep_tail { present } else { durable };
        let mut page = Vec::new();
        'file: while self.count < until {
            let records = RECORDS_PER_READ.min(until - self.count);
            page.resize(records as usize * self.size, 0);
            self.file.read_exact_at(&mut page, self.offset(self.count)).map_err(HsmError::io("read the keyring"))?;
            for record in page.chunks_exact(self.size) {
                match self.chain.follow(&self.head, record) {
                    Some(next) => self.head = next,
                    None if self.count >= durable => break 'file,
                    None => return Err(altered(self.what)),
                }
                self.count += 1;
                if self.count == durable && self.head != head {
                    return Err(altered(self.what));
                }
            }
        }
        let torn = length - self.offset(self.count);
        if torn > 0 {
            tracing::warn!(file = self.what, bytes = torn, "dropped a tail that was never promised");
            self.file.set_len(self.offset(self.count)).map_err(HsmError::io("cut the keyring's tail"))?;
        }
        Ok(())
    }

    pub(super) fn read(&self, place: u32) -> Result<Vec<u8>, HsmError> {
        let mut record = vec![0; self.size];
        self.file.read_exact_at(&mut record, self.offset(place)).map_err(HsmError::io("read the keyring"))?;
        Ok(record)
    }

    /// Chains and writes whole records. Not durable before [`Records::sync`]; a failed write leaves the count as it was.
    pub(super) fn append(&mut self, mut records: Vec<u8>) -> Result<(), HsmError> {
        let mut head = self.head;
        for record in records.chunks_exact_mut(self.size) {
            head = self.chain.append(&head, record);
        }
        self.file.write_all_at(&records, self.offset(self.count)).map_err(HsmError::io("append to the keyring"))?;
        self.count += u32::try_from(records.len() / self.size).map_err(|_| altered(self.what))?;
        self.head = head;
        Ok(())
    }

    pub(super) fn sync(&mut self) -> Result<(), HsmError> {
        if self.broken {
            return Err(HsmError::io("make the keyring durable")(io::Error::other("an earlier sync failed")));
        }
        self.file.sync_data().map_err(|error| {
            self.broken = true;
            HsmError::io("make the keyring durable")(error)
        })
    }

    fn offset(&self, place: u32) -> u64 {
        u64::from(place) * self.size as u64
    }
}

/// For as long as the file is open: after a rotation too, whose files are new.
fn lock(file: &File) -> Result<(), HsmError> {
    file.try_lock().map_err(|error| HsmError::io("lock the keyring, which another process uses")(error.into()))
}

/// Drops what the kernel holds of a file, so that the disk itself is read: after a failed sync the two may differ.
fn from_disk(file: &File) -> io::Result<()> {
    file.sync_data()?;
    Ok(posix_fadvise(file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?)
}
