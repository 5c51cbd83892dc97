//! What people are in their departments: a title for this one, its head, a place in its order.

use std::ops::Range;

use holdfast_base::{DepartmentId, PersonId};
use serde::{Deserialize, Serialize};

use super::{Org, OrgDepartment, OrgPerson};

/// What somebody is in one department, where that is more than a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    pub department: DepartmentId,
    /// In this department; elsewhere the person's own counts.
    pub title: Option<String>,
    pub head: bool,
    /// Where an administrator has put the person; the others follow by name.
    pub place: Option<u32>,
}

impl Post {
    pub(crate) fn of_member(department: DepartmentId) -> Self {
        Self { department, title: None, head: false, place: None }
    }

    pub(crate) fn says_something(&self) -> bool {
        self.title.is_some() || self.head || self.place.is_some()
    }
}

/// Heads first, then those who were put somewhere; within that by name.
pub(crate) type Standing = (bool, u32);

impl OrgPerson {
    pub fn post(&self, department: DepartmentId) -> Option<&Post> {
        self.posts.iter().find(|post| post.department == department)
    }

    pub(crate) fn standing(&self, department: DepartmentId) -> Standing {
        let post = self.post(department);
        (!post.is_some_and(|post| post.head), post.and_then(|post| post.place).unwrap_or(u32::MAX))
    }
}

/// Who belongs directly to which department: slots in the order of the tour, so that a subtree is one stretch of them, and
/// within a department in its own order.
pub(super) struct Members {
    starts: Vec<usize>,
    slots: Vec<u32>,
}

impl Members {
    pub(super) fn of(org: &Org) -> Self {
        let mut starts = vec![0; org.tree.all().len() + 1];
        org.people.iter().for_each(|person| org.tins(person).for_each(|tin| starts[tin as usize + 1] += 1));
        for tin in 1..starts.len() {
            starts[tin] += starts[tin - 1];
        }
        let (mut next, mut slots) = (starts.clone(), vec![0; starts.last().copied().unwrap_or_default()]);
        let mut arranged = Vec::new();
        for slot in org.order() {
            let person = &org.people[*slot as usize];
            org.tins(person).for_each(|tin| {
                slots[next[tin as usize]] = *slot;
                next[tin as usize] += 1;
            });
            arranged.extend(person.posts.iter().filter(|post| post.head || post.place.is_some()).map(|post| post.department));
        }
        arranged.sort_unstable();
        arranged.dedup();
        for department in arranged.into_iter().filter_map(|id| org.department(id)) {
            let stretch = starts[department.tin as usize]..starts[department.tin as usize + 1];
            // They stand by name already, and a stable sort leaves equals so.
            slots[stretch].sort_by_key(|slot| org.people[*slot as usize].standing(department.id));
        }
        Self { starts, slots }
    }

    fn direct(&self, tin: u32) -> &[u32] {
        &self.slots[self.starts[tin as usize]..self.starts[tin as usize + 1]]
    }
}

impl Org {
    /// Slots of the people who belong to departments numbered so by the tour; who belongs to two of them comes twice.
    pub(crate) fn members(&self, tins: Range<u32>) -> impl Iterator<Item = (u32, u32)> + '_ {
        let members = self.members.get_or_init(|| Members::of(self));
        tins.flat_map(|tin| members.direct(tin).iter().map(move |slot| (*slot, tin)))
    }

    /// Slots of a department's own people: its heads, then those who were put somewhere, then the others by name.
    pub(crate) fn ordered(&self, department: &OrgDepartment) -> &[u32] {
        self.members.get_or_init(|| Members::of(self)).direct(department.tin)
    }

    /// Slots of those who lead a department.
    pub(crate) fn heads(&self, department: &OrgDepartment) -> impl Iterator<Item = u32> + '_ {
        let id = department.id;
        let heads = self.ordered(department).iter().copied();
        heads.take_while(move |slot| !self.people[*slot as usize].standing(id).0)
    }

    /// The next snapshot with these people at these places of the department; `None`: by name.
    pub(crate) fn with_places(&self, department: DepartmentId, places: &[(PersonId, Option<u32>)]) -> Self {
        let placed = |(id, place): &(PersonId, Option<u32>)| {
            let mut person = self.person(*id)?.clone();
            match person.posts.iter_mut().find(|post| post.department == department) {
                Some(post) => post.place = *place,
                None => person.posts.push(Post { place: *place, ..Post::of_member(department) }),
            }
            person.posts.retain(Post::says_something);
            Some(person)
        };
        self.with_people(places.iter().filter_map(placed).collect())
    }
}
