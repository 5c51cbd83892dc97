use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types};
use diesel_migrations::MigrationHarness;
use holdfast_base::{EntryId, Error, Result, World};
use holdfast_hsm::{DekHandle, testing::throwaway_key};
use tempfile::TempDir;

use super::{Db, MIGRATIONS};
use crate::outbox::{Outbox, Pending, Topic, Tx};

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = sql_types::Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

struct Box_ {
    folder: TempDir,
    key: DekHandle,
    world: World,
}

impl Box_ {
    fn new() -> Self {
        let world = World::system();
        Self { folder: tempfile::tempdir().unwrap(), key: throwaway_key(&world), world }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("db/holdfast.db")
    }

    fn open(&self) -> Db {
        Db::open(&self.file(), self.key.sqlcipher_key().unwrap(), 2, self.world.clone()).unwrap()
    }
}

fn pending(db: &Db, topic: Topic, text: &str) -> Pending {
    Pending { topic, id: EntryId(db.inner.world.uuid()), payload: text.into() }
}

fn note(conn: &mut diesel::SqliteConnection, text: &str) -> Result<()> {
    conn.batch_execute("CREATE TABLE IF NOT EXISTS note (value TEXT NOT NULL)").map_err(Error::internal("create"))?;
    sql_query("INSERT INTO note VALUES (?)").bind::<sql_types::Text, _>(text).execute(conn).map_err(Error::internal("insert"))?;
    Ok(())
}

fn notes(db: &Db) -> Vec<String> {
    let read = db.read(|conn| {
        let rows: Vec<Text> = sql_query("SELECT value FROM note ORDER BY rowid").load(conn).map_err(Error::internal("select"))?;
        Ok(rows.into_iter().map(|row| row.value).collect())
    });
    read.unwrap_or_default()
}

fn pragma(db: &Db, name: &str, on_writer: bool) -> String {
    let ask = |conn: &mut diesel::SqliteConnection| {
        let row: Text = sql_query(format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}"))
            .get_result(conn)
            .map_err(Error::internal("ask"))?;
        Ok(row.value)
    };
    if on_writer { db.write(|tx| ask(tx.conn())).unwrap().value } else { db.read(ask).unwrap() }
}

#[test]
fn nothing_on_the_disk_is_readable_and_the_key_is_needed() {
    let b = Box_::new();
    let db = b.open();
    let _ = db.write(|tx| note(tx.conn(), "canary-七宝楼台-canary")).unwrap();
    assert_eq!(notes(&db), ["canary-七宝楼台-canary"]);
    for file in std::fs::read_dir(b.file().parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.starts_with(b"SQLite format 3"), "{path:?}");
        assert!(!bytes.windows(6).any(|w| w == b"canary" || w == b"outbox"), "{path:?}");
    }
    db.close();
    let wrong = throwaway_key(&b.world).sqlcipher_key().unwrap();
    assert!(matches!(Db::open(&b.file(), wrong, 1, b.world.clone()), Err(Error::Internal { .. })));
    assert_eq!(notes(&b.open()), ["canary-七宝楼台-canary"]);
}

#[test]
fn a_flipped_byte_is_refused() {
    let b = Box_::new();
    let db = b.open();
    let _ = db.write(|tx| note(tx.conn(), "x")).unwrap();
    let scrub = db.scrub().unwrap();
    assert!(scrub.complete && scrub.damaged.is_empty(), "{scrub:?}");
    db.close();
    let mut bytes = std::fs::read(b.file()).unwrap();
    assert!(bytes.len() > 8192, "the log was folded in at close");
    let middle = 4096 + 100;
    bytes[middle] ^= 1;
    std::fs::write(b.file(), bytes).unwrap();
    let opened = Db::open(&b.file(), b.key.sqlcipher_key().unwrap(), 1, b.world.clone());
    // Depending on what the page holds it is found at open, or at the latest by a scrub.
    let found = opened.and_then(|db| db.scrub()).map_or(true, |scrub| !scrub.damaged.is_empty());
    assert!(found);
}

#[test]
fn connections_are_set_up_as_promised() {
    let b = Box_::new();
    let db = b.open();
    assert_eq!(pragma(&db, "journal_mode", true), "wal");
    assert_eq!(pragma(&db, "synchronous", true), "2");
    assert_eq!(pragma(&db, "secure_delete", true), "1");
    for on_writer in [true, false] {
        assert_eq!(pragma(&db, "foreign_keys", on_writer), "1");
        assert_eq!(pragma(&db, "temp_store", on_writer), "2");
    }
    assert!(db.read(|conn| note(conn, "readers do not write")).is_err());
}

