//! Processes that are killed while they write, and disks that lose power: what was acknowledged is there afterwards,
//! and no commit number comes twice.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Integer},
};
use holdfast_base::{Chance, CommitNo, Error, World};
use holdfast_hsm::{DekHandle, testing::throwaway_key};
use nix::sys::signal::Signal;
use parking_lot::Mutex;

use crate::{Db, Ledger, Preset, Read, Slice, Table};

const FOLDER: &str = "HOLDFAST_CRASH_FOLDER";
const ROWS: Table = Table { name: "rows", preset: Preset::Sequential };
const KILLS: u64 = 6;
const POWER_CUTS: u64 = 25;
const WRITERS: u64 = 4;

/// The same bytes in every process, so that parent and children have one key.
struct Always;

impl Chance for Always {
    fn fill(&self, out: &mut [u8]) {
        out.fill(7);
    }
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
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

/// Run by the tests below in a process of its own, until it is killed; does nothing otherwise.
#[test]
fn crash_child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let (ledger, db) = (open_ledger(Path::new(&folder)), open_db(Path::new(&folder)));
    let out = Arc::new(Mutex::new(std::io::stderr()));
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (ledger, out) = (ledger.clone(), out.clone());
            scope.spawn(move || write_ledger(&ledger, &out, writer));
        }
        scope.spawn(|| write_db(&db, &out));
    });
}

fn write_ledger(ledger: &Ledger, out: &Mutex<std::io::Stderr>, writer: u64) {
    loop {
        let committed = ledger.write(move |tx| {
            let (under, g) = (tx.ledger_key().clone(), tx.g());
            tx.put(ROWS, &g.0.to_be_bytes(), &[1; 300], &under)?;
            tx.change(Slice::Im, writer, g.0, 1);
            Ok(g)
        });
        let Ok(committed) = committed else { return };
        writeln!(out.lock(), "\nack {}", committed.value).unwrap();
    }
}

fn write_db(db: &Db, out: &Mutex<std::io::Stderr>) {
    let create = "CREATE TABLE IF NOT EXISTS note (n INTEGER PRIMARY KEY AUTOINCREMENT, m INTEGER)";
    let _ = db.write(|tx| tx.conn().batch_execute(create).map_err(Error::internal("create")));
    loop {
        let committed = db.write(|tx| {
            let insert = sql_query("INSERT INTO note (m) VALUES (?) RETURNING n").bind::<Integer, _>(1);
            insert.get_result::<Count>(tx.conn()).map(|row| row.n).map_err(Error::internal("insert"))
        });
        let Ok(committed) = committed else { return };
        writeln!(out.lock(), "\nrow {}", committed.value).unwrap();
    }
}

/// What children were told, over all rounds.
#[derive(Default)]
struct Told {
    acknowledged: BTreeSet<u64>,
    rows: BTreeSet<u64>,
}

impl Told {
    /// Listens until the child's standard error ends.
    fn listen(&mut self, child: &mut Child) {
        for line in BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok) {
            let number = |prefix| line.strip_prefix(prefix).and_then(|text: &str| text.parse::<u64>().ok());
            if let Some(g) = number("ack ") {
                assert!(self.acknowledged.insert(g), "{g} was given twice");
            }
            if let Some(row) = number("row ") {
                assert!(self.rows.insert(row), "row {row} was given twice");
            }
        }
    }

    fn check(&self, folder: &Path) {
        let (ledger, db) = (open_ledger(folder), open_db(folder));
        let view = ledger.view();
        let gone = |g: &&u64| view.get(ROWS, &g.to_be_bytes(), &key()).unwrap().is_none();
        let missing: Vec<_> = self.acknowledged.iter().filter(gone).collect();
        assert!(missing.is_empty(), "acknowledged and gone: {missing:?} of {:?}", self.acknowledged.last());
        let read = db.read(|conn| sql_query("SELECT n FROM note").load::<Count>(conn).map_err(Error::internal("read")));
        // A child may be struck before it has made the table.
        let rows: BTreeSet<_> = read.unwrap_or_default().into_iter().map(|row| row.n.unsigned_abs()).collect();
        assert!(self.rows.is_subset(&rows), "a row of the database was acknowledged");
        let next = ledger.write(|tx| tx.next_id("rooms").map(|_| tx.g())).unwrap().value;
        assert!(self.acknowledged.last().is_none_or(|last| next.0 > *last));
        assert!(ledger.changes(CommitNo(0), 1).unwrap().first().is_none_or(|change| change.g < next));
        drop(view);
        ledger.close();
        db.close();
    }
}

fn spawn(folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "crash::crash_child", "--nocapture", "--test-threads=1"]).env(FOLDER, folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs `strike` after a while, from another thread.
fn later(round: u64, strike: impl FnOnce() + Send + 'static) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(350 + round * 137 % 500));
        strike();
    })
}

fn signal(child: &Child, signal: Signal) -> impl FnOnce() + Send + 'static {
    let id = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    move || nix::sys::signal::kill(id, signal).unwrap()
}

#[test]
fn a_killed_writer_loses_nothing_that_it_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Told::default();
    for round in 0..KILLS {
        let mut child = spawn(folder.path());
        let killer = later(round, signal(&child, Signal::SIGKILL));
        told.listen(&mut child);
        killer.join().unwrap();
        child.wait().unwrap();
        told.check(folder.path());
    }
    assert!(told.acknowledged.len() > 20 && told.rows.len() > 5, "{} {}", told.acknowledged.len(), told.rows.len());
}

fn run(program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).output().unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
#[ignore = "needs root, loop devices, mkfs.ext4 and python3: shuts a file system down without letting it flush"]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (image, mount) = (folder.path().join("image"), folder.path().join("mount"));
    std::fs::create_dir(&mount).unwrap();
    std::fs::File::create(&image).unwrap().set_len(2 << 30).unwrap();
    let (image, at) = (image.to_str().unwrap().to_owned(), mount.to_str().unwrap().to_owned());
    run("mkfs.ext4", &["-q", &image]);
    let mut told = Told::default();
    for round in 0..POWER_CUTS {
        run("mount", &["-o", "loop", &image, &at]);
        if round > 0 {
            told.check(&mount);
        }
        let mut child = spawn(&mount);
        let cut = later(round, {
            // EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH: what is not on the disk by now is lost.
            let script = format!("import fcntl,os,struct; fcntl.ioctl(os.open({at:?}, 0), 0x8004587D, struct.pack('I', 2))");
            // Stopped first: a sync that the shutdown overtakes may return success, but nobody lives to tell.
            let (stop, kill) = (signal(&child, Signal::SIGSTOP), signal(&child, Signal::SIGKILL));
            move || {
                stop();
                run("python3", &["-c", &script]);
                kill();
            }
        });
        told.listen(&mut child);
        cut.join().unwrap();
        child.wait().unwrap();
        run("umount", &[&at]);
    }
    println!("{} commits and {} rows acknowledged over {POWER_CUTS} cuts", told.acknowledged.len(), told.rows.len());
    assert!(told.acknowledged.len() > 20);
}
