use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Result};
use holdfast_store::DbTx;
use serde::Deserialize;
use utoipa::ToSchema;

use super::rows;
use crate::{
    Directory,
    views::{Locale, Theme},
};

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferenceChange {
    pub locale: Option<Locale>,
    pub theme: Option<Theme>,
}

pub fn change_preferences(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, change: &PreferenceChange) -> Result<()> {
    let person = directory.org().active(actor)?.id;
    let mut preference = rows::preference(tx.conn(), person)?;
    preference.locale = change.locale.or(preference.locale);
    preference.theme = change.theme.unwrap_or(preference.theme);
    rows::set_preference(tx.conn(), person, preference)?;
    holdfast_audit::record(tx, Event::new(actor, "preference.change", Object::new("person", person)));
    Ok(())
}
