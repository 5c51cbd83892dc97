//! Rows of the box's own in the ledger, numbered from 1: one format byte, then postcard.

use holdfast_base::{Error, Page, Result};
use holdfast_store::{LedgerTx, Read, Table};
use serde::{Serialize, de::DeserializeOwned};

const FORMAT: u8 = 1;

pub(crate) fn get<T: DeserializeOwned>(read: &dyn Read, table: Table, id: u64) -> Result<T> {
    let found = read.get(table, &id.to_be_bytes(), read.ledger_key())?.ok_or(Error::NotFound)?;
    decode(&found)
}

pub(crate) fn put<T: Serialize>(tx: &mut LedgerTx<'_>, table: Table, id: u64, row: &T) -> Result<()> {
    let bytes = postcard::to_extend(row, vec![FORMAT]).map_err(Error::internal("encode a row of the box"))?;
    let key = tx.ledger_key().clone();
    tx.put(table, &id.to_be_bytes(), &bytes, &key)
}

/// The newest first, those with a lower number than `before`; until `f` answers false.
pub(crate) fn each<T: DeserializeOwned>(
    read: &dyn Read,
    table: Table,
    before: Option<u64>,
    f: &mut dyn FnMut(u64, T) -> Result<bool>,
) -> Result<()> {
    let key = read.ledger_key().clone();
    let end = before.map_or_else(|| vec![u8::MAX; 9], |before| before.to_be_bytes().to_vec());
    read.scan(table, Vec::new()..end, true, &mut |_| Ok(key.clone()), &mut |key, value| {
        let id = key.try_into().map(u64::from_be_bytes).map_err(|_| Error::broken("read the number of a row of the box"))?;
        f(id, decode(&value)?)
    })
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match bytes.split_first() {
        Some((&FORMAT, rest)) => postcard::from_bytes(rest).map_err(Error::internal("decode a row of the box")),
        _ => Err(Error::broken("decode a row of the box of another format")),
    }
}

/// A page of views, with the number of its last one as the cursor. `before` and `limit` as a list is asked for.
pub(crate) fn page<R: DeserializeOwned, V>(
    read: &dyn Read,
    table: Table,
    before: Option<u64>,
    limit: usize,
    view: impl Fn(u64, &R) -> V,
) -> Result<Page<V>> {
    let mut items = Vec::new();
    each(read, table, before, &mut |number, row: R| {
        items.push((number, view(number, &row)));
        Ok(items.len() <= limit)
    })?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|(number, _)| number.to_string());
    Ok(Page { items: items.into_iter().map(|(_, item)| item).collect(), next })
}
