//! The department tree in memory: an Euler tour makes "is inside" two comparisons.

use std::collections::{HashMap, HashSet};

use holdfast_base::{DepartmentId, Timestamp};

use super::OrgDepartment;
use crate::limits;

/// A department as its row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeRow {
    pub(crate) id: DepartmentId,
    pub(crate) name: String,
    pub(crate) parent: Option<DepartmentId>,
    pub(crate) position: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

#[derive(Debug, Default)]
pub(crate) struct Tree {
    departments: Vec<OrgDepartment>,
    slots: HashMap<DepartmentId, usize>,
    roots: Vec<DepartmentId>,
    /// By slot: the slot above, and how many there are above that.
    up: Vec<Option<usize>>,
    level: Vec<usize>,
    /// Slots on the way down: whoever is above comes before.
    downwards: Vec<usize>,
    /// By the number of the tour: the slot of that department, and the number of the one above it.
    toured: Vec<(usize, Option<u32>)>,
}

impl Tree {
    /// Rows in any order. A row whose parent is missing counts as a root, so that a damaged table still shows everything.
    pub(crate) fn build(mut rows: Vec<TreeRow>) -> Self {
        rows.sort_by_key(|row| (row.position, row.id));
        let known: HashSet<DepartmentId> = rows.iter().map(|row| row.id).collect();
        let mut tree = Self::default();
        for row in rows {
            let parent = row.parent.filter(|parent| known.contains(parent));
            tree.slots.insert(row.id, tree.departments.len());
            let (created_at, changed_at) = (row.created_at, row.changed_at);
            let children = Vec::new();
            let (id, name, position) = (row.id, row.name, row.position);
            let new = OrgDepartment { id, name, parent, position, created_at, changed_at, children, tin: 0, tout: 0 };
            tree.departments.push(new);
        }
        for slot in 0..tree.departments.len() {
            let (id, parent) = (tree.departments[slot].id, tree.departments[slot].parent);
            match parent.and_then(|parent| tree.slots.get(&parent).copied()) {
                Some(parent) => tree.departments[parent].children.push(id),
                None => tree.roots.push(id),
            }
        }
        tree.tour();
        tree
    }

