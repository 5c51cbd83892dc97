//! Who belongs to which tag, directly or through departments, rules and other tags: a bitmap of slots for each, kept with
//! the snapshot and changed for those people only who changed.

use std::{collections::HashMap, sync::Arc};

use holdfast_base::{DepartmentId, PersonId, TagId, Timestamp};
use roaring::RoaringBitmap;

use super::{OrgPerson, Tree};
use crate::{PersonState, Subject, tags::TagRule};

/// A tag as its rows have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    /// None: its members are named one by one.
    pub rule: Option<TagRule>,
    pub members: Vec<TagMember>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagMember {
    pub subject: Subject,
    /// None: until somebody takes it out.
    pub until: Option<Timestamp>,
}

/// All tags, and whom each holds.
#[derive(Clone, Default)]
pub(crate) struct TagBook {
    plan: Arc<Plan>,
    /// Slots, at the place of the tag in the plan.
    held: Vec<Arc<RoaringBitmap>>,
}

/// The tags and what leads to them: everything that changes only when a tag does.
#[derive(Default)]
struct Plan {
    /// In the order of their names.
    tags: Vec<Tag>,
    places: HashMap<TagId, usize>,
    /// The tags that hold this one.
    above: Vec<Vec<usize>>,
    of_person: HashMap<PersonId, Vec<usize>>,
    of_department: HashMap<DepartmentId, Vec<usize>>,
    ruled: Vec<usize>,
}

impl Plan {
    /// What has ended by now leads nowhere any more.
    fn new(mut tags: Vec<Tag>, now: Timestamp) -> Self {
        tags.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        let places: HashMap<TagId, usize> = tags.iter().enumerate().map(|(place, tag)| (tag.id, place)).collect();
        let mut plan = Self { above: vec![Vec::new(); tags.len()], places, ..Self::default() };
        for (place, tag) in tags.iter().enumerate() {
            if tag.rule.is_some() {
                plan.ruled.push(place);
            }
            for member in tag.members.iter().filter(|member| member.until.is_none_or(|until| until > now)) {
                match member.subject {
                    Subject::Person(id) => plan.of_person.entry(id).or_default().push(place),
                    Subject::Department(id) => plan.of_department.entry(id).or_default().push(place),
                    Subject::Tag(id) => {
                        if let Some(inner) = plan.places.get(&id) {
                            plan.above[*inner].push(place);
                        }
                    }
                }
            }
        }
        plan.tags = tags;
        plan
    }

    /// The tags that one person belongs to. Tags that hold each other end the walk: each is entered once.
    fn of(&self, person: &OrgPerson, tree: &Tree) -> Vec<usize> {
        if self.tags.is_empty() || person.state == PersonState::Erased {
            return Vec::new();
        }
        let above = tree.above(&person.departments);
        let named = self.of_person.get(&person.id).into_iter().flatten();
        let placed = above.iter().filter_map(|id| self.of_department.get(id)).flatten();
        let inside = |id: DepartmentId| above.contains(&id);
        let rule = |place: &&usize| self.tags[**place].rule.as_ref().is_some_and(|rule| rule.matches(person, &inside));
        let mut found: Vec<usize> = named.chain(placed).chain(self.ruled.iter().filter(rule)).copied().collect();
        found.sort_unstable();
        found.dedup();
        let mut next = 0;
        while next < found.len() {
            for place in &self.above[found[next]] {
                if !found.contains(place) {
                    found.push(*place);
                }
            }
            next += 1;
        }
        found
    }
}

impl TagBook {
    pub(super) fn build(tags: Vec<Tag>, now: Timestamp, tree: &Tree, people: &[Arc<OrgPerson>]) -> Self {
        Self { plan: Arc::new(Plan::new(tags, now)), held: Vec::new() }.filled(tree, people)
    }

    /// The same tags over other departments or many other people.
    pub(super) fn filled(&self, tree: &Tree, people: &[Arc<OrgPerson>]) -> Self {
        let mut held = vec![RoaringBitmap::new(); self.plan.tags.len()];
        if !held.is_empty() {
            for (slot, person) in (0_u32..).zip(people) {
                for place in self.plan.of(person, tree) {
                    held[place].insert(slot);
                }
            }
        }
        Self { plan: self.plan.clone(), held: held.into_iter().map(Arc::new).collect() }
    }

    /// One person was added or has changed; departments and tags have not.
    pub(super) fn change(&mut self, slot: u32, before: Option<&OrgPerson>, now: &OrgPerson, tree: &Tree) {
        let was = before.map(|before| self.plan.of(before, tree)).unwrap_or_default();
        let is = self.plan.of(now, tree);
        for place in was.iter().filter(|place| !is.contains(place)) {
            Arc::make_mut(&mut self.held[*place]).remove(slot);
        }
        for place in is.iter().filter(|place| !was.contains(place)) {
            Arc::make_mut(&mut self.held[*place]).insert(slot);
        }
    }

    pub(crate) fn all(&self) -> &[Tag] {
        &self.plan.tags
    }

    pub(crate) fn get(&self, id: TagId) -> Option<&Tag> {
        self.plan.places.get(&id).map(|place| &self.plan.tags[*place])
    }

    pub(crate) fn held(&self, id: TagId) -> Option<&Arc<RoaringBitmap>> {
        self.plan.places.get(&id).map(|place| &self.held[*place])
    }

    pub(crate) fn of(&self, person: &OrgPerson, tree: &Tree) -> Vec<TagId> {
        self.plan.of(person, tree).into_iter().map(|place| self.plan.tags[place].id).collect()
    }

    /// Whom members and a rule would hold, were they a tag's.
    pub(crate) fn preview(&self, tag: Tag, now: Timestamp, tree: &Tree, people: &[Arc<OrgPerson>]) -> RoaringBitmap {
        let id = tag.id;
        let others = self.plan.tags.iter().filter(|one| one.id != id).cloned();
        let plan = Plan::new(others.chain([tag]).collect(), now);
        let place = plan.places.get(&id).copied();
        let belongs = |person: &OrgPerson| place.is_some_and(|place| plan.of(person, tree).contains(&place));
        (0_u32..).zip(people).filter(|(_, person)| belongs(person)).map(|(slot, _)| slot).collect()
    }
}
