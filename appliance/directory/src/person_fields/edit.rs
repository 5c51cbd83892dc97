use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::DbTx;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{PersonField, PersonFieldSettings, PersonFields, create, rows};
use crate::{Directory, SystemAdmin};

/// What is absent stays. Values that people have stay as they are; new ones must keep to the new settings.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonFieldChange {
    pub settings: Option<PersonFieldSettings>,
    /// The place among all fields, from 0.
    #[schema(maximum = 49)]
    pub place: Option<u32>,
}

pub fn edit(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SystemAdmin,
    key: &str,
    change: &PersonFieldChange,
) -> Result<PersonField> {
    by.recheck(directory)?;
    let mut all = rows::definitions(tx.conn())?;
    let at = all.iter().position(|field| field.key == key).ok_or(Error::NotFound)?;
    let mut event = Event::new(by.actor(), "person-field.edit", Object::new("person-field", key));
    let before = all[at].settings.clone();
    if let Some(settings) = &change.settings {
        let settings = settings.normalised(all[at].kind)?;
        create::check_labels(&all, key, &settings)?;
        all[at].settings = settings;
    }
    let changed = all[at].settings != before;
    if changed {
        event = event.list("settings", vec![create::said(&before), create::said(&all[at].settings)]);
    }
    let to = change.place.map_or(at, |place| usize::try_from(place).unwrap_or(usize::MAX).min(all.len() - 1));
    let field = all.remove(at);
    all.insert(to, field);
    if to != at {
        event = event.number("place", i64::try_from(to).unwrap_or(i64::MAX));
    }
    if changed || to != at {
        for (position, field) in (0i64..).zip(&mut all) {
            field.position = position;
            rows::update(tx.conn(), field)?;
        }
        holdfast_audit::record(tx, event);
        PersonFields::publish(tx, directory)?;
    }
    Ok(all.swap_remove(to))
}
