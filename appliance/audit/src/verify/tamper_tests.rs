//! The tamper matrix: every attack on a log of 600 entries is seen, with the exact first bad index; clean runs are clean.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    Kind, Report, Verdict,
    layout::{CHECKPOINT, bundle_path, tile_path},
    note::SignedCheckpoint,
    testlog::{TestSigner, bundle, plain_entry, prune_entry, write_log},
    verify,
};

const SIZE: u64 = 600;

struct Bench {
    dir: tempfile::TempDir,
    signer: TestSigner,
    entries: Vec<Vec<u8>>,
}

impl Bench {
    fn new() -> Self {
        let bench = Self {
            dir: tempfile::tempdir().unwrap(),
            signer: TestSigner::new("box.example/audit"),
            entries: (0..SIZE).map(|index| plain_entry(index, 0)).collect(),
        };
        write_log(bench.dir.path(), &bench.signer, &bench.entries);
        bench
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn verify(&self) -> Report {
        verify(self.dir.path(), Some(&self.signer.vkey), None).unwrap()
    }

    /// Writes other entries in the place of the log's, repacked into bundles; tiles and checkpoint stay.
    fn replace_entries(&self, entries: &[Vec<u8>]) {
        let _ = fs::remove_dir_all(self.path("tile/entries"));
        fs::create_dir_all(self.path("tile/entries/002.p")).unwrap();
        for number in 0..3 {
            let start = (number * 256).min(entries.len());
            // An attacker keeps the number of files: what is too much ends up in the last one.
            let end = if number == 2 { entries.len() } else { (start + 256).min(entries.len()) };
            let width = if number == 2 { 88 } else { 256 };
            fs::write(self.path(&bundle_path(number as u64, width)), bundle(&entries[start..end])).unwrap();
        }
    }

    fn expect(&self, kind: Kind, index: u64, attack: &str) {
        let report = self.verify();
        assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(index)), "{attack}: {report:?}");
        assert_eq!(report.findings[0].kind, kind, "{attack}: {report:?}");
        assert!(report.sentence().starts_with(&format!("bad: first bad index {index}:")));
        assert!(!report.sentence().contains("clean"));
    }
}

#[test]
fn a_clean_log_is_clean_at_every_size_and_without_a_key_nobody_can_tell() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 600, 1024] {
        let dir = tempfile::tempdir().unwrap();
        let signer = TestSigner::new("box.example/audit");
        let entries: Vec<_> = (0..size).map(|index| plain_entry(index, 0)).collect();
        write_log(dir.path(), &signer, &entries);
        let report = verify(dir.path(), Some(&signer.vkey), None).unwrap();
        assert_eq!((report.verdict, report.checked_entries, report.exit_code()), (Verdict::Clean, size, 0), "{report:?}");
        assert!(report.sentence().starts_with("clean: "));
        let blind = verify(dir.path(), None, None).unwrap();
        assert_eq!((blind.verdict, blind.exit_code()), (Verdict::CannotTell, 2));
        assert!(blind.sentence().starts_with("cannot tell") && !blind.sentence().contains("clean"));
    }
}

#[test]
fn one_changed_byte_in_any_entry_names_that_entry() {
    let bench = Bench::new();
    for index in 0..SIZE {
        let mut entries = bench.entries.clone();
        let slot = usize::try_from(index).unwrap();
        let len = entries[slot].len();
        let at = slot * 31 % len;
        entries[slot][at] ^= 1 << (index % 8);
        bench.replace_entries(&entries);
        let report = bench.verify();
        assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(index)), "{report:?}");
    }
}

#[test]
fn one_changed_length_names_its_entry() {
    let bench = Bench::new();
    for index in (0..SIZE).step_by(37).chain([255, 256, 511, 512, 599]) {
        for bit in 0..16_u32 {
            bench.replace_entries(&bench.entries);
            let number = index / 256;
            let file = bench.path(&bundle_path(number, if number == 2 { 88 } else { 256 }));
            let mut bytes = fs::read(&file).unwrap();
            let before = &bench.entries[usize::try_from(number * 256).unwrap()..usize::try_from(index).unwrap()];
            let at: usize = before.iter().map(|entry| entry.len() + 2).sum();
            bytes[at + usize::try_from(bit / 8).unwrap()] ^= 1 << (bit % 8);
            fs::write(&file, bytes).unwrap();
            let report = bench.verify();
            assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(index)), "bit {bit} of {index}: {report:?}");
        }
    }
}

