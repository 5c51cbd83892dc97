//! Where a log is read from: the box's `audit/` folder, an unpacked export, or an export still in its archive.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Read, Seek},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use super::layout::{CHECKPOINT, KEYS};
use crate::limits::ARCHIVE_FILES;

/// Files by their path below the folder of the log.
pub trait Folder {
    /// None when there is no such file. Files above `limit` bytes are cut there: nothing of ours is longer.
    fn read(&self, path: &str, limit: u64) -> io::Result<Option<Vec<u8>>>;

    /// An export is made for one checkpoint; the folder of a running box grows while it is read.
    fn is_export(&self) -> bool {
        matches!(self.read(KEYS, 1), Ok(Some(_)))
    }
}

/// Opens a folder or a `.tar`; a folder that holds nothing but the folder of the export is entered.
pub fn open(path: &Path) -> io::Result<Box<dyn Folder>> {
    if path.is_file() {
        return Ok(Box::new(Archive::open(path)?));
    }
    if path.join(CHECKPOINT).exists() {
        return Ok(Box::new(Dir(path.to_owned())));
    }
    let inner =
        fs::read_dir(path)?.filter_map(Result::ok).map(|entry| entry.path()).find(|inner| inner.join(CHECKPOINT).exists());
    Ok(Box::new(Dir(inner.unwrap_or_else(|| path.to_owned()))))
}

pub struct Dir(pub PathBuf);

impl Folder for Dir {
    fn read(&self, path: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let path = self.0.join(path);
        // A pipe in a hostile export would be waited for, so only regular files are opened.
        match fs::metadata(&path) {
            Ok(found) if found.is_file() => (),
            Ok(_) => return Ok(None),
            Err(gone) if matches!(gone.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
            Err(other) => return Err(other),
        }
        let mut bytes = Vec::new();
        File::open(&path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

/// A tar archive, read in place.
pub struct Archive {
    file: File,
    places: HashMap<String, (u64, u64)>,
}

impl Archive {
    fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut places = HashMap::new();
        let mut prefix = None;
        let mut archive = tar::Archive::new(&mut file);
        for entry in archive.entries_with_seek()? {
            let entry = entry?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = entry.path()?.to_string_lossy().trim_start_matches("./").to_owned();
            if prefix.is_none() && (name == CHECKPOINT || name.ends_with("/checkpoint")) {
                prefix = Some(name[..name.len() - CHECKPOINT.len()].to_owned());
            }
            places.insert(name, (entry.raw_file_position(), entry.size()));
            if places.len() > ARCHIVE_FILES {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "too many files in the archive"));
            }
        }
        let prefix = prefix.unwrap_or_default();
        let places =
            places.into_iter().filter_map(|(name, place)| Some((name.strip_prefix(&prefix)?.to_owned(), place))).collect();
        file.rewind()?;
        Ok(Self { file, places })
    }
}

impl Folder for Archive {
    fn read(&self, path: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(&(at, size)) = self.places.get(path) else { return Ok(None) };
        let len = usize::try_from(size.min(limit)).map_err(io::Error::other)?;
        let end = self.file.metadata()?.len();
        if at.saturating_add(len as u64) > end {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is cut"));
        }
        let mut bytes = vec![0; len];
        self.file.read_exact_at(&mut bytes, at)?;
        Ok(Some(bytes))
    }
}
