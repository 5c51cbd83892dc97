//! What happens while the log is closed: attempts to unseal, starts, a recovery. Kept beside the log, taken over by it at its
//! next opening, in order and with the instants of then.
//!
//! ```text
//! box       32 bytes: the public half of the key that opens the records
//! records   length 4 (big-endian) · posted(SHA-256 of all bytes before it 32 · draft)
//! ```
//! Always true: a record is durable when [`Daybook::write`] returns; nobody reads one without the key of the log, which is
//! away with all others while the box is sealed; what was taken over is not taken over again, since each has its id; a
//! record that was changed, or left out before another, shows when the book is taken over, and the log says so.
//! Not so: whoever may write to the folder may cut its end or add to it, since nothing that is left on a sealed box could
//! tell him from the box. Before its first opening a box has no log, and what happens is kept in memory only.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::PathBuf,
};

use holdfast_base::{Actor, EntryId, Error, RequestId, Result, World};
use holdfast_hsm::{Context, PostBox};
use parking_lot::Mutex;
use ring::digest::{SHA256, digest};

use crate::{
    drain,
    event::{Draft, Event, Object},
    files,
    limits::{DAYBOOK_BYTES, DAYBOOK_WAITING},
    log::AuditLog,
};

const BOX: &str = "box";
const RECORDS: &str = "records";
const LENGTH: usize = 4;
const HASH: usize = 32;

/// A book may be written by several processes; each locks it for as long as it writes.
pub struct Daybook {
    folder: PathBuf,
    world: World,
    /// Of a box that has no log yet.
    waiting: Mutex<Vec<Draft>>,
}

/// What a book holds.
struct Found {
    drafts: Vec<Draft>,
    /// Bytes that are whole records.
    whole: usize,
    damaged: bool,
}

impl Daybook {
    pub fn new(folder: PathBuf, world: World) -> Self {
        Self { folder, world, waiting: Mutex::default() }
    }

    /// Durable when it returns; what cannot be written is a line in the journal, since nobody could do better.
    pub fn write(&self, event: Event) {
        self.keep(Draft::new(EntryId(self.world.uuid()), self.world.now(), event));
    }

    /// Into the log where that is open, else into the book.
    pub fn write_to(&self, log: Option<&AuditLog>, event: Event) {
        let draft = Draft::new(EntryId(self.world.uuid()), self.world.now(), event);
        // One that was refused may have been appended all the same: its id tells.
        if log.is_none_or(|log| log.append_draft(draft.clone()).is_err()) {
            self.keep(draft);
        }
    }

    fn keep(&self, draft: Draft) {
        match self.post_box() {
            Ok(Some(to)) => {
                if let Err(error) = self.append(&to, &draft) {
                    tracing::error!(%error, action = draft.action, "what happened was not kept for the audit log");
                }
            }
            Ok(None) => {
                let mut waiting = self.waiting.lock();
                if waiting.len() < DAYBOOK_WAITING {
                    waiting.push(draft);
                }
            }
            Err(error) => tracing::error!(%error, action = draft.action, "what happened was not kept for the audit log"),
        }
    }

