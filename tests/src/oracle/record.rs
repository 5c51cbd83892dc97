//! The audit log as an auditor follows it from outside: what she saw once stays, what was acknowledged stands in it.

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    process::{Command, Output},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{Told, text};
use crate::{Client, Place, process::binaries};

/// How often "cannot tell" is asked again.
const CANNOT_TELL: usize = 5;
/// Digests of the ledger reach the log within a second; so long is waited for them.
const DRAINED: Duration = Duration::from_secs(20);

pub struct Record {
    auditor: Client,
    vkey: String,
    /// Keys that signed before, of tokens that were lost.
    former: Vec<String>,
    /// Where the auditor keeps the checkpoints that she saw: not in the box.
    kept: TempDir,
    /// The next index that was not read yet.
    read: u64,
    /// Ranges of commits, by their ends.
    digests: BTreeMap<u64, u64>,
    /// Some entries as they were seen first.
    seen: BTreeMap<u64, String>,
}

impl Record {
    pub(super) fn new(place: &Place) -> Self {
        let auditor = place.administrator("audit");
        let kept = TempDir::with_prefix("holdfast-auditor-").unwrap();
        let new = Self {
            auditor,
            vkey: place.vkey().unwrap(),
            former: Vec::new(),
            kept,
            read: 0,
            digests: BTreeMap::new(),
            seen: BTreeMap::new(),
        };
        new.keep_checkpoint(place);
        Self { read: new.head(place), ..new }
    }

    fn head(&self, place: &Place) -> u64 {
        let newest = self.auditor.again(place).get_patiently("/api/v1/audit/entries?limit=1").unwrap().ok();
        newest["items"][0]["index"].as_u64().unwrap() + 1
    }

    /// Every acknowledged change has its entry, every acknowledged message its digest; numbers are dense, and what was
    /// read before is what it was.
    pub(super) fn covers(&mut self, place: &Place, told: &Told) {
        let until = Instant::now() + DRAINED;
        let mut wanted: HashSet<&str> = told.requests.iter().map(String::as_str).collect();
        loop {
            for entry in self.fresh(place) {
                wanted.remove(entry["request"].as_str().unwrap());
            }
            let bare = told.commits.iter().filter(|g| !self.is_digested(**g)).count();
            if wanted.is_empty() && bare == 0 {
                break;
            }
            assert!(Instant::now() < until, "without an entry: {wanted:?}; messages without a digest: {bare}");
            std::thread::sleep(Duration::from_millis(100));
        }
        self.compare_seen(place);
    }

    fn is_digested(&self, g: u64) -> bool {
        self.digests.range(g..).next().is_some_and(|(_, from)| *from <= g)
    }

    /// Entries that were not read yet, oldest first.
    fn fresh(&mut self, place: &Place) -> Vec<Value> {
        let by = self.auditor.again(place);
        let (mut entries, mut before) = (Vec::new(), String::new());
        loop {
            let page = by.get_patiently(&format!("/api/v1/audit/entries?limit=200{before}")).unwrap().ok();
            let items = page["items"].as_array().unwrap();
            let new = items.iter().filter(|entry| index(entry) >= self.read);
            entries.extend(new.cloned());
            let oldest = items.last().map_or(0, index);
            if oldest <= self.read {
                break;
            }
            before = format!("&before={oldest}");
        }
        entries.reverse();
        for entry in &entries {
            assert_eq!(index(entry), self.read, "entries are dense");
            self.read += 1;
            if entry["action"] == "ledger.commit" {
                self.note_digest(&by, entry);
            }
            if index(entry).is_multiple_of(97) {
                self.seen.insert(index(entry), face(entry));
            }
        }
        entries
    }

    fn note_digest(&mut self, by: &Client, entry: &Value) {
        let opened = by.get_patiently(&format!("/api/v1/audit/entries/{}", index(entry))).unwrap().ok();
        let number = |name: &str| opened["details"][name].as_str().unwrap().parse::<u64>().unwrap();
        let (from, to) = (number("g_from"), number("g_to"));
        let before = self.digests.last_key_value().map_or(0, |(to, _)| *to);
        assert!(before < from && from <= to, "a digest of {from} to {to} follows one that ends at {before}");
        self.digests.insert(to, from);
    }

    fn compare_seen(&self, place: &Place) {
        let by = self.auditor.again(place);
        for (index, before) in self.seen.iter().rev().take(2) {
            let now = by.get_patiently(&format!("/api/v1/audit/entries/{index}")).unwrap().ok();
            assert_eq!(face(&now), *before, "an entry is what it was");
        }
    }

    /// The auditor's own tool over the box's folder: clean, and a continuation of what she saw before.
    pub(super) fn verify(&self, place: &Place) {
        let mut output = self.run(place).unwrap();
        // Entries that the box has not signed yet are not vouched for; on a busy machine that takes a while.
        for _ in 0..CANNOT_TELL {
            if output.status.code() != Some(2) {
                break;
            }
            output = self.run(place).unwrap();
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        self.keep_checkpoint(place);
    }

    /// The auditor was told of another key, and keeps her note of the one before.
    pub fn succeed(&mut self, vkey: &str) {
        self.former.push(std::mem::replace(&mut self.vkey, vkey.to_owned()));
    }

    fn run(&self, place: &Place) -> io::Result<Output> {
        Command::new(binaries()?.join("holdfast-audit"))
            .arg("verify")
            .arg(place.data.join("audit"))
            .args(["--key", &self.vkey])
            .args(self.former.iter().flat_map(|key| ["--former", key]))
            .arg("--since")
            .arg(self.kept.path().join("checkpoint"))
            .output()
    }

    fn keep_checkpoint(&self, place: &Place) {
        let note = self.auditor.again(place).get_patiently("/api/v1/audit/checkpoint").unwrap();
        assert_eq!(note.status, 200);
        fs::write(self.kept.path().join("checkpoint"), note.bytes).unwrap();
    }
}

fn index(entry: &Value) -> u64 {
    entry["index"].as_u64().unwrap()
}

/// What never changes of an entry; names are today's.
fn face(entry: &Value) -> String {
    format!("{} {} {} {}", entry["at"], text(&entry["action"]), entry["object"]["id"], entry["request"])
}
