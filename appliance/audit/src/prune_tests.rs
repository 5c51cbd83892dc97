//! Pruning over real files: what goes, what stays provable, and a crash between any two steps.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use holdfast_base::{Clock, Error, Timestamp, World};
use holdfast_hsm::{DekHandle, KeyId, testing::throwaway_key};
use parking_lot::Mutex;

use crate::{
    AuditConfig, AuditKeys, AuditLog, Detail, Filter, Retention,
    log_tests::{Bench, ORIGIN, Shared, copy, verdict, walk},
    prune::Step,
    verify::{
        self, Kind, Verdict,
        layout::{bundle_path, tile_path},
        note::SignedCheckpoint,
        root_from_proof,
    },
};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// 2026-01-15T00:00:00Z: every 30 days from here are another month.
const BEGIN: i64 = 1_768_435_200_000_000;

struct Calendar(AtomicI64);

impl Clock for Calendar {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn at_least(&self, instant: Timestamp) {
        self.0.fetch_max(instant.0, Ordering::SeqCst);
    }

    fn boot(&self) -> Duration {
        Duration::ZERO
    }
}

/// Keys as a vault has them: found until they are forgotten.
#[derive(Default)]
struct Vault {
    lasting: Option<DekHandle>,
    keys: Mutex<HashMap<KeyId, DekHandle>>,
    refuse: Mutex<bool>,
}

struct Months(Arc<Vault>);

impl AuditKeys for Months {
    fn lasting(&self) -> holdfast_base::Result<DekHandle> {
        Ok(self.0.lasting.clone().unwrap())
    }

    fn make(&self) -> holdfast_base::Result<DekHandle> {
        let key = throwaway_key(&World::system());
        self.0.keys.lock().insert(key.id(), key.clone());
        Ok(key)
    }

    fn find(&self, id: KeyId) -> holdfast_base::Result<DekHandle> {
        self.0.keys.lock().get(&id).cloned().ok_or(Error::Gone)
    }

    fn forget(&self, ids: &[KeyId]) -> holdfast_base::Result<()> {
        if *self.0.refuse.lock() {
            return Err(Error::Sealed);
        }
        self.0.keys.lock().retain(|id, _| !ids.contains(id));
        Ok(())
    }
}

struct Years {
    bench: Bench,
    calendar: Arc<Calendar>,
    vault: Arc<Vault>,
}

impl Years {
    fn new() -> Self {
        let mut bench = Bench::new();
        let calendar = Arc::new(Calendar(AtomicI64::new(BEGIN)));
        bench.world.clock = calendar.clone();
        let vault = Arc::new(Vault { lasting: Some(bench.key.clone()), ..Vault::default() });
        Self { bench, calendar, vault }
    }

    fn open(&self, dir: &Path) -> holdfast_base::Result<AuditLog> {
        let config = AuditConfig { dir: dir.to_owned(), jsonl: None, origin: ORIGIN.to_owned() };
        let keys = Box::new(Months(self.vault.clone()));
        AuditLog::open_keyed(config, keys, Box::new(Shared(self.bench.signer.clone())), self.bench.world.clone())
    }

    /// `months` of 30 days with `each` entries, and a checkpoint after each.
    fn fill(&self, log: &AuditLog, months: i64, each: u64) -> Vec<SignedCheckpoint> {
        let mut kept = Vec::new();
        for month in 0..months {
            for n in 0..each - 1 {
                log.append_soon(self.bench.event(n % 5, n));
            }
            log.append(self.bench.event(7, u64::try_from(month).unwrap())).unwrap();
            kept.push(SignedCheckpoint::parse(log.checkpoint().unwrap().as_bytes()).unwrap());
            self.calendar.0.fetch_add(30 * DAY, Ordering::SeqCst);
        }
        kept
    }

    fn prune(&self, log: &AuditLog, step: &mut dyn FnMut(Step)) -> Option<crate::Pruned> {
        log.prune_by_steps(Retention::of_days(184).unwrap(), &self.bench.actor(9), "年度清理", step).unwrap()
    }
}

#[test]
fn less_than_the_law_asks_for_is_refused() {
    for days in [0, 1, 183] {
        let refused = Retention::of_days(days);
        assert!(matches!(refused, Err(Error::Invalid { field: "retention_days", rule }) if rule.limit == Some(184)), "{days}");
    }
    assert_eq!((Retention::of_days(184).unwrap().days(), Retention::default().days()), (184, 1_096));
}

