//! Retention: entries older than the limit go, in whole bundles from the front.
//!
//! Always true: nothing younger than [`limits::RETENTION_FLOOR_DAYS`] goes; the entry that says what went, by whom and why is
//! durable and signed by the HSM before the first file is removed; only what is still what was signed is removed. A crash
//! anywhere leaves the log as it was or a pruning that the next opening finishes. Every hash that a proof of what
//! remains needs is kept (C2SP tlog-tiles, "Pruning").
//! Absent on purpose: removing single entries, and any way to bring them back.

use std::{
    collections::{BTreeSet, HashSet},
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use holdfast_base::{Actor, Error, Result, Rule, Timestamp};
use holdfast_hsm::KeyId;

use crate::{
    entry::Header,
    event::{Detail, Event, Object},
    files,
    front::{Front, edge_of_tiles, find_pruning},
    limits::{self, TILE_WIDTH},
    log::{AuditLog, Shared},
    verify::{
        first_bundle,
        folder::Dir,
        hash::{Edge, leaf_hash},
        inclusion_proof,
        layout::{bundle_path, tile_path},
        note::SignedCheckpoint,
        read_bundle, root_from_proof,
    },
};

const WIDTH: u64 = TILE_WIDTH as u64;
const ACTION: &str = "audit.prune";

/// How long entries are kept: never less than the law asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    days: u32,
}

impl Retention {
    /// Refuses less than [`limits::RETENTION_FLOOR_DAYS`].
    pub fn of_days(days: u32) -> Result<Self> {
        if days < limits::RETENTION_FLOOR_DAYS {
            let rule = Rule { code: "too-short", limit: Some(u64::from(limits::RETENTION_FLOOR_DAYS)) };
            return Err(Error::Invalid { field: "retention_days", rule });
        }
        Ok(Self { days })
    }

    pub fn days(self) -> u32 {
        self.days
    }

    fn span(self) -> Duration {
        Duration::from_secs(u64::from(self.days) * 24 * 60 * 60)
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: limits::RETENTION_DEFAULT_DAYS }
    }
}

/// What a pruning has removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// The first index that remains.
    pub minimum: u64,
    pub entries: u64,
    /// The entry that says so.
    pub entry: u64,
    /// Months whose key was destroyed.
    pub keys: usize,
}

/// Where a pruning has come to; a test stops it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Intended,
    Entered,
    Signed,
    Removed,
    Deleted,
    Forgotten,
    Done,
}

/// What is old enough.
struct Old {
    edge: Edge,
    oldest: i64,
    newest: i64,
    keys: Vec<[u8; 16]>,
}

impl AuditLog {
    /// Entries before this one were pruned.
    pub fn minimum_index(&self) -> u64 {
        self.shared.minimum.load(Ordering::Acquire)
    }

    /// Removes what is older than `keep`; None when no whole bundle is. Reads every entry that it removes.
    pub fn prune(&self, keep: Retention, by: &Actor, why: &str) -> Result<Option<Pruned>> {
        self.prune_by_steps(keep, by, why, &mut |_| ())
    }

    pub(crate) fn prune_by_steps(
        &self,
        keep: Retention,
        by: &Actor,
        why: &str,
        step: &mut dyn FnMut(Step),
    ) -> Result<Option<Pruned>> {
        let shared = &self.shared;
        self.ready()?;
        let _alone = shared.pruning.lock();
        let note = self.checkpoint()?;
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(Error::internal("read the audit checkpoint"))?;
        let (from, size) = (self.minimum_index(), signed.checkpoint.size);
        let now = shared.world.now();
        let before = Timestamp(now.0.saturating_sub(i64::try_from(keep.span().as_micros()).unwrap_or(i64::MAX)));
        let folder = shared.folder();
        let Some(old) = old_entries(&folder, from, size, before)? else { return Ok(None) };
        let minimum = old.edge.size();
        if !is_as_signed(&folder, &old.edge, &signed).map_err(Error::internal("read audit tiles"))? {
            return Err(Error::broken("prune the audit log: its first entries are not those that were signed"));
        }
        let staying = shared.key_of(minimum)?;
        let going: Vec<[u8; 16]> = old.keys.iter().copied().filter(|key| *key != staying).collect();
        let mut front = Front::new(&old.edge, from, shared.durable());
        front.write(&shared.dir).map_err(Error::internal("begin to prune the audit log"))?;
        step(Step::Intended);

        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let event = Event::new(by, ACTION, Object::new("log", &shared.origin))
            .number("from", number(from))
            .number("to", number(minimum))
            .number("oldest", old.oldest)
            .number("newest", old.newest)
            .number("retention_days", i64::from(keep.days))
            .number("size", number(size))
            .text("root", BASE64.encode(signed.checkpoint.root))
            .text("reason", why)
            .list("keys", going.iter().map(hex::encode).collect());
        let mut draft = shared.draft(event);
        draft.minimum = Some(minimum);
        let entry = self.append_draft(draft)?.index;
        step(Step::Entered);
        shared.checkpoints.sign(&shared.tree)?;
        step(Step::Signed);
        let keys = shared.finish_pruning(&mut front, &going, step)?;
        Ok(Some(Pruned { minimum, entries: minimum - from, entry, keys }))
    }
}