#[test]
fn deleted_inserted_doubled_and_moved_entries_are_named() {
    let bench = Bench::new();
    for index in [0_usize, 1, 100, 255, 256, 257, 400, 511, 512, 598] {
        let at = index as u64;
        let mut less = bench.entries.clone();
        less.remove(index);
        bench.replace_entries(&less);
        bench.expect(Kind::Deleted, at, "delete");

        let mut more = bench.entries.clone();
        more.insert(index, plain_entry(at, 9));
        bench.replace_entries(&more);
        bench.expect(Kind::Inserted, at, "insert");

        let mut twice = bench.entries.clone();
        twice.insert(index, bench.entries[index].clone());
        bench.replace_entries(&twice);
        bench.expect(Kind::Inserted, at + 1, "duplicate");

        let mut swapped = bench.entries.clone();
        swapped.swap(index, index + 1);
        bench.replace_entries(&swapped);
        bench.expect(Kind::Reordered, at, "swap of neighbours");

        let mut far = bench.entries.clone();
        far.swap(index, 599);
        bench.replace_entries(&far);
        bench.expect(Kind::Reordered, at, "distant swap");

        let mut copied = bench.entries.clone();
        copied[index] = bench.entries[(index + 300) % 600].clone();
        bench.replace_entries(&copied);
        bench.expect(Kind::Reordered, at, "copy of another entry");
    }
    bench.replace_entries(&[&bench.entries[..], &[plain_entry(600, 9)]].concat());
    bench.expect(Kind::Inserted, 600, "append");
}

#[test]
fn a_log_cut_at_any_entry_ends_there() {
    let bench = Bench::new();
    for index in (0..600).step_by(13).chain([255, 256, 511, 512, 599]) {
        bench.replace_entries(&bench.entries[..index]);
        bench.expect(Kind::Truncated, index as u64, "truncate");
    }
    bench.replace_entries(&bench.entries);
    let tail = bench.path(&bundle_path(2, 88));
    let bytes = fs::read(&tail).unwrap();
    fs::write(&tail, &bytes[..bytes.len() - 3]).unwrap();
    bench.expect(Kind::Truncated, 599, "cut within the last entry");
    fs::write(&tail, [&bytes[..], b"x"].concat()).unwrap();
    bench.expect(Kind::Inserted, 600, "litter at the end");
    fs::write(&tail, &bytes).unwrap();
    fs::remove_file(bench.path(&bundle_path(1, 256))).unwrap();
    bench.expect(Kind::Deleted, 256, "a bundle is gone");
}

#[test]
fn every_hash_of_every_tile_is_watched() {
    let bench = Bench::new();
    for index in 0..SIZE {
        let number = index / 256;
        let file = bench.path(&tile_path(0, number, if number == 2 { 88 } else { 256 }));
        let good = fs::read(&file).unwrap();
        let mut bytes = good.clone();
        bytes[usize::try_from(index % 256 * 32 + index % 32).unwrap()] ^= 0x10;
        fs::write(&file, bytes).unwrap();
        bench.expect(Kind::Tile, index, "flip in a level-0 tile");
        fs::write(&file, good).unwrap();
    }
    let file = bench.path(&tile_path(1, 0, 2));
    let good = fs::read(&file).unwrap();
    for at in 0..64 {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(&file, bytes).unwrap();
        bench.expect(Kind::Tile, at as u64 / 32 * 256, "flip in a level-1 tile");
    }
    fs::write(&file, good).unwrap();
    assert_eq!(bench.verify().verdict, Verdict::Clean);
}

