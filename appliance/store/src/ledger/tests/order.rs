use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use holdfast_base::{CommitNo, EntryId, Error, Result};
use parking_lot::Mutex;

use super::{BLOBS, Place, ROWS};
use crate::{BatchDigest, Job, JobRunner, Ledger, Outbox, Pending, Read, Slice, Topic, Tx};

fn put(ledger: &Ledger, key: &str, value: &str) -> Result<CommitNo> {
    let (key, value) = (key.to_owned(), value.to_owned());
    let committed = ledger.write(move |tx| {
        let under = tx.ledger_key().clone();
        tx.put(ROWS, key.as_bytes(), value.as_bytes(), &under)
    })?;
    Ok(committed.g.unwrap())
}

fn texts(read: &dyn Read, from: &str, to: &str, reverse: bool) -> Vec<String> {
    let mut found = Vec::new();
    let key = read.ledger_key().clone();
    let range = from.as_bytes().to_vec()..to.as_bytes().to_vec();
    let collected = read.scan(ROWS, range, reverse, &mut |_| Ok(key.clone()), &mut |key, value| {
        found.push(format!("{}={}", String::from_utf8_lossy(key), String::from_utf8_lossy(&value)));
        Ok(true)
    });
    collected.unwrap();
    found
}

#[test]
fn a_transaction_sees_itself_and_a_failed_one_leaves_nothing() {
    let place = Place::new();
    let ledger = place.open();
    put(&ledger, "b", "stored").unwrap();
    put(&ledger, "d", "stored").unwrap();
    let seen = ledger.write(|tx| {
        let under = tx.ledger_key().clone();
        tx.put(ROWS, b"c", b"mine", &under)?;
        tx.put(ROWS, b"b", b"changed", &under)?;
        tx.delete(ROWS, b"d")?;
        assert_eq!(tx.get(ROWS, b"b", &under)?, Some(b"changed".to_vec()));
        assert_eq!(tx.get(ROWS, b"d", &under)?, None);
        assert_eq!(texts(tx, "", "z", true), ["c=mine", "b=changed"]);
        Ok(texts(tx, "", "z", false))
    });
    assert_eq!(seen.unwrap().value, ["b=changed", "c=mine"]);
    let failed = ledger.write(|tx| -> Result<()> {
        let under = tx.ledger_key().clone();
        tx.put(ROWS, b"e", b"lost", &under)?;
        tx.next_id("rooms")?;
        tx.change(Slice::Im, 1, 1, 1);
        tx.queue(Pending { topic: Topic::Audit, id: EntryId(tx.world().uuid()), payload: b"lost".to_vec() });
        Err(Error::NotFound)
    });
    assert!(matches!(failed, Err(Error::NotFound)));
    let panicked = ledger.write(|tx| -> Result<()> {
        tx.delete(ROWS, b"b")?;
        panic!("in a transaction");
    });
    assert!(matches!(panicked, Err(Error::Internal { .. })));
    assert_eq!(texts(&ledger.view(), "", "z", false), ["b=changed", "c=mine"]);
    assert_eq!(texts(&ledger.view(), "b", "c", true), ["b=changed"]);
    assert_eq!(ledger.write(|tx| tx.next_id("rooms")).unwrap().value, 1);
    assert!(ledger.rows(Topic::Audit, 0, 10).unwrap().is_empty());
    assert!(ledger.changes(CommitNo(0), 10).unwrap().is_empty());
}

#[test]
fn a_view_stands_still() {
    let place = Place::new();
    let ledger = place.open();
    put(&ledger, "a", "1").unwrap();
    let view = ledger.view();
    put(&ledger, "a", "2").unwrap();
    assert_eq!(texts(&view, "", "z", false), ["a=1"]);
    assert_eq!(texts(&ledger.view(), "", "z", false), ["a=2"]);
}

