//! The writer with real formats, files and stores; checkpoints are signed by a key of ring in the place of the HSM.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use holdfast_base::{Actor, Door, Error, PersonId, RequestId, Source, Timestamp, Who, World};
use holdfast_hsm::{DekHandle, testing::throwaway_key};
use holdfast_store::{Db, Ledger, Preset, Table};

use crate::{
    AuditConfig, AuditLog, Ending, Event, Filter, Object, Party, Standing, record,
    verify::{
        self, Verdict,
        layout::bundle_path,
        note::{Checkpoint, SignedCheckpoint},
        root_from_proof,
        testlog::TestSigner,
    },
};

pub(crate) const ORIGIN: &str = "box.example/audit";
const TABLE: Table = Table { name: "notes", preset: Preset::Random };

pub(crate) struct Bench {
    /// Removed at the end, where the bench made it.
    _made: Option<tempfile::TempDir>,
    pub(crate) at: PathBuf,
    pub(crate) signer: Arc<TestSigner>,
    pub(crate) key: DekHandle,
    pub(crate) world: World,
}

/// Several openings of one log share one key.
pub(crate) struct Shared(pub(crate) Arc<TestSigner>);

impl crate::CheckpointSigner for Shared {
    fn public_key(&self) -> holdfast_base::Result<Vec<u8>> {
        self.0.public_key()
    }

    fn sign(&self, text: &[u8]) -> holdfast_base::Result<Vec<u8>> {
        crate::CheckpointSigner::sign(&*self.0, text)
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        let world = World::system();
        let made = tempfile::tempdir().unwrap();
        let signer = Arc::new(TestSigner::new(ORIGIN));
        Self { key: throwaway_key(&world), signer, at: made.path().to_owned(), _made: Some(made), world }
    }

    /// The same keys in every process that names this folder.
    pub(crate) fn reopen(at: &Path) -> Self {
        let pkcs8 = at.join("signer");
        if !pkcs8.exists() {
            fs::write(&pkcs8, TestSigner::generate()).unwrap();
        }
        let signer = Arc::new(TestSigner::of(ORIGIN, &fs::read(&pkcs8).unwrap()));
        // A world that stands still deals the same "random" key each time.
        Self { key: throwaway_key(&World::fixed(Timestamp(1))), signer, at: at.to_owned(), _made: None, world: World::system() }
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.at.join("audit")
    }

    pub(crate) fn jsonl(&self) -> PathBuf {
        self.at.join("log/audit.jsonl")
    }

    pub(crate) fn open(&self) -> AuditLog {
        self.open_at(&self.dir()).unwrap()
    }

    pub(crate) fn open_at(&self, dir: &Path) -> holdfast_base::Result<AuditLog> {
        let config = AuditConfig { dir: dir.to_owned(), jsonl: Some(self.jsonl()), origin: ORIGIN.to_owned() };
        AuditLog::open_with(config, self.key.clone(), Box::new(Shared(self.signer.clone())), self.world.clone())
    }

    pub(crate) fn actor(&self, person: u64) -> Actor {
        let source = Source { door: Door::Web, address: Some("192.0.2.7".parse().unwrap()), agent: "Firefox".to_owned() };
        Actor {
            who: Who::Person(PersonId(person)),
            session: None,
            source,
            request: RequestId(self.world.uuid()),
            now: self.world.now(),
        }
    }

    pub(crate) fn event(&self, person: u64, object: u64) -> Event {
        Event::new(&self.actor(person), "person.freeze", Object::new("person", object)).text("reason", "secret-reason-离职")
    }

    /// A crash: the files as they are at this instant, under another folder.
    pub(crate) fn crash(&self, name: &str) -> PathBuf {
        let to = self.at.join(name);
        copy(&self.dir(), &to);
        to
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            assert!(fs::copy(entry.path(), target).is_ok())
        }
    }
}

pub(crate) fn verdict(bench: &Bench, dir: &Path) -> verify::Report {
    verify::verify(dir, Some(&bench.signer.vkey), None).unwrap()
}

