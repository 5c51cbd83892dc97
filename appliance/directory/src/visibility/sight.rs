//! What somebody sees of the directory: the only way from a snapshot to what a door shows.
//!
//! [`Sight`] is made here alone, [`Seen`] by a sight alone, and whatever shows a person or a department asks for one of
//! them: a door that forgot the rules would not compile. What a sight does not show is to its door as if it were not there.

use std::sync::Arc;

use holdfast_base::{Actor, DepartmentId, PersonId, Result};

use super::{Class, Field, FieldMask, class};
use crate::{Administrator, Directory, DirectoryKeeper, Org, OrgDepartment, OrgPerson, PersonRef, PersonState, Role, may::Act};

/// One moment of the directory through one person's eyes.
#[derive(Clone)]
pub struct Sight {
    org: Arc<Org>,
    /// None: no rule counts.
    class: Option<Arc<Class>>,
    own: Own,
    viewer: Viewer,
}

/// Whose eyes they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Viewer {
    Somebody(PersonId),
    /// The system administrator at the records: sees also who is gone.
    Keeper,
    /// Somebody at the records of the departments given to them.
    Delegate(PersonId),
    /// A connector, or a console past the rules.
    Nobody,
}

/// Oneself, who is always seen: what the class lacks of that. Empty without a class.
#[derive(Clone, Default)]
struct Own {
    slot: Option<u32>,
    /// Numbers of the tour: the own departments and those above them.
    departments: Vec<u32>,
    /// Those of them that count oneself and whose count by the class does not.
    counting: Vec<u32>,
    /// The own place in the order of lists, where the class does not have it.
    place: Option<u32>,
}

/// A person who is seen, and by whom.
#[derive(Clone, Copy)]
pub struct Seen<'s> {
    sight: &'s Sight,
    slot: u32,
    person: &'s OrgPerson,
}

impl Directory {
    /// What the actor sees.
    pub fn sight(&self, by: &Actor) -> Result<Sight> {
        let org = self.org();
        let viewer = org.active(by)?.id;
        Ok(Sight::of(&org, viewer))
    }
}

impl Sight {
    /// What this person sees.
    pub fn of(org: &Arc<Org>, viewer: PersonId) -> Self {
        let Some(slot) = org.slot(viewer) else { return Self::nobodys(org) };
        let class = org.classes.of(org, slot);
        let own = class.as_ref().map(|class| Own::of(org, class, slot)).unwrap_or_default();
        Self { org: org.clone(), class, own, viewer: Viewer::Somebody(viewer) }
    }

    /// What there is, past all rules: for the consoles of those who administer.
    pub fn whole(org: &Arc<Org>, _by: &Administrator) -> Self {
        Self::everything(org)
    }

    /// The same for the one who keeps the records; for a delegate what is theirs to keep.
    pub fn of_records(org: &Arc<Org>, by: &DirectoryKeeper) -> Result<Self> {
        Ok(match by.delegate(org)? {
            Some(delegate) => Self::of_scope(org, delegate),
            None => Self { viewer: Viewer::Keeper, ..Self::everything(org) },
        })
    }

    /// Who belongs to a department that is given to the person, and the way to it.
    pub(crate) fn of_scope(org: &Arc<Org>, by: &OrgPerson) -> Self {
        let class = Arc::new(Class::within(org, &org.scope(by)));
        Self { class: Some(class), viewer: Viewer::Delegate(by.id), ..Self::everything(org) }
    }

    /// For connectors that look through nobody's eyes.
    pub(crate) fn everything(org: &Arc<Org>) -> Self {
        Self { org: org.clone(), class: None, own: Own::default(), viewer: Viewer::Nobody }
    }

    /// Through the eyes of somebody who is not there: nothing.
    fn nobodys(org: &Arc<Org>) -> Self {
        Self { class: Some(Arc::new(Class::blind(org))), ..Self::everything(org) }
    }

    pub fn org(&self) -> &Arc<Org> {
        &self.org
    }

    /// Who looks, where that is a person.
    pub(crate) fn viewer(&self) -> Option<&OrgPerson> {
        match self.viewer {
            Viewer::Somebody(id) => self.org.person(id),
            Viewer::Keeper | Viewer::Delegate(_) | Viewer::Nobody => None,
        }
    }

