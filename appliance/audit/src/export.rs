//! An export: a tar stream that an auditor takes away and verifies on a machine of her own. It holds the whole sealed log
//! under one checkpoint, since a tree cannot be recomputed from a part of it, and the keys of the entries that the
//! filter opens; no other entry can be read.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use holdfast_base::{Error, Result};
use tar::{Builder, EntryType, Header as TarHeader};

use crate::{
    entry::Header,
    limits::{EXPORT_KEYS, TILE_WIDTH},
    log::AuditLog,
    query::{Filter, entry_of},
    verify::{
        KEYS_VERSION, Keys,
        hash::width_at,
        layout::{CHECKPOINT, KEYS, bundle_path, tile_path},
        note::SignedCheckpoint,
        read_bundle, read_tile,
    },
};

/// The folder inside the archive.
const FOLDER: &str = "holdfast-audit";
const README: &str = "README.txt";

/// What an export contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Entries under its checkpoint.
    pub size: u64,
    /// Entries that it opens.
    pub opened: u64,
}

impl AuditLog {
    /// Writes the archive. Reads file by file: the memory that it takes does not grow with the log, except for the keys.
    pub fn export(&self, filter: &Filter, to: impl Write) -> Result<Exported> {
        let _whole = self.shared.whole.read();
        let note = self.checkpoint()?;
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(Error::internal("read the audit checkpoint"))?;
        let size = signed.checkpoint.size;
        let keys = self.keys(filter, size)?;
        let opened = keys.keys.len() as u64;
        let at = self.shared.world.now().0;
        let write = Error::internal("write the export");
        (|| -> io::Result<()> {
            let mut archive = Archive { builder: Builder::new(to), seconds: u64::try_from(at / 1_000_000).unwrap_or(0) };
            archive.put(README, readme(&signed.checkpoint.origin, size, opened).as_bytes())?;
            archive.put(CHECKPOINT, note.as_bytes())?;
            self.put_log(&mut archive, size)?;
            archive.put(KEYS, &serde_json::to_vec(&keys)?)?;
            archive.builder.finish()
        })()
        .map_err(write)?;
        Ok(Exported { size, opened })
    }

    fn put_log<W: Write>(&self, archive: &mut Archive<W>, size: u64) -> io::Result<()> {
        let (folder, first) = (self.shared.folder(), self.shared.first_bundle());
        for level in 0_u8..8 {
            let hashes = size >> (8 * u32::from(level));
            if hashes == 0 {
                break;
            }
            for (number, width) in pieces(hashes, width_at(size, u32::from(level))) {
                if (number + 1) << (8 * u32::from(level)) <= first && width == TILE_WIDTH {
                    continue;
                }
                let tile = read_tile(&folder, level, number, width)?.ok_or_else(|| missing("tile"))?;
                archive.put(&tile_path(level, number, width), &tile.concat())?;
            }
        }
        for (number, width) in pieces(size, width_at(size, 0)).filter(|(number, _)| *number >= first) {
            let bundle = read_bundle(&folder, number, TILE_WIDTH)?;
            if bundle.len() < width {
                return Err(missing("bundle"));
            }
            archive.put(&bundle_path(number, width), bundle.prefix(width))?;
        }
        Ok(())
    }

    /// Keys of exactly the entries that the filter lets through.
    fn keys(&self, filter: &Filter, size: u64) -> Result<Keys> {
        let sieve = self.sieve(filter)?;
        let mut keys = BTreeMap::new();
        for (number, width) in pieces(size, width_at(size, 0)) {
            if number < self.shared.first_bundle() || !self.may_hold(number, &sieve) {
                continue;
            }
            let bundle = self.bundle(number)?;
            let start = number * TILE_WIDTH as u64;
            for index in start..start + width as u64 {
                let bytes = entry_of(&bundle, index)?;
                let (header, _, _) = Header::split(bytes).map_err(Error::internal("read an audit header"))?;
                if !sieve.header(&header) || !sieve.body(&self.opened(bytes)?.body) {
                    continue;
                }
                keys.insert(index, hex::encode(self.shared.sealer.entry_key(bytes)?));
                if keys.len() > EXPORT_KEYS {
                    return Err(Error::TooLarge { limit: EXPORT_KEYS as u64 });
                }
            }
        }
        Ok(Keys { version: KEYS_VERSION, origin: self.shared.origin.clone(), keys })
    }
}

/// Full pieces, then the partial one.
fn pieces(total: u64, last: usize) -> impl Iterator<Item = (u64, usize)> {
    let full = total / TILE_WIDTH as u64;
    (0..full).map(|number| (number, TILE_WIDTH)).chain((last > 0).then_some((full, last)))
}

fn missing(what: &str) -> io::Error {
    io::Error::other(format!("a {what} of the audit log is missing"))
}

struct Archive<W: Write> {
    builder: Builder<W>,
    seconds: u64,
}

impl<W: Write> Archive<W> {
    fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut header = TarHeader::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o640);
        header.set_mtime(self.seconds);
        header.set_size(bytes.len() as u64);
        self.builder.append_data(&mut header, format!("{FOLDER}/{path}"), bytes)
    }
}

fn readme(origin: &str, size: u64, opened: u64) -> String {
    format!(
        "Export of the audit log {origin}: {size} entries, {opened} of them opened.\n\n\
         checkpoint     size and root hash of the log, signed by the box's HSM (C2SP signed-note, ECDSA P-256)\n\
         tile/          hashes of the Merkle tree (C2SP tlog-tiles, RFC 6962)\n\
         tile/entries/  all entries; their contents are sealed\n\
         keys.json      the keys of the opened entries: whoever holds this file can read these, and no others\n\n\
         Verify it on a machine that the box's administrators do not control:\n\n\
         \x20 holdfast-audit verify THIS_FOLDER --key VKEY [--since EARLIER_CHECKPOINT]\n\
         \x20 holdfast-audit show   THIS_FOLDER --key VKEY\n\n\
         VKEY is the box's verifier key as you wrote it down when the box was set up. A key from the box or from this\n\
         export proves nothing. Keep a copy of `checkpoint`: given with --since next time, it proves that nothing was\n\
         taken back in between. Exit codes: 0 nothing was changed, 1 findings, 2 cannot tell.\n"
    )
}
