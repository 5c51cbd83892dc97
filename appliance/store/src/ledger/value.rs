//! What stands in RocksDB: a version byte, then the small format of `holdfast-hsm`.

use holdfast_base::{Error, Result};
use holdfast_hsm::{Context, DekHandle};
use serde::{Serialize, de::DeserializeOwned};

const VERSION: u8 = 1;

/// A value is bound to its place: moved to another key or table it does not open.
fn place(table: &str, key: &[u8]) -> Context {
    Context::new("ledger").str(table).bytes(key)
}

pub(super) fn seal(table: &str, key: &[u8], plain: &[u8], under: &DekHandle) -> Result<Vec<u8>> {
    let sealed = under.seal(&place(table, key), plain)?;
    let mut stored = Vec::with_capacity(1 + sealed.len());
    stored.push(VERSION);
    stored.extend_from_slice(&sealed);
    Ok(stored)
}

pub(super) fn open(table: &str, key: &[u8], stored: &[u8], under: &DekHandle) -> Result<Vec<u8>> {
    match stored.split_first() {
        Some((&VERSION, sealed)) => Ok(under.open(&place(table, key), sealed)?),
        _ => Err(Error::broken("open a stored value of this format")),
    }
}

/// The ledger's own rows: a version byte, then postcard.
pub(super) fn encode<T: Serialize>(row: &T) -> Result<Vec<u8>> {
    postcard::to_extend(row, vec![VERSION]).map_err(Error::internal("encode a row"))
}

pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(Error::internal("decode a row")),
        _ => Err(Error::broken("decode a row of this version")),
    }
}
