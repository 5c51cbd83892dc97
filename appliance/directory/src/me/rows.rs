//! All SQL of preferences.

use diesel::prelude::*;
use holdfast_base::{Error, PersonId, Result};
use holdfast_store::schema::preference as table;

use crate::{
    rows::to_sql,
    views::{Locale, Theme},
};

#[derive(Debug, Clone, Copy)]
pub(super) struct Preference {
    /// None until the person chooses: the client follows the browser.
    pub(super) locale: Option<Locale>,
    pub(super) theme: Theme,
}

const LOCALES: [(Locale, &str); 2] = [(Locale::Chinese, "zh-CN"), (Locale::English, "en")];
const THEMES: [(Theme, &str); 3] = [(Theme::System, "system"), (Theme::Light, "light"), (Theme::Dark, "dark")];

/// No language and the system's colours, until the person chooses.
pub(super) fn preference(conn: &mut SqliteConnection, person: PersonId) -> Result<Preference> {
    let found: Option<(String, String)> = table::table
        .find(to_sql(person.0))
        .select((table::locale, table::theme))
        .first(conn)
        .optional()
        .map_err(Error::internal("read preferences"))?;
    let (locale, theme) = found.unwrap_or_default();
    Ok(Preference {
        locale: LOCALES.into_iter().find(|(_, name)| *name == locale).map(|(locale, _)| locale),
        theme: THEMES.into_iter().find(|(_, name)| *name == theme).map_or(Theme::System, |(theme, _)| theme),
    })
}

pub(super) fn set_preference(conn: &mut SqliteConnection, person: PersonId, preference: Preference) -> Result<()> {
    let locale = LOCALES.into_iter().find(|(locale, _)| Some(*locale) == preference.locale).map_or("", |(_, name)| name);
    let theme = THEMES.into_iter().find(|(theme, _)| *theme == preference.theme).map_or("system", |(_, name)| name);
    let row = (table::locale.eq(locale), table::theme.eq(theme));
    let insert = diesel::insert_into(table::table).values((table::person_id.eq(to_sql(person.0)), row));
    let upsert = insert.on_conflict(table::person_id).do_update().set(row);
    upsert.execute(conn).map(drop).map_err(Error::internal("store preferences"))
}