#[test]
fn what_is_acknowledged_is_there_after_a_crash_and_opens_only_for_the_key() {
    let bench = Bench::new();
    let log = bench.open();
    let threads: Vec<_> = (0..8_u64)
        .map(|person| {
            let (log, events) = (log.clone(), (0..80).map(|object| bench.event(person, object)).collect::<Vec<_>>());
            thread::spawn(move || events.into_iter().map(|event| log.append(event).unwrap().index).collect::<Vec<_>>())
        })
        .collect();
    let mut indices: Vec<u64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let crashed = bench.crash("crashed");
    indices.sort_unstable();
    assert_eq!(indices, (0..640).collect::<Vec<_>>(), "dense, each once");

    let again = bench.open_at(&crashed).unwrap();
    assert_eq!(again.size(), 640);
    let page = again.query(&Filter::default(), None, 1_000).unwrap();
    assert_eq!((page.entries.len(), page.entries[0].index, page.next), (640, 639, None));
    again.close();
    assert_eq!(verdict(&bench, &crashed).verdict, Verdict::Clean);
    log.close();
    let report = verdict(&bench, &bench.dir());
    assert_eq!((report.verdict, report.size), (Verdict::Clean, 640), "{report:?}");
    assert!(matches!(log.append(bench.event(1, 1)), Err(Error::Sealed)));

    for path in walk(&bench.dir()) {
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(13).any(|window| window == b"secret-reason"), "{path:?}");
    }
    let lines = fs::read_to_string(bench.jsonl()).unwrap();
    assert_eq!(lines.lines().count(), 640);
    assert!(!lines.contains("secret"));
    let line: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&line["index"], &line["action"], &line["actor"]["kind"]), (&0.into(), &"person.freeze".into(), &"person".into()));
}

pub(crate) fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[test]
fn filters_find_what_they_name_newest_first_page_by_page() {
    let bench = Bench::new();
    let log = bench.open();
    for n in 0..300_u64 {
        let mut event = bench.event(n % 3, n);
        if n % 10 == 0 {
            event = event.refused("forbidden");
        }
        log.append_soon(event);
    }
    log.append(Event::new(
        &Actor::system(RequestId(bench.world.uuid()), bench.world.now()),
        "token.rotate",
        Object::new("token", "a"),
    ))
    .unwrap();
    let all = |filter: &Filter| {
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let page = log.query(filter, before, 7).unwrap();
            found.extend(page.entries);
            before = page.next;
            if before.is_none() {
                return found;
            }
        }
    };
    let reopened = |log: &AuditLog, filter: &Filter| log.query(filter, None, 1_000).unwrap().entries.len();
    let cases = [
        (Filter::default(), 301),
        (Filter::by(PersonId(1)), 100),
        (Filter { actor: Some(Party::System), ..Filter::default() }, 1),
        (Filter { action: Some("token.rotate".to_owned()), ..Filter::default() }, 1),
        (Filter { action: Some("token.none".to_owned()), ..Filter::default() }, 0),
        (Filter { outcome: Some(Ending::Refused), ..Filter::default() }, 30),
        (Filter { object: Some("person/7".to_owned()), ..Filter::default() }, 1),
        (Filter { object: Some("person".to_owned()), ..Filter::default() }, 300),
        (Filter { to: Some(Timestamp(1)), ..Filter::default() }, 0),
        (Filter { address: "::ffff:192.0.2.7".parse().ok(), ..Filter::by(PersonId(2)) }, 100),
        (Filter { address: "192.0.2.8".parse().ok(), ..Filter::default() }, 0),
        (Filter { from: Some(Timestamp(1)), ..Filter::by(PersonId(2)) }, 100),
    ];
    for (filter, count) in &cases {
        let found = all(filter);
        assert_eq!(found.len(), *count, "{filter:?}");
        assert!(found.is_sorted_by(|a, b| a.index > b.index));
    }
    assert_eq!(log.actions(), ["person.freeze", "token.rotate"]);
    log.close();
    let log = bench.open();
    for (filter, count) in &cases {
        assert_eq!(reopened(&log, filter), *count, "{filter:?}");
    }
    log.close();
}

