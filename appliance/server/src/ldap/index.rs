//! What makes questions quick: the names of departments, who belongs where, and who has which mail address or number.
//!
//! Follows the directory's snapshots: people who stand unchanged in the next one are the same in memory, so going on from
//! one to the next costs a comparison of addresses for each, and work only for who has changed.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use holdfast_base::{DepartmentId, Result};
use holdfast_directory::{Directory, Org, OrgPerson, connectors::View};
use parking_lot::RwLock;

use super::{
    dn::escape,
    prepare::{self, Piece},
    schema::{Attr, Rule},
    tree::{Sight, Suffix},
};

/// The attributes of people that are looked up instead of scanned for.
pub const INDEXED: [Attr; 5] = [Attr::Cn, Attr::Mail, Attr::EmployeeNumber, Attr::TelephoneNumber, Attr::Mobile];

/// Names of departments.
#[derive(Default)]
pub struct Branches {
    named: HashMap<DepartmentId, Branch>,
    below: HashMap<(Option<DepartmentId>, String), DepartmentId>,
    last: DepartmentId,
}

struct Branch {
    /// Its own value of `ou`: the department's name, with its number where a sibling has the same one.
    own: String,
    /// The steps from it up to, not including, `ou=departments`, each with a comma behind it.
    name: String,
}

impl Branches {
    fn build(org: &Org) -> Self {
        let mut branches = Self::default();
        let mut left: Vec<DepartmentId> = org.roots().iter().rev().copied().collect();
        while let Some(id) = left.pop() {
            let Some(department) = org.department(id) else { continue };
            let own = branches.free(department.parent, &department.name, id);
            let mut name = "ou=".to_owned();
            escape(&own, &mut name);
            name.push(',');
            name.push_str(department.parent.map_or("", |parent| branches.name(parent)));
            branches.below.insert((department.parent, compared(&own)), id);
            branches.named.insert(id, Branch { own, name });
            branches.last = branches.last.max(id);
            left.extend(department.children.iter().rev());
        }
        branches
    }

    /// Names that differ only in case or width are two names for us and one for LDAP.
    fn free(&self, parent: Option<DepartmentId>, name: &str, id: DepartmentId) -> String {
        let taken = |name: &str| self.below.contains_key(&(parent, compared(name)));
        if !taken(name) {
            return name.to_owned();
        }
        let numbered = format!("{name} ({id})");
        if taken(&numbered) { format!("{name} ({id}) ({id})") } else { numbered }
    }

    pub fn name(&self, id: DepartmentId) -> &str {
        self.named.get(&id).map_or("", |branch| &branch.name)
    }

    pub fn own(&self, id: DepartmentId) -> &str {
        self.named.get(&id).map_or("", |branch| &branch.own)
    }

    /// By a name in the form in which it is compared.
    pub fn below(&self, parent: Option<DepartmentId>, name: &str) -> Option<DepartmentId> {
        self.below.get(&(parent, name.to_owned())).copied()
    }

    pub fn last(&self) -> DepartmentId {
        self.last
    }
}