    /// Numbers every department on the way down (`tin`) and closes it on the way up (`tout`).
    fn tour(&mut self) {
        enum Step {
            Enter(usize),
            Leave(usize),
        }
        (self.up, self.level) = (vec![None; self.departments.len()], vec![0; self.departments.len()]);
        let mut next = 0;
        let mut steps: Vec<Step> = self.roots.iter().rev().filter_map(|id| self.slot(*id)).map(Step::Enter).collect();
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(slot) => {
                    self.departments[slot].tin = next;
                    self.downwards.push(slot);
                    let up = self.departments[slot].parent.and_then(|parent| self.slot(parent));
                    (self.up[slot], self.level[slot]) = (up, up.map_or(0, |up| self.level[up] + 1));
                    // Whoever stands above was entered before.
                    let above = self.departments[slot].parent.and_then(|parent| self.get(parent)).map(|parent| parent.tin);
                    self.toured.push((slot, above));
                    next += 1;
                    steps.push(Step::Leave(slot));
                    let below = self.departments[slot].children.iter().rev().filter_map(|id| self.slot(*id));
                    steps.extend(below.map(Step::Enter));
                }
                Step::Leave(slot) => self.departments[slot].tout = next,
            }
        }
    }

    /// The rows that it was built from.
    pub(crate) fn rows(&self) -> impl Iterator<Item = TreeRow> + '_ {
        self.departments.iter().map(|one| TreeRow {
            id: one.id,
            name: one.name.clone(),
            parent: one.parent,
            position: one.position,
            created_at: one.created_at,
            changed_at: one.changed_at,
        })
    }

    /// How many stand in the subtree of each department, by slot, each counted once wherever in it they stand. `places`: the
    /// departments of each.
    pub(crate) fn counts<'a>(&self, places: impl Iterator<Item = &'a [DepartmentId]>) -> Vec<u32> {
        let mut of = vec![0i64; self.departments.len()];
        let mut slots = Vec::new();
        for places in places {
            slots.clear();
            slots.extend(places.iter().filter_map(|id| self.slot(*id)));
            slots.sort_unstable_by_key(|slot| self.departments[*slot].tin);
            slots.iter().for_each(|slot| of[*slot] += 1);
            // Along the tour, two neighbours share everything from where their ways up meet: there one is taken away again.
            for pair in slots.windows(2) {
                if let Some(meeting) = self.meeting(pair[0], pair[1]) {
                    of[meeting] -= 1;
                }
            }
        }
        for slot in self.downwards.iter().rev() {
            if let Some(up) = self.up[*slot] {
                of[up] += of[*slot];
            }
        }
        of.into_iter().map(|count| u32::try_from(count).unwrap_or(0)).collect()
    }

    /// The lowest department that is above both (or is one of them).
    fn meeting(&self, a: usize, b: usize) -> Option<usize> {
        let (mut a, mut b) = (a, b);
        while a != b {
            let higher = if self.level[a] >= self.level[b] { &mut a } else { &mut b };
            *higher = self.up[*higher]?;
        }
        Some(a)
    }

    pub(crate) fn all(&self) -> &[OrgDepartment] {
        &self.departments
    }

    pub(crate) fn roots(&self) -> &[DepartmentId] {
        &self.roots
    }

    pub(crate) fn slot(&self, id: DepartmentId) -> Option<usize> {
        self.slots.get(&id).copied()
    }

    pub(crate) fn get(&self, id: DepartmentId) -> Option<&OrgDepartment> {
        self.slot(id).map(|slot| &self.departments[slot])
    }

    pub(crate) fn at_tin(&self, tin: u32) -> &OrgDepartment {
        &self.departments[self.toured[tin as usize].0]
    }

    /// The number of the department above.
    pub(crate) fn above_tin(&self, tin: u32) -> Option<u32> {
        self.toured[tin as usize].1
    }

    /// The numbers of all of them, of a department's and of those above it.
    pub(crate) fn climb(&self, tin: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(tin), |tin| self.above_tin(*tin))
    }

    pub(crate) fn path(&self, id: DepartmentId) -> Vec<&OrgDepartment> {
        let mut path = Vec::new();
        let mut at = self.get(id);
        while let Some(department) = at {
            path.push(department);
            if path.len() > limits::DEPARTMENT_LEVELS {
                break;
            }
            at = department.parent.and_then(|parent| self.get(parent));
        }
        path.reverse();
        path
    }

    /// The departments given and all above them, each once, the given ones first.
    pub(crate) fn above(&self, of: &[DepartmentId]) -> Vec<DepartmentId> {
        let mut found: Vec<DepartmentId> = of.iter().copied().filter(|id| self.get(*id).is_some()).collect();
        let mut seen: HashSet<DepartmentId> = found.iter().copied().collect();
        let mut next = 0;
        while next < found.len() {
            let parent = self.get(found[next]).and_then(|department| department.parent);
            if let Some(parent) = parent.filter(|parent| seen.insert(*parent)) {
                found.push(parent);
            }
            next += 1;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(parents: &[usize]) -> Vec<TreeRow> {
        let row = |(n, parent): (usize, &usize)| TreeRow {
            id: DepartmentId(n as u64 + 1),
            name: format!("d{n}"),
            parent: (n > 0 && *parent % (n + 1) != 0).then(|| DepartmentId((parent % (n + 1)) as u64)),
            position: 0,
            created_at: Timestamp(0),
            changed_at: Timestamp(0),
        };
        parents.iter().enumerate().map(row).collect()
    }

    proptest! {
        #[test]
        fn the_tour_says_the_same_as_walking_up(parents in prop::collection::vec(0usize..1000, 1..30)) {
            let tree = Tree::build(rows(&parents));
            for below in tree.all() {
                let above = tree.above(&[below.id]);
                for top in tree.all() {
                    let inside = (top.tin..top.tout).contains(&below.tin);
                    prop_assert_eq!(inside, above.contains(&top.id));
                }
            }
        }

        #[test]
        fn everybody_is_counted_once_in_each_subtree(
            parents in prop::collection::vec(0usize..1000, 1..30),
            people in prop::collection::vec(prop::collection::vec(0u64..32, 0..5), 0..20),
        ) {
            let tree = Tree::build(rows(&parents));
            let people: Vec<Vec<DepartmentId>> = people.into_iter().map(|of| of.into_iter().map(DepartmentId).collect()).collect();
            let counts = tree.counts(people.iter().map(Vec::as_slice));
            for (slot, top) in tree.all().iter().enumerate() {
                let inside = people.iter().filter(|of| tree.above(of).contains(&top.id)).count();
                prop_assert_eq!(counts[slot] as usize, inside);
            }
        }
    }
}
