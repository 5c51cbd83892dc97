//! One immutable snapshot of the directory in memory. Readers never lock; a change swaps the whole of it.
//!
//! People stand in slots that never move (ids only grow), so the maps are shared between snapshots until a person is added.

mod build;
mod ends;
mod names;
mod posts;
mod tags;
mod tree;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use holdfast_base::{Actor, DepartmentId, Error, PersonId, Result, TagId, Timestamp};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use build::{OrgParts, sort_key};
pub use ends::Ends;
pub(crate) use names::Typed;
use posts::Members;
pub use posts::Post;
pub(crate) use posts::Standing;
pub(crate) use tags::TagBook;
pub use tags::{Tag, TagMember};
pub(crate) use tree::{Tree, TreeRow};

use crate::{
    avatars::Version,
    delegations::{Delegation, Power},
    visibility::{Classes, RuleBook},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonRef {
    pub id: PersonId,
    pub uid: String,
    pub name: String,
    pub avatar_hue: u8,
    /// Which picture there is, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub avatar: Option<Version>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PersonState {
    /// In the directory, without a password yet.
    Invited,
    Active,
    /// Cannot sign in; every session and app password is gone.
    Frozen,
    /// May sign in until the day of leaving.
    Leaving,
    /// Has left. Hidden everywhere, and can be brought back for as long as the grace lasts.
    Gone,
    Erased,
}

impl PersonState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Frozen => "frozen",
            Self::Leaving => "leaving",
            Self::Gone => "gone",
            Self::Erased => "erased",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Invited, Self::Active, Self::Frozen, Self::Leaving, Self::Gone, Self::Erased]
            .into_iter()
            .find(|s| s.name() == name)
    }

    /// Stands in lists and counts of the enterprise.
    pub fn is_listed(self) -> bool {
        matches!(self, Self::Invited | Self::Active | Self::Leaving)
    }

    /// Has a card, and may be written to and about.
    pub fn is_kept(self) -> bool {
        !matches!(self, Self::Gone | Self::Erased)
    }

    /// May sign in.
    pub fn may_sign_in(self) -> bool {
        matches!(self, Self::Active | Self::Leaving)
    }
}

/// The three administrators. Nobody holds two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    System,
    Security,
    Audit,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::System, Self::Security, Self::Audit];

    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Security => "security",
            Self::Audit => "audit",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What doors show and search of a person, in memory. Who may see which part of it is for them to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgPerson {
    pub id: PersonId,
    pub uid: String,
    pub name: String,
    /// Syllables separated by spaces: `zhang san`.
    pub pinyin: String,
    pub initials: String,
    pub title: Option<String>,
    pub state: PersonState,
    /// Grows when every session of the person must end.
    pub epoch: u64,
    /// Direct memberships, the main one first.
    pub departments: Vec<DepartmentId>,
    /// What the person is in those of them where that is more than a member.
    pub posts: Vec<Post>,
    pub manager: Option<PersonId>,
    pub roles: Vec<Role>,
    /// Parts of the directory that the person keeps; none for most people.
    pub delegations: Vec<Arc<Delegation>>,
    /// What of this ends by itself; none for most people.
    pub ends: Option<Box<Ends>>,
    pub avatar_hue: u8,
    pub avatar: Option<Version>,
    pub contact: Contact,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// How to reach a person. In memory for doors that search by it; never on disk but sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    pub mail: Option<String>,
    pub mobile: Option<String>,
    pub phone: Option<String>,
    pub employee_no: Option<String>,
    pub work_place: Option<String>,
}