#[test]
fn what_is_old_goes_and_everything_else_stays_provable() {
    let years = Years::new();
    let dir = years.bench.dir();
    let log = years.open(&dir).unwrap();
    // 3,000 entries: ten months of 300; those of the first three months and a half are older than 184 days at the end.
    let kept = years.fill(&log, 10, 300);
    let keys_before = years.vault.keys.lock().len();
    let pruned = years.prune(&log, &mut |_| ()).unwrap();
    assert_eq!((pruned.minimum, pruned.entries, pruned.entry), (1_024, 1_024, 3_000));
    assert_eq!((pruned.keys, years.vault.keys.lock().len()), (3, keys_before + 1 - 3), "three whole months are gone, one began");
    assert_eq!(years.prune(&log, &mut |_| ()), None, "nothing more is old enough");
    assert_eq!(log.minimum_index(), 1_024);

    for number in 0..4 {
        assert!(!dir.join(bundle_path(number, 256)).exists() && !dir.join(tile_path(0, number, 256)).exists());
    }
    assert!(matches!(log.entry(1_023), Err(Error::Gone)));
    for index in [1_024, 1_025, 1_279, 1_280, 2_048, 2_999, 3_000] {
        let proven = log.entry(index).unwrap();
        let root = SignedCheckpoint::parse(proven.checkpoint.as_bytes()).unwrap().checkpoint.root;
        assert_eq!(root_from_proof(proven.leaf, index, proven.size, &proven.proof), Some(root), "entry {index}");
    }
    let said = log.entry(3_000).unwrap().entry;
    let detail = |name: &str| said.details().iter().find(|(key, _)| key == name).map(|(_, detail)| detail.clone());
    assert_eq!((said.action.as_str(), detail("to")), ("audit.prune", Some(Detail::Number(1_024))));
    assert_eq!(detail("reason"), Some(Detail::Text("年度清理".to_owned())));
    let everything = log.query(&Filter::default(), None, 5_000).unwrap();
    assert_eq!((everything.entries.len(), everything.next), (1_977, None));
    let tar = years.bench.at.join("export.tar");
    let exported = log.export(&Filter::default(), fs::File::create(&tar).unwrap()).unwrap();
    assert_eq!((exported.size, exported.opened), (3_001, 1_977));
    assert_eq!(log.verify().unwrap().verdict, Verdict::Clean);
    log.close();

    for place in [&dir, &tar] {
        let report = verdict(&years.bench, place);
        assert_eq!((report.verdict, report.minimum_index, report.pruned_by), (Verdict::Clean, 1_024, Some(3_000)), "{report:?}");
        assert!(report.sentence().contains("minimum index 1024"), "{}", report.sentence());
        for since in &kept {
            let report = verify::verify(place, Some(&years.bench.signer.vkey), Some(since)).unwrap();
            let told = if since.checkpoint.size >= 1_024 { Verdict::Clean } else { Verdict::CannotTell };
            assert_eq!(report.verdict, told, "since {}: {report:?}", since.checkpoint.size);
        }
    }
    // Opened again it goes on, and prunes again when more is old.
    let log = years.open(&dir).unwrap();
    assert_eq!((log.minimum_index(), log.size()), (1_024, 3_001));
    years.calendar.0.fetch_add(90 * DAY, Ordering::SeqCst);
    let again = years.prune(&log, &mut |_| ()).unwrap();
    assert_eq!((again.minimum, again.entry), (2_048, 3_001));
    log.close();
    assert_eq!(verdict(&years.bench, &dir).minimum_index, 2_048);
    years.open(&dir).unwrap().close();
}

#[test]
fn a_crash_between_any_two_steps_leaves_the_log_as_it_was_or_a_pruning_that_goes_on() {
    let years = Years::new();
    let dir = years.bench.dir();
    let log = years.open(&dir).unwrap();
    years.fill(&log, 8, 300);
    let mut crashed: Vec<(PathBuf, Step)> = Vec::new();
    let at = years.bench.at.clone();
    let pruned = years.prune(&log, &mut |step| {
        let to = at.join(format!("crash-{}", crashed.len()));
        copy(&dir, &to);
        crashed.push((to, step));
    });
    let minimum = pruned.unwrap().minimum;
    assert_eq!(minimum, 512);
    log.close();
    assert!(crashed.len() >= 8, "{crashed:?}");
    for (dir, step) in &crashed {
        let before = verdict(&years.bench, dir);
        assert!(before.verdict != Verdict::Bad, "as it lies there, {step:?}: {before:?}");
        let log = years.open(dir).unwrap();
        let there = log.minimum_index();
        assert_eq!(there, if *step == Step::Intended { 0 } else { minimum }, "{step:?}");
        let left = walk(&dir.join("tile/entries")).len();
        assert_eq!(left, if *step == Step::Intended { 10 } else { 8 }, "{step:?}");
        log.append(years.bench.event(1, 1)).unwrap();
        log.close();
        let report = verdict(&years.bench, dir);
        assert_eq!((report.verdict, report.minimum_index), (Verdict::Clean, there), "{step:?}: {report:?}");
        let log = years.open(dir).unwrap();
        if *step == Step::Intended {
            assert_eq!(years.prune(&log, &mut |_| ()).unwrap().minimum, minimum, "what never began begins again");
        }
        log.close();
    }
}