    fn append(&self, to: &PostBox, draft: &Draft) -> io::Result<()> {
        let mut file = self.open()?;
        let mut bytes = read(&mut file)?;
        let whole = frames(&bytes).map(|(_, end)| end).last().unwrap_or(0);
        if whole < bytes.len() {
            // A record that was cut short was never promised.
            file.set_len(whole as u64)?;
            bytes.truncate(whole);
        }
        let plain = [digest(&SHA256, &bytes).as_ref(), &draft.encode()].concat();
        let posted = to.post(&context(), &plain, &self.world).map_err(io::Error::other)?;
        let length = u32::try_from(posted.len()).map_err(io::Error::other)?;
        let frame = [&length.to_be_bytes()[..], &posted].concat();
        if bytes.len() + frame.len() > DAYBOOK_BYTES {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "the daybook is full"));
        }
        file.write_all(&frame)?;
        file.sync_data()
    }

    /// Takes over what was written while the log was closed. Durable when it returns; asked again after a crash, it takes over
    /// what is not in the log yet.
    pub fn hand_over(&self, log: &AuditLog) -> Result<()> {
        let fail = || Error::io("read the daybook");
        files::make_dir(&self.folder).map_err(fail())?;
        let key = log.shared.sealer.lasting();
        self.renew_box(key.post_box()?).map_err(fail())?;
        let mut file = self.open().map_err(fail())?;
        let bytes = read(&mut file).map_err(fail())?;
        let Found { mut drafts, whole, damaged } = parse(&bytes, |posted| key.open_posted(&context(), posted).ok());
        if damaged {
            drafts.push(self.damage(&bytes[..whole]));
        }
        let mut waiting = self.waiting.lock();
        drafts.extend(waiting.iter().cloned());
        drain::append_once(&log.shared, drafts)?;
        waiting.clear();
        file.set_len(0).and_then(|()| file.sync_data()).map_err(fail())
    }

    /// Its id is that of the bytes, so that the same damage is told once.
    fn damage(&self, bytes: &[u8]) -> Draft {
        let mut id = [0; 16];
        id.copy_from_slice(&digest(&SHA256, bytes).as_ref()[..16]);
        let actor = Actor::system(RequestId(self.world.uuid()), self.world.now());
        let event = Event::new(&actor, "audit.take-over", Object::new("log", "daybook")).failed("damaged");
        Draft::new(EntryId(uuid::Uuid::from_bytes(id)), self.world.now(), event)
    }

    fn post_box(&self) -> io::Result<Option<PostBox>> {
        match fs::read(self.folder.join(BOX)) {
            Ok(bytes) => Ok(bytes.try_into().ok().map(PostBox)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn renew_box(&self, right: PostBox) -> io::Result<()> {
        if self.post_box()? == Some(right) { Ok(()) } else { files::replace(&self.folder.join(BOX), &right.0) }
    }

    /// Locked until it is dropped.
    fn open(&self) -> io::Result<File> {
        let file = files::open_to_append(&self.folder.join(RECORDS))?;
        file.lock()?;
        Ok(file)
    }
}

fn read(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(DAYBOOK_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn context() -> Context {
    Context::new("audit.daybook.v1")
}

/// Whole records: what was posted, and where it ends.
fn frames(bytes: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (length, rest) = bytes.get(at..)?.split_first_chunk::<LENGTH>()?;
        let posted = rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        at += LENGTH + posted.len();
        Some((posted, at))
    })
}

fn parse(bytes: &[u8], open: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Found {
    let mut found = Found { drafts: Vec::new(), whole: 0, damaged: false };
    for (posted, end) in frames(bytes) {
        let before = digest(&SHA256, &bytes[..found.whole]);
        found.whole = end;
        let plain = open(posted).unwrap_or_default();
        let draft = plain.get(HASH..).and_then(|draft| Draft::decode(draft).ok());
        found.damaged |= draft.is_none() || !plain.starts_with(before.as_ref());
        found.drafts.extend(draft);
    }
    found
}

#[cfg(test)]
mod tests {
    use holdfast_base::Timestamp;

    use super::*;
    use crate::{Ending, Filter, log_tests::Bench};

    fn book(bench: &Bench) -> Daybook {
        Daybook::new(bench.at.join("daybook"), bench.world.clone())
    }

    fn event(world: &World, n: u64) -> Event {
        let actor = Actor::system(RequestId(world.uuid()), world.now());
        Event::new(&actor, "box.unseal", Object::new("box", n)).refused("pin-refused")
    }

    /// Ids of the objects, oldest first, and the instants.
    fn taken(log: &AuditLog, action: &str) -> (Vec<String>, Vec<Timestamp>) {
        let filter = Filter { action: Some(action.to_owned()), ..Filter::default() };
        let mut page = log.query(&filter, None, 100).unwrap().entries;
        page.reverse();
        page.into_iter().map(|entry| (entry.body.object_id, entry.at)).unzip()
    }

    #[test]
    fn what_happened_while_the_log_was_closed_is_taken_over_once_and_in_order() {
        let bench = Bench::new();
        let (book, records) = (book(&bench), bench.at.join("daybook/records"));
        book.write(event(&bench.world, 0));
        let log = bench.open();
        book.hand_over(&log).unwrap();
        log.close();
        let begun = bench.world.now();
        (1..=3).for_each(|n| book.write(event(&bench.world, n)));
        let ended = bench.world.now();
        let kept = fs::read(&records).unwrap();
        assert!(!kept.windows(3).any(|bytes| bytes == b"box" || bytes == b"pin"), "nobody reads it");
        // Cut short in the middle of a record.
        fs::write(&records, [&kept[..], &kept[..50]].concat()).unwrap();
        book.write(event(&bench.world, 4));
        let kept = fs::read(&records).unwrap();

        let log = bench.open();
        book.hand_over(&log).unwrap();
        assert_eq!(fs::metadata(&records).unwrap().len(), 0);
        // As after a crash between the log and the book.
        fs::write(&records, &kept).unwrap();
        log.close();
        let log = bench.open();
        book.hand_over(&log).unwrap();
        let (ids, instants) = taken(&log, "box.unseal");
        assert_eq!(ids, ["0", "1", "2", "3", "4"]);
        assert!(instants.is_sorted() && instants[1] >= begun && instants[3] <= ended, "{instants:?}");
        book.write_to(Some(&log), event(&bench.world, 5));
        assert_eq!((taken(&log, "box.unseal").0.len(), fs::metadata(&records).unwrap().len()), (6, 0));
        assert_eq!(taken(&log, "audit.take-over").0.len(), 0);
        log.close();
        book.write_to(Some(&log), event(&bench.world, 6));
        assert!(fs::metadata(&records).unwrap().len() > 0, "a closed log refuses, and nothing is lost");
    }

    #[test]
    fn a_book_that_was_changed_is_told_of_once() {
        for harm in ["flip", "drop", "post-box"] {
            let bench = Bench::new();
            let (book, records) = (book(&bench), bench.at.join("daybook/records"));
            let log = bench.open();
            book.hand_over(&log).unwrap();
            if harm == "post-box" {
                fs::write(bench.at.join("daybook/box"), holdfast_hsm::testing::throwaway_key(&bench.world).post_box().unwrap().0)
                    .unwrap();
            }
            (1..=3).for_each(|n| book.write(event(&bench.world, n)));
            let mut kept = fs::read(&records).unwrap();
            let first = frames(&kept).next().unwrap().1;
            match harm {
                "flip" => kept[first - 1] ^= 1,
                "drop" => drop(kept.drain(..first)),
                _ => {}
            }
            for _ in 0..2 {
                fs::write(&records, &kept).unwrap();
                book.hand_over(&log).unwrap();
            }
            let filter = Filter { action: Some("audit.take-over".to_owned()), ..Filter::default() };
            let told = log.query(&filter, None, 10).unwrap().entries;
            assert_eq!(told.len(), 1, "{harm}");
            assert_eq!(told[0].outcome, Ending::Failed);
            assert_eq!(taken(&log, "box.unseal").0.len(), if harm == "post-box" { 0 } else { 2 }, "{harm}");
            log.close();
        }
    }

    #[test]
    fn a_full_book_takes_no_more_and_what_it_has_is_kept() {
        let bench = Bench::new();
        let book = book(&bench);
        let log = bench.open();
        book.hand_over(&log).unwrap();
        let large = || event(&bench.world, 1).text("why", "x".repeat(8_000));
        (0..DAYBOOK_BYTES / 8_000 + 10).for_each(|_| book.write(large()));
        let size = fs::metadata(bench.at.join("daybook/records")).unwrap().len();
        assert!(size <= DAYBOOK_BYTES as u64 && size > DAYBOOK_BYTES as u64 - 20_000, "{size}");
        book.hand_over(&log).unwrap();
        assert!(taken(&log, "box.unseal").0.len() == 100);
        log.close();
    }
}
