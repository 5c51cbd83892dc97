//! What the rules come to for those of whom the same rules speak: bitmaps of people and departments, made when somebody of
//! the class first looks, and gone with the snapshot.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use holdfast_base::DepartmentId;
use parking_lot::Mutex;
use roaring::RoaringBitmap;

use super::{Effect, FieldMask, RuleBook};
use crate::{Org, OrgPerson, PersonState, Subject};

/// The classes of one snapshot.
#[derive(Default)]
pub(crate) struct Classes {
    rules: OnceLock<Vec<Compiled>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// By the slot of who looks; none: sees everything.
    viewers: HashMap<u32, Option<Arc<Class>>>,
    classes: HashMap<Key, Arc<Class>>,
}

/// The rules that count for a viewer, and the own departments where one of them asks for those.
type Key = (Vec<usize>, Vec<DepartmentId>);

/// A rule with its lists resolved against one snapshot.
struct Compiled {
    effect: Effect,
    subjects: People,
    objects: People,
    exempt: People,
    own_departments: bool,
    /// No objects are named.
    of_everybody: bool,
    mask: FieldMask,
}

/// The people that a list of subjects means.
#[derive(Default, Clone)]
struct People {
    slots: RoaringBitmap,
    tags: Vec<Arc<RoaringBitmap>>,
    /// Numbers of the tour.
    departments: Vec<std::ops::Range<u32>>,
}

impl People {
    fn of(org: &Org, subjects: &[Subject]) -> Self {
        let mut people = Self::default();
        for subject in subjects {
            match subject {
                Subject::Person(id) => people.slots.extend(org.slot(*id)),
                Subject::Tag(id) => people.tags.extend(org.tags.held(*id).cloned()),
                Subject::Department(id) => people.departments.extend(org.department(*id).map(|one| one.tin..one.tout)),
            }
        }
        people
    }

    /// As a person, whatever the departments.
    fn names(&self, slot: u32) -> bool {
        self.slots.contains(slot) || self.tags.iter().any(|tag| tag.contains(slot))
    }

    fn hold(&self, slot: u32, tins: &[u32]) -> bool {
        self.names(slot) || self.departments.iter().any(|range| tins.iter().any(|tin| range.contains(tin)))
    }

    fn put_into(&self, people: &mut RoaringBitmap, departments: &mut RoaringBitmap) {
        *people |= &self.slots;
        self.tags.iter().for_each(|tag| *people |= tag.as_ref());
        for range in &self.departments {
            departments.insert_range(range.clone());
        }
    }
}

/// What one class sees. Nobody's own person is in it: [`super::Sight`] adds that.
pub(crate) struct Class {
    /// Slots.
    pub(super) people: RoaringBitmap,
    /// Places in the order of lists, of those who are listed.
    pub(super) places: RoaringBitmap,
    /// Numbers of the tour.
    pub(super) departments: RoaringBitmap,
    edges: Edges,
    /// Before each number of the tour: how many listed people, counted so that the difference over a subtree is exact.
    sums: Vec<i32>,
    masks: Vec<(FieldMask, Option<People>)>,
}

/// Under which of their departments people are seen.
#[derive(Default)]
struct Edges {
    hidden_people: RoaringBitmap,
    hidden_departments: RoaringBitmap,
    /// None: whoever is not hidden.
    allowed: Option<Allowed>,
}

#[derive(Default)]
struct Allowed {
    people: RoaringBitmap,
    departments: RoaringBitmap,
}

impl Edges {
    fn shows_in(&self, slot: u32, tin: u32) -> bool {
        !self.hidden_people.contains(slot)
            && !self.hidden_departments.contains(tin)
            && self.allowed.as_ref().is_none_or(|allowed| allowed.departments.contains(tin) || allowed.people.contains(slot))
    }

    fn shows(&self, slot: u32, tins: &[u32]) -> bool {
        if tins.is_empty() {
            let allowed = self.allowed.as_ref().is_none_or(|allowed| allowed.people.contains(slot));
            return allowed && !self.hidden_people.contains(slot);
        }
        tins.iter().any(|tin| self.shows_in(slot, *tin))
    }
}