#[test]
fn every_entry_is_proven_against_the_signed_root() {
    let bench = Bench::new();
    let log = bench.open();
    for n in 0..270 {
        log.append_soon(bench.event(1, n));
    }
    log.append(bench.event(1, 270)).unwrap();
    for index in [0, 1, 128, 255, 256, 257, 270] {
        let proven = log.entry(index).unwrap();
        assert_eq!(proven.entry.body.details[0].0, "reason");
        let note = SignedCheckpoint::parse(proven.checkpoint.as_bytes()).unwrap();
        assert_eq!(note.checkpoint.size, proven.size);
        assert_eq!(root_from_proof(proven.leaf, index, proven.size, &proven.proof), Some(note.checkpoint.root), "entry {index}");
        assert_ne!(root_from_proof(proven.leaf, index ^ 1, proven.size, &proven.proof), Some(note.checkpoint.root));
    }
    assert!(matches!(log.entry(271), Err(Error::NotFound)));
    let report = log.verify().unwrap();
    assert_eq!((report.verdict, report.checked_entries), (Verdict::Clean, 271));
    log.close();
}

#[test]
fn a_log_of_three_levels_is_opened_again_and_proven() {
    let bench = Bench::new();
    let log = bench.open();
    let (told, heard) = crossbeam_channel::bounded(1);
    for chunk in 0..66_u64 {
        let drafts = (0..1_000).map(|n| log.shared.draft(bench.event(chunk, n))).collect();
        let told = told.clone();
        log.shared.order(drafts, Box::new(move |appended| told.send(appended.count).unwrap())).unwrap();
        assert_eq!(heard.recv().unwrap(), 1_000);
    }
    log.close();
    let log = bench.open();
    assert_eq!(log.append(bench.event(99, 1)).unwrap().index, 66_000);
    for index in [0, 255, 256, 65_279, 65_535, 65_536, 65_791, 66_000] {
        let proven = log.entry(index).unwrap();
        let root = SignedCheckpoint::parse(proven.checkpoint.as_bytes()).unwrap().checkpoint.root;
        assert_eq!(root_from_proof(proven.leaf, index, proven.size, &proven.proof), Some(root), "entry {index}");
    }
    assert_eq!(log.query(&Filter::by(PersonId(3)), None, 2_000).unwrap().entries.len(), 1_000);
    log.close();
    assert_eq!(verdict(&bench, &bench.dir()).verdict, Verdict::Clean);
    // A rotten tile is made again from the entries, which are the signed ones.
    let rotten = bench.dir().join("tile/0/007");
    fs::write(&rotten, b"rot").unwrap();
    fs::remove_file(bench.dir().join("tile/1/000")).unwrap();
    assert_eq!(verdict(&bench, &bench.dir()).verdict, Verdict::Bad);
    let log = bench.open();
    assert_eq!(log.query(&Filter::default(), None, 1).unwrap().entries[0].action, "audit.repair");
    log.close();
    assert_eq!(verdict(&bench, &bench.dir()).verdict, Verdict::Clean);

    for (path, at, first_bad) in [("tile/1/000", 255 * 32, 65_280), ("tile/2/000.p/1", 0, 0), ("tile/0/255", 32, 65_281)] {
        let file = bench.dir().join(path);
        let good = fs::read(&file).unwrap();
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&file, bad).unwrap();
        assert_eq!(verdict(&bench, &bench.dir()).first_bad, Some(first_bad), "{path}");
        fs::write(&file, good).unwrap();
    }
}