    pub(crate) fn keeps_record_of(&self, person: &OrgPerson) -> bool {
        match self.viewer {
            Viewer::Keeper => true,
            Viewer::Delegate(id) => self.org.person(id).is_some_and(|by| self.org.may(by, &Act::Edit(person)).allowed),
            Viewer::Somebody(_) | Viewer::Nobody => self.viewer().is_some_and(|viewer| viewer.has_role(Role::System)),
        }
    }

    /// Frozen people too; those who are gone are seen by the keeper of the records alone, those who were erased by nobody.
    pub fn sees(&self, person: PersonId) -> bool {
        self.org.slot(person).is_some_and(|slot| self.at_slot(slot).is_some())
    }

    pub fn at_slot(&self, slot: u32) -> Option<Seen<'_>> {
        let person = self.org.at_slot(slot)?.as_ref();
        let class = self.class.as_ref();
        let shown = class.is_none_or(|class| class.people.contains(slot)) || self.own.slot == Some(slot);
        let there = person.state.is_kept() || person.state == PersonState::Gone && self.viewer == Viewer::Keeper;
        (shown && there).then_some(Seen { sight: self, slot, person })
    }

    pub fn person(&self, id: PersonId) -> Option<Seen<'_>> {
        self.org.slot(id).and_then(|slot| self.at_slot(slot))
    }

    pub fn by_uid(&self, uid: &str) -> Option<Seen<'_>> {
        self.org.by_uid(uid).and_then(|person| self.person(person.id))
    }

    pub fn department(&self, id: DepartmentId) -> Option<&OrgDepartment> {
        self.org.department(id).filter(|department| self.has(department.tin))
    }

    fn has(&self, tin: u32) -> bool {
        self.class.as_ref().is_none_or(|class| class.departments.contains(tin)) || self.own.departments.contains(&tin)
    }

    /// Departments directly below; without a parent the roots.
    pub fn children(&self, parent: Option<&OrgDepartment>) -> Vec<&OrgDepartment> {
        let ids = parent.map_or(self.org.roots(), |parent| &parent.children);
        ids.iter().filter_map(|id| self.department(*id)).collect()
    }

    /// How many those are.
    pub fn children_count(&self, parent: &OrgDepartment) -> u32 {
        let count = match &self.class {
            None => parent.children.len(),
            Some(_) => parent.children.iter().filter(|id| self.department(**id).is_some()).count(),
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Listed people of the subtree who are seen in it, each once.
    pub fn people_in(&self, department: &OrgDepartment) -> u32 {
        match &self.class {
            None => self.org.people_in(department.id),
            Some(class) => {
                let own = self.own.counting.contains(&department.tin);
                class.people_in(department.tin..department.tout) + u32::from(own)
            }
        }
    }

    /// Is the person seen in this department or below it?
    pub fn in_subtree(&self, slot: u32, department: &OrgDepartment) -> bool {
        let Some(seen) = self.at_slot(slot) else { return false };
        seen.departments().any(|one| (department.tin..department.tout).contains(&one.tin))
    }

    fn shows_in(&self, slot: u32, tin: u32) -> bool {
        self.class.as_ref().is_none_or(|class| class.shows_in(slot, tin)) || self.own.slot == Some(slot)
    }

    /// Everybody who is listed, in the order of lists, from this place on.
    pub(crate) fn listed(&self, from: u32) -> Box<dyn Iterator<Item = u32> + '_> {
        let slots = |place: u32| self.org.order()[place as usize];
        let Some(class) = &self.class else {
            let behind = self.org.order().get(from as usize..).unwrap_or_default().iter().copied();
            return Box::new(behind.filter(|slot| self.org.at_slot(*slot).is_some_and(|one| one.state.is_listed())));
        };
        let own = self.own.place.filter(|place| *place >= from);
        let before = class.places.range(from..own.unwrap_or(u32::MAX));
        let behind = own.map(|own| std::iter::once(own).chain(class.places.range(own..)));
        Box::new(before.chain(behind.into_iter().flatten()).map(slots))
    }

    /// Is the person in this slot listed, and seen?
    pub(crate) fn lists(&self, slot: u32) -> bool {
        self.at_slot(slot).is_some_and(|seen| seen.person.state.is_listed())
    }

    /// How many that are from the first place on.
    pub(crate) fn listed_count(&self) -> u64 {
        match &self.class {
            None => self.org.listed_count(),
            Some(class) => class.places.len() + u64::from(self.own.place.is_some()),
        }
    }

    /// Slots of the listed people who are seen in the department itself, in its own order.
    pub(crate) fn ordered(&self, department: &OrgDepartment) -> impl Iterator<Item = u32> + '_ {
        let tin = department.tin;
        let shown = self.org.ordered(department).iter().copied().filter(move |slot| self.shows_in(*slot, tin));
        shown.filter(|slot| self.org.at_slot(*slot).is_some_and(|person| person.state.is_listed()))
    }

    /// Who leads the department and is seen in it.
    pub fn heads(&self, department: &OrgDepartment) -> impl Iterator<Item = Seen<'_>> {
        let tin = department.tin;
        let shown = self.org.heads(department).filter(move |slot| self.shows_in(*slot, tin));
        shown.filter_map(|slot| self.at_slot(slot)).filter(|seen| seen.person.state.is_listed())
    }

    /// Slots of the listed people who are seen in the department itself, or below it too. Some may come twice.
    pub(crate) fn inside(&self, department: &OrgDepartment, subtree: bool) -> impl Iterator<Item = u32> + '_ {
        let tins = if subtree { department.tin..department.tout } else { department.tin..department.tin + 1 };
        let shown = self.org.members(tins).filter(|(slot, tin)| self.shows_in(*slot, *tin)).map(|(slot, _)| slot);
        shown.filter(|slot| self.org.at_slot(*slot).is_some_and(|person| person.state.is_listed()))
    }
}