#[test]
fn errors_and_panics_leave_nothing_and_hooks_run_in_order() {
    let b = Box_::new();
    let db = b.open();
    let ran = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let write = |text: &'static str, fail: bool| {
        let ran = ran.clone();
        db.write(move |tx| {
            note(tx.conn(), text)?;
            tx.after_commit(Box::new(move || ran.lock().push(text)));
            if fail { Err(Error::NotFound) } else { Ok(()) }
        })
    };
    assert!(write("one", false).is_ok());
    assert!(matches!(write("lost", true), Err(Error::NotFound)));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = db.write(|tx| -> Result<()> {
            note(tx.conn(), "lost")?;
            panic!("in a transaction");
        });
    }));
    assert!(panicked.is_err());
    assert!(write("two", false).is_ok());
    assert_eq!(notes(&db), ["one", "two"]);
    assert_eq!(*ran.lock(), ["one", "two"]);
    let inside = db.write(|_| db.write(|_| Ok(())).map(|committed| committed.value));
    assert!(matches!(inside, Err(Error::Internal { .. })));
    assert!(write("three", false).is_ok());
}

#[test]
fn the_outbox_keeps_order_and_survives_a_restart() {
    let b = Box_::new();
    let db = b.open();
    let woken = Arc::new(AtomicU32::new(0));
    let count = woken.clone();
    db.on_queued(Box::new(move |topic| {
        assert_eq!(topic, Topic::Audit);
        count.fetch_add(1, Ordering::Relaxed);
    }));
    let mut marks = Vec::new();
    for text in ["a", "b", "c"] {
        let row = pending(&db, Topic::Audit, text);
        marks.push(
            db.write(|tx| {
                tx.queue(row);
                Ok(())
            })
            .unwrap()
            .mark
            .audit
            .unwrap(),
        );
    }
    let row = pending(&db, Topic::Audit, "rolled back");
    assert!(
        db.write(|tx| -> Result<()> {
            tx.queue(row);
            Err(Error::NotFound)
        })
        .is_err()
    );
    assert_eq!(woken.load(Ordering::Relaxed), 3);
    let texts = |db: &Db, after| -> Vec<_> {
        db.rows(Topic::Audit, after, 10)
            .unwrap()
            .into_iter()
            .map(|(id, row)| (id, String::from_utf8(row.payload).unwrap()))
            .collect()
    };
    assert_eq!(texts(&db, 0), [(marks[0], "a".into()), (marks[1], "b".into()), (marks[2], "c".into())]);
    db.done(Topic::Audit, marks[0]).unwrap();
    assert_eq!(texts(&db, 0).len(), 2);
    let _ = db.write(|tx| note(tx.conn(), "carries the deletion")).unwrap();
    db.close();
    let db = b.open();
    assert_eq!(texts(&db, marks[1]), [(marks[2], "c".into())]);
    assert_eq!(texts(&db, 0).len(), 2);
    assert!(db.rows(Topic::Job, 0, 10).unwrap().is_empty());
}

#[test]
fn closing_interrupts_a_long_query() {
    let b = Box_::new();
    let db = b.open();
    let (began, started) = std::sync::mpsc::channel();
    let reader = std::thread::spawn({
        let db = db.clone();
        move || {
            db.read(|conn| {
                began.send(()).unwrap();
                let endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS n FROM c";
                sql_query(endless).get_result::<Count>(conn).map(|row| row.n).map_err(Error::internal("count"))
            })
        }
    });
    started.recv().unwrap();
    let from = std::time::Instant::now();
    db.close();
    assert!(from.elapsed() < std::time::Duration::from_secs(2));
    assert!(matches!(reader.join().unwrap(), Err(Error::Sealed)));
    assert!(matches!(db.read(|_| Ok(())), Err(Error::Sealed)));
    assert!(matches!(db.write(|_| Ok(())), Err(Error::Sealed)));
    db.close();
    assert!(notes(&b.open()).is_empty());
}

#[test]
fn migrations_go_up_down_and_up() {
    let b = Box_::new();
    let db = b.open();
    let mut writer = db.inner.writer.lock();
    let conn = &mut writer.as_mut().unwrap().conn;
    let tables = |conn: &mut diesel::SqliteConnection| {
        sql_query("SELECT count(*) AS n FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '__diesel%'")
            .get_result::<Count>(conn)
            .unwrap()
            .n
    };
    let up = tables(conn);
    conn.revert_all_migrations(MIGRATIONS).unwrap();
    assert_eq!(tables(conn), 0);
    conn.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(tables(conn), up);
}