#[test]
fn an_export_opens_exactly_what_was_asked_for_and_shows_every_change() {
    let bench = Bench::new();
    let log = bench.open();
    for n in 0..300 {
        log.append_soon(bench.event(n % 2, n));
    }
    log.append(bench.event(7, 7)).unwrap();
    let tar = bench.at.join("export.tar");
    let exported = log.export(&Filter::by(PersonId(1)), fs::File::create(&tar).unwrap()).unwrap();
    assert_eq!((exported.size, exported.opened), (301, 150));
    log.close();

    let mut opened = Vec::new();
    let report = verify::verify_opening(
        &tar,
        &verify::Carried { key: Some(&bench.signer.vkey), former: &[], since: None },
        &mut |entry| opened.push(entry),
    )
    .unwrap();
    assert_eq!((report.verdict, report.opened_entries), (Verdict::Clean, 150), "{report:?}");
    assert!(opened.iter().all(|entry| entry.body.actor == Party::Person(1) && entry.body.details[0].0 == "reason"));

    let folder = bench.at.join("export");
    tar::Archive::new(fs::File::open(&tar).unwrap()).unpack(&folder).unwrap();
    assert_eq!(verdict(&bench, &folder).verdict, Verdict::Clean, "the folder around the export is entered");
    let bundle = folder.join("holdfast-audit").join(bundle_path(1, 45));
    let mut bytes = fs::read(&bundle).unwrap();
    let at = bytes.len() - 1;
    bytes[at] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    let report = verdict(&bench, &folder);
    assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(300)), "{report:?}");

    // A key that is put under another entry proves nothing there.
    let keys = folder.join("holdfast-audit/keys.json");
    fs::write(&keys, fs::read_to_string(&keys).unwrap().replace("\"1\":", "\"2\":")).unwrap();
    let report = verdict(&bench, &folder);
    assert!(
        report.findings.iter().any(|finding| finding.index == Some(2) && finding.kind == verify::Kind::EntryKey),
        "{report:?}"
    );
}

/// The example of C2SP tlog-tiles: 70,000 entries are 273 full and one partial tile of level 0, and so on.
#[test]
fn an_export_of_70_000_entries_has_the_files_of_the_specification_and_no_others() {
    let bench = Bench::new();
    let log = bench.open();
    let (told, heard) = crossbeam_channel::bounded(1);
    for chunk in 0..70_u64 {
        let drafts = (0..1_000).map(|n| log.shared.draft(bench.event(chunk, n))).collect();
        let told = told.clone();
        log.shared.order(drafts, Box::new(move |appended| told.send(appended.count).unwrap())).unwrap();
        assert_eq!(heard.recv().unwrap(), 1_000);
    }
    let tar = bench.at.join("export.tar");
    log.export(&Filter::by(PersonId(99)), fs::File::create(&tar).unwrap()).unwrap();
    log.close();
    let folder = bench.at.join("export");
    tar::Archive::new(fs::File::open(&tar).unwrap()).unpack(&folder).unwrap();
    let folder = folder.join("holdfast-audit");
    let mut expected: Vec<String> = ["README.txt", "checkpoint", "keys.json"].map(str::to_owned).to_vec();
    for kind in ["0", "entries"] {
        expected.extend((0..273).map(|number| format!("tile/{kind}/{number:03}")));
        expected.push(format!("tile/{kind}/273.p/112"));
    }
    expected.extend(["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"].map(str::to_owned));
    expected.sort();
    let mut there: Vec<String> =
        walk(&folder).iter().map(|path| path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned()).collect();
    there.sort();
    assert_eq!(there, expected);
    for path in there.iter().filter(|path| path.starts_with("tile/") && !path.starts_with("tile/entries")) {
        let width = path.rsplit_once(".p/").map_or(256, |(_, width)| width.parse().unwrap());
        assert_eq!(fs::metadata(folder.join(path)).unwrap().len(), width * 32, "{path}");
    }
}