#[test]
fn many_writers_share_few_syncs_and_nothing_gets_out_of_order() {
    const WRITERS: u64 = 16;
    const EACH: u64 = 50;
    let place = Place::new();
    let ledger = place.open();
    let told = Arc::new(Mutex::new(Vec::new()));
    let before = ledger.counters();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (ledger, told) = (ledger.clone(), told.clone());
            scope.spawn(move || {
                for n in 0..EACH {
                    let told = told.clone();
                    let committed = ledger.write(move |tx| {
                        let (under, g) = (tx.ledger_key().clone(), tx.g());
                        tx.put(ROWS, &[writer.to_be_bytes(), n.to_be_bytes()].concat(), b"x", &under)?;
                        // Read, change, write: each sees the one before, also within a batch.
                        let count = tx.get(ROWS, b"count", &under)?.map_or(0, |row| u64::from_be_bytes(row.try_into().unwrap()));
                        tx.put(ROWS, b"count", &(count + 1).to_be_bytes(), &under)?;
                        tx.change(Slice::Im, writer, n, 1);
                        tx.after_commit(Box::new(move || told.lock().push(g)));
                        Ok(count + 1)
                    });
                    let committed = committed.unwrap();
                    assert_eq!(committed.g, Some(CommitNo(committed.value)));
                }
            });
        }
    });
    let (total, after) = (WRITERS * EACH, ledger.counters());
    assert_eq!(*told.lock(), (1..=total).map(CommitNo).collect::<Vec<_>>());
    assert_eq!(after.transactions, total);
    assert_eq!(after.fdatasyncs - before.fdatasyncs, after.batches);
    assert!(after.batches < total / 2, "{after:?}");
    let changes = ledger.changes(CommitNo(0), 10_000).unwrap();
    assert_eq!(changes.iter().map(|change| change.g.0).collect::<Vec<_>>(), (1..=total).collect::<Vec<_>>());
    assert_eq!(ledger.changes(CommitNo(total - 3), 2).unwrap().len(), 2);
}

#[test]
fn digests_cover_every_commit_once() {
    let place = Place::new();
    let ledger = place.open();
    for n in 0..5 {
        put(&ledger, &format!("key{n}"), "value").unwrap();
    }
    let rows = ledger.rows(Topic::Digest, 0, 10).unwrap();
    let digests: Vec<_> = rows.iter().map(|(_, row)| BatchDigest::decode(&row.payload).unwrap()).collect();
    assert_eq!(
        digests.iter().map(|digest| (digest.g_from.0, digest.g_to.0)).collect::<Vec<_>>(),
        [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    );
    assert!(digests.iter().all(|digest| digest.rows == 1));
    ledger.done(Topic::Digest, rows[3].0).unwrap();
    assert_eq!(ledger.rows(Topic::Digest, 0, 10).unwrap(), rows[4..]);
    put(&ledger, "carries the deletion", "").unwrap();
    ledger.close();
    let ledger = place.open();
    assert_eq!(ledger.rows(Topic::Digest, 0, 10).unwrap()[0], rows[4]);
}

#[test]
fn a_transaction_without_writes_has_no_number_and_costs_no_sync() {
    let place = Place::new();
    let ledger = place.open();
    let before = ledger.counters().fdatasyncs;
    let committed = ledger.write(|tx| tx.get(ROWS, b"a", &tx.ledger_key().clone())).unwrap();
    assert_eq!((committed.g, committed.value), (None, None));
    assert_eq!(ledger.counters().fdatasyncs, before);
    assert_eq!(put(&ledger, "a", "1").unwrap(), CommitNo(1));
}

#[test]
fn numbers_counters_and_readers_go_on_after_a_restart() {
    let place = Place::new();
    let ledger = place.open();
    assert_eq!(put(&ledger, "a", "1").unwrap(), CommitNo(1));
    assert_eq!(
        ledger.write(|tx| Ok((tx.next_id("rooms")?, tx.next_id("rooms")?, tx.next_id("nodes")?))).unwrap().value,
        (1, 2, 1)
    );
    let _ = ledger
        .write(|tx| {
            tx.change(Slice::Drive, 7, 8, 9);
            Ok(())
        })
        .unwrap();
    assert_eq!(ledger.reader_position("search").unwrap(), CommitNo(0));
    ledger.advance_reader("search", CommitNo(2)).unwrap();
    ledger.advance_reader("search", CommitNo(1)).unwrap();
    put(&ledger, "b", "carries the position").unwrap();
    ledger.close();
    assert!(matches!(put(&ledger, "c", ""), Err(Error::Sealed)));
    assert!(matches!(ledger.view().get(ROWS, b"a", &place.key), Err(Error::Sealed)));
    let ledger = place.open();
    assert_eq!(ledger.head(), CommitNo(4));
    assert_eq!(put(&ledger, "c", "").unwrap(), CommitNo(5));
    assert_eq!(ledger.write(|tx| tx.next_id("rooms")).unwrap().value, 3);
    assert_eq!(ledger.reader_position("search").unwrap(), CommitNo(2));
    let changes = ledger.changes(CommitNo(0), 10).unwrap();
    assert_eq!((changes.len(), changes[0].g, changes[0].container, changes[0].object), (1, CommitNo(3), 7, 8));
    assert!(matches!(ledger.changes(CommitNo(99), 10), Err(Error::Gone)));
}

#[test]
fn own_threads_may_not_wait_for_themselves() {
    let place = Place::new();
    let ledger = place.open();
    let (to, answer) = std::sync::mpsc::channel();
    let inner = ledger.clone();
    ledger.submit(|tx| tx.next_id("rooms"), move |_| to.send(put(&inner, "a", "b").is_err()).unwrap());
    assert!(answer.recv().unwrap());
}

#[test]
fn limits_are_refused_before_anything_is_written() {
    let place = Place::new();
    let ledger = place.open();
    let large = ledger.write(|tx| tx.put(BLOBS, b"a", &vec![0; crate::limits::VALUE_BYTES + 1], &tx.ledger_key().clone()));
    assert!(matches!(large, Err(Error::TooLarge { .. })));
    let foreign = crate::Table { name: "store.meta", preset: crate::Preset::Random };
    assert!(ledger.write(move |tx| tx.delete(foreign, b"head")).is_err());
    let payload = ledger.write(|tx| {
        tx.queue(Pending {
            topic: Topic::Job,
            id: EntryId(tx.world().uuid()),
            payload: vec![0; crate::limits::PAYLOAD_BYTES + 1],
        });
        Ok(())
    });
    assert!(matches!(payload, Err(Error::TooLarge { .. })));
    assert_eq!(ledger.head(), CommitNo(0));
}

#[test]
fn jobs_are_replayed_retried_and_then_gone() {
    let place = Place::new();
    let ledger = place.open();
    let queue = |ledger: &Ledger, kind: &'static str, id: u64| {
        ledger.write(move |tx| Job::new(kind).id(id).queue(tx)).map(|_| ()).unwrap()
    };
    queue(&ledger, "room.count", 1);
    queue(&ledger, "room.fail", 2);
    queue(&ledger, "room.count", 3);
    let (ran, failures) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(0)));
    let runner = |ran: Arc<Mutex<Vec<u64>>>, failures: Arc<AtomicU64>| {
        JobRunner::new()
            .on("room.count", move |job| {
                ran.lock().push(job.dense(0)?);
                Ok(())
            })
            .on("room.fail", move |_| match failures.fetch_add(1, Ordering::Relaxed) {
                0..5 => Err(Error::NotFound),
                _ => Ok(()),
            })
    };
    let running = runner(ran.clone(), failures.clone()).start(vec![ledger.outbox()]).unwrap();
    assert_eq!(*ran.lock(), [1, 3]);
    queue(&ledger, "room.count", 4);
    let waited = std::time::Instant::now();
    while !ledger.rows(Topic::Job, 0, 10).unwrap().is_empty() && waited.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    drop(running);
    assert_eq!(*ran.lock(), [1, 3, 4]);
    assert_eq!(failures.load(Ordering::Relaxed), 6);
    assert!(ledger.rows(Topic::Job, 0, 10).unwrap().is_empty());
}

