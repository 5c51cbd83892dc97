use std::collections::BTreeMap;

use holdfast_base::{Actor, Result};
use holdfast_store::DbTx;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Editor, onto};
use crate::{Directory, people};

/// By the fields' keys; an empty list clears.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnFields {
    pub fields: BTreeMap<String, Vec<String>>,
}

/// Only fields that their people may change.
pub fn change_own(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, change: &OwnFields) -> Result<()> {
    let org = directory.org();
    let id = org.active(actor)?.id;
    let before = people::rows::fields(tx.conn(), directory.key(), id)?;
    let more = onto(&directory.person_fields().all(), &org, &before.more, &change.fields, Editor::Person)?;
    let after = people::fields::Fields { more, ..before.clone() };
    people::write_change(tx, directory, actor, id, &before, &after).map(drop)
}
