//! How a snapshot is made: whole from rows at the start, then from the one before by what changed.

use std::sync::{Arc, OnceLock};

use holdfast_base::{PersonId, Timestamp};

use super::{Org, OrgPerson, Tag, TagBook, Tree, TreeRow, ends::Calendar, names::Names};
use crate::visibility::{Classes, RuleBook};

/// Everything a snapshot is made of, as the rows have it. People in the order of their ids.
pub(crate) struct OrgParts {
    pub(crate) enterprise: String,
    pub(crate) people: Vec<OrgPerson>,
    pub(crate) departments: Vec<TreeRow>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) rules: RuleBook,
}

impl Org {
    pub(crate) fn build(epoch: u64, parts: OrgParts, now: Timestamp) -> Self {
        let mut org = Self {
            epoch,
            enterprise: parts.enterprise.into(),
            people: Vec::new(),
            slots: Arc::default(),
            uids: Arc::default(),
            order: Arc::default(),
            places: Arc::default(),
            tree: Arc::new(Tree::build(parts.departments)),
            counts: Vec::new(),
            ends: Arc::default(),
            names: Names::default(),
            listed: 0,
            tags: TagBook::default(),
            rules: Arc::new(parts.rules),
            classes: Classes::default(),
            members: OnceLock::new(),
        };
        org.put(parts.people);
        org.count_all();
        org.tags = TagBook::build(parts.tags, now, &org.tree, &org.people);
        org
    }

    /// The next snapshot with these people new or changed.
    pub(crate) fn with_people(&self, people: Vec<OrgPerson>) -> Self {
        let mut next = self.next();
        if people.len() > self.people.len() / 4 + 16 {
            next.put(people);
            next.count_all();
            next.tags = next.tags.filled(&next.tree, &next.people);
            return next;
        }
        for person in &people {
            let before = self.person(person.id);
            next.count(before, false);
            next.count(Some(person), true);
        }
        let changed: Vec<PersonId> = people.iter().map(|person| person.id).collect();
        next.put(people);
        for id in changed {
            let (Some(slot), before) = (next.slot(id), self.person(id)) else { continue };
            next.tags.change(slot, before, &next.people[slot as usize], &next.tree);
        }
        next
    }

    pub(crate) fn with_departments(&self, rows: Vec<TreeRow>) -> Self {
        let mut next = self.next();
        next.tree = Arc::new(Tree::build(rows));
        next.count_all();
        next.tags = next.tags.filled(&next.tree, &next.people);
        next
    }

    /// The next snapshot with this department new or changed.
    pub(crate) fn with_department(&self, row: TreeRow) -> Self {
        let others = self.tree.rows().filter(|other| other.id != row.id);
        self.with_departments(others.chain(std::iter::once(row.clone())).collect())
    }

    pub(crate) fn with_tags(&self, tags: Vec<Tag>, now: Timestamp) -> Self {
        Self { tags: TagBook::build(tags, now, &self.tree, &self.people), ..self.next() }
    }

    pub(crate) fn with_rules(&self, rules: RuleBook) -> Self {
        Self { rules: Arc::new(rules), ..self.next() }
    }

    pub(crate) fn with_enterprise(&self, name: &str) -> Self {
        Self { enterprise: name.into(), ..self.next() }
    }

    fn next(&self) -> Self {
        Self {
            epoch: self.epoch + 1,
            enterprise: self.enterprise.clone(),
            people: self.people.clone(),
            slots: self.slots.clone(),
            uids: self.uids.clone(),
            order: self.order.clone(),
            places: self.places.clone(),
            tree: self.tree.clone(),
            counts: self.counts.clone(),
            ends: self.ends.clone(),
            names: self.names.clone(),
            listed: self.listed,
            tags: self.tags.clone(),
            rules: self.rules.clone(),
            classes: Classes::default(),
            members: OnceLock::new(),
        }
    }

    /// Puts people into their slots; new ones go to the end. A uid never changes, so the maps only grow.
    fn put(&mut self, people: Vec<OrgPerson>) {
        Calendar::put(&mut self.ends, &people);
        let mut moved = false;
        for person in people {
            match self.slots.get(&person.id).copied() {
                Some(slot) => {
                    self.names.change(slot);
                    moved |= sort_key(&self.people[slot as usize]) != sort_key(&person);
                    self.people[slot as usize] = Arc::new(person);
                }
                None => {
                    moved = true;
                    self.add(person);
                }
            }
        }
        if moved {
            self.sort();
        }
    }

    fn add(&mut self, person: OrgPerson) {
        // Slots are u32: four thousand million people is no enterprise of ours.
        let Ok(slot) = u32::try_from(self.people.len()) else { return };
        self.names.change(slot);
        Arc::make_mut(&mut self.slots).insert(person.id, slot);
        Arc::make_mut(&mut self.uids).insert(person.uid.to_ascii_lowercase(), slot);
        self.people.push(Arc::new(person));
    }

    fn sort(&mut self) {
        let mut order: Vec<u32> = self.order.to_vec();
        order.extend((0u32..).take(self.people.len()).skip(order.len()));
        // Almost sorted already: this is one pass over runs.
        order.sort_by(|a, b| sort_key(&self.people[*a as usize]).cmp(&sort_key(&self.people[*b as usize])));
        let mut places = vec![0; order.len()];
        (0_u32..).zip(&order).for_each(|(place, slot)| places[*slot as usize] = place);
        (self.order, self.places) = (Arc::new(order), Arc::new(places));
    }

    fn count_all(&mut self) {
        let listed = self.people.iter().filter(|person| person.state.is_listed());
        self.counts = self.tree.counts(listed.map(|person| person.departments.as_slice()));
        self.listed = self.people.iter().filter(|person| person.state.is_listed()).count() as u64;
    }

    fn count(&mut self, person: Option<&OrgPerson>, add: bool) {
        let Some(person) = person.filter(|person| person.state.is_listed()) else { return };
        self.listed = if add { self.listed + 1 } else { self.listed.saturating_sub(1) };
        for slot in self.slots_above(person) {
            let count = &mut self.counts[slot];
            *count = if add { *count + 1 } else { count.saturating_sub(1) };
        }
    }

    fn slots_above(&self, person: &OrgPerson) -> Vec<usize> {
        self.tree.above(&person.departments).into_iter().filter_map(|id| self.tree.slot(id)).collect()
    }
}

/// Where a person stands in lists.
pub(crate) fn sort_key(person: &OrgPerson) -> (&str, PersonId) {
    (&person.pinyin, person.id)
}
