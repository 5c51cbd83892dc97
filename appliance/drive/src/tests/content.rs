use std::{fs, os::unix::fs::FileExt};

use holdfast_base::Error;

use super::fixture::{Office, noise};
use crate::{BadVersion, Declared, Expect, Match, keys, limits, records::Pack};

#[test]
fn every_range_is_the_slice_of_the_original() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let text = "研究 report — ".repeat(400_000).into_bytes();
    let sizes = [0, 1, 31_000, limits::INLINE_BYTES, limits::INLINE_BYTES + 1, 700_000, 9_000_017];
    let mut files: Vec<Vec<u8>> = sizes.iter().map(|&size| noise(size, size as u64)).collect();
    files.push(text);
    for (n, bytes) in files.iter().enumerate() {
        let node = office.put(0, root, &format!("{n}.bin"), bytes).unwrap().id;
        assert!(office.bytes(0, node, None).unwrap() == *bytes, "file {n}");
        let view = office.ledger.view();
        let content =
            office.drive.open_content(&view, &office.drive.reader(&view, &office.actor(0), node).unwrap(), None).unwrap();
        let size = bytes.len();
        for (start, end) in [
            (0, 1),
            (size / 3, size / 3 + 200),
            (size.saturating_sub(5), size),
            (16_383, 16_385),
            (size / 2, size / 2 + 2_000_000),
        ] {
            let (start, end) = (start.min(size), end.min(size));
            let read = content.read_range(start as u64..end as u64).unwrap();
            assert!(read == bytes[start..end], "file {n}, {start}..{end}");
        }
        assert!(content.read_range(0..size as u64 + 1).is_err());
    }
}

fn packed(office: &Office) -> (u64, u64) {
    let view = office.ledger.view();
    let mut sum = (0, 0);
    office
        .drive
        .each(&view, keys::PACK, keys::everything(), &mut |_, pack: Pack| {
            sum = (sum.0 + pack.committed, sum.1 + pack.live);
            Ok(true)
        })
        .unwrap();
    sum
}

#[test]
fn the_same_bytes_are_stored_once_and_an_edit_costs_little() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let mut bytes = noise(12_000_000, 5);
    office.put(0, root, "a", &bytes).unwrap();
    let once = packed(&office);
    assert!(once.0 > 12_000_000 && once.0 < 12_100_000, "{once:?}");
    let (_, other) = office.own(1);
    office.put(1, other, "b", &bytes).unwrap();
    assert_eq!(packed(&office), once, "the same content in another space");
    bytes.splice(6_000_000..6_000_000, *b"an insertion");
    office.put(0, root, "a", &bytes).unwrap();
    let edited = packed(&office);
    assert!(edited.0 - once.0 < 2 * limits::CHUNK_MAX as u64, "{edited:?}");
}

#[test]
fn nothing_readable_lies_in_a_pack_and_a_flipped_bit_is_an_error() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (space, root) = office.own(0);
    let bytes = noise(2_000_000, 3);
    let node = office.put(0, root, "绝密.bin", &bytes).unwrap().id;
    assert_eq!(office.drive.scrub(space).unwrap().bad, []);
    let pack = fs::read_dir(office.packs()).unwrap().next().unwrap().unwrap().path();
    let stored = fs::read(&pack).unwrap();
    assert!(!stored.windows(64).any(|window| window == &bytes[..64]));

    let file = fs::OpenOptions::new().write(true).open(&pack).unwrap();
    file.write_all_at(&[stored[100_000] ^ 1], 100_000).unwrap();
    let failed = office.bytes(0, node, None).unwrap_err();
    assert!(matches!(failed, Error::Internal { .. }), "{failed:?}");
    let report = office.drive.scrub(space).unwrap();
    let pack = Some(pack.file_name().unwrap().to_str().unwrap().to_owned());
    assert_eq!((report.files, report.bad), (1, vec![BadVersion { node, version: 1, pack }]));
}

