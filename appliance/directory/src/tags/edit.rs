use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result, TagId};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    TagRule, TagView,
    create::{publish, refuse_taken, written},
    rows,
};
use crate::{Directory, SystemAdmin, Tag, limits, text};

/// What is absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagChange {
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// For a tag that has one.
    pub rule: Option<TagRule>,
}

pub fn edit(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, id: TagId, change: &TagChange) -> Result<TagView> {
    by.recheck(directory)?;
    let org = directory.org();
    let before = org.tag(id).ok_or(Error::NotFound)?;
    let name = match &change.name {
        Some(name) => text::line("name", name, limits::LABEL_CHARACTERS)?,
        None => before.name.clone(),
    };
    if change.rule.is_some() && before.rule.is_none() {
        return Err(Error::invalid("rule", "not-for-this"));
    }
    let rule = match &change.rule {
        Some(rule) => Some(rule.normalised(&org)?),
        None => before.rule.clone(),
    };
    if name == before.name && rule == before.rule {
        return Ok(TagView::of(&org, before));
    }
    refuse_taken(&org, &name, Some(id))?;
    let after = Tag { name, rule, changed_at: tx.now(), ..before.clone() };
    rows::put(tx.conn(), directory.key(), &after)?;
    let event = Event::new(by.actor(), "tag.edit", Object::new("tag", id));
    let event = event.list("name", vec![before.name.clone(), after.name.clone()]);
    holdfast_audit::record(tx, event.list("rule", vec![written(before.rule.as_ref()), written(after.rule.as_ref())]));
    publish(tx, directory)?;
    let others = org.tags().iter().filter(|tag| tag.id != id).cloned();
    let next = org.with_tags(others.chain([after.clone()]).collect(), after.changed_at);
    Ok(TagView::of(&next, &after))
}
