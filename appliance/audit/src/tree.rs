//! The tree in memory and its tiles on disk. Tiles can be made again from the entries, so they are written only before a
//! checkpoint that needs them is signed: once a second.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    files,
    limits::TILE_WIDTH,
    verify::{
        Hash,
        hash::{Edge, width_at},
        layout::tile_path,
    },
};

pub(crate) struct Tree {
    dir: PathBuf,
    edge: Edge,
    /// Full tiles that are not on disk yet.
    dirty: Vec<(PathBuf, Vec<u8>)>,
    /// Folders of partial tiles that a full one has made superfluous.
    superseded: Vec<PathBuf>,
}

impl Tree {
    pub(crate) fn new(dir: &Path, edge: Edge) -> Self {
        Self { dir: dir.to_owned(), edge, dirty: Vec::new(), superseded: Vec::new() }
    }

    pub(crate) fn edge(&self) -> &Edge {
        &self.edge
    }

    pub(crate) fn push(&mut self, leaf: Hash) {
        for tile in self.edge.push(leaf) {
            let path = self.dir.join(tile_path(tile.level, tile.index, TILE_WIDTH));
            let mut partial = path.clone().into_os_string();
            partial.push(".p");
            self.superseded.push(partial.into());
            self.dirty.push((path, tile.hashes.concat()));
        }
    }

    /// What a checkpoint of this moment needs.
    pub(crate) fn snapshot(&mut self) -> Snapshot {
        Snapshot {
            edge: self.edge.clone(),
            dirty: std::mem::take(&mut self.dirty),
            superseded: std::mem::take(&mut self.superseded),
        }
    }

    /// A snapshot whose tiles could not be made durable.
    pub(crate) fn give_back(&mut self, snapshot: Snapshot) {
        self.dirty.extend(snapshot.dirty);
        self.superseded.extend(snapshot.superseded);
    }
}

pub(crate) struct Snapshot {
    pub(crate) edge: Edge,
    dirty: Vec<(PathBuf, Vec<u8>)>,
    superseded: Vec<PathBuf>,
}

impl Snapshot {
    /// Makes every tile of this size durable, the partial ones too.
    pub(crate) fn store(&self, dir: &Path) -> io::Result<()> {
        for (path, bytes) in &self.dirty {
            files::write(path, bytes)?;
            files::sync(path)?;
        }
        let size = self.edge.size();
        for (level, row) in (0_u8..).zip(self.edge.levels()) {
            let width = width_at(size, u32::from(level));
            if width == 0 {
                continue;
            }
            let path = dir.join(tile_path(level, size >> (8 * (u32::from(level) + 1)), width));
            let bytes = row.concat();
            if fs::read(&path).is_ok_and(|there| there == bytes) {
                continue;
            }
            files::write(&path, &bytes)?;
            files::sync(&path)?;
        }
        Ok(())
    }

    /// Partial tiles whose full tile is there now.
    pub(crate) fn sweep(&self) {
        for path in &self.superseded {
            match fs::remove_dir_all(path) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!(%cause, "remove superseded partial tiles")
                }
                _ => (),
            }
        }
    }
}
