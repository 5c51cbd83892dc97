use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result, TagId, Timestamp};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MemberView, create::publish, rows};
use crate::{Directory, Org, Subject, SystemAdmin, TagMember, limits};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewTagMember)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    pub subject: Subject,
    /// Belongs to the tag until then; absent: until somebody takes it out.
    pub until: Option<Timestamp>,
}

/// Puts a member into a tag, or gives one that is there another end.
pub fn put_member(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, id: TagId, new: &NewMember) -> Result<MemberView> {
    by.recheck(directory)?;
    let org = directory.org();
    let tag = org.tag(id).ok_or(Error::NotFound)?;
    let (subject, until) = (new.subject, new.until);
    if tag.rule.is_some() {
        return Err(Error::invalid("subject", "not-for-this"));
    }
    if !subject.is_there(&org) {
        return Err(Error::invalid("subject", "unknown"));
    }
    if until.is_some_and(|until| until <= tx.now()) {
        return Err(Error::invalid("until", "in-the-past"));
    }
    if let Subject::Tag(inner) = subject
        && holds(&org, inner, id)
    {
        return Err(Error::invalid("subject", "cycle"));
    }
    let before = tag.members.iter().find(|member| member.subject == subject);
    if before.is_none() && tag.members.len() >= limits::TAG_MEMBERS {
        return Err(Error::conflict("too-many"));
    }
    let member = TagMember { subject, until };
    if before == Some(&member) {
        return Ok(MemberView::of(&org, member));
    }
    rows::put_member(tx.conn(), directory.key(), id, member)?;
    let event = Event::new(by.actor(), "tag.put-member", Object::new("tag", id)).text("member", subject.to_string());
    holdfast_audit::record(tx, event.text("until", until.map(|until| until.to_string()).unwrap_or_default()));
    publish(tx, directory)?;
    Ok(MemberView::of(&org, member))
}

pub fn take_member(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, id: TagId, subject: Subject) -> Result<()> {
    by.recheck(directory)?;
    if directory.org().tag(id).is_none() || !rows::delete_member(tx.conn(), id, subject)? {
        return Err(Error::NotFound);
    }
    let event = Event::new(by.actor(), "tag.take-member", Object::new("tag", id));
    holdfast_audit::record(tx, event.text("member", subject.to_string()));
    publish(tx, directory)
}

/// Is `wanted` this tag, or one that it holds in any number of steps?
fn holds(org: &Org, tag: TagId, wanted: TagId) -> bool {
    let mut left = vec![tag];
    let mut seen = std::collections::HashSet::new();
    while let Some(id) = left.pop() {
        if id == wanted {
            return true;
        }
        if !seen.insert(id) {
            continue;
        }
        let inner = org.tag(id).into_iter().flat_map(|tag| &tag.members).filter_map(|member| match member.subject {
            Subject::Tag(id) => Some(id),
            Subject::Person(_) | Subject::Department(_) => None,
        });
        left.extend(inner);
    }
    false
}
