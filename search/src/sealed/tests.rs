//! Indexes in sealed folders: opened again, and under damage. The keys are real ones of `holdfast-hsm`.

use std::{fs, path::Path, sync::Arc};

use holdfast_base::{Timestamp, World};
use holdfast_hsm::{Context, DekHandle, limits::SEGMENT_BYTES, stream_plain_len, testing::throwaway_key};
use tempfile::TempDir;

use super::*;
use crate::{Allowed, Class, Doc, Home, Index, Key, Page, Query, Sort};

struct Keyed(DekHandle);

impl BlockSealer for Keyed {
    fn block_bytes(&self) -> usize {
        SEGMENT_BYTES
    }

    fn seal(&self, place: &str, plain: &[u8]) -> io::Result<Vec<u8>> {
        self.0.seal_stream(&Context::new("test").str(place), plain).map_err(io::Error::other)
    }

    fn plain_len(&self, sealed_len: u64) -> Option<u64> {
        stream_plain_len(sealed_len)
    }

    fn open(&self, place: &str, plain_len: u64, range: Range<u64>, read_at: &mut ReadAt<'_>) -> io::Result<Vec<u8>> {
        self.0.open_stream_range(&Context::new("test").str(place), plain_len, range, read_at).map_err(io::Error::other)
    }
}

const NOW: Timestamp = Timestamp(1_795_305_600_000_000);

fn home(folder: &Path) -> Home {
    Home { folder: folder.to_owned(), sealer: Arc::new(Keyed(throwaway_key(&World::system()))) }
}

fn doc(seq: u64, text: &str) -> Doc {
    let key = Key { object: 7, part: seq };
    let title = String::new();
    Doc { class: Class::Message, container: 7, key, at: NOW, author: 1, title, text: text.to_owned(), version: seq + 100 }
}

fn found(index: &Index, text: &str) -> Result<Vec<u64>, crate::SearchError> {
    let allowed: Allowed = [7].into_iter().collect();
    let page = Page { after: None, limit: 200, sort: Sort::Relevance, now: NOW };
    let found = index.search(Class::Message, &Query::parse(text, NOW, 0), &allowed, None, page)?;
    let mut seqs: Vec<u64> = found.hits.iter().map(|hit| hit.key.part).collect();
    seqs.sort_unstable();
    Ok(seqs)
}

/// Three commits, a replacement, a removal; position 40.
fn fill(home: &Home) -> Index {
    let index = Index::open(home, 0).unwrap();
    for (part, seqs) in [1..=400u64, 401..=500, 501..=520].into_iter().enumerate() {
        for seq in seqs {
            index.add(&doc(seq, &format!("备份完成 entry{seq} part{part} Zürich"))).unwrap();
        }
        index.commit().unwrap();
    }
    index.add(&doc(5, "replaced")).unwrap();
    index.remove(Class::Message, Key { object: 7, part: 6 }).unwrap();
    index.reached(40);
    index.commit().unwrap();
    index
}