impl Classes {
    /// None: no rule counts for this person, who sees everything.
    pub(super) fn of(&self, org: &Org, viewer: u32) -> Option<Arc<Class>> {
        let nothing_at_all = !org.rules.damaged && org.rules.rules.is_empty();
        if nothing_at_all {
            return None;
        }
        if let Some(known) = self.known.lock().viewers.get(&viewer) {
            return known.clone();
        }
        let class = self.found(org, viewer);
        self.known.lock().viewers.insert(viewer, class.clone());
        class
    }

    fn found(&self, org: &Org, viewer: u32) -> Option<Arc<Class>> {
        if org.rules.damaged {
            return Some(Arc::new(Class::blind(org)));
        }
        let rules = self.rules.get_or_init(|| compiled(org, &org.rules));
        let person = org.at_slot(viewer)?;
        let tins = tins(org, person);
        let counts = |rule: &Compiled| match rule.effect {
            Effect::Restrict => rule.subjects.hold(viewer, &tins) && !rule.exempt.hold(viewer, &tins),
            Effect::Hide | Effect::Mask => !rule.exempt.hold(viewer, &tins),
        };
        let counting: Vec<usize> = (0..rules.len()).filter(|place| counts(&rules[*place])).collect();
        if counting.is_empty() {
            return None;
        }
        let own = counting.iter().any(|place| rules[*place].own_departments);
        let own = if own { person.departments.clone() } else { Vec::new() };
        let key = (counting, own);
        if let Some(class) = self.known.lock().classes.get(&key) {
            return Some(class.clone());
        }
        let speaking: Vec<&Compiled> = key.0.iter().map(|place| &rules[*place]).collect();
        let class = Arc::new(Class::compile(org, &speaking, &key.1, false));
        // Whoever was quicker made the same.
        Some(self.known.lock().classes.entry(key).or_insert(class).clone())
    }
}

fn compiled(org: &Org, book: &RuleBook) -> Vec<Compiled> {
    let enabled = book.rules.iter().map(|rule| &rule.settings).filter(|settings| settings.enabled);
    let compile = |settings: &super::RuleSettings| Compiled {
        effect: settings.effect,
        subjects: People::of(org, &settings.subjects),
        objects: People::of(org, &settings.objects),
        exempt: People::of(org, &settings.exempt),
        own_departments: settings.own_departments,
        of_everybody: settings.objects.is_empty(),
        mask: settings.fields.iter().copied().collect(),
    };
    enabled.map(compile).collect()
}

/// Numbers of the tour of a person's departments, in order.
pub(super) fn tins(org: &Org, person: &OrgPerson) -> Vec<u32> {
    let mut tins: Vec<u32> = org.tins(person).collect();
    tins.sort_unstable();
    tins
}

impl Class {
    /// What somebody sees who is not there.
    pub(super) fn blind(org: &Org) -> Self {
        Self::compile(org, &[], &[], true)
    }

    /// Who belongs to departments numbered so, past all rules.
    pub(super) fn within(org: &Org, tins: &[std::ops::Range<u32>]) -> Self {
        let mut allowed = Allowed::default();
        for range in tins {
            allowed.departments.insert_range(range.clone());
        }
        Self::of_edges(org, Edges { allowed: Some(allowed), ..Edges::default() }, Vec::new())
    }

    fn compile(org: &Org, rules: &[&Compiled], own: &[DepartmentId], nobody: bool) -> Self {
        let masks = rules.iter().filter(|rule| rule.effect == Effect::Mask);
        let masks = masks.map(|rule| (rule.mask, (!rule.of_everybody).then(|| rule.objects.clone()))).collect();
        Self::of_edges(org, edges(org, rules, own, nobody), masks)
    }

