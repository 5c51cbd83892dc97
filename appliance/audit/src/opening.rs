//! Opening the log: lock, recover, sign, start the threads.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64},
    },
    time::UNIX_EPOCH,
};

use crossbeam_channel::{Receiver, bounded};
use holdfast_base::{Actor, Error, RequestId, Result, Timestamp, World};
use holdfast_hsm::{DekHandle, Vault};
use parking_lot::{Mutex, RwLock};

use crate::{
    entry::{Header, KEY_CHANGE, claims},
    event::{Event, Object},
    files,
    keys::{AuditKeys, OneKey},
    limits::{QUEUE_ORDERS, TILE_WIDTH},
    log::{AuditConfig, AuditLog, Shared},
    recover::{Recovered, recover},
    seal::Sealer,
    sequencer::Sequencer,
    settle::Settle,
    sign::{CheckpointSigner, Checkpoints, Latest},
    summary::Index,
    verify::{folder::Dir, layout::CHECKPOINT, note::VKey, read_bundle},
};

impl AuditLog {
    /// Opens or begins the log. Refuses one whose signed part is not what was signed; cuts a torn end and says so in the log.
    pub fn open(config: AuditConfig, key: DekHandle, vault: Vault, world: World) -> Result<Self> {
        Self::open_with(config, key, Box::new(vault), world)
    }

    /// The same with any signer.
    pub fn open_with(config: AuditConfig, key: DekHandle, signer: Box<dyn CheckpointSigner>, world: World) -> Result<Self> {
        Self::open_keyed(config, Box::new(OneKey(key)), signer, world)
    }

    /// The same with a key for each month. Opens a log that one key has sealed so far, where `keys` finds that one too.
    pub fn open_keyed(
        config: AuditConfig,
        keys: Box<dyn AuditKeys>,
        signer: Box<dyn CheckpointSigner>,
        world: World,
    ) -> Result<Self> {
        let AuditConfig { dir, jsonl, origin } = config;
        files::make_dir(&dir).map_err(Error::internal("make the audit folder"))?;
        let lock = lock(&dir)?;
        let vkey = VKey::new(&origin, &signer.public_key()?).map_err(Error::internal("use the audit key"))?;
        let sealer = Sealer::new(&origin, keys)?;
        let former = signer.former_keys()?.iter().map(|key| VKey::new(&origin, key)).collect::<Result<Vec<_>, _>>();
        let former = former.map_err(Error::internal("use a former audit key"))?;
        let found =
            recover(&dir, &vkey, &former, &|entry| sealer.is_authentic(entry)).map_err(Error::internal("open the audit log"))?;
        let Recovered { tree, hot, signed, former: lost, latest, cut_bytes, mended_tiles } = found;
        world.clock.at_least(Timestamp(latest));
        let signed = signed.map(|signed| signed.checkpoint.size);
        let latest = on_disk(&dir, signed)?;
        let size = tree.edge().size();
        if let Some(newest) = newest(&dir, size).map_err(Error::internal("read the end of the audit log"))? {
            sealer.go_on(&newest)?;
        }
        let ((orders, queue), (stop, stopped)) = (bounded(QUEUE_ORDERS), bounded(0));
        let shared = Arc::new(Shared {
            checkpoints: Checkpoints::new(&dir, vkey, signer, latest, world.clone()),
            index: RwLock::new(Index::new(usize::try_from(size.div_ceil(TILE_WIDTH as u64)).unwrap_or(0))),
            tree: Mutex::new(tree),
            settle: Settle::default(),
            durable: AtomicU64::new(size),
            minimum: AtomicU64::new(0),
            pruning: Mutex::new(()),
            whole: RwLock::new(()),
            fdatasyncs: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            refused_at: AtomicU64::new(0),
            poisoned: AtomicBool::new(false),
            forwarders: Mutex::default(),
            stopping: stopped.clone(),
            stop: Mutex::new(Some(stop)),
            threads: Mutex::new(Vec::new()),
            lock: Mutex::new(Some(lock)),
            dir,
            origin,
            sealer,
            world,
            orders,
        });
        let sequencer = Sequencer::new(shared.clone(), hot, jsonl);
        shared.spawn("audit-append", move || sequencer.run(&queue))?;
        let log = Self { shared };
        if let (Some(lost), Some(signed)) = (lost, signed) {
            log.state_change(&lost, signed, size).inspect_err(|_| log.close())?;
        }
        // A new log is signed before its first entry: entries without any checkpoint are never ours.
        let begun = log.shared.checkpoints.sign(&log.shared.tree).and_then(|_| log.shared.resume_pruning());
        begun.and_then(|()| log.start(stopped)).inspect_err(|_| log.close())?;
        if cut_bytes > 0 || mended_tiles > 0 {
            log.append(log.repaired(cut_bytes, mended_tiles))?;
        }
        Ok(log)
    }

