//! `keys.json` of an export: the keys of the entries that it opens. A key proves itself, since it is committed to.

use std::{collections::BTreeMap, io};

use holdfast_hsm::open_with_entry_key;
use serde::{Deserialize, Serialize};

use super::{
    folder::Folder,
    layout::{Bundle, KEYS},
    report::{Finding, Kind},
    scan::read_bundle,
};
use crate::{
    entry::{Body, Header, context},
    limits::{KEYS_BYTES, TILE_WIDTH},
};

/// The file: version, origin of the log, and hex keys by index.
#[derive(Debug, Serialize, Deserialize)]
pub struct Keys {
    pub version: u32,
    pub origin: String,
    pub keys: BTreeMap<u64, String>,
}

pub const KEYS_VERSION: u32 = 1;

/// An entry whose plaintext is proven to be that of its leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub header: Header,
    pub body: Body,
}

/// None when the export opens nothing.
pub(super) fn read_keys(folder: &dyn Folder) -> io::Result<Option<Keys>> {
    let Some(bytes) = folder.read(KEYS, KEYS_BYTES)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(io::Error::from)
}

/// Opens every entry that has a key; calls `each` with those that open, and answers a finding for those that do not.
pub(super) fn open_all(folder: &dyn Folder, origin: &str, size: u64, each: &mut dyn FnMut(Opened)) -> io::Result<Vec<Finding>> {
    let keys = match read_keys(folder) {
        Ok(None) => return Ok(Vec::new()),
        Ok(Some(keys)) if keys.version == KEYS_VERSION && keys.origin == origin => keys.keys,
        Ok(Some(_)) => return Ok(vec![Finding::of_log(Kind::MixedLog, "keys.json is of another log or version")]),
        Err(cause) => return Ok(vec![Finding::of_log(Kind::Unreadable, format!("keys.json cannot be read: {cause}"))]),
    };
    let mut findings = Vec::new();
    let (mut at, mut bundle) = (u64::MAX, Bundle::default());
    for (index, key) in keys {
        let number = index / TILE_WIDTH as u64;
        if number != at {
            let width = if number == size / TILE_WIDTH as u64 { super::hash::width_at(size, 0) } else { TILE_WIDTH };
            bundle = if index < size { read_bundle(folder, number, width)? } else { Bundle::default() };
            at = number;
        }
        let slot = usize::try_from(index % TILE_WIDTH as u64).map_err(io::Error::other)?;
        match bundle.entry(slot).filter(|_| index < size).and_then(|entry| open(origin, index, entry, &key)) {
            Some(opened) => each(opened),
            None => {
                findings.push(Finding::at(index, Kind::EntryKey, format!("the key given for entry {index} does not open it")))
            }
        }
    }
    Ok(findings)
}

pub(super) fn open(origin: &str, index: u64, entry: &[u8], key: &str) -> Option<Opened> {
    let key: [u8; 32] = hex::decode(key).ok()?.try_into().ok()?;
    let (header, clear, sealed) = Header::split(entry).ok()?;
    let plain = open_with_entry_key(&key, &context(origin, index, clear), sealed).ok()?;
    let body = Body::decode(&plain).ok()?;
    (header.index == index).then_some(Opened { header, body })
}
