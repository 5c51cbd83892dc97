//! From a folder to a running lane.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64},
    },
};

use crossbeam_channel::bounded;
use holdfast_base::{Error, Result, World};
use holdfast_hsm::DekHandle;
use parking_lot::{Mutex, RwLock};

use super::{
    LedgerOptions, Table, batch,
    lane::Lane,
    meta::{self, Head},
    notifier,
    rocks::{Rocks, Walk},
    shared::{Counts, Shared},
    sum,
    table::{META, OUTBOX},
    value,
};
use crate::{disk::read_from_disk, limits, outbox::Topic, space::Space};

pub(super) fn open(path: &Path, tables: &[Table], key: DekHandle, world: World, options: &LedgerOptions) -> Result<Arc<Shared>> {
    make_folder(path)?;
    for log in write_ahead_logs(path)? {
        read_from_disk(&log).map_err(Error::internal("read a log of the ledger from the disk"))?;
    }
    let rocks = Arc::new(Rocks::open(path, tables, options)?);
    let stored = rocks.get(None, META, meta::HEAD, &key)?.map_or_else(|| Ok(Head::default()), |row| meta::head(&row))?;
    let sums = if stored.summed { sum::stored(&rocks, None, &key)? } else { sum::count(&rocks, &key)? };
    world.clock.at_least(stored.at);
    let (to, tasks) = bounded(limits::QUEUE_TRANSACTIONS);
    let trimmed_at = world.clock.boot();
    let shared = Arc::new(Shared {
        rocks: RwLock::new(Some(rocks.clone())),
        tasks: RwLock::new(Some(to)),
        closed: AtomicBool::new(false),
        poisoned: AtomicBool::new(false),
        head: AtomicU64::new(stored.g),
        trimmed: AtomicU64::new(row(&rocks, meta::TRIMMED, &key)?.unwrap_or(0)),
        drained: std::array::from_fn(|_| AtomicU64::new(0)),
        deleted: first_rows(&rocks, &stored, &key)?.map(AtomicU64::new),
        readers: Mutex::new(readers(&rocks, &key)?),
        counts: Counts::default(),
        on_queued: RwLock::default(),
        on_commit: RwLock::default(),
        space: Space::under(path),
        world,
        key,
    });
    // After a crash numbers go on behind everything that may have been on its way.
    let g = if stored.clean { stored.g } else { stored.reserved };
    let (notices, _) = notifier::start(shared.clone())?;
    let head = Head { g, ..stored.clone() };
    let mut lane = Lane { rocks, shared: shared.clone(), tasks, notices, head, counters: BTreeMap::new(), sums, trimmed_at };
    reserve(&mut lane, &stored)?;
    std::thread::Builder::new()
        .name("ledger-lane".to_owned())
        .spawn(move || lane.run())
        .map_err(Error::internal("start the commit lane"))?;
    Ok(shared)
}

/// Makes the first block of numbers durable before one of them is given.
fn reserve(lane: &mut Lane, stored: &Head) -> Result<()> {
    let reserved = lane.head.g + limits::COMMIT_BLOCK;
    // On disk the head stays the last commit, so that readers are not told of one that never was.
    let durable = Head { reserved, clean: false, summed: true, ..stored.clone() };
    let batch = batch::head_row(&lane.rocks, &lane.shared, &durable, &lane.sums)?;
    lane.put(batch, true)?;
    lane.head = Head { reserved, clean: false, summed: true, ..lane.head.clone() };
    Ok(())
}

fn row<T: serde::de::DeserializeOwned>(rocks: &Rocks, key: &[u8], under: &DekHandle) -> Result<Option<T>> {
    rocks.get(None, META, key, under)?.map(|row| value::decode(&row)).transpose()
}

fn readers(rocks: &Rocks, under: &DekHandle) -> Result<BTreeMap<String, u64>> {
    let mut found = BTreeMap::new();
    let mut end = meta::READER.to_vec();
    end.push(u8::MAX);
    let walk = Walk {
        range: meta::READER.to_vec()..end,
        reverse: false,
        under: &mut |_| Ok(under.clone()),
        f: &mut |key, row| {
            let name = String::from_utf8_lossy(key.strip_prefix(meta::READER).unwrap_or_default()).into_owned();
            found.insert(name, value::decode(&row)?);
            Ok(true)
        },
    };
    rocks.walk(None, META, &[], walk)?;
    Ok(found)
}

/// For each topic the number before its first row, from where deleting goes on.
fn first_rows(rocks: &Rocks, head: &Head, under: &DekHandle) -> Result<[u64; 3]> {
    let mut before = head.queued;
    for topic in Topic::ALL {
        let walk = Walk {
            range: meta::outbox_key(topic, 0)..meta::outbox_key(topic, u64::MAX),
            reverse: false,
            under: &mut |_| Ok(under.clone()),
            f: &mut |key, _| {
                before[topic.slot()] = meta::number(key).saturating_sub(1);
                Ok(false)
            },
        };
        rocks.walk(None, OUTBOX, &[], walk)?;
    }
    Ok(before)
}

/// RocksDB's logs of what is in no table file yet.
fn write_ahead_logs(path: &Path) -> Result<Vec<PathBuf>> {
    let files = std::fs::read_dir(path).and_then(|files| files.map(|file| Ok(file?.path())).collect::<std::io::Result<Vec<_>>>());
    let files = files.map_err(Error::internal("look for the logs of the ledger"))?;
    Ok(files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "log")).collect())
}

fn make_folder(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Error::internal("create the folder of the ledger"))
}
