use holdfast_base::Error;
use holdfast_hsm::testing::throwaway_key;

use super::{BLOBS, Place, ROWS};
use crate::Read;

#[test]
fn values_open_only_in_their_place_and_under_their_key() {
    let place = Place::new();
    let ledger = place.open();
    let other = throwaway_key(&place.world);
    let theirs = other.clone();
    let _ = ledger
        .write(move |tx| {
            tx.put(ROWS, b"a", b"theirs", &theirs)?;
            // Before it is stored the same holds.
            assert!(tx.get(ROWS, b"a", &tx.ledger_key().clone()).is_err());
            Ok(())
        })
        .unwrap();
    assert_eq!(ledger.view().get(ROWS, b"a", &other).unwrap(), Some(b"theirs".to_vec()));
    assert!(matches!(ledger.view().get(ROWS, b"a", &place.key), Err(Error::Internal { .. })));
    // Copied to another key, to another table, or with a bit flipped, it does not open.
    let rocks = ledger.shared.rocks().unwrap();
    let stored = rocks.db().get_cf(rocks.family("rows").unwrap(), b"a").unwrap().unwrap();
    let mut flipped = stored.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for (table, key, value) in [("rows", b"b", &stored), ("blobs", b"a", &stored), ("rows", b"c", &flipped)] {
        rocks.db().put_cf(rocks.family(table).unwrap(), key, value).unwrap();
    }
    for (table, key) in [(ROWS, b"b"), (BLOBS, b"a"), (ROWS, b"c")] {
        assert!(ledger.view().get(table, key, &other).is_err());
    }
}

#[test]
fn nothing_on_the_disk_is_readable() {
    let place = Place::new();
    let ledger = place.open();
    let _ = ledger
        .write(|tx| {
            let under = tx.ledger_key().clone();
            tx.put(ROWS, b"id", "canary-七宝楼台".as_bytes(), &under)?;
            tx.put(BLOBS, b"id", "canary-七宝楼台".repeat(1000).as_bytes(), &under)
        })
        .unwrap();
    let rocks = ledger.shared.rocks().unwrap();
    for table in ["rows", "blobs"] {
        rocks.db().flush_cf(rocks.family(table).unwrap()).unwrap();
    }
    assert_eq!(ledger.view().get(BLOBS, b"id", &place.key).unwrap().unwrap().len(), "canary-七宝楼台".len() * 1000);
    drop(rocks);
    ledger.close();
    let mut seen = 0;
    for entry in walk(place.folder.path()) {
        let bytes = std::fs::read(&entry).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"canary"), "{entry:?}");
        seen += 1;
    }
    assert!(seen > 4);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_scrub_finds_a_flipped_block() {
    let place = Place::new();
    let ledger = place.open();
    let _ = ledger.write(|tx| tx.put(ROWS, b"id", &[7; 3000], &tx.ledger_key().clone())).unwrap();
    let rocks = ledger.shared.rocks().unwrap();
    rocks.db().flush_cf(rocks.family("rows").unwrap()).unwrap();
    drop(rocks);
    let sound = ledger.scrub(&mut |_| true).unwrap();
    assert!(sound.complete && sound.damaged.is_empty() && sound.rows > 2, "{sound:?}");
    ledger.close();
    let largest = walk(place.folder.path())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "sst"))
        .max_by_key(|path| path.metadata().unwrap().len());
    let path = largest.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let ledger = place.open();
    let damaged = ledger.scrub(&mut |_| true).unwrap().damaged;
    let file = path.file_name().unwrap().to_str().unwrap();
    assert!(damaged.iter().any(|finding| finding.object == "rows" && finding.what.contains(file)), "{damaged:?}");
    assert!(ledger.view().get(ROWS, b"id", &place.key).is_err());
}
