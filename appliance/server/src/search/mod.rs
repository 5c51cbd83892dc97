//! Search, wired: what feeds the index and who may see its hits.

use holdfast_base::{Result, World};
use holdfast_directory::Directory;
use holdfast_drive::Drive;
use holdfast_hsm::Vault;
use holdfast_im::Im;
use holdfast_store::{Ledger, Table};

use crate::config::Config;

/// Ledger tables of search: extracted text, cached sealed.
pub fn tables() -> &'static [Table] {
    &[]
}

pub struct SearchRoom;

impl SearchRoom {
    pub fn open(_: &Config, _: &Ledger, _: &Directory, _: &Im, _: &Drive, _: &Vault, _: &World) -> Result<Self> {
        Ok(Self)
    }

    pub fn close(&self) {}
}