impl Shared {
    /// After the entry of the pruning is signed: deletes, forgets, and says that it is done.
    fn finish_pruning(&self, front: &mut Front, keys: &[[u8; 16]], step: &mut dyn FnMut(Step)) -> Result<usize> {
        self.minimum.store(front.minimum, Ordering::Release);
        {
            let _nobody_reads_the_whole = self.whole.write();
            delete(&self.dir, front.from, front.minimum, &mut || step(Step::Removed))
                .map_err(Error::internal("delete pruned audit entries"))?;
        }
        step(Step::Deleted);
        let keys: Vec<KeyId> = keys.iter().copied().map(KeyId).collect();
        self.sealer.forget(&keys)?;
        step(Step::Forgotten);
        front.done = true;
        front.write(&self.dir).map_err(Error::internal("end the pruning of the audit log"))?;
        step(Step::Done);
        Ok(keys.len())
    }

    /// When the log is opened: what is missing at the front has to be missing by an entry of the log, and a pruning that was
    /// interrupted goes on. Everything that the log holds is signed by now.
    pub(crate) fn resume_pruning(&self) -> Result<()> {
        let read = || Error::internal("read the front of the audit log");
        let (folder, size) = (self.folder(), self.durable());
        let missing = first_bundle(&folder, size).map_err(read())? * WIDTH;
        let known = Front::read(&self.dir).map_err(read())?;
        if let Some(mut front) = known {
            let entry = find_pruning(&folder, front.after, size, front.minimum).map_err(read())?;
            if let Some((entry, minimum)) = entry
                && minimum == front.minimum
                && missing <= minimum
            {
                if front.done {
                    self.minimum.store(minimum, Ordering::Release);
                    return Ok(());
                }
                return self.go_on_pruning(&mut front, entry);
            }
        }
        if missing == 0 {
            return Ok(());
        }
        let entry = find_pruning(&folder, missing, size, missing).map_err(read())?;
        let (entry, minimum) = entry.ok_or_else(|| {
            Error::broken("open the audit log: its first entries are missing, and none of the others says that they were pruned")
        })?;
        let edge = edge_of_tiles(&folder, size, minimum).map_err(read())?;
        let edge = edge.ok_or_else(|| Error::broken("open the audit log: the hashes of what was pruned are missing"))?;
        self.go_on_pruning(&mut Front::new(&edge, 0, entry), entry)
    }

