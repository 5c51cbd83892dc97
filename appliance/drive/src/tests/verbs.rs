use holdfast_base::{Error, NodeId, Result};

use super::fixture::Office;
use crate::{Entry, Expect, Name, NewLock, Overwrite, limits};

fn names(office: &Office, folder: NodeId) -> Vec<String> {
    let view = office.ledger.view();
    let reader = office.drive.reader(&view, &office.actor(0), folder).unwrap();
    office.drive.children(&view, &reader, crate::Sort::Name).unwrap().iter().map(|entry| entry.name.clone()).collect()
}

fn delete(office: &Office, node: NodeId) -> Result<()> {
    delete_with(office, node, Expect::default())
}

fn delete_with(office: &Office, node: NodeId, expect: Expect) -> Result<()> {
    let actor = office.actor(0);
    office.write(move |tx, drive| {
        let writer = drive.writer(tx, &actor, node)?;
        drive.delete(tx, &writer, &expect)
    })
}

fn relocate(office: &Office, node: NodeId, to: Option<NodeId>, name: Option<&str>) -> Result<Entry> {
    let (actor, name) = (office.actor(0), name.map(Name::new).transpose()?);
    office.write(move |tx, drive| {
        let writer = drive.writer(tx, &actor, node)?;
        let to = to.map(|to| drive.writer(tx, &actor, to)).transpose()?;
        Ok(drive.relocate(tx, &writer, to.as_ref(), name.as_ref(), Overwrite::Refuse, &Expect::default())?.0)
    })
}

#[test]
fn a_change_deep_below_changes_every_etag_above_and_no_other() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let a = office.folder(0, root, "a").unwrap().id;
    let b = office.folder(0, a, "b").unwrap().id;
    let other = office.folder(0, root, "other").unwrap().id;
    let etags = || [root, a, b, other].map(|node| office.entry(node).unwrap().etag());
    let before = etags();
    let file = office.put(0, b, "f", b"1").unwrap();
    let after = etags();
    assert!((0..3).all(|at| before[at] != after[at]) && before[3] == after[3]);
    assert_eq!(office.entry(root).unwrap().size, 1);
    let renamed = relocate(&office, file.id, None, Some("g")).unwrap();
    assert_eq!((renamed.id, renamed.etag()), (file.id, file.etag()), "content did not change");
    assert!((0..3).all(|at| etags()[at] != after[at]));
}

#[test]
fn versions_come_back_and_are_bounded() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let node = office.put(0, root, "f", b"version 1").unwrap().id;
    for n in 2..=u64::try_from(limits::VERSIONS_KEPT).unwrap() + 5 {
        office.put(0, root, "f", format!("version {n}").as_bytes()).unwrap();
    }
    let same = office.put(0, root, "f", b"version 105").unwrap();
    assert_eq!(same.version, 105, "the same bytes are no new version");
    let view = office.ledger.view();
    let versions = office.drive.versions(&view, &office.drive.reader(&view, &office.actor(0), node).unwrap()).unwrap();
    assert_eq!(versions.len(), limits::VERSIONS_KEPT + 1);
    assert_eq!((versions[0].version.as_str(), versions[0].current), ("105", true));
    assert_eq!(office.bytes(0, node, Some(50)).unwrap(), b"version 50");
    assert!(matches!(office.bytes(0, node, Some(1)), Err(Error::NotFound)));
    let (actor, cid) = (office.actor(0), office.cid());
    for _ in 0..2 {
        let actor = actor.clone();
        let entry = office
            .write(move |tx, drive| {
                let writer = drive.writer(tx, &actor, node)?;
                drive.restore_version(tx, &writer, 50, Some(cid), &Expect::default())
            })
            .unwrap();
        assert_eq!(entry.version, 106, "once");
    }
    assert_eq!(office.bytes(0, node, None).unwrap(), b"version 50");
    let entry = office.entry(node).unwrap();
    assert_eq!(office.entry(root).unwrap().history, entry.history);
}