fn check(index: &Index) {
    assert_eq!(found(index, "备份").unwrap().len(), 200, "a full page");
    assert_eq!(found(index, "entry519").unwrap(), [519]);
    assert_eq!(found(index, "replaced").unwrap(), [5]);
    assert_eq!(found(index, "entry5 ").unwrap(), Vec::<u64>::new(), "replaced");
    assert_eq!(found(index, "entry6 ").unwrap(), Vec::<u64>::new(), "removed");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all: Vec<_> = fs::read_dir(folder.join("messages")).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

#[test]
fn an_index_is_opened_again_as_it_was() {
    let folder = TempDir::new().unwrap();
    let home = home(folder.path());
    let index = fill(&home);
    check(&index);
    assert_eq!(index.position(), Some(40));
    drop(index);

    let index = Index::open(&home, 0).unwrap();
    check(&index);
    assert_eq!(index.position(), Some(40));
    assert_eq!(index.version(Class::Message, Key { object: 7, part: 5 }).unwrap(), Some(105));
    assert_eq!(index.version(Class::Message, Key { object: 7, part: 6 }).unwrap(), None, "removed");
    // What the old process wrote is hidden and replaced at once by the new one.
    index.remove(Class::Message, Key { object: 7, part: 519 }).unwrap();
    index.add(&doc(518, "later")).unwrap();
    assert_eq!(found(&index, "entry519").unwrap(), Vec::<u64>::new());
    assert_eq!(found(&index, "entry518").unwrap(), Vec::<u64>::new());
    assert_eq!(found(&index, "later").unwrap(), [518]);
}

#[test]
fn a_commit_that_the_caller_never_counted_has_no_position() {
    let folder = TempDir::new().unwrap();
    let home = home(folder.path());
    let index = Index::open(&home, 0).unwrap();
    index.add(&doc(1, "one")).unwrap();
    index.commit().unwrap();
    assert_eq!(index.position(), None);
    index.reached(9);
    index.commit().unwrap();
    drop(index);
    assert_eq!(Index::open(&home, 0).unwrap().position(), Some(9), "a position alone is committed too");
}

#[test]
fn nothing_readable_is_on_the_disk() {
    let folder = TempDir::new().unwrap();
    drop(fill(&home(folder.path())));
    let files = files(folder.path());
    assert!(files.len() > 10, "{files:?}");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for word in ["备份", "entry", "zurich", "zürich", "segments", "opstamp"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} in {}", file.display());
        }
    }
}

/// Damages the folder and opens it: the same answers, an error, or an empty index without a position.
fn harmless(home: &Home, what: &str) {
    let index = Index::open(home, 0).unwrap();
    if index.position().is_none() {
        assert_eq!(found(&index, "备份").unwrap(), Vec::<u64>::new(), "{what}: begun anew");
        return;
    }
    for (word, right) in [("entry519", vec![519]), ("replaced", vec![5]), ("entry6 ", vec![]), ("entry77 ", vec![77])] {
        if let Ok(seqs) = found(&index, word) {
            assert_eq!(seqs, right, "{what}: {word}");
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for shelf in ["messages", "files"] {
        fs::create_dir_all(to.join(shelf)).unwrap();
        for entry in fs::read_dir(from.join(shelf)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(shelf).join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn damage_is_an_error_or_a_new_beginning_and_never_a_wrong_answer() {
    let folder = TempDir::new().unwrap();
    let whole = home(folder.path());
    drop(fill(&whole));
    let names: Vec<_> = files(folder.path()).iter().map(|file| file.file_name().unwrap().to_owned()).collect();
    let damaged = |what: &str, damage: &dyn Fn(&Path)| {
        let copied = TempDir::new().unwrap();
        copy(folder.path(), copied.path());
        damage(&copied.path().join("messages"));
        harmless(&Home { folder: copied.path().to_owned(), sealer: Arc::clone(&whole.sealer) }, what);
    };
    damaged("nothing", &|_| ());
    for (at, name) in names.iter().enumerate() {
        let what = name.to_string_lossy();
        for place in [0, 1, 30, 90, usize::MAX] {
            damaged(&format!("flip in {what} at {place}"), &|folder| {
                let mut bytes = fs::read(folder.join(name)).unwrap();
                let place = place.min(bytes.len() - 1);
                bytes[place] ^= 0x10;
                fs::write(folder.join(name), bytes).unwrap();
            });
        }
        damaged(&format!("{what} cut"), &|folder| {
            let file = fs::OpenOptions::new().write(true).open(folder.join(name)).unwrap();
            file.set_len(file.metadata().unwrap().len() - 1).unwrap();
        });
        damaged(&format!("{what} emptied"), &|folder| fs::write(folder.join(name), b"").unwrap());
        damaged(&format!("{what} gone"), &|folder| fs::remove_file(folder.join(name)).unwrap());
        let other = &names[(at + 7) % names.len()];
        damaged(&format!("{what} in place of another"), &|folder| {
            fs::copy(folder.join(name), folder.join(other)).unwrap();
        });
    }
}

#[test]
fn another_key_opens_nothing() {
    let folder = TempDir::new().unwrap();
    drop(fill(&home(folder.path())));
    let index = Index::open(&home(folder.path()), 0).unwrap();
    assert_eq!(index.position(), None);
    assert_eq!(found(&index, "备份").unwrap(), Vec::<u64>::new());
}