    fn of_edges(org: &Org, edges: Edges, masks: Vec<(FieldMask, Option<People>)>) -> Self {
        let count = u32::try_from(org.tree.all().len()).unwrap_or(u32::MAX);
        let mut class = Self {
            people: RoaringBitmap::new(),
            places: RoaringBitmap::new(),
            departments: RoaringBitmap::new(),
            edges,
            sums: vec![0; count as usize + 1],
            masks,
        };
        match &class.edges.allowed {
            None => drop(class.departments.insert_range(0..count)),
            Some(allowed) => class.departments |= &allowed.departments,
        }
        class.departments -= &class.edges.hidden_departments;
        class.add_people(org);
        class.add_above(org);
        class.sum();
        class
    }

    fn add_people(&mut self, org: &Org) {
        let mut listed = vec![false; org.people.len()];
        let narrow = self.edges.allowed.is_some();
        let mut shown = Vec::new();
        for (slot, person) in (0_u32..).zip(&org.people) {
            if person.state == PersonState::Erased {
                continue;
            }
            let mut tins = tins(org, person);
            if !self.edges.shows(slot, &tins) {
                continue;
            }
            shown.push(slot);
            tins.retain(|tin| self.edges.shows_in(slot, *tin));
            if narrow {
                self.departments.extend(tins.iter().copied());
            }
            if person.state.is_listed() {
                listed[slot as usize] = true;
                self.count(org, &tins);
            }
        }
        self.people = shown.into_iter().collect();
        let places = (0_u32..).zip(org.order()).filter(|(_, slot)| listed[**slot as usize]).map(|(place, _)| place);
        self.places = places.collect();
    }

    /// One person under these departments: one for each, less one where two of them meet, so each subtree counts once.
    fn count(&mut self, org: &Org, tins: &[u32]) {
        tins.iter().for_each(|tin| self.sums[*tin as usize + 1] += 1);
        for pair in tins.windows(2) {
            let inside = |above: &u32| org.tree.at_tin(*above).tout > pair[1];
            if let Some(meeting) = org.tree.climb(pair[0]).find(inside) {
                self.sums[meeting as usize + 1] -= 1;
            }
        }
    }

    /// Whoever is seen in a department is seen on the way to it.
    fn add_above(&mut self, org: &Org) {
        let mut above = Vec::new();
        for tin in &self.departments {
            let missing = org.tree.climb(tin).skip(1).take_while(|tin| !self.departments.contains(*tin));
            above.extend(missing);
        }
        self.departments.extend(above);
    }

    fn sum(&mut self) {
        for tin in 1..self.sums.len() {
            self.sums[tin] += self.sums[tin - 1];
        }
    }

    pub(super) fn shows_in(&self, slot: u32, tin: u32) -> bool {
        self.edges.shows_in(slot, tin)
    }

    /// Listed people in a subtree, each once.
    pub(super) fn people_in(&self, subtree: std::ops::Range<u32>) -> u32 {
        u32::try_from(self.sums[subtree.end as usize] - self.sums[subtree.start as usize]).unwrap_or(0)
    }

    pub(super) fn mask(&self, slot: u32, tins: impl FnOnce() -> Vec<u32>) -> FieldMask {
        if self.masks.is_empty() {
            return FieldMask::default();
        }
        let tins = tins();
        let speak = self.masks.iter().filter(|(_, objects)| objects.as_ref().is_none_or(|objects| objects.hold(slot, &tins)));
        speak.fold(FieldMask::default(), |mask, (more, _)| mask.and(*more))
    }
}

fn edges(org: &Org, rules: &[&Compiled], own: &[DepartmentId], nobody: bool) -> Edges {
    let mut edges = Edges { allowed: nobody.then(Allowed::default), ..Edges::default() };
    for rule in rules {
        match rule.effect {
            Effect::Hide => rule.objects.put_into(&mut edges.hidden_people, &mut edges.hidden_departments),
            Effect::Restrict => {
                let allowed = edges.allowed.get_or_insert_default();
                rule.objects.put_into(&mut allowed.people, &mut allowed.departments);
                if rule.own_departments {
                    for own in own.iter().filter_map(|id| org.department(*id)) {
                        allowed.departments.insert_range(own.tin..own.tout);
                    }
                }
            }
            Effect::Mask => {}
        }
    }
    edges
}
