//! Bits flipped, files cut, blocks emptied and files swapped, over every file of a box that does not run.
//!
//! `FLIPS` chooses how many blows (make soak: thousands), `SEED` which. What `holdfast scrub` does not name must be harmless: the
//! box serves, and everything that was acknowledged is there as it was.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle, setting};

use super::{put_back::copy, tools::scrub};

const FOLDERS: [&str; 6] = ["ledger", "db", "keyring", "audit", "packs", "index"];
/// Half of the flips hit the beginning of a file, where its shape is written down.
const HEAD: usize = 4096;
/// What one emptied block takes.
const BLOCK: usize = 4096;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if fs::metadata(&path).unwrap().len() > 0 {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What was done to the file.
fn strike(file: &Path, all: &[PathBuf], chance: &mut Chance) -> String {
    let mut bytes = fs::read(file).unwrap();
    let length = bytes.len();
    match chance.below(8) {
        0 => {
            let cut = chance.below(length);
            bytes.truncate(cut);
            fs::write(file, bytes).unwrap();
            format!("cut at {cut} of {length}")
        }
        1 => {
            let from = chance.below(length) / BLOCK * BLOCK;
            let to = bytes.len().min(from + BLOCK);
            bytes[from..to].fill(0);
            fs::write(file, bytes).unwrap();
            format!("{from}..{to} of {length} emptied")
        }
        2 => {
            let likes: Vec<_> = all
                .iter()
                .filter(|other| *other != file && other.parent() == file.parent() && other.extension() == file.extension())
                .collect();
            let Some(other) = likes.get(chance.below(likes.len())) else { return "nothing".to_owned() };
            let theirs = fs::read(other).unwrap();
            fs::write(other, bytes).unwrap();
            fs::write(file, theirs).unwrap();
            format!("swapped with {}", other.display())
        }
        _ => {
            let within = if chance.below(2) == 0 { length } else { length.min(HEAD) };
            let (at, bit) = (chance.below(within), chance.below(8));
            bytes[at] ^= 1 << bit;
            fs::write(file, bytes).unwrap();
            format!("bit {bit} of byte {at} of {length}")
        }
    }
}

#[test]
fn damage_is_named_or_harmless() {
    let blows = setting("FLIPS", 60);
    let mut chance = Chance::of_this_run("flips");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let mut oracle = Oracle::new(&place, chance.fork());
    // Twice, so that some of it lies in table files and some in logs.
    for _ in 0..2 {
        oracle.under_load(&place, || std::thread::sleep(Duration::from_millis(600)));
        oracle.settle(&place);
        boxed.stop().unwrap();
        boxed.start().unwrap();
    }
    boxed.stop().unwrap();
    let sound = boxed.data.with_extension("sound");
    copy(&boxed.data, &sound);
    boxed.start_hsmd().unwrap();
    assert_eq!(scrub(&boxed), [], "the box is sound before the first blow");

    let (mut named, mut harmless): (BTreeMap<&str, usize>, BTreeMap<String, usize>) = Default::default();
    for blow in 0..blows {
        for folder in FOLDERS {
            copy(&sound.join(folder), &boxed.data.join(folder));
        }
        let folder = FOLDERS[chance.below(FOLDERS.len())];
        let all = files(&boxed.data.join(folder));
        let next = all[chance.below(all.len())].clone();
        let below = next.strip_prefix(&boxed.data).unwrap().display().to_string();
        let done = strike(&next, &all, &mut chance);
        let found = scrub(&boxed);
        if found.is_empty() {
            println!("blow {blow}: {below}, {done}: not named");
            boxed.start_server().unwrap();
            boxed.wait_ready().unwrap_or_else(|error| panic!("{below}, {done}: {error}"));
            oracle.settle(&place);
            oracle.check_all(&place);
            *harmless.entry(below).or_default() += 1;
            // The log has gone on, so the box goes on from here.
            boxed.stop().unwrap();
            for folder in FOLDERS {
                copy(&boxed.data.join(folder), &sound.join(folder));
            }
            boxed.start_hsmd().unwrap();
            continue;
        }
        let stores: BTreeSet<&str> = found.iter().map(|(store, _)| store.as_str()).collect();
        let expected = if folder == "db" { "database" } else { folder };
        assert!(stores.contains(expected) || stores.contains("stores"), "{below}, {done}: {found:?}");
        *named.entry(folder).or_default() += 1;
    }
    println!("named: {named:?}");
    println!("not named, and harmless: {harmless:?}");
    assert_eq!(named.len(), FOLDERS.len(), "the blows fell on too little: {named:?}");
    fs::remove_dir_all(sound).unwrap();
}
