use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::DbTx;

use super::{PersonFields, rows};
use crate::{Directory, SystemAdmin};

/// With everything that people have in it.
pub fn delete(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, key: &str) -> Result<()> {
    by.recheck(directory)?;
    let all = rows::definitions(tx.conn())?;
    let field = all.into_iter().find(|field| field.key == key).ok_or(Error::NotFound)?;
    let people = rows::delete(tx.conn(), field.id)?;
    let event = Event::new(by.actor(), "person-field.delete", Object::new("person-field", key));
    let event = event.text("label", field.settings.label_zh).number("people", i64::try_from(people).unwrap_or(i64::MAX));
    holdfast_audit::record(tx, event);
    PersonFields::publish(tx, directory)
}
