use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, Error, Result};
use holdfast_store::DbTx;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{FieldId, FieldKind, PersonField, PersonFieldSettings, PersonFields, definition, rows};
use crate::{Directory, SystemAdmin, creates::Create, import::Field, limits, rows as shared};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPersonField {
    pub cid: ClientId,
    /// Never changes. Lower-case ASCII letters, digits and `_`, a letter first; not a heading that imports know already.
    #[schema(max_length = 32)]
    pub key: String,
    pub kind: FieldKind,
    pub settings: PersonFieldSettings,
}

/// Last in the order.
pub fn create(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, new: &NewPersonField) -> Result<PersonField> {
    by.recheck(directory)?;
    let key = definition::key(&new.key)?;
    if Field::recognise(&key).is_some() {
        return Err(Error::invalid("key", "taken"));
    }
    let settings = new.settings.normalised(new.kind)?;
    let create = Create::new(directory, new.cid, "person-field", &format!("{key} {:?} {settings:?}", new.kind))?;
    let all = rows::definitions(tx.conn())?;
    if create.before(tx)?.is_some() {
        return all.into_iter().find(|field| field.key == key).ok_or(Error::Gone);
    }
    if all.len() >= limits::PERSON_FIELDS {
        return Err(Error::conflict("too-many-person-fields"));
    }
    if all.iter().any(|field| field.key == key) {
        return Err(Error::invalid("key", "taken"));
    }
    check_labels(&all, &key, &settings)?;
    let id = FieldId(shared::next_id(tx.conn(), "person-field")?);
    let position = all.last().map_or(0, |last| last.position + 1);
    let field = PersonField { id, key, kind: new.kind, settings, position };
    rows::insert(tx.conn(), &field)?;
    create.done(tx, &field.key)?;
    let event = Event::new(by.actor(), "person-field.create", Object::new("person-field", &field.key));
    holdfast_audit::record(tx, event.text("settings", said(&field.settings)));
    PersonFields::publish(tx, directory)?;
    Ok(field)
}

/// A sheet's column is known by its heading: each label must be one field's alone.
pub(super) fn check_labels(all: &[PersonField], key: &str, settings: &PersonFieldSettings) -> Result<()> {
    let others = || all.iter().filter(|field| field.key != key);
    for (name, label) in [("label_zh", &settings.label_zh), ("label_en", &settings.label_en)] {
        let label = Field::bare(label);
        let is_other = |field: &PersonField| {
            [&field.settings.label_zh, &field.settings.label_en, &field.key].into_iter().any(|other| Field::bare(other) == label)
        };
        if label.is_empty() || Field::recognise(&label).is_some() || others().any(is_other) {
            return Err(Error::invalid(name, "taken"));
        }
    }
    Ok(())
}

/// For the audit log.
pub(super) fn said(settings: &PersonFieldSettings) -> String {
    serde_json::to_string(settings).unwrap_or_default()
}