fn compared(name: &str) -> String {
    prepare::text(Rule::CaseIgnore, name, Piece::Whole).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

/// Slots of the people in each department, and of those in none; in order.
#[derive(Debug, Clone, Default)]
pub struct Members {
    of: HashMap<DepartmentId, Vec<u32>>,
    loose: Vec<u32>,
}

impl Members {
    pub fn of(&self, id: DepartmentId) -> &[u32] {
        self.of.get(&id).map_or(&[], Vec::as_slice)
    }

    pub fn loose(&self) -> &[u32] {
        &self.loose
    }

    fn change(&mut self, slot: u32, person: &OrgPerson, add: bool) {
        if person.departments.is_empty() {
            put(&mut self.loose, slot, add);
        }
        for id in &person.departments {
            put(self.of.entry(*id).or_default(), slot, add);
        }
    }
}

fn put(slots: &mut Vec<u32>, slot: u32, add: bool) {
    match (slots.binary_search(&slot), add) {
        (Err(at), true) => slots.insert(at, slot),
        (Ok(at), false) => drop(slots.remove(at)),
        _ => {}
    }
}

/// Who may have a value: hashes only, so what is found is looked at again.
#[derive(Default)]
struct Found {
    one: HashMap<u64, u32>,
    more: HashMap<u64, Vec<u32>>,
}

impl Found {
    fn change(&mut self, key: u64, slot: u32, add: bool) {
        if !add {
            if self.one.get(&key) == Some(&slot) {
                self.one.remove(&key);
            }
            if let Some(slots) = self.more.get_mut(&key) {
                put(slots, slot, false);
            }
            return;
        }
        let holder = *self.one.entry(key).or_insert(slot);
        if holder != slot {
            put(self.more.entry(key).or_default(), slot, true);
        }
    }

    fn of(&self, key: u64) -> Vec<u32> {
        let mut slots: Vec<u32> = self.one.get(&key).copied().into_iter().collect();
        slots.extend(self.more.get(&key).into_iter().flatten().filter(|slot| self.one.get(&key) != Some(*slot)));
        slots
    }
}

struct State {
    org: Arc<Org>,
    /// The snapshot that the branches were made from.
    named: Arc<Org>,
    people: Vec<Arc<OrgPerson>>,
    branches: Arc<Branches>,
    members: Arc<Members>,
    found: Found,
    changed_at: i64,
}

/// The book of the LDAP door: one for each unsealing.
pub struct Index {
    directory: Directory,
    pub suffix: Arc<Suffix>,
    prefix: [u8; 8],
    hash: RandomState,
    state: RwLock<State>,
}

impl Index {
    pub fn open(directory: Directory, suffix: Suffix) -> Result<Self> {
        let org = directory.org();
        let state = State {
            branches: Arc::new(Branches::build(&org)),
            named: org.clone(),
            org,
            people: Vec::new(),
            members: Arc::default(),
            found: Found::default(),
            changed_at: 0,
        };
        let prefix = directory.entry_prefix()?;
        let index = Self { directory, suffix: Arc::new(suffix), prefix, hash: RandomState::new(), state: RwLock::new(state) };
        index.follow(&mut index.state.write());
        Ok(index)
    }

    /// The present moment through a view.
    pub fn sight(&self, view: Arc<View>) -> Sight {
        let now = self.directory.org();
        let state = self.state.read();
        if now.epoch != state.org.epoch {
            drop(state);
            let mut state = self.state.write();
            state.org = self.directory.org();
            self.follow(&mut state);
            drop(state);
            return self.seen(&self.state.read(), view);
        }
        self.seen(&state, view)
    }

    fn seen(&self, state: &State, view: Arc<View>) -> Sight {
        Sight {
            org: state.org.clone(),
            seen: Arc::new(view.sight(&state.org)),
            branches: state.branches.clone(),
            members: state.members.clone(),
            view,
            suffix: self.suffix.clone(),
            prefix: self.prefix,
            directory: self.directory.clone(),
        }
    }

    /// Slots of people who may have this value, which is in the form in which it is compared.
    pub fn find(&self, attr: Attr, value: &str) -> Vec<u32> {
        self.state.read().found.of(self.hash.hash_one((attr, value)))
    }

    /// The last change of any entry, in microseconds.
    pub fn changed_at(&self) -> i64 {
        self.state.read().changed_at
    }

    fn follow(&self, state: &mut State) {
        let org = state.org.clone();
        for slot in 0..org.slots() {
            let (before, now) = (state.people.get(slot as usize).cloned(), org.at_slot(slot));
            let Some(now) = now.filter(|now| before.as_ref().is_none_or(|before| !Arc::ptr_eq(before, now))) else { continue };
            let members = Arc::make_mut(&mut state.members);
            if let Some(before) = before {
                members.change(slot, &before, false);
                self.change(&mut state.found, slot, &before, false);
                state.people[slot as usize] = now.clone();
            } else {
                state.people.push(now.clone());
            }
            members.change(slot, now, true);
            self.change(&mut state.found, slot, now, true);
            state.changed_at = state.changed_at.max(now.changed_at.0);
        }
        if !state.named.same_departments(&org) {
            state.branches = Arc::new(Branches::build(&org));
        }
        state.named = org.clone();
        state.changed_at = org.departments().map(|one| one.changed_at.0).fold(state.changed_at, i64::max);
    }

    fn change(&self, found: &mut Found, slot: u32, person: &OrgPerson, add: bool) {
        for attr in INDEXED {
            let value = match attr {
                Attr::Cn => Some(&person.name),
                Attr::Mail => person.contact.mail.as_ref(),
                Attr::EmployeeNumber => person.contact.employee_no.as_ref(),
                Attr::TelephoneNumber => person.contact.phone.as_ref(),
                _ => person.contact.mobile.as_ref(),
            };
            let compared = value.and_then(|value| prepare::text(attr.kind().rule, value, Piece::Whole));
            if let Some(value) = compared {
                found.change(self.hash.hash_one((attr, &*value)), slot, add);
            }
        }
    }
}