#[test]
fn a_torn_end_is_cut_and_said_while_a_changed_log_does_not_open() {
    let bench = Bench::new();
    let log = bench.open();
    for n in 0..10 {
        log.append(bench.event(1, n)).unwrap();
    }
    assert!(bench.open_at(&bench.dir()).is_err(), "one process at a time");
    log.close();
    let hot = bench.dir().join(bundle_path(0, 256));
    let good = fs::read(&hot).unwrap();

    fs::write(&hot, [&good[..], &[0, 200, 1, 2, 3]].concat()).unwrap();
    let log = bench.open();
    assert_eq!(log.query(&Filter::default(), None, 1).unwrap().entries[0].action, "audit.repair");
    log.close();
    assert_eq!(verdict(&bench, &bench.dir()).verdict, Verdict::Clean);

    let good = fs::read(&hot).unwrap();
    let mut bad = good.clone();
    bad[150] ^= 1;
    fs::write(&hot, bad).unwrap();
    assert!(bench.open_at(&bench.dir()).is_err(), "a signed entry was changed");
    fs::write(&hot, &good[..good.len() - 1]).unwrap();
    assert!(bench.open_at(&bench.dir()).is_err(), "a signed entry is torn");
    assert_eq!(fs::read(&hot).unwrap().len(), good.len() - 1, "and nothing was cut");
    fs::write(&hot, &good).unwrap();
    fs::rename(bench.dir().join("checkpoint"), bench.dir().join("away")).unwrap();
    assert!(bench.open_at(&bench.dir()).is_err(), "entries without a checkpoint");
    fs::rename(&hot, bench.dir().join("hot")).unwrap();
    assert!(bench.open_at(&bench.dir()).is_err(), "a log that was begun is not begun again");
    fs::rename(bench.dir().join("hot"), &hot).unwrap();
    fs::rename(bench.dir().join("away"), bench.dir().join("checkpoint")).unwrap();
    bench.open().close();
}

#[test]
fn a_power_cut_at_any_byte_of_the_unsigned_end_loses_only_what_is_cut() {
    let bench = Bench::new();
    let log = bench.open();
    log.append(bench.event(1, 0)).unwrap();
    log.checkpoint().unwrap();
    let signed = fs::metadata(bench.dir().join(bundle_path(0, 256))).unwrap().len();
    let mut ends = vec![signed];
    for n in 1..4 {
        log.append(bench.event(1, n)).unwrap();
        ends.push(fs::metadata(bench.dir().join(bundle_path(0, 256))).unwrap().len());
    }
    let crashed = bench.crash("before");
    log.close();
    let end = *ends.last().unwrap();
    for cut in (signed..=end).step_by(41).chain(ends.clone()).chain(ends.iter().map(|end| end - 1).filter(|at| *at >= signed)) {
        let dir = bench.at.join(format!("cut-{cut}"));
        copy(&crashed, &dir);
        let hot = fs::OpenOptions::new().write(true).open(dir.join(bundle_path(0, 256))).unwrap();
        hot.set_len(cut).unwrap();
        let whole = ends.iter().filter(|end| **end <= cut).count() as u64;
        let log = bench.open_at(&dir).unwrap();
        let repaired = u64::from(!ends.contains(&cut));
        assert_eq!(log.size(), whole + repaired, "cut at {cut}");
        log.close();
        assert_eq!(verdict(&bench, &dir).verdict, Verdict::Clean, "cut at {cut}");
    }
}

/// Several bundles were under way together when the power went: what is torn ends the log, and what follows it was never
/// acknowledged.
#[test]
fn bundles_behind_a_torn_one_are_cut_with_it() {
    let bench = Bench::new();
    let log = bench.open();
    log.append(bench.event(1, 0)).unwrap();
    log.checkpoint().unwrap();
    let drafts = (1..1_500).map(|n| log.shared.draft(bench.event(1, n))).collect();
    let (done, told) = std::sync::mpsc::channel();
    log.shared.order(drafts, Box::new(move |appended| done.send(appended.count).unwrap())).unwrap();
    assert_eq!(told.recv().unwrap(), 1_499);
    assert_eq!(log.fdatasyncs(), 1 + 6);
    let crashed = bench.crash("before");
    log.close();
    // Bundle 2 torn, or not there, and one behind it never came.
    for (name, torn) in [("torn", Some(5_000)), ("absent", None)] {
        let dir = bench.at.join(name);
        copy(&crashed, &dir);
        let path = |number| dir.join(bundle_path(number, 256));
        match torn {
            Some(length) => fs::OpenOptions::new().write(true).open(path(2)).unwrap().set_len(length).unwrap(),
            None => fs::remove_file(path(2)).unwrap(),
        }
        fs::remove_file(path(4)).unwrap();
        let log = bench.open_at(&dir).unwrap();
        let kept = log.size();
        assert!((512..540).contains(&kept), "{name}: {kept}");
        assert!(!path(3).exists() && !path(5).exists(), "{name}");
        assert!(fs::read_dir(dir.join("cut")).unwrap().count() >= 2, "{name}: what is cut is kept beside the log");
        for n in 0..600 {
            log.append_soon(bench.event(1, n));
        }
        log.append(bench.event(1, 1)).unwrap();
        log.close();
        assert_eq!(verdict(&bench, &dir).verdict, Verdict::Clean, "{name}");
    }
}

