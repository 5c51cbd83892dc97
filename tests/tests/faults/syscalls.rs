//! One system call that writes is struck: the process dies at it, or the disk refuses it, is full, or takes half.
//!
//! `STRIKES` chooses how many of the calls of a short day (make soak: thousands), `SEED` which. After each the box is started
//! without the shim: nothing that was acknowledged is missing, nothing is doubled, and the log verifies.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle};
use tempfile::TempDir;

use super::{
    times::{Rounds, Starts},
    tools::shim,
};

/// Strikes of `make test`.
const STRIKES: usize = 30;
/// What is struck, and in what ways.
const FAMILIES: [(&str, &[&str]); 5] = [
    ("write", &["kill", "killed", "eio", "enospc", "short"]),
    ("sync", &["kill", "killed", "eio"]),
    ("name", &["kill", "killed", "eio", "enospc"]),
    ("size", &["kill", "killed", "enospc"]),
    ("open", &["kill", "killed", "eio", "enospc"]),
];
/// The day: start, work, and what is swept meanwhile.
const DAY: Duration = Duration::from_millis(900);
/// The auditor's tool looks at the whole log once in so many strikes.
const VERIFY_EVERY: usize = 20;

struct Shim {
    library: PathBuf,
    counts: PathBuf,
}

impl Shim {
    fn orders(&self, boxed: &mut TestBox, order: &str) {
        let variable = |name: &str, value: &Path| (name.to_owned(), value.as_os_str().to_owned());
        boxed.server_environment = vec![
            variable("LD_PRELOAD", &self.library),
            variable("HOLDFAST_FOLDER", &boxed.data),
            variable("HOLDFAST_COUNTS", &self.counts),
            variable("HOLDFAST_STRIKE", Path::new(order)),
        ];
    }

    fn length(&self, suffix: &str) -> usize {
        fs::metadata(self.counts.with_extension(suffix)).map_or(0, |file| usize::try_from(file.len()).unwrap())
    }
}

#[test]
fn a_struck_system_call_loses_nothing_that_was_acknowledged() {
    let (folder, mut chance) = (TempDir::with_prefix("holdfast-").unwrap(), Chance::of_this_run("syscalls"));
    let preload = Shim { library: shim(include_str!("strike.c"), folder.path()), counts: folder.path().join("counts") };
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (mut oracle, mut starts) = (Oracle::new(&place, chance.fork()), Starts::default());

    // A day without a blow says how many calls there are.
    boxed.kill_server().unwrap();
    preload.orders(&mut boxed, "write 0 none");
    starts.start(&mut boxed).unwrap();
    oracle.under_load(&place, || std::thread::sleep(DAY));
    oracle.settle(&place);
    boxed.kill_server().unwrap();
    let calls: BTreeMap<&str, usize> = FAMILIES.iter().map(|(family, _)| (*family, preload.length(family))).collect();
    println!("calls of a day: {calls:?}");
    assert!(calls["write"] > 100 && calls["sync"] > 20 && calls.values().all(|count| *count > 0), "{calls:?}");

    let (mut struck, mut missed) = (BTreeMap::<String, usize>::new(), 0);
    let mut rounds = Rounds::of("STRIKES", STRIKES);
    while rounds.next() {
        let (family, actions) = FAMILIES[chance.below(FAMILIES.len())];
        let (number, action) = (1 + chance.below(calls[family]), actions[chance.below(actions.len())]);
        let _ = fs::remove_file(preload.counts.with_extension("struck"));
        preload.orders(&mut boxed, &format!("{family} {number} {action}"));
        boxed.start_server().unwrap();
        // It may be struck while it starts.
        let up = boxed.ready_within(Duration::from_secs(3)).unwrap();
        if up {
            oracle.under_load(&place, || std::thread::sleep(DAY));
        }
        boxed.kill_server().unwrap();
        let file = fs::read_to_string(preload.counts.with_extension("struck")).unwrap_or_default();
        match file.strip_prefix(boxed.data.to_str().unwrap()) {
            Some(_) => *struck.entry(format!("{family} {action}")).or_default() += 1,
            None => missed += 1,
        }
        boxed.server_environment.clear();
        starts.start(&mut boxed).unwrap_or_else(|error| panic!("{family} {number} {action} at {file}: {error}"));
        oracle.settle(&place);
        if rounds.made.is_multiple_of(VERIFY_EVERY) {
            oracle.check_all(&place);
        }
        boxed.kill_server().unwrap();
    }
    starts.start(&mut boxed).unwrap();
    oracle.check_all(&place);
    println!("struck: {struck:?}; the day ended before the blow: {missed}");
    println!("{} changes acknowledged; refused meanwhile: {:?}", oracle.total.changes, oracle.total.refused);
    assert!(struck.values().sum::<usize>() * 2 > rounds.made, "most blows fell on nothing");
}
