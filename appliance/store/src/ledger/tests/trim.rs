use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use holdfast_base::{Clock, CommitNo, Error, Timestamp, World};

use super::{BLOBS, Place, ROWS};
use crate::{Ledger, Slice, Tx};

const DAY: i64 = 24 * 3_600 * 1_000_000;

/// Moved by the test.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }

    fn at_least(&self, instant: Timestamp) {
        self.0.fetch_max(instant.0, Ordering::Relaxed);
    }

    fn boot(&self) -> Duration {
        Duration::from_micros(self.now().0.unsigned_abs())
    }
}

#[test]
fn changes_go_after_thirty_days_and_not_before_every_reader_has_seen_them() {
    let place = Place::new();
    let hand = Arc::new(Hand(AtomicI64::new(100 * DAY)));
    let world = World { clock: hand.clone(), chance: place.world.chance.clone() };
    let open = || Ledger::open(place.folder.path(), &[ROWS, BLOBS], place.key.clone(), world.clone()).unwrap();
    let ledger = open();
    let change = |ledger: &Ledger| {
        let committed = ledger.write(|tx| {
            tx.change(Slice::Im, 1, 1, 1);
            Ok(tx.now())
        });
        // Trimming follows the batch on the lane; a probe waits until that is over.
        ledger.probe().unwrap();
        committed.unwrap().value
    };
    assert_eq!(ledger.reader_position("search").unwrap(), CommitNo(0));
    for _ in 0..5 {
        change(&ledger);
    }
    hand.0.fetch_add(31 * DAY, Ordering::Relaxed);
    change(&ledger);
    assert_eq!(ledger.changes(CommitNo(0), 100).unwrap().len(), 6, "search has seen nothing yet");
    ledger.advance_reader("search", CommitNo(3)).unwrap();
    hand.0.fetch_add(DAY, Ordering::Relaxed);
    change(&ledger);
    assert!(matches!(ledger.changes(CommitNo(2), 100), Err(Error::Gone)));
    assert_eq!(ledger.changes(CommitNo(3), 100).unwrap().len(), 4);
    ledger.advance_reader("search", CommitNo(7)).unwrap();
    hand.0.fetch_add(DAY, Ordering::Relaxed);
    change(&ledger);
    assert_eq!(ledger.changes(CommitNo(5), 100).unwrap().len(), 3, "what is younger than thirty days stays");
    ledger.close();
    let ledger = open();
    assert!(matches!(ledger.changes(CommitNo(4), 100), Err(Error::Gone)));
    assert_eq!(ledger.changes(CommitNo(5), 100).unwrap().len(), 3);
    // Time does not go back behind the last commit.
    hand.0.store(DAY, Ordering::Relaxed);
    ledger.close();
    let ledger = open();
    assert!(change(&ledger) >= Timestamp(133 * DAY));
}