const CHILD: &str = "HOLDFAST_AUDIT_TEST_CHILD";

/// Not a test by itself: the process that the next test kills. Prints each index once it is acknowledged.
#[test]
fn child_that_appends() {
    let Some(dir) = std::env::var_os(CHILD) else { return };
    let bench = Bench::reopen(Path::new(&dir));
    let log = bench.open();
    for person in 0..4 {
        let (log, event) = (log.clone(), bench.event(person, person));
        thread::spawn(move || {
            loop {
                println!("acknowledged {}", log.append(event.clone()).unwrap().index);
            }
        });
    }
    // Killed long before.
    thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::reopen(place.path());
    bench.open().close();
    let mut acknowledged = 0;
    for round in 0..6 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "log_tests::child_that_appends", "--nocapture"])
            .env(CHILD, place.path())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        let indices = |line: String| line.rsplit_once("acknowledged ").and_then(|(_, index)| index.parse::<u64>().ok());
        let mut highest = lines.by_ref().map_while(Result::ok).find_map(indices).unwrap();
        thread::sleep(Duration::from_millis(37 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        highest = lines.map_while(Result::ok).filter_map(indices).fold(highest, u64::max);
        let log = bench.open();
        assert!(log.size() > highest && highest >= acknowledged, "round {round}: {} entries, {highest} acknowledged", log.size());
        acknowledged = highest;
        log.close();
        let report = verdict(&bench, &bench.dir());
        assert_eq!((report.verdict, report.size), (Verdict::Clean, log.size()), "{report:?}");
    }
}

#[test]
fn the_readable_copy_is_completed_after_a_crash() {
    let bench = Bench::new();
    let log = bench.open();
    for n in 0..20 {
        log.append(bench.event(1, n)).unwrap();
    }
    log.close();
    let lines = fs::read_to_string(bench.jsonl()).unwrap();
    let kept: String = lines.lines().take(7).map(|line| format!("{line}\n")).collect();
    fs::write(bench.jsonl(), format!("{kept}{{\"index\":7,\"torn")).unwrap();
    let log = bench.open();
    log.append(bench.event(1, 20)).unwrap();
    log.close();
    let all = fs::read_to_string(bench.jsonl()).unwrap();
    let indices: Vec<u64> =
        all.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()?["index"].as_u64()).collect();
    assert_eq!(indices, (0..21).collect::<Vec<_>>());
}

#[test]
fn a_file_taken_away_under_the_box_stops_the_log() {
    let bench = Bench::new();
    let log = bench.open();
    log.append(bench.event(1, 1)).unwrap();
    log.ready().unwrap();
    fs::remove_file(bench.dir().join(bundle_path(0, 256))).unwrap();
    assert!(matches!(log.append(bench.event(1, 2)), Err(Error::AuditUnavailable)));
    assert!(matches!(log.append(bench.event(1, 3)), Err(Error::AuditUnavailable)));
    assert!(matches!(log.ready(), Err(Error::AuditUnavailable)));
    log.close();
}