#[test]
fn keys_that_could_not_be_destroyed_are_destroyed_at_the_next_opening() {
    let years = Years::new();
    let dir = years.bench.dir();
    let log = years.open(&dir).unwrap();
    years.fill(&log, 9, 300);
    // One more for the month in which it is pruned.
    let keys = years.vault.keys.lock().len() + 1;
    *years.vault.refuse.lock() = true;
    assert!(log.prune(Retention::of_days(184).unwrap(), &years.bench.actor(9), "x").is_err());
    log.close();
    years.open(&dir).unwrap().close();
    assert_eq!(years.vault.keys.lock().len(), keys);
    *years.vault.refuse.lock() = false;
    years.open(&dir).unwrap().close();
    assert_eq!(years.vault.keys.lock().len(), keys - 2);
    assert_eq!(verdict(&years.bench, &dir).verdict, Verdict::Clean);
}

#[test]
fn a_front_that_nobody_pruned_is_a_finding_and_does_not_open() {
    let years = Years::new();
    let dir = years.bench.dir();
    let log = years.open(&dir).unwrap();
    years.fill(&log, 8, 300);
    log.close();
    let cut = years.bench.at.join("cut");
    copy(&dir, &cut);
    let take = |dir: &Path, number: u64| {
        fs::remove_file(dir.join(bundle_path(number, 256))).unwrap();
        fs::remove_file(dir.join(tile_path(0, number, 256))).unwrap();
    };
    take(&cut, 0);
    let report = verdict(&years.bench, &cut);
    assert_eq!((report.verdict, report.first_bad, report.findings[0].kind), (Verdict::Bad, Some(0), Kind::Deleted), "{report:?}");
    assert!(years.open(&cut).is_err());

    // One bundle more than the entry says.
    let log = years.open(&dir).unwrap();
    let minimum = years.prune(&log, &mut |_| ()).unwrap().minimum;
    log.close();
    let more = years.bench.at.join("more");
    copy(&dir, &more);
    take(&more, minimum / 256);
    let report = verdict(&years.bench, &more);
    assert_eq!(
        (report.verdict, report.first_bad, report.findings[0].kind),
        (Verdict::Bad, Some(minimum), Kind::Deleted),
        "{report:?}"
    );
    assert!(years.open(&more).is_err());

    // The file that spares the search is no proof, and its loss is no harm.
    fs::remove_file(dir.join("pruned")).unwrap();
    let log = years.open(&dir).unwrap();
    assert_eq!(log.minimum_index(), minimum);
    log.close();
    // A tile above the pruned entries has rotted: it is made again from what the file holds.
    let rotten = dir.join(tile_path(1, 0, 9));
    assert!(rotten.exists());
    fs::write(&rotten, b"rot").unwrap();
    assert_eq!(verdict(&years.bench, &dir).verdict, Verdict::Bad);
    let log = years.open(&dir).unwrap();
    assert_eq!(log.minimum_index(), minimum);
    log.close();
    assert_eq!(verdict(&years.bench, &dir).verdict, Verdict::Clean);
}

#[test]
fn a_front_that_is_not_what_was_signed_is_not_destroyed() {
    let years = Years::new();
    let dir = years.bench.dir();
    let log = years.open(&dir).unwrap();
    years.fill(&log, 8, 300);
    let bundle = dir.join(bundle_path(0, 256));
    let good = fs::read(&bundle).unwrap();
    let mut bad = good.clone();
    bad[200] ^= 1;
    fs::write(&bundle, &bad).unwrap();
    assert!(log.prune(Retention::of_days(184).unwrap(), &years.bench.actor(9), "x").is_err());
    assert!(bundle.exists() && log.size() == 2_400, "the evidence stays, and nothing was written");
    fs::write(&bundle, good).unwrap();
    assert!(years.prune(&log, &mut |_| ()).is_some());
    log.close();
}
