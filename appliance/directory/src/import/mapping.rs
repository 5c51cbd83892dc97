//! What the columns of a sheet held the last time that a sheet with the same headings was applied.

use diesel::SqliteConnection;
use holdfast_base::Result;
use holdfast_store::{DbTx, Tx};

use super::{Field, ImportColumn, decode, encode, failed::PROBLEMS, rows};
use crate::{Directory, keys};

/// Puts a remembered mapping in the place of what the headings say; false when none is remembered, or the same.
pub(super) fn recall(conn: &mut SqliteConnection, directory: &Directory, columns: &mut [ImportColumn]) -> Result<bool> {
    let headings = headings(directory, columns)?;
    let Some(sealed) = rows::mapping(conn, &headings)? else { return Ok(false) };
    let fields: Vec<Option<Field>> = decode(&directory.key().open(&keys::import_mapping(&headings), &sealed)?)?;
    let added = directory.person_fields().all();
    let there = |field: &Field| !matches!(field, Field::More(id) if !added.iter().any(|one| one.id == *id));
    let taken: Vec<Field> = fields.iter().copied().flatten().collect();
    let mut differs = false;
    for (column, field) in columns.iter_mut().filter(|column| column.heading != PROBLEMS).zip(fields) {
        // A column that was left out may since have become a field of the enterprise's own.
        let own = column.field.filter(|field| matches!(field, Field::More(_)) && !taken.contains(field));
        let field = field.filter(there).or(own);
        differs |= column.field != field;
        column.field = field;
    }
    Ok(differs)
}

pub(super) fn remember(tx: &mut DbTx<'_>, directory: &Directory, columns: &[ImportColumn]) -> Result<()> {
    let headings = headings(directory, columns)?;
    let fields: Vec<Option<Field>> =
        columns.iter().filter(|column| column.heading != PROBLEMS).map(|column| column.field).collect();
    let sealed = directory.key().seal(&keys::import_mapping(&headings), &encode(&fields)?)?;
    let now = tx.now();
    rows::put_mapping(tx.conn(), &headings, &sealed, now)
}

/// One value for one set of headings, whatever their dress; a column that we wrote ourselves does not count.
fn headings(directory: &Directory, columns: &[ImportColumn]) -> Result<Vec<u8>> {
    let bare = columns.iter().filter(|column| column.heading != PROBLEMS).map(|column| Field::bare(&column.heading));
    let text = bare.collect::<Vec<_>>().join("\u{1f}");
    Ok(directory.key().mac(keys::MAC_HEADINGS, text.as_bytes())?.to_vec())
}
