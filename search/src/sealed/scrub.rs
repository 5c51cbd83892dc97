//! Reading every block of every file of an index that nobody has open.

use std::{fs, io, os::unix::fs::FileExt, path::PathBuf};

use super::BlockSealer;
use crate::content::{Home, names_of_indexes};

/// Clear bytes that are opened at once.
const PIECE: u64 = 1024 * 1024;

/// What was read, and what of it does not open.
#[derive(Debug, Default)]
pub struct IndexScrub {
    pub files: u64,
    pub bytes: u64,
    pub damaged: Vec<(PathBuf, io::Error)>,
}

/// Files that do not open are named; a folder that cannot be read at all is an error. An index that was never made is sound.
pub fn scrub(home: &Home) -> io::Result<IndexScrub> {
    let mut found = IndexScrub::default();
    for index in names_of_indexes() {
        let entries = match fs::read_dir(home.folder.join(index)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let place = format!("{index}/{}", entry.file_name().to_string_lossy());
            found.files += 1;
            match read(home.sealer.as_ref(), &place, &entry.path()) {
                Ok(bytes) => found.bytes += bytes,
                // Left by a replacement that was cut short; the next one writes over it.
                Err(_) if entry.path().extension().is_some_and(|end| end == "new") => {}
                Err(error) => found.damaged.push((entry.path(), error)),
            }
        }
    }
    Ok(found)
}

fn read(sealer: &dyn BlockSealer, place: &str, path: &std::path::Path) -> io::Result<u64> {
    let file = fs::File::open(path)?;
    let sealed = file.metadata()?.len();
    let plain = sealer.plain_len(sealed).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no file has this length"))?;
    let mut from = 0;
    loop {
        let to = plain.min(from + PIECE);
        sealer.open(place, plain, from..to, &mut |at, out| file.read_exact_at(out, at))?;
        if to == plain {
            return Ok(sealed);
        }
        from = to;
    }
}