    fn go_on_pruning(&self, front: &mut Front, entry: u64) -> Result<()> {
        tracing::info!(minimum = front.minimum, "an interrupted pruning of the audit log goes on");
        let keys = self.keys_of(entry)?;
        match self.finish_pruning(front, &keys, &mut |_| ()) {
            // The log itself is whole: what could not be done is done at the next opening.
            Err(cause) => {
                tracing::warn!(cause = &cause as &dyn std::error::Error, "finish pruning the audit log");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    /// The keys that the entry of a pruning names.
    fn keys_of(&self, entry: u64) -> Result<Vec<[u8; 16]>> {
        let bundle = read_bundle(&self.folder(), entry / WIDTH, TILE_WIDTH).map_err(Error::internal("read audit entries"))?;
        let (_, body) = self.sealer.open(crate::query::entry_of(&bundle, entry)?)?;
        let keys = body.details.iter().find_map(|(name, detail)| match detail {
            Detail::List(keys) if name == "keys" => Some(keys),
            _ => None,
        });
        Ok(keys.into_iter().flatten().filter_map(|key| hex::decode(key).ok()?.try_into().ok()).collect())
    }

    /// The key of the first entry that stays: it, and what comes after it, is needed.
    fn key_of(&self, index: u64) -> Result<[u8; 16]> {
        if index >= self.durable() {
            return self.sealer.key_of_now(self.world.now());
        }
        let bundle = read_bundle(&self.folder(), index / WIDTH, TILE_WIDTH).map_err(Error::internal("read audit entries"))?;
        let entry = crate::query::entry_of(&bundle, index)?;
        Ok(Header::split(entry).map_err(Error::internal("read an audit header"))?.0.key)
    }
}

/// Full bundles from the minimum index on whose youngest entry is older than `before`.
fn old_entries(folder: &Dir, from: u64, size: u64, before: Timestamp) -> Result<Option<Old>> {
    let read = || Error::internal("read audit entries");
    let edge = if from == 0 { Some(Edge::default()) } else { edge_of_tiles(folder, size, from).map_err(read())? };
    let edge = edge.ok_or_else(|| Error::broken("prune the audit log: a tile is missing"))?;
    let mut old = Old { edge, oldest: i64::MAX, newest: i64::MIN, keys: Vec::new() };
    let mut known = HashSet::new();
    for number in from / WIDTH..size / WIDTH {
        let bundle = read_bundle(folder, number, TILE_WIDTH).map_err(read())?;
        let headers =
            bundle.iter().map(|entry| Ok(Header::split(entry)?.0)).collect::<Result<Vec<_>, crate::entry::NotAnEntry>>();
        let headers = headers.map_err(Error::internal("read an audit header"))?;
        if headers.len() != TILE_WIDTH {
            return Err(Error::broken("prune the audit log: a bundle is not whole"));
        }
        let times = || headers.iter().map(|header| header.at);
        if times().any(|at| at >= before.0) {
            break;
        }
        old.oldest = times().fold(old.oldest, i64::min);
        old.newest = times().fold(old.newest, i64::max);
        old.keys.extend(headers.iter().map(|header| header.key).filter(|key| known.insert(*key)));
        for entry in bundle.iter() {
            old.edge.push(leaf_hash(entry));
        }
    }
    Ok(Some(old).filter(|old| old.edge.size() > from))
}

/// Are the entries under this edge those of the signed tree? The tiles say the same of them, and a proof leads from the last
/// of them, past all hashes of the edge, to the signed root.
fn is_as_signed(folder: &Dir, edge: &Edge, signed: &SignedCheckpoint) -> io::Result<bool> {
    let (minimum, size, root) = (edge.size(), signed.checkpoint.size, signed.checkpoint.root);
    if edge_of_tiles(folder, size, minimum)?.as_ref() != Some(edge) {
        return Ok(false);
    }
    let last = minimum - 1;
    let bundle = read_bundle(folder, last / WIDTH, TILE_WIDTH)?;
    let (Some(entry), Some(path)) = (bundle.entry(TILE_WIDTH - 1), inclusion_proof(folder, last, size)?) else {
        return Ok(false);
    };
    Ok(root_from_proof(leaf_hash(entry), last, size, &path) == Some(root))
}

/// Bundles and tiles that end at or before `to`. What is gone already is no error.
fn delete(dir: &Path, from: u64, to: u64, removed: &mut dyn FnMut()) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for number in from / WIDTH..to / WIDTH {
        remove(&dir.join(bundle_path(number, TILE_WIDTH)), &mut folders)?;
        remove(&dir.join(tile_path(0, number, TILE_WIDTH)), &mut folders)?;
        removed();
    }
    for level in 1_u8..8 {
        let span = 8 * (u32::from(level) + 1);
        for number in from.checked_shr(span).unwrap_or(0)..to.checked_shr(span).unwrap_or(0) {
            remove(&dir.join(tile_path(level, number, TILE_WIDTH)), &mut folders)?;
            removed();
        }
    }
    for folder in &folders {
        // One that has become empty goes; it is made again by nobody, since indices only grow.
        if fs::remove_dir(folder).is_err() && folder.is_dir() {
            files::sync_dir(folder)?;
        }
    }
    Ok(())
}

fn remove(path: &Path, folders: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    let mut partial = path.to_owned().into_os_string();
    partial.push(".p");
    for removed in [fs::remove_file(path), fs::remove_dir_all(&partial)] {
        match removed {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => (),
        }
    }
    folders.extend(path.parent().map(Path::to_owned));
    Ok(())
}
