//! Feeds the people engine: everybody who is listed, and the departments, after each change of the directory.

use std::{sync::Arc, time::Duration};

use crossbeam_channel::Receiver;
use holdfast_directory::{Org, OrgDepartment, OrgPerson};
use holdfast_search::{NameEntry, NameKey, NameKind};

use super::{Inner, limits};

/// Until the room closes.
pub(super) fn run(inner: &Inner, woken: &Receiver<()>) {
    let mut fed: Option<Arc<Org>> = None;
    while !inner.stopped() {
        let org = inner.directory.org();
        if fed.as_ref().is_none_or(|fed| fed.epoch != org.epoch) {
            feed(inner, fed.as_deref(), &org);
            fed = Some(org);
            continue;
        }
        // Woken, timed out, or the directory is gone: each time the next look decides.
        let _woken = woken.recv_timeout(Duration::from_secs(limits::LOOK_SECONDS));
    }
}

/// From one snapshot to the next: what has changed, or everything where that is much.
fn feed(inner: &Inner, before: Option<&Org>, org: &Org) {
    let changes = before.and_then(|before| changes(before, org));
    let Some(changes) = changes else {
        inner.names.replace(&[NameKind::Person, NameKind::Department], entries(org));
        return;
    };
    for (key, entry) in changes {
        match entry {
            Some(entry) => inner.names.put(entry),
            None => inner.names.remove(key),
        }
    }
}

/// Names that are others now; none when there are more than are fed one by one. People who stand unchanged are the same in
/// memory, so looking for those who do not costs a comparison of addresses for each.
fn changes(before: &Org, org: &Org) -> Option<Vec<(NameKey, Option<NameEntry>)>> {
    let mut changes = Vec::new();
    for slot in 0..org.slots() {
        let (old, new) = (before.at_slot(slot), org.at_slot(slot)?);
        if !old.is_some_and(|old| Arc::ptr_eq(old, new)) {
            changes.push((person_key(new), Some(new).filter(|new| new.state.is_listed()).map(|new| person(new))));
        }
        if changes.len() > limits::NAMES_ONE_BY_ONE {
            return None;
        }
    }
    if before.same_departments(org) {
        return Some(changes);
    }
    for new in org.departments().filter(|new| before.department(new.id).is_none_or(|old| old.name != new.name)) {
        changes.push((department_key(new), Some(department(new))));
    }
    for old in before.departments().filter(|old| org.department(old.id).is_none()) {
        changes.push((department_key(old), None));
    }
    Some(changes).filter(|changes| changes.len() <= limits::NAMES_ONE_BY_ONE)
}

fn entries(org: &Org) -> impl Iterator<Item = NameEntry> + '_ {
    let listed = org.people().filter(|person| person.state.is_listed());
    listed.map(person).chain(org.departments().map(department))
}

fn person_key(person: &OrgPerson) -> NameKey {
    NameKey { kind: NameKind::Person, id: person.id.0 }
}

fn person(person: &OrgPerson) -> NameEntry {
    NameEntry { key: person_key(person), name: person.name.clone(), uid: Some(person.uid.clone()) }
}

fn department_key(department: &OrgDepartment) -> NameKey {
    NameKey { kind: NameKind::Department, id: department.id.0 }
}

fn department(department: &OrgDepartment) -> NameEntry {
    NameEntry { key: department_key(department), name: department.name.clone(), uid: None }
}