    fn start(&self, stopped: Receiver<()>) -> Result<()> {
        let shared = &self.shared;
        let signing = shared.clone();
        shared.spawn("audit-sign", move || signing.sign_now_and_then(&stopped))?;
        let waiting = shared.clone();
        shared.spawn("audit-deadline", move || waiting.settle.watch_deadlines())?;
        let indexing = shared.clone();
        shared.spawn("audit-index", move || indexing.build_index())
    }

    /// The token whose key signed last was lost: says so once, before the present key signs anything.
    fn state_change(&self, lost: &VKey, signed: u64, size: u64) -> Result<()> {
        if says_so(&self.shared.dir, signed, size).map_err(Error::internal("read the end of the audit log"))? {
            return Ok(());
        }
        let (world, key) = (&self.shared.world, self.shared.checkpoints.vkey());
        let actor = Actor::system(RequestId(world.uuid()), world.now());
        let event = Event::new(&actor, KEY_CHANGE, Object::new("log", &self.shared.origin));
        self.append(event.text("former", lost.to_string()).text("key", key.to_string())).map(drop)
    }

    fn repaired(&self, cut_bytes: u64, mended_tiles: u64) -> Event {
        let world = &self.shared.world;
        let actor = Actor::system(RequestId(world.uuid()), world.now());
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Event::new(&actor, "audit.repair", Object::new("log", &self.shared.origin))
            .number("cut_bytes", number(cut_bytes))
            .number("mended_tiles", number(mended_tiles))
    }
}

/// The header of the last entry.
fn newest(dir: &Path, size: u64) -> io::Result<Option<Header>> {
    let Some(last) = size.checked_sub(1) else { return Ok(None) };
    let bundle = read_bundle(&Dir(dir.to_owned()), last / TILE_WIDTH as u64, TILE_WIDTH)?;
    Ok(bundle.iter().last().and_then(|entry| Some(Header::split(entry).ok()?.0)))
}

/// Whether one of the entries that nobody has signed yet states a change of key.
fn says_so(dir: &Path, signed: u64, size: u64) -> io::Result<bool> {
    let width = TILE_WIDTH as u64;
    for number in signed / width..size.div_ceil(width) {
        let bundle = read_bundle(&Dir(dir.to_owned()), number, TILE_WIDTH)?;
        if (number * width..)
            .zip(bundle.iter())
            .any(|(index, entry)| (signed..size).contains(&index) && claims(entry).is_some_and(|claims| claims.changes_key))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The checkpoint that was checked, as it lies there.
fn on_disk(dir: &Path, size: Option<u64>) -> Result<Latest> {
    if size.is_none() {
        return Ok(Latest::default());
    }
    let path = dir.join(CHECKPOINT);
    let read = || Error::internal("read the audit checkpoint");
    let note = fs::read_to_string(&path).map_err(read())?;
    let written = fs::metadata(&path).and_then(|file| file.modified()).map_err(read())?;
    let at = written.duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    Ok(Latest { size, note, at: Timestamp(at) })
}

fn lock(dir: &Path) -> Result<File> {
    let file = files::open_to_append(&dir.join("lock")).map_err(Error::internal("open the lock of the audit log"))?;
    file.try_lock().map_err(|_| Error::broken("lock the audit log: it is open already"))?;
    Ok(file)
}