impl<'s> Seen<'s> {
    pub fn slot(&self) -> u32 {
        self.slot
    }

    pub(crate) fn sight(&self) -> &'s Sight {
        self.sight
    }

    /// Everything about the person, what is masked too: for names, titles and what never leaves the box.
    pub fn person(&self) -> &'s OrgPerson {
        self.person
    }

    pub fn reference(&self) -> PersonRef {
        PersonRef { avatar: self.avatar(), ..self.person.reference() }
    }

    /// The departments in which the person is seen, the main one first if it is among them.
    pub fn departments(&self) -> impl Iterator<Item = &'s OrgDepartment> + use<'s> {
        let Self { sight, slot, person } = *self;
        let all = person.departments.iter().filter_map(|id| sight.org.department(*id));
        all.filter(move |one| sight.shows_in(slot, one.tin))
    }

    /// Nothing of oneself is masked.
    pub fn mask(&self) -> FieldMask {
        match &self.sight.class {
            Some(class) if self.sight.own.slot != Some(self.slot) => {
                class.mask(self.slot, || class::tins(&self.sight.org, self.person))
            }
            _ => FieldMask::default(),
        }
    }

    pub fn shows(&self, field: Field) -> bool {
        !self.mask().hides(field)
    }

    /// The manager, where that is not masked and the manager is seen.
    pub fn manager(&self) -> Option<Seen<'s>> {
        let id = self.person.manager.filter(|_| self.shows(Field::Manager))?;
        self.sight.person(id)
    }

    /// Whom to ask where no manager is named: the head of the main department, or of the nearest one above that has another.
    pub fn department_head(&self) -> Option<Seen<'s>> {
        if self.person.manager.is_some() || !self.shows(Field::Manager) {
            return None;
        }
        let line = self.sight.org.department_path(*self.person.departments.first()?);
        line.into_iter().rev().find_map(|one| self.sight.heads(one).find(|head| head.slot != self.slot))
    }
}

impl Own {
    fn of(org: &Org, class: &Class, slot: u32) -> Self {
        let Some(person) = org.at_slot(slot) else { return Self::default() };
        let tins = class::tins(org, person);
        let above = |tins: &mut dyn Iterator<Item = u32>| {
            let mut above: Vec<u32> = tins.flat_map(|tin| org.tree.climb(tin)).collect();
            above.sort_unstable();
            above.dedup();
            above
        };
        let departments = above(&mut tins.iter().copied());
        let by_class = above(&mut tins.iter().copied().filter(|tin| class.shows_in(slot, *tin)));
        let listed = person.state.is_listed();
        let lacking = |tin: &u32| listed && !by_class.contains(tin);
        let counting = departments.iter().copied().filter(lacking).collect();
        let place = Some(org.place(slot)).filter(|_| listed && !class.people.contains(slot));
        Self { slot: Some(slot), departments, counting, place }
    }
}
