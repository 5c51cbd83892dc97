//! Shredding: keys of what nobody else holds are retired, whatever else is held stays whole.

use holdfast_base::{Actor, Error, NodeId, RequestId};

use super::fixture::{Office, noise};
use crate::{Expect, ShredStep};

const CAUSE: u64 = 3;

fn system(office: &Office) -> Actor {
    Actor::system(RequestId(office.world.uuid()), office.world.now())
}

fn begin(office: &Office, node: NodeId) {
    let by = system(office);
    office.write(move |tx, drive| drive.begin_shred(tx, &by, node, CAUSE)).unwrap();
}

fn finish(office: &Office) -> ShredStep {
    let mut all = ShredStep::default();
    loop {
        let step = office.write(|tx, drive| drive.shred_step(tx, CAUSE)).unwrap();
        (all.files, all.kept) = (all.files + step.files, all.kept + step.kept);
        if !step.more {
            return all;
        }
    }
}

/// Rotates without what was retired for this, and answers how many keys that were.
fn destroy(office: &Office) -> usize {
    let keys: Vec<_> = office.ledger.retired().unwrap().into_iter().filter(|(_, cause)| *cause == CAUSE).collect();
    let keys: Vec<_> = keys.into_iter().map(|(key, _)| key).collect();
    office.vault.rotate(&keys).unwrap();
    keys.len()
}

#[test]
fn a_folder_goes_with_its_versions_and_what_others_hold_stays() {
    let Some((mut office, _ground)) = Office::new() else { return };
    let (space, root) = office.own(0);
    let (outer, shared) = (office.folder(0, root, "案卷").unwrap(), noise(3_000_000, 3));
    let inner = office.folder(0, outer.id, "附件").unwrap();
    let large = office.put(0, inner.id, "大", &noise(5_000_000, 1)).unwrap().id;
    office.put(0, inner.id, "大", &noise(5_000_000, 2)).unwrap();
    let small = office.put(0, outer.id, "小", b"inline").unwrap().id;
    office.put(0, outer.id, "同", &shared).unwrap();
    let keep = office.put(0, root, "另存", &shared).unwrap().id;

    begin(&office, outer.id);
    assert!(office.bytes(0, large, None).is_err(), "out of sight before it is taken apart");
    let done = finish(&office);
    assert_eq!(done.files, 3);
    assert!(done.kept > 0, "chunks that the other file holds");
    assert!(destroy(&office) > 4);
    for again in [false, true] {
        if again {
            office.reopen();
        }
        for node in [outer.id, inner.id, large, small] {
            assert!(matches!(office.drive.place(&office.ledger.view(), node), Err(Error::NotFound)));
        }
        assert_eq!(office.bytes(0, keep, None).unwrap(), shared);
        assert_eq!(office.drive.scrub(space).unwrap().bad, []);
    }
    // The same bytes again are a new file like any other.
    let again = office.put(0, root, "大", &noise(5_000_000, 2)).unwrap().id;
    assert_eq!(office.bytes(0, again, None).unwrap(), noise(5_000_000, 2));
}

#[test]
fn a_space_goes_with_its_trash_and_is_used_again() {
    let Some((office, _ground)) = Office::new() else { return };
    let (space, root) = office.own(0);
    let trashed = office.put(0, root, "trash", &noise(400_000, 1)).unwrap().id;
    let actor = office.actor(0);
    office
        .write(move |tx, drive| {
            let writer = drive.writer(tx, &actor, trashed)?;
            drive.delete(tx, &writer, &Expect::default())
        })
        .unwrap();
    office.put(0, root, "live", b"live").unwrap();
    let by = system(&office);
    while {
        let by = by.clone();
        office.write(move |tx, drive| drive.begin_shred_space(tx, &by, space, CAUSE)).unwrap()
    } {}
    assert_eq!(finish(&office).files, 2);
    destroy(&office);
    let row = office.drive.space_row(&office.ledger.view(), space).unwrap();
    assert_eq!((row.trash_bytes, row.trash_history_bytes), (0, 0));
    let kept = office.put(0, root, "live", b"again").unwrap().id;
    assert_eq!(office.bytes(0, kept, None).unwrap(), b"again");
    assert!(matches!(office.drive.lineage(&office.ledger.view(), trashed), Err(Error::NotFound)));
    assert!(office.drive.lineage(&office.ledger.view(), kept).unwrap().1.ends_with(&[root]));
}

#[test]
fn what_is_swept_is_retired_too_and_a_shredded_content_is_gone() {
    let Some((mut office, _ground)) = Office::new() else { return };
    let (_, root) = office.own(0);
    let node = office.put(0, root, "f", b"bytes").unwrap().id;
    // As after a backup was restored that is older than the shredding: the row is there, its key is not.
    let view = office.ledger.view();
    let key = office.drive.content_key(&view, node);
    drop(view);
    office.vault.rotate(&[key]).unwrap();
    office.reopen();
    assert!(matches!(office.bytes(0, node, None), Err(Error::Gone)));
    let own = office.own(0).0;
    assert_eq!(office.drive.scrub(own).unwrap().bad, []);

    let swept = office.put(0, root, "g", b"more").unwrap().id;
    let key = office.drive.content_key(&office.ledger.view(), swept);
    let actor = office.actor(0);
    office
        .write(move |tx, drive| {
            let writer = drive.writer(tx, &actor, swept)?;
            drive.delete(tx, &writer, &Expect::default())?;
            let trashed = drive.trashed(tx, &actor, swept)?;
            drive.erase(tx, &trashed)
        })
        .unwrap();
    for _ in 0..6 {
        office.pass(crate::limits::GRACE);
        office.drive.sweep(office.world.now(), 1_000).unwrap();
    }
    assert_eq!(office.ledger.retired().unwrap(), [(key, 0)]);
}

impl crate::Drive {
    fn content_key(&self, read: &dyn holdfast_store::Read, node: NodeId) -> holdfast_hsm::KeyId {
        let row: crate::records::Version = self.need(read, crate::keys::VERSION, &crate::keys::version(node, 1)).unwrap();
        self.need::<crate::records::Content>(read, crate::keys::CONTENT, &crate::keys::id(row.content)).unwrap().key
    }
}
