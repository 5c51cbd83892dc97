//! New data keys while people read and write: every byte as before, and the old keys open nothing.

use holdfast_hsm::KeyId;

use super::fixture::{Office, noise};
use crate::{Resealed, limits};

fn renew_all(office: &Office) -> (Resealed<u64>, Resealed<[u8; 32]>) {
    let (mut contents, mut at) = (Resealed::default(), Some(0));
    while let Some(after) = at {
        let step = office.write(move |tx, drive| drive.renew_contents(tx, after)).unwrap();
        contents.items += step.items;
        contents.left += step.left;
        at = step.at;
    }
    let (mut chunks, mut first, mut at) = (Resealed::default(), true, None);
    while first || at.is_some() {
        let step = office.drive.renew_chunks(at).unwrap();
        chunks.items += step.items;
        chunks.left += step.left;
        (first, at) = (false, step.at);
    }
    (contents, chunks)
}

fn destroy(office: &Office) -> Vec<KeyId> {
    let keys: Vec<KeyId> = office.ledger.retired().unwrap().into_iter().map(|(key, _)| key).collect();
    office.vault.rotate(&keys).unwrap();
    office.ledger.forget_retired(&keys).unwrap();
    keys
}

#[test]
fn every_byte_reads_as_before_also_for_who_is_just_reading() {
    let Some((mut office, _ground)) = Office::new() else { return };
    let (space, root) = office.own(0);
    let (large, text, shared) = (noise(21_000_000, 1), "文".repeat(400_000).into_bytes(), noise(2_000_000, 2));
    let first = office.put(0, root, "大", &large).unwrap().id;
    let packed = office.put(0, root, "文", &text).unwrap().id;
    let small = office.put(0, root, "小", b"inline").unwrap().id;
    office.put(0, root, "小", b"a second version").unwrap();
    let one = office.put(0, root, "同一", &shared).unwrap().id;
    let two = office.put(0, root, "同二", &shared).unwrap().id;
    // Somebody has each of them open, and has read the beginning.
    let open = [first, packed, small].map(|node| office.open_file(0, node));
    for content in &open {
        content.read_range(0..5).unwrap();
    }

    let (contents, chunks) = renew_all(&office);
    assert_eq!((contents.items, contents.left, chunks.left), (6, 0, 0));
    assert!(chunks.items > 20, "{chunks:?}");
    assert_eq!(destroy(&office).len() as u64, contents.items + chunks.items);

    for content in &open {
        assert_eq!(content.read_range(0..content.size().min(4_000_000)).unwrap().len() as u64, content.size().min(4_000_000));
    }
    for again in [false, true] {
        if again {
            office.reopen();
        }
        for (node, bytes) in [(first, &large), (packed, &text), (one, &shared), (two, &shared)] {
            assert_eq!(&office.bytes(0, node, None).unwrap(), bytes);
        }
        assert_eq!(office.bytes(0, small, Some(1)).unwrap(), b"inline");
        assert_eq!(office.drive.scrub(space).unwrap().bad, []);
    }
    // The same bytes again are known, and are read under the new keys.
    let again = office.put(0, root, "三", &large).unwrap().id;
    assert_eq!(office.bytes(0, again, None).unwrap(), large);
}

#[test]
fn a_chunk_that_no_file_came_to_name_gives_its_key_up_with_its_pack() {
    let Some((mut office, _ground)) = Office::new() else { return };
    let (_, root) = office.own(0);
    let kept = office.put(0, root, "bleibt", &noise(400_000, 1)).unwrap().id;
    // Received and never put; a second one, so that the pack is mostly dead.
    drop(office.receive(0, root, "nie", &noise(3_000_000, 2)).unwrap());
    office.put(0, root, "danach", &noise(300_000, 3)).unwrap();
    assert!(office.ledger.retired().unwrap().is_empty());
    office.reopen();
    for _ in 0..4 {
        office.pass(limits::GRACE);
        office.drive.sweep(office.world.now(), 1_000).unwrap();
    }
    assert!(!office.ledger.retired().unwrap().is_empty());
    destroy(&office);
    assert_eq!(office.bytes(0, kept, None).unwrap(), noise(400_000, 1));
}

#[test]
fn the_old_records_give_their_room_back() {
    let Some((office, _ground)) = Office::new() else { return };
    let (_, root) = office.own(0);
    let bytes = noise(9_000_000, 3);
    let node = office.put(0, root, "a", &bytes).unwrap().id;
    let live = || {
        let mut live = 0;
        let all = crate::keys::everything();
        let mut add = |_: &[u8], pack: crate::records::Pack| {
            live += pack.live;
            Ok(true)
        };
        office.drive.each(&office.ledger.view(), crate::keys::PACK, all, &mut add).unwrap();
        live
    };
    let before = live();
    renew_all(&office);
    assert_eq!(live(), before, "each old record is dead, each new one counts");
    destroy(&office);
    assert_eq!(office.bytes(0, node, None).unwrap(), bytes);
}
