use holdfast_base::{ConversationId, Error, NodeId};

use super::fixture::Office;
use crate::{Expect, Name, Overwrite, keys, records::Space};

#[test]
fn what_one_may_not_see_is_not_there() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let file = office.put(0, root, "a", b"mine").unwrap().id;
    let view = office.ledger.view();
    for node in [root, file, NodeId(9_999)] {
        assert!(matches!(office.drive.reader(&view, &office.actor(1), node), Err(Error::NotFound)));
        assert!(!office.drive.visible(&view, office.people[1], node).unwrap());
    }
    assert!(office.drive.visible(&view, office.people[0], file).unwrap());

    // 3 is in the lower department, 4 in the upper one, 5 in none.
    for person in 3..6 {
        office.drive.spaces(&office.actor(person)).unwrap();
    }
    let count = |person| office.drive.spaces(&office.actor(person)).unwrap().0.len();
    assert_eq!((count(3), count(4), count(5)), (3, 2, 1));
    let ((upper_space, upper), (lower_space, lower)) = (office.shared(0), office.shared(1));
    let shared = office.put(4, upper, "for all", b"x").unwrap().id;
    assert_eq!(office.bytes(3, shared, None).unwrap(), b"x");
    office.put(3, upper, "from below", b"y").unwrap();
    office.put(3, lower, "ours", b"z").unwrap();
    assert!(matches!(office.put(4, lower, "no", b"z"), Err(Error::NotFound)));
    assert!(matches!(office.bytes(5, shared, None), Err(Error::NotFound)));
    let containers = office.drive.containers_of(&office.ledger.view(), office.people[3]).unwrap();
    assert_eq!(containers, [office.own(3).0, lower_space, upper_space]);
}

#[test]
fn files_of_a_conversation_are_for_whoever_the_server_lets_in() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let actor = office.actor(0);
    let space = office.write(move |tx, drive| drive.conversation_space(tx, &actor, ConversationId(7))).unwrap();
    let received = {
        let view = office.ledger.view();
        let folder = office.drive.attachments(&view, &space, &office.actor(0)).unwrap();
        let mut incoming = office.drive.begin(&view, &folder, &Name::new("a.txt").unwrap(), None).unwrap();
        incoming.write(b"hello").unwrap();
        incoming.finish(&crate::Declared::default()).unwrap()
    };
    let (actor, new) =
        (office.actor(0), crate::NewContent { media: None, changed_at: None, on_conflict: crate::OnConflict::Rename });
    let entry = office
        .write(move |tx, drive| {
            let folder = drive.attachments(tx, &space, &actor)?;
            drive.put(tx, &folder, &Name::new("a.txt")?, received, &new, &Expect::default())
        })
        .unwrap()
        .0;
    assert!(matches!(office.bytes(0, entry.id, None), Err(Error::NotFound)), "the tree's own doors do not lead there");
    let view = office.ledger.view();
    let reader = office.drive.attachment(&view, &space, &office.actor(1), entry.id).unwrap();
    assert_eq!(office.drive.open_content(&view, &reader, None).unwrap().read_range(0..5).unwrap(), b"hello");
    assert!(matches!(office.drive.attachment(&view, &space, &office.actor(0), office.own(0).1), Err(Error::NotFound)));
}

#[test]
fn a_full_space_takes_no_more_and_the_trash_counts() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (space, root) = office.own(0);
    office
        .write(move |tx, drive| {
            let row: Space = drive.space_row(tx, space)?;
            drive.set(tx, keys::SPACE, &space.to_be_bytes(), &Space { quota_bytes: Some(1_000), ..row })
        })
        .unwrap();
    let first = office.put(0, root, "a", &[1; 600]).unwrap().id;
    assert!(matches!(office.put(0, root, "b", &[2; 500]), Err(Error::QuotaExceeded)));
    // An overwrite counts the difference.
    office.put(0, root, "a", &[3; 900]).unwrap();
    let actor = office.actor(0);
    office
        .write(move |tx, drive| {
            let writer = drive.writer(tx, &actor, first)?;
            drive.delete(tx, &writer, &Expect::default())
        })
        .unwrap();
    assert!(matches!(office.put(0, root, "b", &[2; 500]), Err(Error::QuotaExceeded)));
    let actor = office.actor(0);
    office
        .write(move |tx, drive| {
            let trashed = drive.trashed(tx, &actor, first)?;
            drive.erase(tx, &trashed)
        })
        .unwrap();
    let second = office.put(0, root, "b", &[2; 500]).unwrap().id;
    // Content that was received while there was room meets the commit's own look.
    let late = office.receive(0, root, "c", &[4; 400]).unwrap();
    office.put(0, root, "d", &[5; 400]).unwrap();
    let (actor, new) =
        (office.actor(0), crate::NewContent { media: None, changed_at: None, on_conflict: crate::OnConflict::Version });
    let refused = office.write(move |tx, drive| {
        let folder = drive.writer(tx, &actor, root)?;
        drive.put(tx, &folder, &Name::new("c")?, late, &new, &Expect::default())
    });
    assert!(matches!(refused, Err(Error::QuotaExceeded)));
    let (actor, name) = (office.actor(0), Name::new("copy").unwrap());
    let copy = office.write(move |tx, drive| {
        let (source, to) = (drive.reader(tx, &actor, second)?, drive.writer(tx, &actor, root)?);
        drive.copy(tx, &source, &to, &name, Overwrite::Refuse, false, None, &Expect::default())
    });
    assert!(matches!(copy, Err(Error::QuotaExceeded)));
}