#[test]
fn a_full_queue_answers_busy_and_closing_answers_sealed() {
    let place = Place::new();
    let ledger = place.open();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (began, running) = std::sync::mpsc::channel();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = |told: &Arc<Mutex<Vec<&'static str>>>| {
        let told = told.clone();
        move |outcome: Result<crate::Committed<u64>>| {
            told.lock().push(match outcome {
                Ok(_) => "durable",
                Err(Error::Busy { .. }) => "busy",
                Err(Error::Sealed) => "sealed",
                Err(_) => "other",
            });
        }
    };
    let held = move |tx: &mut crate::LedgerTx<'_>| {
        began.send(()).unwrap();
        wait.recv().unwrap();
        tx.next_id("rooms")
    };
    ledger.submit(held, tell(&told));
    running.recv().unwrap();
    for _ in 0..crate::limits::QUEUE_TRANSACTIONS + 2 {
        ledger.submit(|tx| tx.next_id("rooms"), tell(&told));
    }
    assert_eq!(*told.lock(), ["busy", "busy"]);
    let closing = std::thread::spawn({
        let ledger = ledger.clone();
        move || ledger.close()
    });
    std::thread::sleep(std::time::Duration::from_millis(50));
    go.send(()).unwrap();
    closing.join().unwrap();
    let waited = std::time::Instant::now();
    while told.lock().len() < crate::limits::QUEUE_TRANSACTIONS + 3 && waited.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let told = told.lock();
    // What was running becomes durable; what waited is refused, and everybody hears.
    assert_eq!(told[2], "durable");
    assert!(told[3..].iter().all(|answer| *answer == "sealed"));
    assert_eq!(told.len(), crate::limits::QUEUE_TRANSACTIONS + 3);
    assert_eq!(place.open().write(|tx| tx.next_id("rooms")).unwrap().value, 2);
}
