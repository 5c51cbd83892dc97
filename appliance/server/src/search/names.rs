//! Feeds the people engine: everybody who is listed, and the departments, after each change of the directory.

use std::time::Duration;

use crossbeam_channel::Receiver;
use holdfast_directory::Org;
use holdfast_search::{NameEntry, NameKey, NameKind};

use super::{Inner, limits};

/// Until the room closes.
pub(super) fn run(inner: &Inner, woken: &Receiver<()>) {
    let mut epoch = None;
    while !inner.stopped() {
        let org = inner.directory.org();
        if epoch != Some(org.epoch) {
            epoch = Some(org.epoch);
            inner.names.replace(&[NameKind::Person, NameKind::Department], entries(&org));
            continue;
        }
        // Woken, timed out, or the directory is gone: each time the next look decides.
        let _woken = woken.recv_timeout(Duration::from_secs(limits::LOOK_SECONDS));
    }
}

fn entries(org: &Org) -> impl Iterator<Item = NameEntry> + '_ {
    let listed = org.people().filter(|person| person.state.is_listed());
    let people = listed.map(|person| NameEntry {
        key: NameKey { kind: NameKind::Person, id: person.id.0 },
        name: person.name.clone(),
        uid: Some(person.uid.clone()),
    });
    let departments = org.departments().map(|department| NameEntry {
        key: NameKey { kind: NameKind::Department, id: department.id.0 },
        name: department.name.clone(),
        uid: None,
    });
    people.chain(departments)
}
