use holdfast_base::{Error, Result, TagId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::TagRule;
use crate::{Administrator, Directory, Org, Paging, Sight, Subject, Tag, TagMember, cursor, people, views};

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagView {
    pub id: TagId,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<TagRule>,
    /// What the rule's ids are called; empty without a rule.
    pub names: Vec<views::NamedSubject>,
    /// Members that it names.
    pub members: u32,
    /// Listed people whom it holds in the end.
    pub people: u64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TagMember)]
pub struct MemberView {
    #[serde(flatten)]
    pub subject: views::NamedSubject,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl TagView {
    pub(super) fn of(org: &Org, tag: &Tag) -> Self {
        let subjects = tag.rule.iter().flat_map(|rule| &rule.conditions).filter_map(|one| match one.test {
            super::Test::Department(id) => Some(Subject::Department(id)),
            super::Test::Manager(id) => Some(Subject::Person(id)),
            _ => None,
        });
        let listed = |slot: &u32| org.at_slot(*slot).is_some_and(|person| person.state.is_listed());
        Self {
            id: tag.id,
            name: tag.name.clone(),
            rule: tag.rule.clone(),
            names: subjects.map(|subject| views::NamedSubject::of(org, subject)).collect(),
            members: u32::try_from(tag.members.len()).unwrap_or(u32::MAX),
            people: org.tagged(tag.id).map_or(0, |held| held.iter().filter(listed).count() as u64),
            created_at: tag.created_at,
            changed_at: tag.changed_at,
        }
    }
}

impl MemberView {
    pub(super) fn of(org: &Org, member: TagMember) -> Self {
        Self { subject: views::NamedSubject::of(org, member.subject), until: member.until }
    }
}

/// By name, those whose name has `q` in it.
pub fn list(directory: &Directory, _by: &Administrator, q: &str, paging: &Paging) -> Result<views::Page<TagView>> {
    let org = directory.org();
    let q = q.trim().to_lowercase();
    let after: Option<String> = paging.position(directory.key(), "tags", &q)?;
    let behind = |tag: &&Tag| after.as_ref().is_none_or(|after| tag.name.as_str() > after.as_str());
    let limit = paging.limit()?;
    let matching = org.tags().iter().filter(behind).filter(|tag| q.is_empty() || tag.name.to_lowercase().contains(&q));
    let mut found: Vec<&Tag> = matching.take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| cursor::seal(directory.key(), "tags", &q, &last.name));
    Ok(views::Page { items: found.into_iter().map(|tag| TagView::of(&org, tag)).collect(), next: next.transpose()? })
}

pub fn view(directory: &Directory, _by: &Administrator, id: TagId) -> Result<TagView> {
    let org = directory.org();
    org.tag(id).map(|tag| TagView::of(&org, tag)).ok_or(Error::NotFound)
}

/// What the tag names, in the order of kinds and ids.
pub fn members(directory: &Directory, _by: &Administrator, id: TagId, paging: &Paging) -> Result<views::Page<MemberView>> {
    let org = directory.org();
    let tag = org.tag(id).ok_or(Error::NotFound)?;
    let filter = id.to_string();
    let after: Option<(String, u64)> = paging.position(directory.key(), "tag-members", &filter)?;
    let place = |member: &TagMember| (member.subject.kind().to_owned(), member.subject.number());
    let mut all = tag.members.clone();
    all.sort_by_key(place);
    let start = after.map_or(0, |after| all.partition_point(|member| place(member) <= after));
    let limit = paging.limit()?;
    let page = &all[start..all.len().min(start + limit)];
    let last = page.last().filter(|_| start + limit < all.len());
    let next = last.map(|last| cursor::seal(directory.key(), "tag-members", &filter, &place(last))).transpose()?;
    Ok(views::Page { items: page.iter().map(|member| MemberView::of(&org, *member)).collect(), next })
}

/// Whom the tag holds in the end, in the order of lists, with how many they are.
pub fn people(directory: &Directory, by: &Administrator, id: TagId, paging: &Paging) -> Result<views::PeoplePage> {
    let org = directory.org();
    org.tag(id).ok_or(Error::NotFound)?;
    let sight = Sight::whole(&org, by);
    people::list(directory, &sight, &people::Filter { tag: Some(id), ..people::Filter::default() }, paging)
}