#[test]
fn a_commit_that_the_schema_refuses_leaves_a_working_store() {
    let b = Box_::new();
    let db = b.open();
    let create = "CREATE TABLE person_like (id INTEGER PRIMARY KEY, lead INTEGER REFERENCES person_like (id) DEFERRABLE INITIALLY DEFERRED)";
    let run = |statement: &'static str| {
        db.write(move |tx| tx.conn().batch_execute(statement).map_err(Error::internal("run"))).map(|committed| committed.value)
    };
    run(create).unwrap();
    // The statement succeeds, the COMMIT does not.
    assert!(run("INSERT INTO person_like VALUES (1, 99)").is_err());
    assert!(!db.poisoned());
    run("INSERT INTO person_like VALUES (2, 3); INSERT INTO person_like VALUES (3, 2)").unwrap();
    let count = db.read(|conn| {
        sql_query("SELECT count(*) AS n FROM person_like").get_result::<Count>(conn).map_err(Error::internal("count"))
    });
    assert_eq!(count.unwrap().n, 2);
}

#[test]
fn the_whole_database_goes_under_another_key_while_it_serves() {
    let b = Box_::new();
    let (db, other) = (b.open(), throwaway_key(&b.world));
    let _ = db.write(|tx| note(tx.conn(), "bleibt")).unwrap();
    for n in 0..500 {
        let _ = db.write(|tx| note(tx.conn(), &format!("geht {n} {}", "x".repeat(200)))).unwrap();
    }
    let delete = |tx: &mut super::DbTx<'_>| {
        tx.conn().batch_execute("DELETE FROM note WHERE value LIKE 'geht%'").map_err(Error::internal("delete"))
    };
    let _ = db.write(delete).unwrap();
    let (seq, size) = (db.seq().unwrap(), std::fs::metadata(b.file()).unwrap().len());
    let keys = || (b.key.sqlcipher_key().unwrap(), other.sqlcipher_key().unwrap());

    let (old, new) = keys();
    let serving = {
        let db = db.clone();
        std::thread::spawn(move || {
            (0..40).all(|n| db.write(|tx| note(tx.conn(), &format!("dabei {n}"))).is_ok() && !notes(&db).is_empty())
        })
    };
    db.renew(&old, &new).unwrap();
    assert!(serving.join().unwrap(), "writers and readers waited, and were served");
    assert_eq!(Db::salt(&b.file()).unwrap(), Some(new.salt));
    assert!(db.seq().unwrap() >= seq);
    let found = notes(&db);
    assert_eq!((found.len(), found[0].as_str()), (41, "bleibt"));
    db.close();
    assert!(std::fs::metadata(b.file()).unwrap().len() < size, "what was deleted did not come along");
    assert!(!b.file().with_extension("db.new").exists());
    let (old, new) = keys();
    assert!(Db::open(&b.file(), old, 1, b.world.clone()).is_err(), "the old key opens nothing");
    assert_eq!(notes(&Db::open(&b.file(), new, 1, b.world.clone()).unwrap()).len(), 41);
}

#[test]
fn a_reader_who_stays_too_long_keeps_the_old_key() {
    let b = Box_::new();
    let (db, other) = (b.open(), throwaway_key(&b.world));
    let _ = db.write(|tx| note(tx.conn(), "da")).unwrap();
    let (begun, held) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let reader = {
        let db = db.clone();
        std::thread::spawn(move || {
            db.read(|_| {
                begun.send(()).unwrap();
                Ok(gone.recv().is_ok())
            })
        })
    };
    held.recv().unwrap();
    let renewed = db.renew(&b.key.sqlcipher_key().unwrap(), &other.sqlcipher_key().unwrap());
    assert!(matches!(renewed, Err(Error::Busy { .. })), "{renewed:?}");
    assert_eq!(Db::salt(&b.file()).unwrap(), Some(b.key.sqlcipher_key().unwrap().salt));
    let _ = db.write(|tx| note(tx.conn(), "weiter")).unwrap();
    assert_eq!(notes(&db).len(), 2);
    go.send(()).unwrap();
    assert!(reader.join().unwrap().unwrap());
    db.renew(&b.key.sqlcipher_key().unwrap(), &other.sqlcipher_key().unwrap()).unwrap();
    assert_eq!(notes(&db).len(), 2);
}