#[test]
fn changes_of_both_stores_reach_the_log_once_before_the_answer() {
    let bench = Bench::new();
    let (db_dir, ledger_dir) = (bench.at.join("db"), bench.at.join("ledger"));
    fs::create_dir_all(&db_dir).unwrap();
    let key = bench.key.clone();
    let open_db = || Db::open(&db_dir.join("a.db"), key.sqlcipher_key().unwrap(), 1, bench.world.clone()).unwrap();
    let open_ledger = || Ledger::open(&ledger_dir, &[TABLE], key.clone(), bench.world.clone()).unwrap();

    // Queued while no log was attached, as before a crash.
    let db = open_db();
    for n in 0..5 {
        let event = bench.event(1, n);
        let _ = db.write(|tx| {
            record(tx, event);
            Ok(())
        });
    }
    db.close();
    copy(&db_dir, &bench.at.join("db-before"));

    let (db, ledger, log) = (open_db(), open_ledger(), bench.open());
    log.attach(&db, &ledger).unwrap();
    assert_eq!(log.size(), 5);
    let event = bench.event(2, 9);
    let key_of_rows = bench.key.clone();
    let made = ledger
        .write(move |tx| {
            tx.put(TABLE, b"1", b"value", &key_of_rows)?;
            record(tx, event);
            Ok(())
        })
        .unwrap();
    log.settle(&made.mark).unwrap();
    let last = log.query(&Filter::by(PersonId(2)), None, 1).unwrap();
    assert_eq!(last.entries[0].body.object_id, "9");
    let (told, heard) = crossbeam_channel::bounded(1);
    let event = bench.event(3, 1);
    let made = db.write(|tx| {
        record(tx, event);
        Ok(())
    });
    log.when_settled(&made.unwrap().mark, Box::new(move |result| told.send(result.is_ok()).unwrap()));
    assert!(heard.recv_timeout(Duration::from_secs(2)).unwrap());
    let digests = Filter { action: Some("ledger.commit".to_owned()), ..Filter::default() };
    let until = Instant::now() + Duration::from_secs(2);
    while log.query(&digests, None, 10).unwrap().entries.is_empty() {
        assert!(Instant::now() < until, "a digest drains within a second");
        thread::sleep(Duration::from_millis(20));
    }
    ledger.close();
    db.close();
    log.close();

    // The database of before the drain comes back, as after a power cut: nothing is appended twice.
    fs::remove_dir_all(&db_dir).unwrap();
    copy(&bench.at.join("db-before"), &db_dir);
    let (db, ledger, log) = (open_db(), open_ledger(), bench.open());
    log.attach(&db, &ledger).unwrap();
    assert_eq!(log.query(&Filter::by(PersonId(1)), None, 100).unwrap().entries.len(), 5);
    assert_eq!(log.verify().unwrap().verdict, Verdict::Clean);
    ledger.close();
    db.close();
    log.close();
    assert_eq!(verdict(&bench, &bench.dir()).verdict, Verdict::Clean);
}

#[test]
fn a_log_continues_what_was_seen_of_it_or_was_taken_back_or_forked() {
    let bench = Bench::new();
    let log = bench.open();
    let seen = |log: &AuditLog| SignedCheckpoint::parse(log.checkpoint().unwrap().as_bytes()).unwrap().checkpoint;
    let mut early = Vec::new();
    for n in 0..300 {
        log.append_soon(bench.event(1, n));
        if n % 60 == 7 {
            log.append(bench.event(2, n)).unwrap();
            early.push(seen(&log));
        }
    }
    let now = seen(&log);
    for checkpoint in early.iter().chain([&now]) {
        assert_eq!(log.standing(checkpoint).unwrap(), Standing::Continues, "{checkpoint:?}");
        let other = Checkpoint { root: [7; 32], ..checkpoint.clone() };
        assert_eq!(log.standing(&other).unwrap(), Standing::Forked);
    }
    // Behind everything that was ordered before.
    log.append(bench.event(2, 0)).unwrap();
    let last = log.checkpoint().unwrap();
    let ahead = Checkpoint { size: log.size() + 1, ..now };
    assert_eq!(log.standing(&ahead).unwrap(), Standing::RolledBack);
    let remembered = log.checkpoints();
    assert_eq!(remembered[0].note, last);
    assert!(remembered.is_sorted_by(|a, b| a.at >= b.at) && remembered.len() <= crate::limits::CHECKPOINTS_KEPT);
    log.close();
}
