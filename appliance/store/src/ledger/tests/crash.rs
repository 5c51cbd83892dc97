//! kill -9 of a process that writes: what it was told is durable must be there, and no number may come twice.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use holdfast_base::{Chance, CommitNo, World};
use holdfast_hsm::{DekHandle, testing::throwaway_key};
use parking_lot::Mutex;

use super::{BLOBS, ROWS};
use crate::{Ledger, Read, Slice};

const FOLDER: &str = "HOLDFAST_CRASH_FOLDER";
const ROUNDS: u64 = 6;
const WRITERS: u64 = 4;

/// The same bytes in every process, so that parent and children have one key.
struct Always;

impl Chance for Always {
    fn fill(&self, out: &mut [u8]) {
        out.fill(7);
    }
}

fn key() -> DekHandle {
    throwaway_key(&World { clock: World::system().clock, chance: Arc::new(Always) })
}

fn open(folder: &Path) -> Ledger {
    Ledger::open(folder, &[ROWS, BLOBS], key(), World::system()).unwrap()
}

/// Run by [`a_killed_writer_loses_nothing_that_it_was_told`] in a process of its own; does nothing otherwise.
#[test]
fn crash_child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let ledger = open(Path::new(&folder));
    let out = Arc::new(Mutex::new(std::io::stderr()));
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (ledger, out) = (ledger.clone(), out.clone());
            scope.spawn(move || {
                loop {
                    let committed = ledger.write(move |tx| {
                        let (under, g) = (tx.ledger_key().clone(), tx.g());
                        tx.put(ROWS, &g.0.to_be_bytes(), &vec![u8::try_from(writer).unwrap_or(0); 300], &under)?;
                        tx.change(Slice::Im, writer, g.0, 1);
                        Ok(g)
                    });
                    let g = committed.unwrap().value;
                    writeln!(out.lock(), "ack {g}").unwrap();
                }
            });
        }
    });
}

#[test]
fn a_killed_writer_loses_nothing_that_it_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<u64> = Vec::new();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "ledger::tests::crash::crash_child", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let killer = std::thread::spawn({
            let id = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
            move || {
                std::thread::sleep(Duration::from_millis(400 + 130 * round));
                nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGKILL).unwrap();
            }
        });
        for line in lines.map_while(Result::ok) {
            if let Some(g) = line.strip_prefix("ack ").and_then(|g| g.parse().ok()) {
                acknowledged.push(g);
            }
        }
        killer.join().unwrap();
        child.wait().unwrap();
    }
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());
    let ledger = open(folder.path());
    for g in &acknowledged {
        assert!(ledger.view().get(ROWS, &g.to_be_bytes(), &key()).unwrap().is_some(), "{g} was acknowledged");
    }
    let mut unique = acknowledged.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), acknowledged.len(), "a number came twice");
    let next = ledger.write(|tx| Ok((tx.g(), tx.next_id("rooms")?))).unwrap().g.unwrap();
    assert!(next > ledger.changes(CommitNo(0), 10_000_000).unwrap().last().unwrap().g);
    assert!(next.0 > *unique.last().unwrap());
}