impl OrgPerson {
    pub fn reference(&self) -> PersonRef {
        PersonRef {
            id: self.id,
            uid: self.uid.clone(),
            name: self.name.clone(),
            avatar_hue: self.avatar_hue,
            avatar: self.avatar,
        }
    }

    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// What the person may do in some part of the directory.
    pub fn powers(&self) -> Vec<Power> {
        Power::ALL.into_iter().filter(|power| self.delegations.iter().any(|one| one.powers.contains(power))).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgDepartment {
    pub id: DepartmentId,
    pub name: String,
    pub parent: Option<DepartmentId>,
    /// Among those of the same parent.
    pub(crate) position: i64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub children: Vec<DepartmentId>,
    /// Euler tour: the subtree is every department whose `tin` lies in `tin..tout`.
    pub tin: u32,
    pub tout: u32,
}

/// One immutable snapshot of the directory; swapped whole before the answer of a change goes out.
pub struct Org {
    /// Grows with every swap; never the same again after a restart.
    pub epoch: u64,
    pub(crate) enterprise: Arc<str>,
    pub(crate) people: Vec<Arc<OrgPerson>>,
    slots: Arc<HashMap<PersonId, u32>>,
    uids: Arc<HashMap<String, u32>>,
    /// Slots in the order of lists: by pinyin, then id.
    order: Arc<Vec<u32>>,
    /// The place in that order of each slot.
    places: Arc<Vec<u32>>,
    pub(crate) tree: Arc<Tree>,
    /// Listed people in the subtree of each department, by the tree's slot.
    counts: Vec<u32>,
    ends: Arc<ends::Calendar>,
    names: names::Names,
    listed: u64,
    pub(crate) tags: TagBook,
    pub(crate) rules: Arc<RuleBook>,
    /// What the rules come to for those who look; filled while this snapshot stands.
    pub(crate) classes: Classes,
    members: OnceLock<Members>,
}

impl Org {
    pub fn person(&self, id: PersonId) -> Option<&OrgPerson> {
        self.slots.get(&id).map(|slot| self.people[*slot as usize].as_ref())
    }

    /// Upper and lower case are the same uid.
    pub fn by_uid(&self, uid: &str) -> Option<&OrgPerson> {
        self.uids.get(uid.to_ascii_lowercase().as_str()).map(|slot| self.people[*slot as usize].as_ref())
    }

    /// In the order of their ids.
    pub fn people(&self) -> Box<dyn Iterator<Item = &OrgPerson> + '_> {
        Box::new(self.people.iter().map(Arc::as_ref))
    }

    /// Slots are 0 up to this. Each is one person, the same one as long as the box is unsealed.
    pub fn slots(&self) -> u32 {
        u32::try_from(self.people.len()).unwrap_or(u32::MAX)
    }

    pub fn at_slot(&self, slot: u32) -> Option<&Arc<OrgPerson>> {
        self.people.get(slot as usize)
    }

    pub fn slot(&self, id: PersonId) -> Option<u32> {
        self.slots.get(&id).copied()
    }

    /// Nothing of the departments has changed between the two.
    pub fn same_departments(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tree, &other.tree)
    }

