//! Nothing readable on disk, ever: ten thousand planted strings, and every file that the box writes.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Chance, Options, TestBox};
use nix::sys::signal::Signal;
use serde_json::json;
use tempfile::TempDir;

use super::{
    encodings::{Hit, Scanner},
    planting::Garden,
};

const STRINGS: usize = 10_000;
/// How long the index may take to have read everything.
const INDEXED: Duration = Duration::from_secs(60);

/// The data folder with its logs, the temporary folder, and what anybody can see of the processes.
fn look(scanner: &mut Scanner, boxed: &TestBox, temporary: &Path) -> Vec<Hit> {
    let mut hits = scanner.folder(&boxed.data);
    hits.extend(scanner.folder(temporary));
    for id in [boxed.server_id(), boxed.hsmd_id()].into_iter().flatten() {
        for file in ["environ", "cmdline"] {
            hits.extend(scanner.file(&Path::new("/proc").join(id.to_string()).join(file)));
        }
    }
    hits
}

/// A plain copy of all strings in all forms: a scanner that finds nothing there proves nothing.
fn control(scanner: &mut Scanner) {
    let folder = TempDir::with_prefix("holdfast-").unwrap();
    for (at, forms) in scanner.forms.chunks(500).enumerate() {
        let lines: Vec<u8> = forms.iter().flat_map(|form| [form.bytes.as_slice(), b"\n"].concat()).collect();
        // Some as they would lie in a compressed file.
        let lines = if at.is_multiple_of(2) { lines } else { zstd::encode_all(lines.as_slice(), 3).unwrap() };
        fs::write(folder.path().join(at.to_string()), lines).unwrap();
    }
    let found: std::collections::BTreeSet<usize> = scanner.folder(folder.path()).into_iter().map(|(_, form, _)| form).collect();
    assert_eq!(found.len(), scanner.forms.len(), "the positive control finds every string in every form");
}

#[test]
fn nothing_that_people_write_is_readable_on_disk() {
    let mut chance = Chance::of_this_run("canary");
    let temporary = TempDir::with_prefix("holdfast-").unwrap();
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    boxed.server_environment = vec![
        ("TMPDIR".to_owned(), temporary.path().as_os_str().to_owned()),
        // The most talkative log that an operator can ask for.
        ("HOLDFAST_LOG".to_owned(), "debug".into()),
    ];
    boxed.kill_server().unwrap();
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    let place = boxed.place();
    let mut garden = Garden::new(&place, chance.fork());
    garden.plant(STRINGS);
    let strings = garden.strings;
    assert!(strings.len() >= STRINGS, "{}", strings.len());
    wait_indexed(&boxed, strings.last().unwrap());
    let mut scanner = Scanner::new(&strings);
    control(&mut scanner);
    (scanner.bytes, scanner.files) = (0, 0);
    // What an auditor takes home names ids; contents only for whoever has the keys beside it.
    let export = place.administrator("audit").post("/api/v1/audit/exports", &json!({})).unwrap();
    assert_eq!(export.status, 200);
    fs::write(temporary.path().join("export.tar"), &export.bytes).unwrap();
    // While it runs, after it was killed in a way that leaves a core file where it may, after it has swept up behind the crash, and at rest.
    let mut hits = look(&mut scanner, &boxed, temporary.path());
    boxed.signal_server(Signal::SIGABRT).unwrap();
    assert!(boxed.server_ends(Duration::from_secs(10)).unwrap().is_some());
    hits.extend(look(&mut scanner, &boxed, temporary.path()));
    boxed.start_server().unwrap();
    boxed.wait_ready().unwrap();
    boxed.stop().unwrap();
    hits.extend(look(&mut scanner, &boxed, temporary.path()));
    println!(
        "{} strings in {} forms; {} files, {} MiB: {} hits",
        strings.len(),
        scanner.forms.len(),
        scanner.files,
        scanner.bytes >> 20,
        hits.len()
    );
    assert!(scanner.files > 100 && scanner.bytes > 10 << 20, "the box has written less than it must have");
    assert!(hits.is_empty(), "{}", scanner.report(&hits, &strings));
}

/// The last message is found, so the index has what came before.
fn wait_indexed(boxed: &TestBox, last: &str) {
    let by = boxed.place().person("gu.wenzhou");
    let query: String = last.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let begun = Instant::now();
    loop {
        let found = by.get(&format!("/api/v1/search?q={query}&kind=all")).unwrap().ok();
        let groups = found["groups"].as_array().unwrap();
        if groups.iter().any(|group| group["items"].as_array().is_some_and(|items| !items.is_empty())) {
            break;
        }
        assert!(begun.elapsed() < INDEXED, "the last message is not found");
        thread::sleep(Duration::from_millis(100));
    }
    // Files are extracted by a process of their own, after the messages.
    thread::sleep(Duration::from_secs(2));
}