#[test]
fn files_of_another_place_or_log_do_not_pass() {
    let bench = Bench::new();
    let swap = |a: &Path, b: &Path| {
        let (one, two) = (fs::read(a).unwrap(), fs::read(b).unwrap());
        fs::write(a, two).unwrap();
        fs::write(b, one).unwrap();
    };
    let bundles = (bench.path(&bundle_path(0, 256)), bench.path(&bundle_path(1, 256)));
    swap(&bundles.0, &bundles.1);
    bench.expect(Kind::Reordered, 0, "bundles exchanged");
    swap(&bundles.0, &bundles.1);
    let tiles = (bench.path(&tile_path(0, 0, 256)), bench.path(&tile_path(0, 1, 256)));
    swap(&tiles.0, &tiles.1);
    bench.expect(Kind::MixedLog, 0, "tiles exchanged");
    swap(&tiles.0, &tiles.1);

    let other = tempfile::tempdir().unwrap();
    let foreign: Vec<_> = (0..SIZE).map(|index| plain_entry(index, 5)).collect();
    write_log(other.path(), &bench.signer, &foreign);
    let file = bundle_path(1, 256);
    fs::copy(other.path().join(&file), bench.path(&file)).unwrap();
    bench.expect(Kind::MixedLog, 256, "a bundle of another log");
    fs::copy(other.path().join(tile_path(0, 1, 256)), bench.path(&tile_path(0, 1, 256))).unwrap();
    bench.expect(Kind::Rewritten, 256, "a bundle and its tile of another log");
}

#[test]
fn a_rewritten_log_fails_at_its_root_or_its_key() {
    let bench = Bench::new();
    let note = fs::read(bench.path(CHECKPOINT)).unwrap();
    let mut entries = bench.entries.clone();
    entries[300] = plain_entry(300, 9);

    // Entry, tiles and checkpoint rewritten, but only the HSM can sign: signed with another key of the same name.
    let thief = TestSigner::new("box.example/audit");
    write_log(bench.dir.path(), &thief, &entries);
    let report = bench.verify();
    assert_eq!((report.verdict, report.findings[0].kind), (Verdict::Bad, Kind::UnknownKey), "{report:?}");
    // The same, with the true checkpoint put back.
    fs::write(bench.path(CHECKPOINT), &note).unwrap();
    let report = bench.verify();
    assert_eq!((report.verdict, report.findings[0].kind), (Verdict::Bad, Kind::Rewritten), "{report:?}");

    // The root in the note changed, the rest true.
    write_log(bench.dir.path(), &bench.signer, &bench.entries);
    let text = String::from_utf8(fs::read(bench.path(CHECKPOINT)).unwrap()).unwrap();
    fs::write(bench.path(CHECKPOINT), text.replacen("\n600\n", "\n599\n", 1)).unwrap();
    let report = bench.verify();
    assert_eq!(report.verdict, Verdict::Bad);
    assert!(report.findings.iter().any(|finding| finding.kind == Kind::BadSignature), "{report:?}");
    fs::remove_file(bench.path(CHECKPOINT)).unwrap();
    assert_eq!(bench.verify().verdict, Verdict::Bad);
}

#[test]
fn an_earlier_checkpoint_catches_what_the_key_alone_cannot() {
    let bench = Bench::new();
    let read = || SignedCheckpoint::parse(&fs::read(bench.path(CHECKPOINT)).unwrap()).unwrap();
    let kept = read();
    let with = |since: &SignedCheckpoint| verify(bench.dir.path(), Some(&bench.signer.vkey), Some(since)).unwrap();
    assert_eq!(with(&kept).verdict, Verdict::Clean);

    // The whole log put back to 500 entries with the checkpoint of that time.
    fs::remove_dir_all(bench.path("tile")).unwrap();
    write_log(bench.dir.path(), &bench.signer, &bench.entries[..500]);
    assert_eq!(bench.verify().verdict, Verdict::Clean, "without the earlier checkpoint nobody can know");
    let report = with(&kept);
    assert_eq!((report.verdict, report.first_bad, report.findings[0].kind), (Verdict::Bad, Some(500), Kind::RolledBack));

    // Only the checkpoint put back: entries lie after it that it does not cover.
    let old = fs::read(bench.path(CHECKPOINT)).unwrap();
    write_log(bench.dir.path(), &bench.signer, &bench.entries);
    fs::write(bench.path(CHECKPOINT), &old).unwrap();
    let report = with(&kept);
    assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(500)), "{report:?}");

    // History rewritten and signed by the box itself.
    let mut entries = bench.entries.clone();
    entries[10] = plain_entry(10, 9);
    entries.extend((600..700).map(|index| plain_entry(index, 0)));
    fs::remove_dir_all(bench.path("tile")).unwrap();
    write_log(bench.dir.path(), &bench.signer, &entries);
    assert_eq!(bench.verify().verdict, Verdict::Clean);
    let report = with(&kept);
    assert_eq!((report.verdict, report.findings[0].kind), (Verdict::Bad, Kind::Rewritten));

    // Grown honestly, at each earlier size.
    for size in [0, 1, 255, 256, 300, 512, 600] {
        let dir = tempfile::tempdir().unwrap();
        write_log(dir.path(), &bench.signer, &entries[..size]);
        let since = SignedCheckpoint::parse(&fs::read(dir.path().join(CHECKPOINT)).unwrap()).unwrap();
        assert_eq!(with(&since).verdict, Verdict::Clean, "since {size}");
    }
}

