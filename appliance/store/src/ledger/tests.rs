mod model;
mod order;
mod seal;
mod sum;
mod trim;

use holdfast_base::World;
use holdfast_hsm::{DekHandle, testing::throwaway_key};
use tempfile::TempDir;

use super::{Ledger, Preset, Table};

pub(super) const ROWS: Table = Table { name: "rows", preset: Preset::Sequential };
pub(super) const BLOBS: Table = Table { name: "blobs", preset: Preset::Blob };

/// A folder and a key that stay while ledgers come and go.
pub(super) struct Place {
    pub(super) folder: TempDir,
    pub(super) key: DekHandle,
    pub(super) world: World,
}

impl Place {
    pub(super) fn new() -> Self {
        let world = World::system();
        Self { folder: tempfile::tempdir().unwrap(), key: throwaway_key(&world), world }
    }

    pub(super) fn open(&self) -> Ledger {
        Ledger::open(self.folder.path(), &[ROWS, BLOBS], self.key.clone(), self.world.clone()).unwrap()
    }
}