#[test]
fn a_short_body_or_another_checksum_changes_nothing() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let before = office.put(0, root, "a", b"good").unwrap();
    for declared in [
        Declared { size: Some(6), sha256: None },
        Declared { size: Some(5), sha256: Some([7; 32]) },
        Declared { size: Some(4), sha256: None },
    ] {
        let (actor, view) = (office.actor(0), office.ledger.view());
        let folder = office.drive.writer(&view, &actor, root).unwrap();
        let mut incoming = office.drive.begin(&view, &folder, &crate::Name::new("a").unwrap(), None).unwrap();
        incoming.write(b"worse").unwrap();
        assert!(matches!(incoming.finish(&declared), Err(Error::Invalid { .. })), "{declared:?}");
    }
    assert_eq!(office.entry(before.id).unwrap(), before);
}

#[test]
fn of_two_writers_who_saw_the_same_version_one_wins() {
    let Some((office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    for round in 0..10u8 {
        let seen = office.put(0, root, "a", &[round; 10]).unwrap();
        let expect = Expect { if_match: Some(Match::Tags(vec![seen.etag()])), ..Expect::default() };
        let office = &office;
        let won: Vec<_> = std::thread::scope(|scope| {
            let write = |who: u8| {
                let expect = expect.clone();
                scope.spawn(move || office.put_if(0, root, "a", &[100 + who; 50_000], expect))
            };
            [write(1), write(2), write(3)].into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(won.iter().filter(|won| won.is_ok()).count(), 1);
        assert!(won.iter().all(|won| matches!(won, Ok(_) | Err(Error::PreconditionFailed))));
    }
    let create = Expect { if_none_match: Some(Match::Any), ..Expect::default() };
    assert!(matches!(office.put_if(0, root, "a", b"x", create.clone()), Err(Error::PreconditionFailed)));
    assert!(office.put_if(0, root, "b", b"x", create).unwrap().1);
}

#[test]
fn what_was_erased_leaves_the_packs_after_the_grace() {
    let Some((mut office, _ground)) = Office::new() else {
        return;
    };
    let (_, root) = office.own(0);
    let folder = office.folder(0, root, "old").unwrap();
    let node = office.put(0, folder.id, "big", &noise(5_000_000, 1)).unwrap().id;
    office.put(0, folder.id, "big", &noise(5_000_000, 2)).unwrap();
    let kept = noise(3_000_000, 3);
    let keep = office.put(0, root, "keep", &kept).unwrap().id;
    office.put(0, folder.id, "same as kept", &kept).unwrap();
    let actor = office.actor(0);
    office
        .write(move |tx, drive| {
            let writer = drive.writer(tx, &actor, folder.id)?;
            drive.delete(tx, &writer, &Expect::default())?;
            let trashed = drive.trashed(tx, &actor, folder.id)?;
            drive.erase(tx, &trashed)
        })
        .unwrap();
    assert!(office.bytes(0, node, None).is_err());
    let full = packed(&office).1;
    for _ in 0..8 {
        office.pass(limits::GRACE);
        office.drive.sweep(office.world.now(), 10_000).unwrap();
    }
    let left = packed(&office).1;
    assert!(left < full && left > 3_000_000 && left < 3_100_000, "{full} {left}");
    assert_eq!(office.bytes(0, keep, None).unwrap(), kept);
    assert!(matches!(office.drive.place(&office.ledger.view(), node), Err(Error::NotFound)));

    // A start closes the pack; after the grace what lives in it moves, under an open download, too.
    office.reopen();
    let view = office.ledger.view();
    let content = office.drive.open_content(&view, &office.drive.reader(&view, &office.actor(0), keep).unwrap(), None).unwrap();
    assert_eq!(content.read_range(0..10).unwrap(), kept[..10]);
    office.pass(limits::GRACE * 3);
    let before = packed(&office);
    assert_eq!(office.drive.sweep(office.world.now(), 100).unwrap().packs, 1);
    let after = packed(&office);
    assert!(after.1 == before.1 && after.0 == after.1 && after.0 < before.0, "{before:?} {after:?}");
    assert_eq!(content.read_range(2_999_000..3_000_000).unwrap(), kept[2_999_000..]);
    assert_eq!(office.bytes(0, keep, None).unwrap(), kept);
    assert_eq!(fs::read_dir(office.packs()).unwrap().count(), 1);
    let space = office.own(0).0;
    assert_eq!(office.drive.scrub(space).unwrap().bad, []);
    drop((view, content));
    office.reopen();
    assert_eq!(office.bytes(0, keep, None).unwrap(), kept);
}