#[test]
fn a_growing_bundle_is_not_a_finding_but_nobody_vouches_for_its_end() {
    let bench = Bench::new();
    fs::remove_dir_all(bench.path("tile/entries/002.p")).unwrap();
    let more = [&bench.entries[512..], &[plain_entry(600, 0), plain_entry(601, 0)]].concat();
    fs::write(bench.path(&bundle_path(2, 256)), bundle(&more)).unwrap();
    let report = bench.verify();
    assert_eq!((report.verdict, report.unsigned_entries, report.first_bad), (Verdict::CannotTell, 2, Some(600)));
    assert!(!report.sentence().contains("clean"));
    assert_eq!(report.accept_tail().verdict, Verdict::Clean);
    // The same in an export is something put in.
    fs::write(bench.path("keys.json"), br#"{"version":1,"origin":"box.example/audit","keys":{}}"#).unwrap();
    bench.expect(Kind::Inserted, 600, "entries after the end of an export");
}

#[test]
fn no_change_of_any_file_passes_and_none_breaks_the_verifier() {
    let bench = Bench::new();
    let mut files = Vec::new();
    let mut todo = vec![bench.dir.path().to_owned()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { todo.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    // A fixed sequence (the multiplier of Knuth's MMIX): the same changes on every run.
    let mut state = 42_u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for round in 0..600 {
        let path = &files[round % files.len()];
        let good = fs::read(path).unwrap();
        let mut bad = good.clone();
        let at = next(good.len());
        match round / files.len() % 4 {
            0 => bad[at] ^= 1 << next(8),
            1 => bad.truncate(at),
            2 => bad.insert(at, u8::try_from(next(256)).unwrap()),
            _ => {
                bad.remove(at);
            }
        }
        if bad == good {
            continue;
        }
        fs::write(path, &bad).unwrap();
        let report = bench.verify();
        assert_eq!(report.verdict, Verdict::Bad, "round {round}: {path:?} at {at}: {report:?}");
        fs::remove_file(path).unwrap();
        assert_eq!(bench.verify().verdict, Verdict::Bad, "{path:?} removed");
        fs::write(path, good).unwrap();
    }
    assert_eq!(bench.verify().verdict, Verdict::Clean);
}

#[test]
fn a_checkpoint_that_states_a_senseless_size_ends_the_search() {
    let bench = Bench::new();
    let text = String::from_utf8(fs::read(bench.path(CHECKPOINT)).unwrap()).unwrap();
    fs::write(bench.path(CHECKPOINT), text.replacen("\n600\n", "\n18446744073709551615\n", 1)).unwrap();
    assert_eq!(bench.verify().verdict, Verdict::Bad);
}

/// A log of 1,000 entries whose last one says that the first 512 were pruned, which they are.
fn pruned() -> Bench {
    let mut bench = Bench::new();
    bench.entries = (0..999).map(|index| plain_entry(index, 0)).chain([prune_entry(999, 512)]).collect();
    fs::remove_dir_all(bench.path("tile")).unwrap();
    write_log(bench.dir.path(), &bench.signer, &bench.entries);
    for number in 0..2 {
        fs::remove_file(bench.path(&bundle_path(number, 256))).unwrap();
        fs::remove_file(bench.path(&tile_path(0, number, 256))).unwrap();
    }
    bench
}

#[test]
fn a_pruned_log_is_clean_and_every_change_of_what_remains_is_named() {
    let bench = pruned();
    let clean = bench.verify();
    assert_eq!((clean.verdict, clean.minimum_index, clean.pruned_by), (Verdict::Clean, 512, Some(999)), "{clean:?}");
    assert_eq!(clean.checked_entries, 488);
    let put = |path: String, change: &dyn Fn(&mut Vec<u8>)| {
        let file = bench.path(&path);
        let good = fs::read(&file).unwrap();
        let mut bad = good.clone();
        change(&mut bad);
        fs::write(&file, &bad).unwrap();
        let report = bench.verify();
        fs::write(&file, good).unwrap();
        report
    };
    for index in 512..1_000_u64 {
        let slot = usize::try_from(index).unwrap();
        let (number, width) = if index < 768 { (2, 256) } else { (3, 232) };
        let before: usize = bench.entries[number * 256..slot].iter().map(|entry| entry.len() + 2).sum();
        let at = before + 2 + slot * 31 % bench.entries[slot].len();
        let report = put(bundle_path(number as u64, width), &|bytes| bytes[at] ^= 4);
        // With the entry that says what was pruned goes the reason why the front is missing.
        let first_bad = if index == 999 { 0 } else { index };
        assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(first_bad)), "{report:?}");
        let report = put(tile_path(0, number as u64, width), &|bytes| bytes[(slot - number * 256) * 32 + 5] ^= 4);
        assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(index)), "{report:?}");
    }
    for at in 0..96 {
        let report = put(tile_path(1, 0, 3), &|bytes| bytes[at] ^= 1);
        assert_eq!(report.verdict, Verdict::Bad, "byte {at} of the tile over what was pruned: {report:?}");
    }
    for width in [0, 1, 5] {
        let report = put(bundle_path(3, 232), &|bytes| bytes.truncate(bytes.len() - width - 1));
        assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(0)));
    }
    // Older bundles put back: what lies before the minimum index is no part of the log, whatever it is.
    fs::write(bench.path(&bundle_path(1, 256)), b"anything").unwrap();
    assert_eq!((bench.verify().verdict, bench.verify().minimum_index), (Verdict::Clean, 512));
    fs::remove_file(bench.path(&bundle_path(1, 256))).unwrap();

    for (gone, first_bad) in [(2_u64, 512), (3, 0)] {
        let file = bench.path(&bundle_path(gone, if gone == 3 { 232 } else { 256 }));
        let good = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        let report = bench.verify();
        assert_eq!((report.verdict, report.first_bad), (Verdict::Bad, Some(first_bad)), "{report:?}");
        fs::write(&file, good).unwrap();
    }
    // The entry that says so taken away, or made to say more, and a later one that would prune itself.
    let mut silent = bench.entries.clone();
    silent[999] = plain_entry(999, 0);
    for last in [plain_entry(999, 0), prune_entry(999, 768), prune_entry(999, 1_024)] {
        fs::write(bench.path(&bundle_path(3, 232)), bundle(&[&bench.entries[768..999], &[last]].concat())).unwrap();
        let report = bench.verify();
        assert_eq!(report.verdict, Verdict::Bad, "{report:?}");
        assert!(report.minimum_index != 768, "an entry that was not written states nothing");
    }
    // Signed by the box itself without such an entry: the front is simply missing.
    write_log(bench.dir.path(), &bench.signer, &silent);
    for number in 0..2 {
        fs::remove_file(bench.path(&bundle_path(number, 256))).unwrap();
    }
    bench.expect(Kind::Deleted, 0, "cut without an entry");
}

