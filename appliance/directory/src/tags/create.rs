use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, Error, Result, TagId};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{TagRule, TagView, rows};
use crate::{Directory, Org, SystemAdmin, Tag, creates::Create, limits, rows as shared, text, visibility};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    pub cid: ClientId,
    #[schema(max_length = 200)]
    pub name: String,
    /// Absent: its members are named one by one. Once made, a tag stays of its kind.
    pub rule: Option<TagRule>,
}

pub fn create(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, new: &NewTag) -> Result<TagView> {
    by.recheck(directory)?;
    let org = directory.org();
    let name = text::line("name", &new.name, limits::LABEL_CHARACTERS)?;
    let rule = new.rule.as_ref().map(|rule| rule.normalised(&org)).transpose()?;
    let create = Create::new(directory, new.cid, "tag", &format!("{name:?} {rule:?}"))?;
    if let Some(before) = create.before(tx)? {
        let id: TagId = before.parse().map_err(|_| Error::broken("read the id of an earlier tag"))?;
        return org.tag(id).map(|tag| TagView::of(&org, tag)).ok_or(Error::Gone);
    }
    let full = org.tags().len() >= limits::TAGS;
    let ruled = org.tags().iter().filter(|tag| tag.rule.is_some()).count();
    if full || rule.is_some() && ruled >= limits::TAGS_WITH_RULES {
        return Err(Error::conflict("too-many"));
    }
    refuse_taken(&org, &name, None)?;
    let (id, now) = (TagId(shared::next_id(tx.conn(), "tag")?), tx.now());
    let tag = Tag { id, name, rule, members: Vec::new(), created_at: now, changed_at: now };
    rows::put(tx.conn(), directory.key(), &tag)?;
    create.done(tx, &id.to_string())?;
    let event = Event::new(by.actor(), "tag.create", Object::new("tag", id)).text("name", tag.name.as_str());
    holdfast_audit::record(tx, event.text("rule", written(tag.rule.as_ref())));
    publish(tx, directory)?;
    let next = org.with_tags(org.tags().iter().cloned().chain([tag.clone()]).collect(), now);
    Ok(TagView::of(&next, &tag))
}

/// Upper and lower case are the same name.
pub(super) fn refuse_taken(org: &Org, name: &str, but: Option<TagId>) -> Result<()> {
    let folded = name.to_lowercase();
    let taken = org.tags().iter().any(|tag| Some(tag.id) != but && tag.name.to_lowercase() == folded);
    if taken { Err(Error::invalid("name", "taken")) } else { Ok(()) }
}

/// As the audit log has it.
pub(super) fn written(rule: Option<&TagRule>) -> String {
    rule.and_then(|rule| serde_json::to_string(rule).ok()).unwrap_or_default()
}

/// Puts into memory what the rows say.
pub(super) fn publish(tx: &mut DbTx<'_>, directory: &Directory) -> Result<()> {
    let (tags, damaged) = rows::all(tx.conn(), directory.key())?;
    let mut rules = visibility::rows::all(tx.conn(), directory.key())?;
    rules.damaged |= damaged;
    let now = tx.now();
    directory.publish(tx, move |org| org.with_tags(tags, now).with_rules(rules));
    Ok(())
}
