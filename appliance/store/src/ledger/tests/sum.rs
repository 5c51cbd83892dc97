use std::collections::BTreeMap;

use super::{BLOBS, Place, ROWS};
use crate::{
    Read as _,
    ledger::{Ledger, meta, sum, table::COUNTERS, value},
};

fn write(ledger: &Ledger, key: &'static [u8], value: u8) {
    let _ = ledger
        .write(move |tx| {
            let under = tx.ledger_key().clone();
            tx.next_id("count")?;
            tx.put(ROWS, key, &[value; 40], &under)
        })
        .unwrap();
}

/// As if nobody had kept account.
fn counted(ledger: &Ledger) -> BTreeMap<&'static str, sum::Sum> {
    let rocks = ledger.shared.rocks().unwrap();
    sum::count(&rocks, &ledger.shared.key).unwrap()
}

fn kept(ledger: &Ledger) -> BTreeMap<&'static str, sum::Sum> {
    let rocks = ledger.shared.rocks().unwrap();
    let stored = sum::stored(&rocks, None, &ledger.shared.key).unwrap();
    rocks
        .names()
        .iter()
        .filter(|name| sum::is_summed(&rocks, name))
        .map(|name| (*name, stored.get(name).copied().unwrap_or_default()))
        .collect()
}

fn findings(ledger: &Ledger) -> Vec<String> {
    ledger.scrub(&mut |_| true).unwrap().damaged.into_iter().map(|damage| damage.object).collect()
}

#[test]
fn the_account_agrees_with_a_count_after_every_kind_of_change() {
    let place = Place::new();
    let mut ledger = place.open();
    for round in 0..60_u8 {
        let _ = ledger
            .write(move |tx| {
                let under = tx.ledger_key().clone();
                tx.next_id(["a", "b"][usize::from(round % 2)])?;
                tx.put(ROWS, &[round % 7], &[round; 9], &under)?;
                tx.put(ROWS, &[round % 5], &[round; 3], &under)?;
                tx.put(BLOBS, &[round % 3], &vec![round; 9_000], &under)?;
                tx.delete(ROWS, &[round % 4])?;
                tx.delete(BLOBS, b"never was there")
            })
            .unwrap();
        let refused = ledger.write(move |tx| {
            tx.put(ROWS, b"refused", b"x", &tx.ledger_key().clone())?;
            Err::<(), _>(holdfast_base::Error::NotFound)
        });
        assert!(refused.is_err());
        if round % 20 == 19 {
            ledger.close();
            ledger = place.open();
        }
        assert_eq!(kept(&ledger), counted(&ledger), "round {round}");
    }
    assert_eq!(findings(&ledger), Vec::<String>::new());
}

#[test]
fn many_at_once_share_a_batch_and_an_account() {
    let place = Place::new();
    let ledger = place.open();
    std::thread::scope(|scope| {
        for thread in 0..8_u8 {
            let ledger = &ledger;
            scope.spawn(move || {
                for round in 0..40_u8 {
                    let _ =
                        ledger.write(move |tx| tx.put(ROWS, &[round % 3], &[thread, round], &tx.ledger_key().clone())).unwrap();
                    let _ = ledger.write(move |tx| tx.delete(ROWS, &[(round + thread) % 3])).unwrap();
                }
            });
        }
    });
    assert_eq!(kept(&ledger), counted(&ledger));
}

#[test]
fn an_older_value_a_missing_row_and_a_returned_row_are_noticed() {
    let place = Place::new();
    let ledger = place.open();
    write(&ledger, b"a", 1);
    let rocks = ledger.shared.rocks().unwrap();
    let rows = rocks.family("rows").unwrap();
    let older = rocks.db().get_cf(rows, b"a").unwrap().unwrap();
    let counter = rocks.db().get_cf(rocks.family(COUNTERS).unwrap(), b"count").unwrap().unwrap();
    write(&ledger, b"a", 2);
    write(&ledger, b"b", 3);
    let sound = ledger.state().unwrap();
    assert_eq!(findings(&ledger), Vec::<String>::new());

    let newest = rocks.db().get_cf(rows, b"a").unwrap().unwrap();
    rocks.db().put_cf(rows, b"a", &older).unwrap();
    assert_eq!(ledger.scrub(&mut |_| true).unwrap().damaged.len(), 1, "an older value opens, and is noticed");
    rocks.db().put_cf(rows, b"a", &newest).unwrap();
    assert_eq!(findings(&ledger), Vec::<String>::new());

    rocks.db().delete_cf(rows, b"b").unwrap();
    assert!(findings(&ledger) == ["rows"]);
    write(&ledger, b"b", 3);
    assert!(findings(&ledger) == ["rows"], "what is written later does not hide it");
    assert_ne!(ledger.state().unwrap().sha256, sound.sha256);

    let now = rocks.db().get_cf(rocks.family(COUNTERS).unwrap(), b"count").unwrap().unwrap();
    rocks.db().put_cf(rocks.family(COUNTERS).unwrap(), b"count", &counter).unwrap();
    assert!(findings(&ledger).iter().any(|object| object == COUNTERS));
    rocks.db().put_cf(rocks.family(COUNTERS).unwrap(), b"count", &now).unwrap();
}

#[test]
fn a_state_is_that_of_its_rows_and_survives_a_restart() {
    let place = Place::new();
    let ledger = place.open();
    let empty = ledger.state().unwrap();
    write(&ledger, b"a", 1);
    let one = ledger.state().unwrap();
    assert!(one.g > empty.g && one.sha256 != empty.sha256);
    ledger.close();
    assert_eq!(place.open().state().unwrap(), one);
}

#[test]
fn a_ledger_from_before_the_sums_is_counted_when_it_is_opened() {
    let place = Place::new();
    let ledger = place.open();
    write(&ledger, b"a", 1);
    let state = ledger.state().unwrap();
    let shared = ledger.shared.clone();
    ledger.close();
    // The lane has ended: what it wrote is undone, down to the shape of the head.
    drop((ledger, shared));
    {
        let rocks =
            crate::ledger::rocks::Rocks::open(place.folder.path(), &[ROWS, BLOBS], &crate::LedgerOptions::default()).unwrap();
        let head = meta::head(&rocks.get(None, "store.meta", meta::HEAD, &place.key).unwrap().unwrap()).unwrap();
        assert!(head.summed);
        let family = rocks.family("store.meta").unwrap();
        for name in ["rows", COUNTERS] {
            rocks.db().delete_cf(family, meta::sum_key(name)).unwrap();
        }
        let bytes = value::encode(&head).unwrap();
        let earlier = value::seal("store.meta", meta::HEAD, &bytes[..bytes.len() - 1], &place.key).unwrap();
        rocks.db().put_cf(family, meta::HEAD, earlier).unwrap();
    }
    let ledger = place.open();
    assert_eq!(ledger.state().unwrap(), state);
    write(&ledger, b"a", 2);
    assert_eq!(findings(&ledger), Vec::<String>::new());
}
