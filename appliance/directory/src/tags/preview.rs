use holdfast_base::{Result, TagId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TagRule;
use crate::{Directory, PersonRef, SystemAdmin, Tag, limits};

/// Whom a rule would mean.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagAsk {
    pub rule: TagRule,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TagPreview {
    /// Listed people.
    pub people: u64,
    /// The first of them.
    #[schema(max_items = 10)]
    pub first: Vec<PersonRef>,
}

/// Without making the tag.
pub fn preview(directory: &Directory, by: &SystemAdmin, ask: &TagAsk) -> Result<TagPreview> {
    let org = directory.org();
    let now = by.actor().now;
    let rule = Some(ask.rule.normalised(&org)?);
    // No tag has this number.
    let tag = Tag { id: TagId(0), name: String::new(), rule, members: Vec::new(), created_at: now, changed_at: now };
    let held = org.tags.preview(tag, now, &org.tree, &org.people);
    let mut places: Vec<(u32, u32)> = held.iter().map(|slot| (org.place(slot), slot)).collect();
    places.sort_unstable();
    let listed = places.into_iter().filter_map(|(_, slot)| org.at_slot(slot)).filter(|person| person.state.is_listed());
    let found: Vec<PersonRef> = listed.map(|person| person.reference()).collect();
    Ok(TagPreview { people: found.len() as u64, first: found.into_iter().take(limits::PREVIEW_PEOPLE).collect() })
}