#[test]
fn the_trash_gives_back_what_was_deleted_where_it_was() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (space, root) = office.own(0);
    let a = office.folder(0, root, "a").unwrap().id;
    let f = office.put(0, a, "f", b"12345").unwrap().id;
    delete(&office, f).unwrap();
    office.put(0, a, "f", b"another").unwrap();
    let restore = |node: NodeId| {
        let (actor, cid) = (office.actor(0), office.cid());
        office.write(move |tx, drive| {
            let trashed = drive.trashed(tx, &actor, node)?;
            drive.restore(tx, &trashed, Some(cid))
        })
    };
    assert_eq!(restore(f).unwrap().name, "f (2)");
    assert!(matches!(restore(f), Err(Error::NotFound)));
    delete(&office, f).unwrap();
    delete(&office, a).unwrap();
    assert_eq!(names(&office, root), Vec::<String>::new());
    let view = office.ledger.view();
    let reader = office.drive.reader(&view, &office.actor(0), root).unwrap();
    let trash = office.drive.trash(&view, &reader, None, 10).unwrap();
    assert_eq!(
        trash.iter().map(|item| (item.node.name.as_str(), item.from_path.len())).collect::<Vec<_>>(),
        [("a", 0), ("f (2)", 1)]
    );
    assert_eq!(office.drive.space_row(&view, space).unwrap().trash_bytes, 12);
    // Its folder is in the trash: it comes back to the root.
    restore(f).unwrap();
    restore(a).unwrap();
    assert_eq!(names(&office, root), ["a", "f (2)"]);
    assert_eq!(office.drive.space_row(&office.ledger.view(), space).unwrap().trash_bytes, 0);
    assert_eq!(office.entry(root).unwrap().size, 12);
}

#[test]
fn refusals_of_the_tree() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let a = office.folder(0, root, "a").unwrap().id;
    let b = office.folder(0, a, "b").unwrap().id;
    let f = office.put(0, root, "f", b"1").unwrap().id;
    assert!(matches!(office.folder(0, root, "a"), Err(Error::Conflict { what: "name-taken" })));
    office.folder(0, root, "A").unwrap();
    assert!(matches!(office.put(0, root, "a", b""), Err(Error::Conflict { what: "not-a-file" })));
    assert!(matches!(relocate(&office, a, Some(b), None), Err(Error::Conflict { what: "own-subtree" })));
    assert!(matches!(relocate(&office, a, Some(a), None), Err(Error::Conflict { what: "own-subtree" })));
    assert!(matches!(relocate(&office, a, Some(f), None), Err(Error::Conflict { what: "not-a-folder" })));
    assert!(matches!(relocate(&office, f, None, Some("a")), Err(Error::Conflict { what: "name-taken" })));
    assert!(matches!(relocate(&office, root, None, Some("x")), Err(Error::Forbidden)));
    assert!(matches!(delete(&office, root), Err(Error::Forbidden)));
    assert!(matches!(delete(&office, NodeId(0)), Err(Error::NotFound)));
    assert!(matches!(delete(&office, NodeId(u64::MAX)), Err(Error::NotFound)));
    let mut deep = root;
    let mut refused = None;
    for level in 0..u32::from(limits::DEPTH) + 2 {
        match office.folder(0, deep, "d") {
            Ok(entry) => deep = entry.id,
            Err(error) => {
                refused = Some((level, error));
                break;
            }
        }
    }
    let (level, error) = refused.unwrap();
    assert!(matches!(error, Error::Invalid { field: "parent", .. }) && level == u32::from(limits::DEPTH), "{level} {error:?}");
}

#[test]
fn a_lock_holds_against_everybody_without_its_token_on_every_door() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let a = office.folder(0, root, "a").unwrap().id;
    let f = office.put(0, a, "f", b"1").unwrap().id;
    let lock = |node: NodeId, shared: bool, deep: bool| {
        let actor = office.actor(0);
        office.write(move |tx, drive| {
            let writer = drive.writer(tx, &actor, node)?;
            drive.lock(tx, &writer, &NewLock { shared, deep, owner: String::new(), seconds: 60 })
        })
    };
    let held = lock(a, false, true).unwrap();
    assert!(matches!(lock(f, false, false), Err(Error::Locked)));
    assert!(matches!(lock(root, false, true), Err(Error::Locked)));
    assert!(matches!(office.put(0, a, "f", b"2"), Err(Error::Locked)));
    assert!(matches!(office.put(0, a, "new", b"2"), Err(Error::Locked)));
    assert!(matches!(delete(&office, f), Err(Error::Locked)));
    assert!(matches!(delete(&office, a), Err(Error::Locked)));
    assert!(matches!(relocate(&office, f, Some(root), None), Err(Error::Locked)));
    let with = Expect { tokens: vec![held.token.clone()], ..Expect::default() };
    office.put_if(0, a, "f", b"3", with.clone()).unwrap();
    office.pass(std::time::Duration::from_secs(61));
    office.put(0, a, "f", b"4").unwrap();
    let first = lock(f, true, false).unwrap();
    lock(f, true, false).unwrap();
    let third = lock(f, false, false);
    assert!(matches!(third, Err(Error::Locked)), "{third:?}");
    delete_with(&office, f, Expect { tokens: vec![first.token], ..Expect::default() }).unwrap();
    assert_eq!(names(&office, a), Vec::<String>::new());
    office.pass(std::time::Duration::from_secs(61));
    office.drive.sweep(office.world.now(), 10).unwrap();
}
