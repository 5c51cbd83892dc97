//! What the kernel is asked, and what happens when it says no. Needs strace; without it these print SKIPPED, and fail in CI.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
};

use diesel::connection::SimpleConnection;
use holdfast_base::{Chance, CommitNo, Error, World};
use holdfast_hsm::{DekHandle, testing::throwaway_key};

use crate::{Db, Ledger, Preset, Read, Table};

const FOLDER: &str = "HOLDFAST_FAULT_FOLDER";
const ROWS: Table = Table { name: "rows", preset: Preset::Sequential };
const WRITES: u64 = 80;

/// The same bytes in every process, so that parent and child have one key.
struct Always;

impl Chance for Always {
    fn fill(&self, out: &mut [u8]) {
        out.fill(9);
    }
}

fn key() -> DekHandle {
    throwaway_key(&World { clock: World::system().clock, chance: Arc::new(Always) })
}

fn open_ledger(folder: &Path) -> Ledger {
    Ledger::open(&folder.join("ledger"), &[ROWS], key(), World::system()).unwrap()
}

fn open_db(folder: &Path) -> Db {
    Db::open(&folder.join("db/holdfast.db"), key().sqlcipher_key().unwrap(), 1, World::system()).unwrap()
}

/// Runs one of the children below under strace. None: there is no strace.
fn traced(child: &str, folder: &Path, options: &[&str]) -> Option<Output> {
    let run = Command::new("strace")
        .args(["-f", "-y", "-s", "40"])
        .args(options)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &format!("faults::{child}"), "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .output();
    if let Err(error) = &run {
        assert!(std::env::var_os("CI").is_none(), "strace is needed: {error}");
        println!("SKIPPED: no strace");
    }
    run.ok()
}

fn lines(output: &Output, prefix: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter_map(|line| line.strip_prefix(prefix)).map(str::to_owned).collect()
}

#[test]
fn ledger_child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let ledger = open_ledger(Path::new(&folder));
    let before = ledger.counters().fdatasyncs;
    eprintln!("BEGIN");
    for n in 0..WRITES {
        match ledger.write(move |tx| tx.put(ROWS, &n.to_be_bytes(), &[1; 200], &tx.ledger_key().clone())) {
            Ok(committed) => println!("\nack {} {}", n, committed.g.unwrap()),
            Err(error) => println!("\nerror {error}"),
        }
    }
    eprintln!("END");
    println!("\ncounted {}", ledger.counters().fdatasyncs - before);
    println!("\npoisoned {}", ledger.poisoned());
}

#[test]
fn db_child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let db = open_db(Path::new(&folder));
    let _ = db.write(|tx| tx.conn().batch_execute("CREATE TABLE note (n INTEGER)").map_err(Error::internal("create"))).unwrap();
    for n in 0..WRITES {
        match db.write(|tx| tx.conn().batch_execute(&format!("INSERT INTO note VALUES ({n})")).map_err(Error::internal("insert")))
        {
            Ok(_) => println!("\nack {n}"),
            Err(error) => println!("\nerror {error}"),
        }
    }
    println!("\npoisoned {}", db.poisoned());
}

#[test]
fn a_commit_is_one_fdatasync_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let options = ["-e", "trace=fsync,fdatasync,sync_file_range,msync,write", "-o", trace.to_str().unwrap()];
    let Some(output) = traced("ledger_child", folder.path(), &options) else { return };
    let trace = std::fs::read_to_string(&trace).unwrap();
    let between: Vec<_> =
        trace.lines().skip_while(|line| !line.contains("BEGIN")).take_while(|line| !line.contains("END")).collect();
    let synced = between.iter().filter(|line| line.contains("fdatasync(") && line.contains(".log>")).count() as u64;
    let other = between.iter().filter(|line| line.contains("sync(") && !line.contains(".log>")).count();
    let written = between.iter().filter(|line| line.contains("write(") && line.contains(".log>")).count() as u64;
    assert_eq!(lines(&output, "ack ").len() as u64, WRITES, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((synced, written, other), (WRITES, WRITES, 0));
    assert_eq!(lines(&output, "counted "), [WRITES.to_string()]);
}

#[test]
fn after_a_failed_sync_the_ledger_acknowledges_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    // The 40th sync of the lane fails; the kernel would take the 41st.
    let options = ["-e", "trace=fsync,fdatasync", "-e", "inject=fdatasync:error=EIO:when=40", "-o", "/dev/null"];
    let Some(output) = traced("ledger_child", folder.path(), &options) else { return };
    let (acks, errors) = (lines(&output, "ack "), lines(&output, "error "));
    assert!(!acks.is_empty() && acks.len() < 41, "{}", acks.len());
    assert_eq!((acks.len() + errors.len()) as u64, WRITES);
    assert_eq!(lines(&output, "poisoned "), ["true"]);
    let ledger = open_ledger(folder.path());
    for n in 0..acks.len() as u64 {
        assert!(ledger.view().get(ROWS, &n.to_be_bytes(), &key()).unwrap().is_some());
    }
    let last: CommitNo = acks.last().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let again = ledger.write(|tx| tx.put(ROWS, b"after", b"", &tx.ledger_key().clone())).unwrap();
    assert!(again.g.unwrap() > last);
}

#[test]
fn after_a_failed_sync_the_database_acknowledges_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=60", "-o", "/dev/null"];
    let Some(output) = traced("db_child", folder.path(), &options) else { return };
    let (acks, errors) = (lines(&output, "ack "), lines(&output, "error "));
    assert!(!acks.is_empty() && !errors.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((acks.len() + errors.len()) as u64, WRITES);
    assert_eq!(lines(&output, "poisoned "), ["true"]);
    let db = open_db(folder.path());
    let kept = db.read(|conn| {
        use diesel::{RunQueryDsl, dsl::sql, sql_types::BigInt};
        diesel::select(sql::<BigInt>("(SELECT count(*) FROM note)")).get_result::<i64>(conn).map_err(Error::internal("count"))
    });
    assert!(kept.unwrap() >= i64::try_from(acks.len()).unwrap());
}

#[test]
fn a_backup_opens_and_holds_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let (db, ledger) = (open_db(folder.path()), open_ledger(folder.path()));
    let _ = db
        .write(|tx| {
            tx.conn()
                .batch_execute("CREATE TABLE note (n INTEGER); INSERT INTO note VALUES (1)")
                .map_err(Error::internal("insert"))
        })
        .unwrap();
    let _ = ledger.write(|tx| tx.put(ROWS, b"a", b"before", &tx.ledger_key().clone())).unwrap();
    let copy = folder.path().join("copy");
    assert_eq!(crate::backup(&db, &ledger, &copy).unwrap().g, CommitNo(1));
    let _ = ledger.write(|tx| tx.put(ROWS, b"a", b"after", &tx.ledger_key().clone())).unwrap();
    assert!(crate::backup(&db, &ledger, &copy).is_err(), "never over an earlier one");
    let (db, ledger) = (open_db(&copy), open_ledger(&copy));
    assert_eq!(ledger.view().get(ROWS, b"a", &key()).unwrap(), Some(b"before".to_vec()));
    assert!(db.read(|conn| conn.batch_execute("SELECT n FROM note").map_err(Error::internal("select"))).is_ok());
    assert!(db.scrub().unwrap().damaged.is_empty());
}