    /// In the order of lists: by pinyin, then id.
    pub fn people_by_name(&self) -> impl Iterator<Item = &OrgPerson> + '_ {
        self.order.iter().map(|slot| self.people[*slot as usize].as_ref())
    }

    /// Places in the order of lists of everybody who is called so, whoever that is.
    pub(crate) fn called(&self, typed: &Typed) -> RoaringBitmap {
        let mut places: Vec<u32> = self.names.called(&self.people, typed).into_iter().map(|slot| self.place(slot)).collect();
        places.sort_unstable();
        places.into_iter().collect()
    }

    /// Everybody who stands in lists and counts.
    pub(crate) fn listed_count(&self) -> u64 {
        self.listed
    }

    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// Where a slot stands in the order of lists.
    pub(crate) fn place(&self, slot: u32) -> u32 {
        self.places.get(slot as usize).copied().unwrap_or_default()
    }

    /// The first place behind `after`; whoever stood there may be gone.
    pub(crate) fn place_after(&self, after: (&str, PersonId)) -> u32 {
        let place = self.order.partition_point(|slot| sort_key(&self.people[*slot as usize]) <= after);
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// Numbers of the tour of a person's own departments.
    pub(crate) fn tins<'a>(&'a self, person: &'a OrgPerson) -> impl Iterator<Item = u32> + 'a {
        person.departments.iter().filter_map(|id| self.department(*id)).map(|one| one.tin)
    }

    pub fn tag(&self, id: TagId) -> Option<&Tag> {
        self.tags.get(id)
    }

    /// In the order of their names.
    pub fn tags(&self) -> &[Tag] {
        self.tags.all()
    }

    /// Slots of everybody whom the tag holds, directly or through departments, its rule and other tags.
    pub fn tagged(&self, id: TagId) -> Option<&RoaringBitmap> {
        self.tags.held(id).map(AsRef::as_ref)
    }

    pub fn tags_of(&self, person: &OrgPerson) -> Vec<TagId> {
        self.tags.of(person, &self.tree)
    }

    pub fn department(&self, id: DepartmentId) -> Option<&OrgDepartment> {
        self.tree.get(id)
    }

    pub fn departments(&self) -> Box<dyn Iterator<Item = &OrgDepartment> + '_> {
        Box::new(self.tree.all().iter())
    }

    /// Departments without a parent, in their order.
    pub fn roots(&self) -> &[DepartmentId] {
        self.tree.roots()
    }

    /// From the root down to the department itself; empty when there is none such.
    pub fn department_path(&self, id: DepartmentId) -> Vec<&OrgDepartment> {
        self.tree.path(id)
    }

    /// Listed people in the subtree, each counted once.
    pub fn people_in(&self, id: DepartmentId) -> u32 {
        self.tree.slot(id).map_or(0, |slot| self.counts[slot])
    }

    /// A name for an id that some message or file bears; who was erased, or is gone from memory, is `?`.
    pub fn reference(&self, id: PersonId) -> PersonRef {
        match self.person(id) {
            Some(person) if person.state != PersonState::Erased => person.reference(),
            _ => PersonRef { id, uid: String::new(), name: "?".to_owned(), avatar_hue: avatar_hue(id), avatar: None },
        }
    }

    /// Is one of the person's departments inside the subtree of `department`?
    pub fn in_subtree(&self, person: PersonId, department: DepartmentId) -> bool {
        let (Some(person), Some(top)) = (self.person(person), self.department(department)) else {
            return false;
        };
        person.departments.iter().filter_map(|id| self.department(*id)).any(|d| (top.tin..top.tout).contains(&d.tin))
    }

    /// The person's own departments and all their ancestors, each once.
    pub fn departments_above(&self, person: PersonId) -> Vec<DepartmentId> {
        self.person(person).map(|person| self.tree.above(&person.departments)).unwrap_or_default()
    }

    /// The actor's person when active; else NotSignedIn.
    pub fn active(&self, actor: &Actor) -> Result<&OrgPerson> {
        let person = actor.person().and_then(|id| self.person(id)).ok_or(Error::NotSignedIn)?;
        if !person.state.may_sign_in() {
            return Err(Error::NotSignedIn);
        }
        Ok(person)
    }

    /// When the next thing ends by itself that somebody may not use a moment longer; the far future when nothing does.
    pub(crate) fn next_end(&self) -> Timestamp {
        self.ends.next_end()
    }

    /// When the box has something to end, or to begin again.
    pub(crate) fn next_due(&self) -> Timestamp {
        self.ends.next_due()
    }

    pub fn enterprise(&self) -> &str {
        &self.enterprise
    }

    /// Who holds the role at present and can act on it.
    pub fn holders(&self, role: Role) -> impl Iterator<Item = &OrgPerson> + '_ {
        self.people().filter(move |person| person.has_role(role))
    }
}

/// 1 to 8, always the same for one person.
pub(crate) fn avatar_hue(id: PersonId) -> u8 {
    // Fibonacci hashing spreads neighbours; the top three bits choose.
    let spread = id.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61;
    u8::try_from(spread).map_or(1, |hue| hue + 1)
}