#[test]
fn a_log_pruned_past_a_whole_tile_of_tiles_is_clean() {
    let bench = Bench::new();
    let entries: Vec<_> = (0..66_599).map(|index| plain_entry(index, 0)).chain([prune_entry(66_599, 66_048)]).collect();
    fs::remove_dir_all(bench.path("tile")).unwrap();
    write_log(bench.dir.path(), &bench.signer, &entries);
    for number in 0..258 {
        fs::remove_file(bench.path(&bundle_path(number, 256))).unwrap();
        fs::remove_file(bench.path(&tile_path(0, number, 256))).unwrap();
    }
    fs::remove_file(bench.path(&tile_path(1, 0, 256))).unwrap();
    let report = bench.verify();
    assert_eq!((report.verdict, report.minimum_index, report.checked_entries), (Verdict::Clean, 66_048, 552), "{report:?}");
    for path in [tile_path(1, 1, 4), tile_path(2, 0, 1)] {
        let file = bench.path(&path);
        let good = fs::read(&file).unwrap();
        for at in (0..good.len()).step_by(7) {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&file, bad).unwrap();
            assert_eq!(bench.verify().verdict, Verdict::Bad, "{path}, byte {at}");
        }
        fs::write(&file, good).unwrap();
    }
    assert_eq!(bench.verify().verdict, Verdict::Clean);
}
